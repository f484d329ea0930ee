"""Suspicions: each rule speaks where it should and stays silent beside it."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

from lantian.airquality.hours import Hours, hours_of
from lantian.airquality.quality import RULES, check, flat, nearest
from lantian.airquality.read import PRSA, read_hours
from tests.shared import shared_path

T = 48


def hours(**changes: dict[int, float]) -> Hours:
    """Two calm days of three stations; `changes` are hours of the first station by pollutant."""
    wave = np.sin(np.arange(T) / 3)
    base = {"pm25": 50, "pm10": 90, "so2": 15, "no2": 40, "co": 1.0, "o3": 60}
    step = np.linspace(0, 0.05, T)
    values = {p: np.stack([(top * (1 + 0.2 * wave + step)).astype(np.float32)] * 3) for p, top in base.items()}
    for p, at in changes.items():
        for t, value in at.items():
            values[p][0, t] = value
    return hours_of(values, stations=["a", "b", "c"], start=date(2019, 1, 1))


NEAR = {"a": ["b", "c"], "b": ["a", "c"], "c": ["a", "b"]}


def told(found: Hours, **more: object) -> set[tuple[str, str, str]]:
    return {(one.station, one.pollutant, one.rule) for one in check(found, **more).suspicions()}


def test_calm_hours_are_not_suspected():
    assert told(hours(), near=NEAR) == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"so2": {10: -9}}, ("so2", "range")),
        ({"o3": {10: 1200}}, ("o3", "range")),
        ({"pm25": dict.fromkeys(range(10, 14), 55)}, ("pm25", "flat")),
        ({"no2": dict.fromkeys(range(10, 16), 41)}, ("no2", "flat")),
        ({"pm10": {20: 300}}, ("pm10", "spike")),
        ({"co": {20: 8}}, ("co", "spike")),
        ({"pm25": {30: 130}}, ("pm25", "inversion")),
        ({"pm25": {30: 5}}, ("pm25", "ratio")),
        ({"o3": dict(enumerate(np.linspace(250, 270, 8), 30))}, ("o3", "neighbour")),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_each_rule_speaks(changes: dict[str, dict[int, float]], expected: tuple[str, str]):
    assert ("a", *expected) in told(hours(**changes), near=NEAR)


def test_three_equal_hours_are_not_flat_yet():
    assert told(hours(pm25=dict.fromkeys(range(10, 13), 55)), near=NEAR) == set()


def test_zeros_in_the_rain_may_be_equal():
    still = np.zeros((1, 10))
    assert flat(still, 6).all()
    assert not flat(still, 6, rain=np.ones(10, bool)).any()


def test_low_values_may_stand_still():
    low = hours(pm25=dict.fromkeys(range(10, 16), 3), pm10=dict.fromkeys(range(10, 16), 6))
    assert {rule for _, _, rule in told(low)} == set()


def test_what_the_neighbours_follow_is_no_spike():
    jump = hours(pm10={20: 300})
    for other in (1, 2):
        jump.values["pm10"][other, 20] = 280
    assert ("a", "pm10", "spike") not in told(jump, near=NEAR)
    assert ("a", "pm10", "spike") in told(jump)


def test_a_low_ratio_in_a_sand_dust_event_is_expected():
    storm = hours(pm10={30: 900})
    dust = np.zeros(T, bool)
    dust[28:34] = True
    assert ("a", "pm25", "ratio") in told(storm)
    assert ("a", "pm25", "ratio") not in told(storm, dust=dust)


def test_missing_hours_carry_no_flag():
    empty = hours()
    for array in empty.values.values():
        array[:] = np.nan
    found = check(empty, near=NEAR)
    assert all((flags == 0).all() for flags in found.flags.values())


def test_a_suspicion_says_where_and_what():
    (one,) = [s for s in check(hours(pm25=dict.fromkeys(range(10, 14), 55))).suspicions() if s.rule == "flat"]
    assert (one.first, one.last, one.hours) == (datetime(2019, 1, 1, 11), datetime(2019, 1, 1, 14), 4)
    assert one.zh == "a PM2.5 数值不变：2019-01-01 11:00 至 2019-01-01 14:00，55"
    assert "does not move" in one.en
    assert len(RULES) <= 8


def test_neighbours_lie_near():
    found = nearest({"a": (116.4, 39.9), "b": (116.5, 39.9), "c": (116.45, 39.9), "far": (100.0, 30.0)}, most=1)
    assert found == {"a": ["c"], "b": ["c"], "c": ["a"], "far": []} or found["c"] in (["a"], ["b"])


def test_the_inversions_of_the_beijing_stations_are_found():
    """PM2.5 above PM10 is the known oddity of these data."""
    place = shared_path("data/prsa") / "PRSA_Data_Guanyuan_20130301-20170228.csv.gz"
    read = read_hours([place], layout=PRSA).hours
    found = check(read)
    fine, coarse = read.values["pm25"], read.values["pm10"]
    by_hand = ((fine - coarse) > np.maximum(5, 0.1 * coarse)).sum()
    assert found.counts()["pm25", "inversion"] == by_hand > 300
