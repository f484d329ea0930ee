"""Who does not do by the day what must be done is proposed to stop; people decide; late work lifts it."""

import datetime as dt

import pytest

from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.metrics import Period
from lantian.site.core.models import AuditEvent
from lantian.site.core.policy import System
from lantian.site.core.registries import metrics
from lantian.site.core.schedules import schedules
from lantian.site.sources import actions
from lantian.site.sources.models import Listing, PeakShiftEntry, StopProposal
from tests.site.conftest import person
from tests.site.kept import kept

SYSTEM = System()
FIVE = {
    "retained_coal_boiler": {"capacity": 20},
    "fugitive_point": {"node": "料场", "stage": "storage", "measure": "closed_store"},
    "voc_enterprise": {"trade": "coating", "treatment": "none"},
    "industrial_kiln": {"kind": "heating"},
    "discharge_permit": {},
}
DONE = {"discharge_permit": ("held", "done")}


def at(year, day="11-01", hour=2):
    return dt.datetime.fromisoformat(f"{year}-{day}T{hour:02}:20:00+08:00")


def listed(district, name, ledger, year, *, state=None, due="10-31"):
    made = actions.add_listing(
        SYSTEM,
        ledger,
        source={"name": name, "area": district.songxi},
        attributes=FIVE[ledger],
        due_on=dt.date.fromisoformat(f"{year}-{due}"),
    )
    if state:
        made.enter(*state)
        made.save()
    return made


@pytest.fixture
@kept
def winter(district):
    """Two listings that are late on 1 November 2018, one for each shape of life cycle, and their proposals."""
    with clock.as_of(at(2018, "09-01")):
        found = [
            listed(district, "松溪窑", "industrial_kiln", 2018),
            listed(district, "松溪漆厂", "voc_enterprise", 2018),
        ]
    with clock.as_of(at(2018)):
        actions.propose_stops(SYSTEM)
    return found


def proposals():
    return list(StopProposal.objects.order_by("listing"))


@pytest.mark.parametrize("year", [2017, 2018])
def test_on_the_first_of_november_the_list_is_that_of_open_items(year, district):
    with clock.as_of(at(year, "09-01")):
        open_ = [listed(district, f"松溪{ledger}甲", ledger, year) for ledger in FIVE]
        for ledger in FIVE:
            listed(district, f"松溪{ledger}乙", ledger, year, state=DONE.get(ledger, ("closed", "done")))
            listed(district, f"松溪{ledger}丙", ledger, year, due="12-31")
        listed(district, "松溪停厂", "voc_enterprise", year, state=("stopped", "stopped"))
    run = schedules["sources.stops"].run
    with clock.as_of(at(year, "10-31")):
        assert run(clock.now(), None) == {"proposed": 0, "lifted": 0}
    with clock.as_of(at(year)):
        assert run(clock.now(), None) == {"proposed": 5, "lifted": 0}
        assert run(clock.now(), None) == {"proposed": 0, "lifted": 0}
    assert [one.listing for one in proposals()] == open_
    assert {one.due_on for one in proposals()} == {dt.date(year, 10, 31)}


def test_an_empty_district_proposes_nothing(db):
    assert actions.propose_stops(SYSTEM) == {"proposed": 0, "lifted": 0}


def test_confirming_stops_the_listing_and_enters_the_peak_shift_list(winter, district):
    kiln, _paint = proposals()
    with pytest.raises(Refused):
        actions.confirm_stop(district.songxi_liaison, kiln)
    with clock.as_of(at(2018, hour=9)):
        with pytest.raises(Invalid):
            actions.confirm_stop(district.air_office, kiln, until=dt.date(2018, 10, 1))
        done = actions.confirm_stop(district.air_office, kiln, reason="逾期未完成")
        with pytest.raises(WrongState):
            actions.confirm_stop(district.air_office, kiln)
    listing = Listing.objects.get(pk=winter[0].pk)
    assert (listing.state, listing.means, done.taken.step) == ("stopped", "stopped", "stop")
    entry = PeakShiftEntry.objects.get()
    assert (entry.source, entry.from_on, entry.until_on) == (listing.source, dt.date(2018, 11, 1), None)
    assert "按期完成整治" in entry.said
    assert list(PeakShiftEntry.objects.holding(dt.date(2018, 12, 1))) == [entry]


def test_what_is_declined_does_not_come_again(winter, district):
    kiln, _paint = proposals()
    with pytest.raises(Invalid):
        actions.decline_stop(district.air_office, kiln, reason=" ")
    actions.decline_stop(district.air_office, kiln, reason="设备已到货")
    with clock.as_of(at(2018, "11-02")):
        assert actions.propose_stops(SYSTEM)["proposed"] == 0
        actions.change_listing(SYSTEM, winter[0], due_on=dt.date(2018, 11, 1))
        assert actions.propose_stops(SYSTEM)["proposed"] == 1  # of another day


