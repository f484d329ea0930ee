"""What comes on a list after its day: a kiln stands still for the winter, a coal device counts against its town."""

import datetime as dt

import pytest

from lantian.site.core import clock
from lantian.site.core.metrics import Period
from lantian.site.core.policy import System
from lantian.site.core.registries import metrics
from lantian.site.sources import actions
from lantian.site.sources.checks.duties import late_duties
from lantian.site.sources.checks.outside import not_on_ledger
from lantian.site.sources.models import Finding, PeakShiftEntry, StopProposal
from tests.site.kept import kept

SYSTEM = System()
STOPS = "11月起仍未列入清单的，停产并纳入错峰"
FOUNDRY = {"name": "柳湾铸造有限公司", "trade": "黑色金属铸造", "state": "有效", "address": "柳湾路9号"}


def at(day):
    return clock.as_of(dt.datetime.fromisoformat(f"{day}T02:20:00+08:00"))


def kiln(district, name, **source):
    return actions.add_listing(
        district.songxi_liaison, "industrial_kiln", source={"name": name, "area": district.songxi} | source,
        attributes={"kind": "melting"},
    )  # fmt: skip


def proposed():
    rows = StopProposal.objects.filter(state="proposed").order_by("pk")
    return {one.listing.source.name: [duty["name"] for duty in one.duties] for one in rows}


@pytest.mark.parametrize("year", [2017, 2018])
def test_a_kiln_that_is_found_after_the_day_is_proposed_for_the_peak_shift_list(year, district):
    with at(f"{year}-10-31"):
        kiln(district, "按时上账的窑")
    with at(f"{year}-11-05"):
        late = kiln(district, "巡查发现的窑")
        kiln(district, "新投产的窑", opened=dt.date(year, 10, 20))
        actions.propose_stops(SYSTEM)
        assert proposed() == {"巡查发现的窑": ["unlisted"]}
        actions.confirm_stop(district.air_office, StopProposal.objects.get(listing=late))
    entry = PeakShiftEntry.objects.get()
    assert (entry.source, entry.from_on, entry.until_on) == (late.source, dt.date(year, 11, 5), None)
    assert STOPS in entry.said
    with at(f"{year + 1}-03-16"):  # the winter is over
        actions.propose_stops(SYSTEM)
    entry.refresh_from_db()
    assert entry.until_on == dt.date(year + 1, 3, 16)


@pytest.fixture
@kept
def permits(district):
    """Permits of 2018, with a foundry that is on no list of kilns, though on another ledger."""
    with at("2018-10-20"):
        made = actions.add_outside_list(
            district.air_office, kind="permit", area=district.area, as_of=dt.date(2018, 10, 20), source="市局（演示）"
        )
        actions.set_outside_row(SYSTEM, made, place="名单!2", area=district.liuwan, **FOUNDRY)
        actions.add_listing(
            SYSTEM, "voc_enterprise", source={"name": FOUNDRY["name"], "area": district.liuwan},
            attributes={"trade": "coating", "treatment": "none"},
        )  # fmt: skip
    return made


def told(day):
    with at(day):
        (hit,) = not_on_ledger(clock.today())
    return {str(label): value for label, value in hit.facts.items()}


def test_a_firm_of_the_permit_list_without_its_kiln_is_found_and_stops_once_it_is_listed(permits, district):
    assert told("2018-10-31")["应上清单"] == "工业炉窑清单"
    assert STOPS not in told("2018-10-31")
    assert "未列入清单的停产" in told("2018-11-02")[STOPS]
    with at("2018-11-03"):
        source = {"name": FOUNDRY["name"], "area": district.liuwan}
        actions.add_listing(SYSTEM, "industrial_kiln", source=source, attributes={"kind": "melting"})
        assert not list(not_on_ledger(clock.today()))
        actions.propose_stops(SYSTEM)
    assert proposed()[FOUNDRY["name"]] == ["unlisted"]


def test_the_finding_leads_to_the_form_with_what_is_known(permits, district, site):
    actions.run_checks(SYSTEM, ["sources.not_on_ledger"])
    browser = site.log_in(district.air_office)
    shown = browser.get(Finding.objects.get().get_absolute_url()).content.decode()
    assert "上账：工业炉窑清单" in shown
    address = shown.split('href="/sources/ledgers/industrial_kiln/new?')[1].split('"')[0].replace("&amp;", "&")
    form = browser.get(f"/sources/ledgers/industrial_kiln/new?{address}").content.decode()
    assert form.count(f'value="{FOUNDRY["name"]}"') == 2
    assert 'value="柳湾路9号"' in form
    assert f'<option value="{district.liuwan.pk}" selected>' in form


def test_late_finds_of_coal_devices_count_against_their_town(district):
    for day, name, area in (
        ("2017-10-20", "甲", "songxi"), ("2017-11-01", "乙", "songxi"), ("2017-12-01", "丙", "songxi"),
        ("2017-12-02", "丁", "liuwan"),
    ):  # fmt: skip
        with at(day):
            source = {"name": f"{name}茶炉", "area": getattr(district, area)}
            actions.add_listing(SYSTEM, "coal_device", source=source, attributes={"kind": "tea"})
    winter = Period(dt.date(2017, 11, 1), dt.date(2018, 3, 15))
    found = metrics["sources.coal_device.entered"].work_out([district.songxi, district.liuwan], winter, "auto")
    assert (found[district.songxi.pk].value, found[district.liuwan.pk].value) == (2, 1)
    with at("2017-12-05"):
        hits = [hit for hit in late_duties(clock.today()) if hit.key.endswith("late_find")]
    assert [hit.area_id for hit in hits] == [district.songxi.pk, district.songxi.pk, district.liuwan.pk]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"dust_control": "旋风除尘器"}, ["obsolete"]),
        ({"dust_control": "布袋除尘", "desulphurisation": "简易碱法"}, ["obsolete"]),
        ({"dust_control": "布袋除尘"}, []),
        ({"dust_control": "旋风除尘器", "batch": "淘汰"}, []),
    ],
)
def test_a_kiln_with_a_cyclone_is_a_finding_before_its_day(given, found, district):
    with at("2018-09-01"):
        actions.add_listing(
            district.songxi_liaison, "industrial_kiln", source={"name": "松溪窑", "area": district.songxi},
            attributes={"kind": "drying", "fuel": "gas"} | given, due_on=dt.date(2018, 12, 31),
        )  # fmt: skip
        assert [hit.key.partition("-")[2] for hit in late_duties(clock.today())] == found
