"""Rankings, areas, deductions, dustfall."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.airquality import AirError, gbt8170
from lantian.airquality.areas import area_days, area_hours
from lantian.airquality.deductions import Event, accounts, signs_of_sand_dust, suggest_sand_dust, without
from lantian.airquality.dustfall import dustfall, verdict
from lantian.airquality.evaluate import evaluate
from lantian.airquality.hours import Hours, hours_of
from lantian.airquality.rank import rank
from lantian.airquality.spans import month, span

Vectors = dict[str, list[dict[str, Any]]]


def test_ties_share_a_place_and_the_next_is_left_out():
    rows = rank({"甲": 40.04, "乙": 38.0, "丙": 39.96, "丁": 45.0, "戊": None}, decimals=1)
    assert [(row.name, row.place, row.tied) for row in rows] == [
        ("乙", 1, False), ("甲", 2, True), ("丙", 2, True), ("丁", 4, False), ("戊", None, False),
    ]  # fmt: skip


def test_change_of_rank_and_the_last_ones():
    rows = {row.name: row for row in rank({"甲": 3, "乙": 1, "丙": 2}, before={"甲": 1, "乙": 2})}
    assert rows["乙"].moved == 1
    assert rows["甲"].moved == -2
    assert rows["丙"].moved is None
    assert [name for name in rows if rows[name].among_last(2)] == ["丙", "甲"]


def test_more_may_be_better():
    assert [row.name for row in rank({"甲": 60.0, "乙": 80.0}, better="higher")] == ["乙", "甲"]


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.one_of(st.none(), st.integers(0, 5)), max_size=12))
def test_places_say_how_many_are_better(values: dict[str, int | None]):
    for row in rank(values):
        if row.value is None:
            assert row.place is None
        else:
            assert row.place == 1 + sum(other is not None and other < row.value for other in values.values())
            assert row.from_last == 1 + sum(other is not None and other > row.value for other in values.values())


def flat(stations: dict[str, float], days: int = 31) -> Hours:
    array = np.repeat(np.array(list(stations.values()), np.float32)[:, None], days * 24, axis=1)
    values = {"pm25": array, "pm10": array * 2, "so2": array, "no2": array, "co": array / 50, "o3": array}
    return hours_of(values, stations=list(stations), start=date(2019, 1, 1))


def test_an_area_is_the_mean_of_its_stations():
    days = evaluate(flat({"a": 30, "b": 41, "c": 50, "d": np.nan}), edition="2018").days
    found = area_days(days, {"三站": ["a", "b", "c"], "四站": ["a", "b", "c", "d"], "两站": ["a", "d"]})
    assert found.concentration("pm25")[:, 0].tolist()[:2] == [40, 40]
    assert np.isnan(found.concentration("pm25")[2, 0])
    assert found.index[0, 0] == 66  # PM10 of 81
    assert found.index[2, 0] == -1
    assert found.count["pm25"][1, 0] == 3


def test_an_area_of_one_station_is_that_station():
    days = evaluate(flat({"a": 30, "b": 160}), edition="2026").days
    found = area_days(days, {"甲": ["a"], "乙": ["b"]})
    np.testing.assert_array_equal(found.index, days.index)
    np.testing.assert_array_equal(found.primary, days.primary)
    for name, values in days.value.items():
        np.testing.assert_array_equal(found.value[name], values)


def test_hours_of_an_area():
    digits = {"so2": 0, "no2": 0, "co": 1, "o3": 0, "pm10": 0, "pm25": 0}
    found = area_hours(flat({"a": 30, "b": 41, "c": np.nan}), {"甲": ["a", "b", "c"]}, share=0.5, decimals=digits)
    assert found.values["pm25"][0, 0] == 36
    with pytest.raises(AirError, match="such station: x"):
        area_hours(found, {"甲": ["x"]}, share=0.5, decimals=digits)


def test_three_accounts_of_an_event_side_by_side():
    hours = flat({"a": 30})
    hours.values["pm10"][0, 24 * 9 : 24 * 11] = 900
    storm = Event(datetime(2019, 1, 10, 1), datetime(2019, 1, 12, 0), status="approved")
    other = Event(datetime(2019, 1, 20, 1), datetime(2019, 1, 21, 0))
    refused = Event(datetime(2019, 1, 25, 1), datetime(2019, 1, 26, 0), status="rejected")
    found = accounts(hours, [storm, other, refused], month(2019, 1))
    assert {kind: int(one.of["pm10"].valid_days[0]) for kind, one in found.items()} == {
        "raw": 31, "claimed": 28, "approved": 29,
    }  # fmt: skip
    assert {kind: float(one.of["pm10"].mean[0]) for kind, one in found.items()} == {
        "raw": 114, "claimed": 60, "approved": 60,
    }  # fmt: skip
    assert found["raw"].heavy_days[0] == 2
    assert found["approved"].heavy_days[0] == 0
    assert found["approved"].index_days[0] == 31  # of the other pollutants
    assert hours.values["pm10"][0, 24 * 9] == 900


def test_only_the_stations_and_pollutants_of_an_event_are_taken_out():
    hours = flat({"a": 30, "b": 30})
    event = Event(datetime(2019, 1, 1, 5), datetime(2019, 1, 1, 6), removes=("pm10",), stations=("b",))
    left = without(hours, [event], account="claimed")
    assert np.isnan(left.values["pm10"]).sum() == 2
    assert np.isnan(left.values["pm10"][1, 4:6]).all()
    assert np.isfinite(left.values["pm25"]).all()


def test_sand_dust_is_suggested_from_its_rise_to_its_end():
    hours = flat({"a": 40}, days=3)
    hours.values["pm10"][0, 30:36] = [200, 600, 900, 500, 300, 150]
    (event,) = suggest_sand_dust(hours)
    assert event.first == datetime(2019, 1, 2, 7)
    assert event.last == datetime(2019, 1, 2, 12)
    (sign,) = signs_of_sand_dust(hours)
    assert (sign.before, sign.peak, sign.peak_at, sign.hours) == (80, 900, datetime(2019, 1, 2, 9), 6)
    assert suggest_sand_dust(flat({"a": 40}, days=3)) == []
    assert sign.is_coarser
    haze = flat({"a": 40}, days=3)
    for values in (haze.values["pm10"], haze.values["pm25"]):
        values[0, 30:36] *= 8
        values[0, 36:] = np.nan
    (sign,) = signs_of_sand_dust(haze)
    assert not sign.is_coarser
    assert sign.hours == 6, "not beyond what was measured"
    heavy = flat({"a": 200}, days=3)
    heavy.values["pm25"][0, 30] = 20  # the ratio falls, PM10 stays where it was
    assert suggest_sand_dust(heavy) == []


def test_dustfall(vectors: Vectors):
    first = vectors["dustfall"][0]
    weights = {"W1_g": "loaded", "W0_g": "empty", "Wb_g": "blank", "S_cm2": "area"}
    given = {ours: first["input"][theirs] for theirs, ours in weights.items()}
    assert gbt8170(dustfall(**given, days=30), 3) == first["expected"]["t_km2_30d"]
    assert gbt8170(dustfall(**given, days=31), 3) == vectors["dustfall"][1]["expected"]["t_km2_30d"]
    assert dustfall(**given, days=30, rounded=True) == 7.8
    with pytest.raises(AirError, match="above 0"):
        dustfall(**given, days=0)


@pytest.mark.parametrize(
    ("comparison", "points", "kept"),
    [("<", [5.0], False), ("<=", [5.0], True), ("~", [5.4], True), ("~", [5.6], False), ("<", [5.0, 4.8], True),
     ("<=", [5.04], True), ("<=", [5.06], False), ("<", [None], None)],
)  # fmt: skip
def test_the_plan_says_how_dustfall_is_compared(comparison: Any, points: list[float | None], kept: bool | None):
    assert verdict(points, limit=5, comparison=comparison).kept is kept


def test_dustfall_before_and_after_sand_dust():
    found = verdict([6.0, None, 5.0], limit=5, comparison="<=", deducted=[1.5, 0, 0.5])
    assert (found.raw, found.value, found.kept, found.points) == (5.5, 4.5, True, 2)
    assert span(date(2019, 1, 1), date(2019, 1, 1)).days == 1
