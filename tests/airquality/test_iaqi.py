"""Individual indices: exact, rising, capped, by edition."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import ceil

import numpy as np
import pytest
import xarray
from hypothesis import given
from hypothesis import strategies as st

from lantian.airquality import AirError, edition, iaqi
from lantian.rulebook import RuleError

ITEMS = sorted(edition("2026").scales)
EDITIONS = ("2012", "2018", "2026", "2031")


def by_fractions(item: str, units: int, name: str) -> int | None:
    """Formula (1) of HJ 633 written down with fractions, to hold the table against."""
    found = edition(name)
    row = found.index.breakpoints[item]
    at = found.index.breakpoints[row.like].at if row.like else row.at
    value = Fraction(units, 10 ** found.scales[item].decimals)
    for low, high, from_, to in zip(at, at[1:], found.index.at, found.index.at[1:], strict=False):
        if value <= Fraction(high):
            return ceil(Fraction(to - from_) / (Fraction(high) - Fraction(low)) * (value - Fraction(low)) + from_)
    return found.index.cap if len(at) == len(found.index.at) else row.beyond


@pytest.mark.parametrize("name", ["2012", "2026"])
@pytest.mark.parametrize("item", ITEMS)
def test_every_unit_is_as_fractions_say(item: str, name: str):
    scale = edition(name).scales[item]
    units = np.arange(scale.top + 5)
    pollutant, averaging = item.split("_")
    found = iaqi(pollutant, units / 10**scale.decimals, averaging, edition=name)
    expected = [by_fractions(item, int(unit), name) for unit in units]
    np.testing.assert_array_equal(found, [np.nan if index is None else index for index in expected])
    in_float32 = (units / 10**scale.decimals).astype(np.float32)
    np.testing.assert_array_equal(found, iaqi(pollutant, in_float32, averaging, edition=name))


@pytest.mark.parametrize(("value", "index", "in_floats"), [(2.2, 55, 56)], ids=["CO of a day"])
def test_carbon_monoxide_is_not_lifted_by_floats(value: float, index: int, in_floats: int):
    assert iaqi("co", value, edition="2026") == index
    assert ceil((100 - 50) / (4 - 2) * (value - 2) + 50) == in_floats


@pytest.mark.parametrize(("value", "index"), [(1.1, 11), (4.4, 44), (65.4, 218)])
def test_carbon_monoxide_of_an_hour(value: float, index: int):
    assert iaqi("co", value, "1h", edition="2018") == iaqi("co", value, "1h", edition="2026") == index


@given(
    st.sampled_from(ITEMS),
    st.sampled_from(EDITIONS),
    st.floats(0, 5000, allow_nan=False),
    st.floats(0, 5000, allow_nan=False),
)
def test_never_falls_when_the_air_gets_worse(item: str, name: str, one: float, other: float):
    pollutant, averaging = item.split("_")
    low, high = iaqi(pollutant, np.array(sorted((one, other))), averaging, edition=name)
    assert not high < low  # NaN where the edition of 2012 defines none
    assert not low < 0
    assert not high > 500


@given(st.sampled_from(ITEMS), st.integers(0, 4000))
def test_rounds_up(item: str, unit: int):
    scale = edition("2026").scales[item]
    pollutant, averaging = item.split("_")
    exact = np.interp(unit / 10**scale.decimals, *_line(item))
    found = iaqi(pollutant, unit / 10**scale.decimals, averaging, edition="2026")
    assert exact - 1e-9 <= found < exact + 1


def _line(item: str) -> tuple[list[float], list[int]]:
    found = edition("2026")
    row = found.index.breakpoints[item]
    at = list(found.index.breakpoints[row.like].at if row.like else row.at)
    return at, list(found.index.at)[: len(at)]


def test_scalars_arrays_and_labelled_arrays_come_back_as_they_came():
    assert iaqi("pm25", 75, edition="2026") == 114
    assert isinstance(iaqi("pm25", 75, edition="2026"), int)
    assert np.isnan(iaqi("pm25", np.nan, edition="2026"))
    np.testing.assert_array_equal(iaqi("pm25", [[75, np.nan]], edition="2026"), [[114, np.nan]])
    labelled = xarray.DataArray([35.0, np.nan], dims="time", coords={"time": [1, 2]}, name="pm25")
    found = iaqi("pm25", labelled, edition="2026")
    assert found.dims == ("time",)
    np.testing.assert_array_equal(found.values, [50, np.nan])


def test_the_day_decides_the_edition():
    assert iaqi("pm25", 75, on=date(2026, 2, 28)) == 100
    assert iaqi("pm25", 75, on=date(2026, 3, 1)) == 114
    assert edition(on=date(2018, 8, 31)).rule.temperature == 273.15
    assert edition(on=date(2018, 9, 1)).rule.temperature == 298.15
    assert edition(on=date(2030, 12, 31)).limit("pm25", "year") == 30
    assert edition(on=date(2031, 1, 1)).limit("pm25", "year") == 25


def test_above_its_table_sulphur_dioxide_has_an_index_in_2026_only():
    assert iaqi("so2", 900, "1h", edition="2026") == 200
    assert np.isnan(iaqi("so2", 900, "1h", edition="2018"))
    assert iaqi("o3", 801, "8h", edition="2026") == 300
    assert np.isnan(iaqi("o3", 801, "8h", edition="2018"))


def test_what_is_wrong_is_told():
    with pytest.raises(AirError, match="date"):
        iaqi("pm25", 75)
    with pytest.raises(AirError, match="pm25_8h"):
        iaqi("pm25", 75, "8h", edition="2026")
    with pytest.raises(RuleError, match="2025"):
        iaqi("pm25", 75, edition="2025")
