"""The index of a report: the largest, ties, what is missing, categories."""

from __future__ import annotations

import numpy as np
import pytest
import xarray
from hypothesis import given
from hypothesis import strategies as st

from lantian.airquality import AirError, aqi, edition

DAY = {"so2": 12, "no2": 55, "co": 1.2, "pm10": 130, "pm25": 68, "o3_8h": 92}


def test_a_pollutant_is_missing_2012():
    found = aqi({**DAY, "o3_8h": np.nan}, edition="2018")
    assert found.aqi == 92
    assert found.missing["o3"]
    assert not found.missing["so2"]


def test_a_pollutant_is_missing_2026():
    """HJ 633-2026 5.3.1: above 100 the index is published all the same, else not."""
    polluted = aqi({**DAY, "o3_8h": np.nan}, edition="2026")
    assert polluted.aqi == 108
    clean = aqi({**DAY, "pm25": 60, "pm10": 120, "o3_8h": np.nan}, edition="2026")
    assert np.isnan(clean.aqi)
    assert clean.withheld
    assert clean.primary_at() == ()
    assert clean.iaqi["pm25_24h"] == 100
    assert clean.category_at() is None


def test_what_is_not_monitored_withholds_nothing():
    """HJ 633-2026 5.3.2."""
    found = aqi({k: v for k, v in DAY.items() if k != "co"} | {"pm25": 20, "pm10": 30}, edition="2026")
    assert np.isnan(found.aqi)
    found = aqi(
        {k: v for k, v in DAY.items() if k != "co"} | {"pm25": 20, "pm10": 30}, edition="2026", not_monitored=["CO"]
    )
    assert found.aqi == 69


def test_nothing_there_gives_nothing():
    found = aqi({"pm25": np.array([np.nan, 36.0])}, edition="2018")
    np.testing.assert_array_equal(found.aqi, [np.nan, 52])
    assert found.primary_at(0) == ()
    np.testing.assert_array_equal(found.level, [np.nan, 2])


def test_the_index_of_2026_starts_at_one():
    nothing = dict.fromkeys(DAY, 0)
    assert aqi(nothing, edition="2026").aqi == 1
    assert aqi(nothing, edition="2018").aqi == 0


def test_no_primary_pollutant_at_fifty():
    clean = {"so2": 1, "no2": 1, "co": 0.1, "pm10": 10, "pm25": 35, "o3_8h": 10}
    assert aqi(clean, edition="2026").primary_at() == ()
    assert aqi({**clean, "pm25": 36}, edition="2026").primary_at() == ("pm25_24h",)


def test_ozone_above_its_eight_hour_table_speaks_by_the_hour_2012():
    day = {"so2": 1, "no2": 1, "co": 0.1, "pm10": 10, "pm25": 10, "o3_8h": 801, "o3_1h": 900}
    found = aqi(day, edition="2018")
    assert found.aqi == 350
    assert found.primary_at() == ("o3_1h",)


def test_sulphur_dioxide_above_its_hour_table_speaks_by_the_day_2012():
    hour = {"so2_1h": 900, "so2_24h": 1000, "pm25_24h": 20}
    found = aqi(hour, report="hour", edition="2018")
    assert found.aqi == 225
    assert found.primary_at() == ("so2_24h",)
    assert not found.missing["so2"]
    assert aqi({**hour, "so2_1h": 100}, report="hour", edition="2018").aqi == 34


def test_the_hour_of_the_platform():
    """The national publication puts one-hour particles on the breakpoints of the day."""
    hour = {"pm25": 53, "pm10": 76, "so2": 15, "no2": 75, "co": 1.2}
    assert aqi(hour, report="platform", edition="2018").aqi == 73


@pytest.mark.parametrize(
    ("value", "level", "name"),
    [(0, 1, "优"), (35, 1, "优"), (36, 2, "良"), (75, 2, "良"), (76, 3, "轻度污染"), (116, 4, "中度污染"),
     (151, 5, "重度污染"), (251, 6, "严重污染"), (2000, 6, "严重污染")],
)  # fmt: skip
def test_categories(value: float, level: int, name: str):
    found = aqi({"pm25": value}, edition="2018")
    assert found.level == level
    assert found.category_at().name.zh == name


def test_a_dataset_gives_labelled_results():
    times = np.array(["2026-03-01", "2026-03-02"], "datetime64[D]")
    values = {name: (("station", "time"), np.full((1, 2), value, np.float32)) for name, value in DAY.items()}
    values["wind"] = (("station", "time"), np.ones((1, 2)))  # a Dataset may hold more than pollutants
    data = xarray.Dataset(values, coords={"station": ["1001A"], "time": times})
    found = aqi(data, edition="2026")
    assert found.aqi.dims == ("station", "time")
    assert found.aqi.sel(station="1001A").values.tolist() == [108, 108]
    assert found.primary_at(0, 1) == ("pm25_24h",)


@given(
    st.fixed_dictionaries({name: st.floats(0, 700) for name in DAY}),
    st.sampled_from(sorted(DAY)),
    st.sampled_from(["2018", "2026", "2031"]),
)
def test_a_pollutant_less_never_raises_the_index(values: dict[str, float], gone: str, name: str):
    whole = aqi(values, edition=name).aqi
    less = aqi({**values, gone: np.nan}, edition=name).aqi
    assert np.isnan(less) or less <= whole


@given(st.fixed_dictionaries({name: st.floats(0, 700) for name in DAY}))
def test_2031_has_the_index_of_2026(values: dict[str, float]):
    assert aqi(values, edition="2031").aqi == aqi(values, edition="2026").aqi
    assert aqi(values, edition="2012").aqi == aqi(values, edition="2018").aqi


def test_what_is_wrong_is_told():
    with pytest.raises(AirError, match="o3_1h or o3_8h"):
        aqi({"o3": 100}, edition="2018")
    with pytest.raises(AirError, match="ozon"):
        aqi({"ozon": 100}, edition="2026")
    with pytest.raises(AirError, match="at least one"):
        aqi({"so2_1h": 3}, edition="2026")
    assert edition("2026").not_read == ("hj663 2026 (second-hand)",)
