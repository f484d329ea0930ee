"""Tracks against routes: the corridor at its width, hours over midnight, single points that jump."""

import datetime as dt

import pytest

from lantian.geo import EARTH
from lantian.ledgers.tracks import CHINA, Route, Stray, hours_of, judge

METRE = 180 / 3.141592653589793 / EARTH  # degrees of latitude
ROAD = {"type": "MultiLineString", "coordinates": [[[116.30, 39.90], [116.34, 39.90]]]}
YARD = {
    "type": "Polygon",
    "coordinates": [[[116.30, 39.90], [116.34, 39.90], [116.34, 39.91], [116.30, 39.91], [116.30, 39.90]]],
}


def track(*north, begins="23:00", minutes=1):
    """Along the road, each point so many metres north of it."""
    first = dt.datetime.combine(dt.date(2026, 3, 1), dt.time.fromisoformat(begins), CHINA)
    at = [first + dt.timedelta(minutes=minutes * k) for k in range(len(north))]
    return at, [116.305 + 0.001 * k for k in range(len(north))], [39.9 + METRE * one for one in north]


@pytest.mark.parametrize(("north", "off"), [(0, False), (99, False), (-99, False), (101, True), (-101, True)])
def test_a_trip_is_off_its_route_beyond_the_width(north, off):
    found = judge(*track(0, north, north, 0), [Route(ROAD)], width=100)
    assert [(one.why, one.first, one.last, round(one.metres)) for one in found] == (
        [("route", 1, 2, 101)] if off else []
    )


def test_an_area_is_kept_inside_and_around():
    assert judge(*track(500, 1200, 500), [Route(YARD)], width=100) == []
    assert [one.first for one in judge(*track(500, 1300, 500), [Route(YARD)], width=100)] == [1]


def test_one_point_that_jumps_is_no_stray_where_two_are_asked():
    assert judge(*track(0, 900, 0), [Route(ROAD)], width=100, least=2) == []
    assert len(judge(*track(0, 900, 900, 0, 800, 800), [Route(ROAD)], width=100, least=2)) == 2


@pytest.mark.parametrize(
    ("begins", "strays"),
    [("22:00", []), ("21:58", [(0, 1)]), ("05:29", [(2, 2)]), ("12:00", [(0, 2)]), ("23:59", [])],
)
def test_hours_reach_over_midnight(begins, strays):
    found = judge(*track(0, 0, 0, begins=begins), [Route(ROAD, hours_of("22:00-次日5:30"))], width=100)
    assert [(one.first, one.last) for one in found] == strays
    assert {one.why for one in found} <= {"hours"}


def test_any_of_several_routes_is_enough_each_in_its_own_hours():
    routes = [Route(ROAD, hours_of("22:00-05:00")), Route(YARD, hours_of("9时至16时"))]
    assert judge(*track(0, 20, begins="10:00"), routes, width=30) == []
    assert judge(*track(-20, -20, begins="23:00"), routes, width=30) == []
    assert judge(*track(300, 300, begins="23:00"), routes, width=30) == [Stray("hours", 0, 1, 0.0)]


def test_without_a_route_nothing_is_said():
    assert judge(*track(0, 900), [], width=100) == []
    assert judge([], [], [], [Route(ROAD)], width=100) == []


@pytest.mark.parametrize("text", ["", "夜间", "22:00", "25:00-26:00", "22:00-23:00-24:00"])
def test_what_names_no_hours_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        hours_of(text)


@pytest.mark.parametrize("text", ["22:00-24:00", "22点至24点", "２２：００～２４：００"])
def test_midnight_may_be_written_as_24(text):
    assert hours_of(text) == ((dt.time(22), dt.time(0)),)