def test_late_completion_lifts_it(winter, district):
    kiln, paint = proposals()
    with clock.as_of(at(2018, hour=9)):
        actions.confirm_stop(district.air_office, kiln)
    for one, state in zip(winter, ("closed", "closed"), strict=True):
        current = Listing.objects.get(pk=one.pk)
        current.enter(state, "done")
        current.save()
    with clock.as_of(at(2018, "11-20")):
        found = actions.propose_stops(SYSTEM)
    kiln.refresh_from_db()
    paint.refresh_from_db()
    assert (found["lifted"], paint.state) == (2, "lifted")
    assert PeakShiftEntry.objects.get().until_on == dt.date(2018, 11, 20)
    assert not PeakShiftEntry.objects.holding(dt.date(2018, 11, 21))


def test_a_step_that_meets_the_duty_lifts_at_once(winter, district):
    _kiln, paint = proposals()
    listing = Listing.objects.get(pk=winter[1].pk)
    actions.take_step(SYSTEM, listing, "remove", reason="已搬迁")
    paint.refresh_from_db()
    assert paint.state == "lifted"


def test_where_stopping_needs_proof_the_decision_waits_for_it(district):
    with clock.as_of(at(2018, "09-01")):
        actions.add_listing(
            SYSTEM, "scattered_polluter", source={"name": "松溪石材", "area": district.songxi},
            attributes={"class": "upgrade"}, due_on=dt.date(2018, 10, 31),
        )  # fmt: skip
    with clock.as_of(at(2018)):
        actions.propose_stops(SYSTEM)
        done = actions.confirm_stop(district.air_office, proposals()[0])
    assert (done.state, done.taken, Listing.objects.get().means) == ("confirmed", None, "open")


def test_many_at_once_are_one_event_and_one_that_fails_holds_nothing_up(winter, district):
    kiln, paint = proposals()
    actions.decline_stop(district.air_office, paint, reason="已停")
    before = AuditEvent.objects.count()
    with pytest.raises(Refused):
        actions.decide_stops(district.songxi_liaison, [kiln], "confirm")
    with pytest.raises(Invalid):
        actions.decide_stops(district.air_office, [kiln], "decline")
    decided = actions.decide_stops(district.air_office, [kiln, paint], "confirm", reason="会议决定")
    assert decided.done == 1
    assert [name for name, _why in decided.refused] == ["松溪漆厂"]
    assert AuditEvent.objects.count() == before + 1
    assert Listing.objects.get(pk=winter[0].pk).means == "stopped"


def test_figures(winter, district):
    period = Period(dt.date(2018, 11, 1), dt.date(2018, 11, 30))
    for name, counts in (("sources.stops_waiting", 2), ("sources.stops_decided", 0)):
        found = metrics[name].work_out([district.area, district.liuwan], period, "auto")
        assert (found[district.area.pk].value, found[district.liuwan.pk].value) == (counts, 0)


def test_the_pages(winter, district, site, django_assert_max_num_queries):
    kiln, paint = proposals()
    with clock.as_of(at(2018, hour=9)):
        actions.confirm_stop(district.air_office, paint)
    browser = site.log_in(district.air_office)
    for address, text in {
        "/sources/stops": "松溪窑",
        "/sources/stops?state=confirmed": "松溪漆厂",
        kiln.get_absolute_url(): "决定停产",
        "/sources/peak-shift": "松溪漆厂",
        kiln.listing.get_absolute_url(): "停产建议",
    }.items():
        with django_assert_max_num_queries(15):
            assert text in browser.get(address).content.decode()
    assert browser.get("/sources/peak-shift?export=xlsx").status_code == 200
    stranger = site.log_in(person("liuwan", "liaison", district.liuwan_town))
    assert stranger.get(kiln.get_absolute_url()).status_code == 404
    assert stranger.post(f"{kiln.get_absolute_url()}/steps/confirm").status_code == 404
    assert site.log_in(district.nobody).get("/sources/stops").status_code == 403


def test_deciding_by_page(winter, district, site):
    kiln, paint = proposals()
    browser = site.log_in(district.air_office)
    assert "待决定的停产建议" in browser.get("/").content.decode()
    assert browser.post(f"{kiln.get_absolute_url()}/steps/decline", {"reason": ""}).status_code == 200
    browser.post("/sources/stops/decide", {"picked": [kiln.pk, paint.pk], "step": "decline", "reason": "已报市级"})
    assert {one.state for one in proposals()} == {"declined"}
