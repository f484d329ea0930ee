"""How values go through the day and through the week: arrays in, figures out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.arrays import Floats
from lantian.airquality.faults import AirError

HOUR = np.timedelta64(3600, "s")
Times = NDArray[np.datetime64]


@dataclass(frozen=True)
class Cycle:
    """Values by their place in a cycle, one entry a place.

    Attributes
    ----------
    places : hours 1 to 24, each named by its end; days 1 (Monday) to 7
    mean, median : NaN where no value is
    lower, upper : 25th and 75th percentile
    count : values behind it
    """

    places: NDArray[np.int64]
    mean: Floats
    median: Floats
    lower: Floats
    upper: Floats
    count: NDArray[np.int64]


def diurnal(times: Times, values: Floats) -> Cycle:
    """Values by hour of the day.

    Parameters
    ----------
    times : local time at which each hour ends: 00:00 is hour 24 of the day before
    values : one a time, NaN where missing

    Raises
    ------
    AirError
        where the arrays differ in length.
    """
    return _cycle(_hour_of(times), values, 24)


def weekly(times: Times, values: Floats) -> Cycle:
    """Values by day of the week; the hour that ends at midnight belongs to the day before."""
    return _cycle(_day_of(times), values, 7)


def hours_of_week(times: Times, values: Floats) -> Floats:
    """Mean by day of the week (7 rows, Monday first) and hour of the day (24 columns)."""
    cycle = _cycle((_day_of(times) - 1) * 24 + _hour_of(times), values, 168)
    return cycle.mean.reshape(7, 24)


def _hour_of(times: Times) -> NDArray[np.int64]:
    start = times.astype("datetime64[s]") - HOUR
    found: NDArray[np.int64] = ((start - start.astype("datetime64[D]")) // HOUR).astype(np.int64) + 1
    return found


def _day_of(times: Times) -> NDArray[np.int64]:
    days = (times.astype("datetime64[s]") - HOUR).astype("datetime64[D]").astype(np.int64)
    found: NDArray[np.int64] = (days + 3) % 7 + 1  # the first day of 1970 was a Thursday
    return found


def _cycle(places: NDArray[np.int64], values: Floats, many: int) -> Cycle:
    if places.shape != np.shape(values):
        raise AirError("时间和数值的个数不同。", "Times and values differ in number.")
    there = np.isfinite(values)
    order = np.argsort(places[there], kind="stable")
    sorted_places, sorted_values = places[there][order], np.asarray(values, float)[there][order]
    parts = np.split(sorted_values, np.searchsorted(sorted_places, np.arange(2, many + 1)))
    figures = np.array([_of(part) for part in parts])
    counts = np.array([len(part) for part in parts], np.int64)
    return Cycle(np.arange(1, many + 1), figures[:, 0], figures[:, 1], figures[:, 2], figures[:, 3], counts)


def _of(values: Floats) -> tuple[float, float, float, float]:
    if not len(values):
        return (np.nan,) * 4
    lower, median, upper = np.percentile(values, [25, 50, 75])
    return float(values.mean()), float(median), float(lower), float(upper)
