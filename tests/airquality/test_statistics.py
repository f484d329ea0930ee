"""Statistics of spans, composite index, comparison, validity: by vectors and by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.airquality import AirError, edition, gbt8170
from lantian.airquality.compare import change_rate, compare
from lantian.airquality.composite import composite_index
from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.evaluate import evaluate
from lantian.airquality.hours import hours_of
from lantian.airquality.spans import heating, month, quarter, span, spans, year
from lantian.airquality.state import at_temperature
from lantian.airquality.statistics import Statistics, exceedance_multiple, percentile, statistics

Vectors = dict[str, list[dict[str, Any]]]


def test_percentiles(vectors: Vectors):
    for vector in vectors["percentile"]:
        assert percentile(vector["input"]["x"], vector["input"]["p"]) == pytest.approx(vector["expected"], abs=1e-12)


def test_places_of_percentiles(vectors: Vectors):
    """The percentile of 1 … n is its place k."""
    for vector in vectors["percentile_k"]:
        numbers = np.arange(1, vector["input"]["n"] + 1)
        for percent, place in zip(vector["input"]["p"], vector["expected"], strict=True):
            assert percentile(numbers, percent) == pytest.approx(place, abs=1e-9)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=60), st.sampled_from([50, 90, 95, 98]))
def test_percentile_is_the_linear_one(numbers: list[float], percent: int):
    assert percentile([*numbers, np.nan], percent) == pytest.approx(np.percentile(numbers, percent), abs=1e-9)


NAMES = {"SO2": "so2", "NO2": "no2", "PM10": "pm10", "PM2.5": "pm25", "CO95": "co", "O3_90": "o3"}


def test_composite_index(vectors: Vectors):
    for vector in vectors["composite_index"]:
        name = {"2012": "2018", "2026t": "2026", "2031": "2031"}[vector["input"]["limits"]]
        values = {NAMES[key]: float(value) for key, value in vector["input"]["C"].items()}
        found = composite_index(values, edition=name)
        expected = vector["expected"]
        assert found.value == float(expected["I"])
        assert {key for key, largest in found.largest.items() if largest} == {NAMES[expected["primary"]]}
        for key, single in expected["single"].items():
            assert gbt8170(found.terms[NAMES[key]], 3) == pytest.approx(float(single))


def test_composite_index_without_a_pollutant_is_missing():
    values = dict.fromkeys(POLLUTANTS, np.array([1.0, 2.0]))
    assert np.isfinite(composite_index(values, edition="2026").value).all()
    values["co"] = np.array([np.nan, 2.0])
    found = composite_index(values, edition="2026").value
    assert np.isnan(found[0])
    assert np.isfinite(found[1])


def test_weights_are_a_parameter():
    values = {"so2": 4, "no2": 31, "pm10": 68, "pm25": 38, "co": 1.4, "o3": 181}
    assert composite_index(values, edition="2018", weights={"pm25": 3}).value == gbt8170(4.38 + 2 * 38 / 35, 2)


def test_exceedance_multiple(vectors: Vectors):
    for vector in vectors["exceed_multiple"]:
        found = exceedance_multiple(vector["input"]["C"], vector["input"]["S"])
        assert found == float(vector["expected"])
    assert np.isnan(exceedance_multiple(160, 160))


def test_state_of_gases(vectors: Vectors):
    for vector in vectors["gas_state"]:
        found = at_temperature("so2", vector["input"]["C_273.15K"], was=273.15, becomes=298.15)
        assert gbt8170(found, 1) == float(vector["expected"])
    assert at_temperature("pm25", 100, was=273.15, becomes=298.15) == 100


def days_of(start: date, values: dict[str, list[float]], name: str) -> Any:
    """Days in which every hour has the value of the day."""
    hours = {key: np.repeat(np.array([column], np.float32), 24, axis=1) for key, column in values.items()}
    return evaluate(hours_of(hours, start=start), edition=name, engine="numpy").days


def of(start: date, values: dict[str, list[float]], name: str, over: Any) -> Statistics:
    return statistics(days_of(start, values, name), over)


def test_a_month_by_hand():
    fine = [20.0, 40.0, 80.0, 120.0, 160.0, 300.0, np.nan] + [30.0] * 24
    found = of(date(2019, 1, 1), {"pm25": fine}, "2018", month(2019, 1))
    figures = found.of["pm25"]
    assert figures.valid_days[0] == 30
    assert figures.mean[0] == gbt8170(np.nanmean(fine))
    assert figures.percentile[0] == gbt8170(percentile(fine, 95))
    assert figures.exceeding[0] == 4
    assert figures.mean_multiple[0] == exceedance_multiple(48, 35)
    assert figures.enough[0]
    assert found.levels[0].tolist() == [25, 1, 1, 1, 1, 1]
    assert found.good_days[0] == 26
    assert found.heavy_days[0] == 2
    assert found.good_share[0] == 86.7
    assert found.primary_days["pm25_24h"][0] == 5
    assert np.isnan(found.composite.value[0])
    assert not found.attains("pm25")[0]


def test_a_year_needs_days_in_every_month():
    """GB 3095 table 4: 324 days, 27 in each month, 25 in February."""
    full = np.full(365, 30.0)
    assert of(date(2019, 1, 1), {"pm25": list(full)}, "2018", year(2019)).of["pm25"].enough[0]
    gap = full.copy()
    gap[:5] = np.nan
    found = of(date(2019, 1, 1), {"pm25": list(gap)}, "2018", year(2019)).of["pm25"]
    assert found.valid_days[0] == 360
    assert not found.enough[0]
    february = full.copy()
    february[31:34] = np.nan
    assert of(date(2019, 1, 1), {"pm25": list(february)}, "2018", year(2019)).of["pm25"].enough[0]


def test_days_that_are_not_there_are_missing_ones():
    found = of(date(2019, 1, 10), {"pm25": [30.0] * 22}, "2018", month(2019, 1)).of["pm25"]
    assert found.valid_days[0] == 22
    assert not found.enough[0]
    nothing = of(date(2019, 3, 1), {"pm25": [30.0] * 5}, "2018", month(2019, 1)).of["pm25"]
    assert nothing.valid_days[0] == 0
    assert np.isnan(nothing.mean[0])


def test_a_part_of_a_month_needs_its_share():
    week = span(date(2019, 1, 1), date(2019, 1, 8))
    assert of(date(2019, 1, 1), {"pm25": [30.0] * 6 + [np.nan] * 2}, "2018", week).of["pm25"].enough[0]
    assert not of(date(2019, 1, 1), {"pm25": [30.0] * 5 + [np.nan] * 3}, "2018", week).of["pm25"].enough[0]


def test_2026_gives_fine_particles_one_digit():
    values = [30.0] * 15 + [31.0] * 16
    assert of(date(2026, 3, 1), {"pm25": values}, "2026", month(2026, 3)).of["pm25"].mean[0] == 30.5
    assert of(date(2019, 3, 1), {"pm25": values}, "2018", month(2019, 3)).of["pm25"].mean[0] == 31


def test_spans():
    assert [one.name for one in spans("quarter", date(2018, 12, 1), date(2019, 7, 1))] == ["2019-Q1", "2019-Q2"]
    assert heating("北京市", 2018).first == date(2018, 11, 15)
    assert heating("北京市", 2018).last == date(2019, 3, 15)
    assert quarter(2019, 1).year_before() == quarter(2018, 1)
    assert span(date(2020, 2, 1), date(2020, 2, 29)).year_before().last == date(2019, 2, 28)
    with pytest.raises(AirError):
        span(date(2020, 2, 2), date(2020, 2, 1))


def test_change_rates():
    assert change_rate(36, 48) == -25.0
    assert np.isnan(change_rate(36, 0))
    np.testing.assert_array_equal(change_rate([1.0, np.nan], [3.0, 1.0]), [-66.7, np.nan])


def test_gases_are_compared_in_one_state():
    """2017 at 273.15 K against 2019 at 298.15 K: the older gas values become 0.916 of what was published."""
    flat = {key: [50.0] * 31 for key in POLLUTANTS} | {"co": [1.0] * 31}
    before = of(date(2018, 1, 1), flat, "2012", month(2018, 1))
    now = of(date(2019, 1, 1), flat, "2018", month(2019, 1))
    found = compare(now, before)
    assert found.mean["no2"].before[0] == 46
    assert found.mean["pm25"].before[0] == 50
    assert found.mean["no2"].rate[0] == 8.7
    assert found.converted == ("so2", "no2", "co", "o3")
    assert found.same_index
    same = compare(now, now)
    assert same.converted == ()
    assert same.composite.rate[0] == 0


def test_editions_of_the_index_do_not_compare():
    flat = {key: [50.0] * 31 for key in POLLUTANTS} | {"co": [1.0] * 31}
    before = of(date(2025, 3, 1), flat, "2018", month(2025, 3))
    now = of(date(2026, 3, 1), flat, "2026", month(2026, 3))
    assert not compare(now, before).same_index
    again = of(date(2025, 3, 1), flat, "2026", month(2025, 3))
    assert compare(now, again).same_index
    assert compare(now, before).composite.before[0] == now.composite.value[0]
    assert edition("2026").limit("pm10", "year") == 60
