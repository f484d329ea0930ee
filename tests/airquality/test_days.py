"""Running means, days, MDA8: counts, validity, rounding, missing hours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray
from hypothesis import given
from hypothesis import strategies as st

from lantian.airquality import AirError, gbt8170
from lantian.airquality.daily import daily, mda8
from lantian.airquality.running import running_mean

Vectors = dict[str, list[dict[str, Any]]]
GAP = np.nan


def test_mda8_of_the_vectors(vectors: Vectors):
    for vector in vectors["o3_mda8_17windows"]:
        hours = [GAP if hour is None else hour for hour in vector["input"]["hours_1_24"]]
        expected = vector["expected"]
        found = mda8(hours)
        assert found.windows[0] == expected["valid_8h"]
        if expected.get("valid_day", True):
            assert found.value[0] == expected["MDA8_unrounded"]
            assert mda8(hours, decimals=0).value[0] == float(expected["MDA8_rounded"])
        else:
            assert np.isnan(found.value[0])
            assert mda8(hours, limit=140).value[0] == expected["MDA8_unrounded"]


def test_windows_are_a_parameter():
    """Twenty-four windows reach into the day before, seventeen do not."""
    hours = [200.0] * 24 + [10.0] * 24
    assert mda8(hours).value[1] == 10
    assert mda8(hours, windows=(1, 24)).value[1] == (7 * 200 + 10) / 8
    assert mda8(hours, windows=(1, 24)).windows.tolist() == [19, 24]


def test_a_day_needs_twenty_hours():
    assert daily([10.0] * 20 + [GAP] * 4).value[0] == 10
    assert np.isnan(daily([10.0] * 19 + [GAP] * 5).value[0])
    assert daily([10.0] * 19 + [GAP] * 5).count[0] == 19


def test_a_tie_goes_to_the_even_number():
    hours = [60.0] * 12 + [61.0] * 12
    assert daily(hours, decimals=0).value[0] == 60
    assert daily(np.array(hours) + 1, decimals=0).value[0] == 62
    carbon = np.array([1.2] * 12 + [1.3] * 12, np.float32)
    assert daily(carbon, decimals=1).value[0] == 1.2


def test_running_mean_counts_what_is_there():
    found = running_mean(np.array([1.0, 2.0, GAP, 4.0, 5.0]), 3, least=1)
    np.testing.assert_array_equal(found.count, [1, 2, 2, 2, 2])
    np.testing.assert_array_equal(found.mean, [1, 1.5, 1.5, 3, 4.5])


def test_ozone_of_the_platform_begins_anew_at_one():
    hours = np.arange(1.0, 49.0)
    sliding = running_mean(hours, 8).mean
    anew = running_mean(hours, 8, restart=True).mean
    assert sliding[28] == np.mean(hours[21:29])
    assert anew[28] == np.mean(hours[24:29])
    np.testing.assert_array_equal(sliding[31:48], anew[31:48])


def test_defaults_are_those_of_the_standard():
    hours = np.array([1.0] * 6 + [GAP] * 18 + [1.0] * 24)
    assert np.isfinite(running_mean(hours, 8).mean[5])
    assert np.isnan(running_mean(hours, 8).mean[8])
    assert np.isnan(running_mean(hours, 24).mean[42])
    assert running_mean(hours, 24).count[43] == 20
    assert running_mean(hours, 24).mean[43] == 1


def test_labelled_arrays_keep_their_names():
    times = np.datetime64("2019-01-01T01", "ns") + np.arange(48) * np.timedelta64(1, "h")
    data = xarray.DataArray(
        np.ones((48, 2)), dims=("time", "station"), coords={"time": times, "station": ["1001A", "1002A"]}
    )
    days = daily(data)
    assert days.value.dims == ("time", "station")
    assert days.value["time"].values.astype("datetime64[D]").astype(str).tolist() == ["2019-01-01", "2019-01-02"]
    assert running_mean(data, 24).count.sel(station="1002A").values[-1] == 24


def test_hours_that_fill_no_day_are_refused():
    with pytest.raises(AirError, match="whole days"):
        daily([1.0] * 23)


hours_of_a_day = st.lists(
    st.one_of(st.just(GAP), st.integers(0, 5000).map(lambda tenths: tenths / 10)), min_size=24, max_size=24
)


@given(hours_of_a_day)
def test_a_day_is_the_mean_of_its_hours(hours: list[float]):
    there = [hour for hour in hours if not np.isnan(hour)]
    found = daily(hours, least=1)
    assert found.count[0] == len(there)
    if there:
        assert found.value[0] == pytest.approx(np.mean(there), abs=1e-9)
        assert daily(hours, least=1, decimals=0).value[0] == gbt8170(found.value[0])


@given(hours_of_a_day, st.integers(0, 23), st.floats(0, 50))
def test_mda8_never_falls_when_an_hour_gets_worse(hours: list[float], place: int, more: float):
    worse = list(hours)
    worse[place] += more
    before, after = mda8(hours), mda8(worse)
    assert before.windows == after.windows
    assert not after.value[0] < before.value[0]
