"""The station diary: checks judged by the rule, failed ones asked about in the review desk, nothing erased."""

import datetime as dt

import numpy as np
import pytest

from lantian.site.air import actions
from lantian.site.air.models import CheckDue, DiaryEntry, Suspicion
from lantian.site.air.queries import diary as queries
from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.series import actions as series
from lantian.site.series.batch import Batch
from lantian.site.series.queries import read
from tests.site.air.test_suspicions import FIRST, NOW, operators  # noqa: F401 - a fixture
from tests.site.org.test_leaks import pages
from tests.site.series.conftest import hours

GOOD = dt.datetime(2026, 1, 18, 10, 30, tzinfo=NOW.tzinfo)
BAD = dt.datetime(2026, 1, 19, 9, 15, tzinfo=NOW.tzinfo)


@pytest.fixture(autouse=True)
def january():
    with clock.as_of(NOW):
        yield


@pytest.fixture
def measured(stations):
    batch = Batch.of_owner(stations[0].owner_id, "1h", hours(FIRST, 48), ["so2"], np.full((48, 1), 12.0))
    series.deliver(System(), [batch], title="甲", source="甲", area=stations[0].area)
    return stations[0]


def span_check(who, station, at, reading):
    return actions.record_entry(who, station, kind="span", at=at, factor="so2", reference=400, reading=reading)


def test_a_failed_span_check_doubts_back_to_the_last_good_one(measured, operators, district):  # noqa: F811
    mine, _other = operators
    assert span_check(mine, measured, GOOD, 420).passed, "five per cent are still within"
    failed = span_check(mine, measured, BAD, 421)
    assert failed.passed is False
    doubt = failed.suspicion
    assert (doubt.rule, doubt.state, doubt.hours) == ("failed_check", "open", 23)
    assert doubt.first == dt.datetime(2026, 1, 18, 11, tzinfo=NOW.tzinfo)
    assert doubt.last == dt.datetime(2026, 1, 19, 9, tzinfo=NOW.tzinfo)
    times = np.datetime64("2026-01-18T11:00"), np.datetime64("2026-01-19T09:00")
    assert not np.isnan(read([measured.owner_id], ["so2"], *times).values["so2"]).any(), "a proposal, nothing more"
    actions.decide_suspicion(district.air_office, doubt, "invalidate", reason="跨度超差")
    assert np.isnan(read([measured.owner_id], ["so2"], *times).values["so2"]).all()
    actions.undo_suspicion(district.air_office, Suspicion.objects.get(pk=doubt.pk), reason="甲")
    assert not np.isnan(read([measured.owner_id], ["so2"], *times).values["so2"]).any()


def test_without_a_good_one_not_further_than_the_rule(measured, district):
    assert span_check(district.air_office, measured, BAD, 500).suspicion.hours == 33


def test_operators_write_of_their_own_stations(measured, operators, stations):  # noqa: F811
    mine, other = operators
    with pytest.raises(Refused):
        actions.record_entry(other, measured, kind="visit", at=BAD)
    with pytest.raises(Refused):
        actions.record_entry(mine, measured, kind="spot", at=BAD, factor="so2", passed=True)
    made = actions.record_entry(mine, measured, kind="power", at=GOOD, until=BAD, note="线路检修")
    assert list(queries.diary(mine)) == [made]
    assert not queries.diary(other).exists()


@pytest.mark.parametrize("who", ["leader", "songxi_liaison", "nobody"])
def test_others_write_nothing(measured, district, who):
    with pytest.raises(Refused):
        actions.record_entry(getattr(district, who), measured, kind="visit", at=BAD)
    assert not DiaryEntry.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "dance"}, "kind"),
        ({"kind": "visit", "at": NOW + dt.timedelta(days=1)}, "at"),
        ({"kind": "power", "until": BAD - dt.timedelta(hours=1)}, "until"),
        ({"kind": "flow", "factor": "so2", "reading": 16.0}, "factor"),
        ({"kind": "span", "factor": "so2", "reading": 16.0}, "reference"),
        ({"kind": "zero", "factor": "so2"}, "reading"),
        ({"kind": "zero", "factor": "so2", "reading": float("nan")}, "reading"),
    ],
)
def test_what_does_not_fit_leaves_nothing(measured, district, fields, field):
    with pytest.raises(Invalid) as caught:
        actions.record_entry(district.air_office, measured, **{"at": BAD} | fields)
    assert field in caught.value.fields
    assert not DiaryEntry.objects.exists()
    assert not CheckDue.objects.exists()


def test_struck_out_it_stays_and_its_doubt_lapses(measured, district):
    failed = span_check(district.air_office, measured, BAD, 500)
    with pytest.raises(Invalid):
        actions.strike_entry(district.air_office, failed, reason="")
    with pytest.raises(Refused):
        actions.strike_entry(district.leader, failed, reason="甲")
    struck = actions.strike_entry(district.air_office, failed, reason="标气用错")
    assert struck.state == "struck"
    assert Suspicion.objects.get().state == "lapsed"
    with pytest.raises(WrongState):
        actions.strike_entry(district.air_office, struck, reason="甲")


def test_checks_come_due_again(measured, district):
    span_check(district.air_office, measured, GOOD, 400)
    assert not queries.overdue(district.air_office).exists()
    with clock.as_of(NOW + dt.timedelta(days=8)):
        assert [one.due for one in queries.overdue(district.air_office)] == [dt.date(2026, 1, 25)]
        assert not queries.overdue(district.nobody).exists()


def test_the_pages(measured, district, site, django_assert_max_num_queries):
    span_check(district.air_office, measured, GOOD, 400)
    site.log_in(district.air_office)
    with django_assert_max_num_queries(15):
        page = site.get("/air/diary").content.decode()
    assert measured.name in page
    assert "逾期的质控检查" in page, "the site's own clock is much later"
    assert site.get("/air/diary?export=xlsx").status_code == 200
    told = {"station": measured.pk, "kind": "zero", "factor": "so2", "at": "2026-01-19T09:15", "reading": "9"}
    answer = site.post("/air/diary/new", told, follow=True)
    assert "不合格" in answer.content.decode()
    entry = DiaryEntry.objects.latest("pk")
    with django_assert_max_num_queries(15):
        assert "9 nmol/mol" in site.get(entry.get_absolute_url()).content.decode()
    assert site.post(f"/air/diary/{entry.pk}/strike", {"reason": "甲"}).status_code == 302
    assert site.post("/air/diary/new", told | {"reading": "x"}).status_code == 200
    assert site.log_in(district.songxi_liaison).get(entry.get_absolute_url()).status_code == 403


def test_an_operator_finds_nothing_of_the_other_station(measured, operators, stations, district):  # noqa: F811
    for station, mark in zip(stations, ("只属甲", "只属乙"), strict=True):
        actions.record_entry(district.air_office, station, kind="visit", at=GOOD, note=mark)
        Suspicion.objects.create(station=station, factor="pm25", rule="flat", first=GOOD, last=GOOD, reason=mark)
    mine, other = operators
    for who, mark in ((mine, "只属乙"), (other, "只属甲")):
        found = pages(who)
        assert any(at.startswith("/air/diary") for at in found)
        assert [at for at, html in found.items() if mark in html] == []
