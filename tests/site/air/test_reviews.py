"""Two levels of review, the month's lock before the city's day, the city's answer."""

import datetime as dt

import pytest

from lantian.site.air import actions
from lantian.site.air.models import CityResult, Review, Suspicion
from lantian.site.air.queries.reviews import progress
from lantian.site.air.review_days import deadlines
from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.series.models import Owner
from tests.site.air.test_suspicions import NOW, deliver, operators  # noqa: F401 - a fixture
from tests.site.conftest import person

FIRST, LAST = dt.date(2026, 1, 18), dt.date(2026, 1, 19)
JANUARY = dt.date(2026, 1, 1)
AFTER = NOW.replace(month=2, day=4)


@pytest.fixture(autouse=True)
def january():
    with clock.as_of(NOW):
        yield


def standing(who, station):
    return next(row for row in progress(who, JANUARY) if row.station == station)


@pytest.mark.parametrize(
    ("month", "lock"),
    [
        (dt.date(2017, 10, 1), dt.date(2017, 11, 3)),  # the 5th is a Sunday
        (dt.date(2017, 9, 1), dt.date(2017, 10, 4)),  # the National Day holiday: the eve of the city's day
        (dt.date(2016, 12, 1), dt.date(2017, 1, 4)),
    ],
)
def test_the_district_locks_before_the_city_takes(month, lock):
    assert deadlines(month).lock == lock
    assert deadlines(month).upload.day == 5


def test_first_and_second_look(stations, operators, district):  # noqa: F811
    deliver(stations, spike=False)
    mine, other = operators
    with pytest.raises(WrongState, match="初审"):
        actions.review_days(district.air_office, stations[:1], FIRST, LAST, level=2)
    with pytest.raises(Refused):
        actions.review_days(other, stations[:1], FIRST, LAST, level=1)
    assert actions.review_days(mine, stations[:1], FIRST, LAST, level=1) == 48
    with pytest.raises(Refused):
        actions.review_days(mine, stations[:1], FIRST, LAST, level=2)
    assert actions.review_days(district.air_office, stations[:1], FIRST, LAST, level=2) == 48
    row = standing(district.air_office, stations[0])
    assert (row.hours, row.first, row.second, row.locked) == (48, 48, 48, False)
    assert [row.station for row in progress(mine, JANUARY)] == stations[:1], "an operator sees their own stations"


def test_the_second_look_is_another_persons(stations, district):
    deliver(stations, spike=False)
    actions.review_days(district.air_office, stations, FIRST, LAST, level=1)
    with pytest.raises(Refused, match="另一人"):
        actions.review_days(district.air_office, stations, FIRST, LAST, level=2)
    assert Review.objects.filter(level=2).count() == 0
    actions.review_days(person("second", "air_office", district.office), stations, FIRST, LAST, level=2)


def test_open_suspicions_hold_up_and_the_rest_stays_undone(stations, district):
    deliver(stations, spike=False)
    Suspicion.objects.create(station=stations[1], factor="pm25", rule="flat", first=NOW - dt.timedelta(hours=20),
                             last=NOW - dt.timedelta(hours=15))  # fmt: skip
    with pytest.raises(WrongState, match="疑点"):
        actions.review_days(district.air_office, stations, FIRST, LAST, level=1)
    assert standing(district.air_office, stations[0]).first == 0
    with pytest.raises(Invalid):
        actions.review_days(district.air_office, stations, FIRST, NOW.date(), level=1)


def test_who_is_behind(stations, district):
    deliver(stations, spike=False)
    assert not standing(district.air_office, stations[0]).is_behind
    with clock.as_of(AFTER):
        row = standing(district.air_office, stations[0])
        assert (row.late_first, row.late_second) == (48, 48)


def test_a_locked_month_changes_no_more(stations, district):
    deliver(stations)
    with pytest.raises(WrongState):
        actions.lock_month(district.air_office, district.area, JANUARY)
    with clock.as_of(AFTER):
        with pytest.raises(Refused):
            actions.lock_month(district.leader, district.area, JANUARY, reason="甲")
        with pytest.raises(Invalid, match="没有复审"):
            actions.lock_month(district.air_office, district.area, JANUARY)
        month = actions.lock_month(district.air_office, district.area, JANUARY, reason="站点停运")
        assert (month.state, month.behind) == ("locked", 96)
        midnight = dt.datetime(2026, 2, 1, tzinfo=NOW.tzinfo)
        assert set(Owner.objects.values_list("locked_until", flat=True)) == {midnight}
        with pytest.raises(WrongState):
            actions.lock_month(district.air_office, district.area, JANUARY, reason="甲")
        deliver(stations, spike=False)
        assert actions.send_month(district.air_office, month).state == "sent"
        with pytest.raises(WrongState):
            actions.send_month(district.air_office, month)


def test_the_citys_answer(stations, district):
    with pytest.raises(Invalid):
        actions.enter_city_result(district.air_office, stations[0], FIRST, LAST, verdict="refused")
    with pytest.raises(Refused):
        actions.enter_city_result(district.leader, stations[0], FIRST, LAST, verdict="accepted")
    assert actions.enter_city_result(district.air_office, stations[0], FIRST, LAST, verdict="accepted") == 2
    actions.enter_city_result(district.air_office, stations[0], LAST, LAST, verdict="refused", reason="有效小时不足")
    assert list(CityResult.objects.order_by("day").values_list("verdict", flat=True)) == ["accepted", "refused"]
    row = standing(district.air_office, stations[0])
    assert (row.accepted, row.refused) == (1, 1)


def test_the_page_of_a_month(stations, district, site, django_assert_max_num_queries):
    deliver(stations, spike=False)
    site.log_in(district.air_office)
    with django_assert_max_num_queries(15):
        page = site.get("/air/review/months?month=2026-01").content.decode()
    assert stations[0].name in page
    days = {"month": "2026-01", "first": "2026-01-18", "last": "2026-01-19", "level": "1", "one": [stations[0].pk]}
    assert site.post("/air/review/months/days", days).status_code == 302
    assert site.post("/air/review/months/days", days | {"last": "x"}).status_code == 400
    assert site.post("/air/review/months/lock", {"month": "2026-01"}).status_code == 400
    told = {"month": "2026-01", "first": "2026-01-18", "last": "2026-01-18", "station": stations[0].pk}
    assert site.post("/air/review/months/city", told | {"verdict": "accepted"}).status_code == 302
    assert site.post("/air/review/months/city", told | {"verdict": "refused"}).status_code == 400
    assert site.log_in(district.songxi_liaison).get("/air/review/months").status_code == 403


def test_many_stations_stand_on_several_pages(stations, district, site, monkeypatch):
    monkeypatch.setattr("lantian.site.air.views.reviews.STATIONS", 1)
    site.log_in(district.air_office)
    first, second = (site.get(f"/air/review/months?month=2026-01&page={n}").content.decode() for n in (1, 2))
    assert [f'value="{one.pk}" aria-label' in first for one in stations] == [True, False]
    assert [f'value="{one.pk}" aria-label' in second for one in stations] == [False, True]
    assert "month=2026-01&amp;page=2" in first


def test_the_system_reviews_for_nobody(stations):
    deliver(stations, spike=False)
    assert actions.review_days(System(), stations, FIRST, LAST, level=1) == 96
    assert Review.objects.filter(by=None).count() == 2
