"""xarray in and out."""

from __future__ import annotations

import numpy as np
import pytest
import xarray

from lantian.airquality import AirError
from lantian.airquality.evaluate import evaluate
from lantian.airquality.hours import hours_of
from lantian.airquality.labelled import evaluation_dataset, statistics_dataset
from lantian.airquality.spans import month
from lantian.airquality.statistics import statistics


@pytest.fixture
def data() -> xarray.Dataset:
    times = np.datetime64("2019-01-01T01", "ns") + np.arange(59 * 24) * np.timedelta64(1, "h")
    values = np.full((59 * 24, 2), 60.0)
    values[:, 1] = 90
    names = {"PM2.5": values, "pm10": values * 1.5, "wind": values}
    variables = {name: (("time", "station"), array) for name, array in names.items()}
    return xarray.Dataset(variables, coords={"time": times, "station": ["1001A", "1002A"]})


def test_a_dataset_goes_in_and_comes_out(data: xarray.Dataset):
    found = evaluation_dataset(evaluate(hours_of(data), edition="2018"))
    assert found["aqi"].sel(station="1002A", time="2019-01-01T01:00").item() == 119
    assert found["pm25_day"].sel(station="1001A").values.tolist() == [60.0] * 59
    assert found["pm25_running"].attrs["units"] == "ug/m3"
    assert np.isnan(found["so2_day"]).all()
    assert found["time"].values[-1] == np.datetime64("2019-03-01T00")
    assert found["day"].values[-1] == np.datetime64("2019-02-28")
    assert found.attrs["edition"] == "2018"


def test_statistics_have_spans_and_levels(data: xarray.Dataset):
    days = evaluate(hours_of(data), edition="2018").days
    found = statistics_dataset([statistics(days, month(2019, number)) for number in (1, 2)])
    assert found["days"].sel(span="2019-01", station="1001A").values.tolist() == [0, 31, 0, 0, 0, 0]
    assert found["pm25_mean"].sel(span="2019-02").values.tolist() == [60, 90]
    assert found["good_days"].sel(station="1002A").values.tolist() == [0, 0]


def test_times_with_gaps_are_refused(data: xarray.Dataset):
    with pytest.raises(AirError, match="without gaps"):
        hours_of(data.isel(time=[0, 1, 5]))
    half = data.assign_coords(time=data["time"] + np.timedelta64(30, "m"))
    with pytest.raises(AirError, match="full hours"):
        hours_of(half)
