"""Hours of a station over a span, thinned for a drawing where they are many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.editions import POLLUTANTS, Edition
from lantian.airquality.evaluate import evaluate
from lantian.site.air import days
from lantian.site.air.models import Station

MOST_DAYS = 366
POINTS = 744  # hours of a month: what a drawing shows one by one
STEPS = (1, 2, 3, 4, 6, 8, 12)  # hours that fit a day
Values = NDArray[np.float64]


@dataclass(frozen=True)
class HourSpan:
    """Hours from the first day to the last.

    Attributes
    ----------
    step : hours that each value stands for; 1 where nothing was thinned
    times : their ends
    mean : by pollutant, mean of the step's valid hours; missing where fewer than half of them are valid
    largest : by pollutant, the largest valid hour of the step, so that no peak is lost
    index : largest real-time index of the step
    cycle : by pollutant, mean of each hour of the day (1 to 24) over the whole span
    cycle_days : by pollutant, how many values stand behind the hour with fewest
    """

    first: dt.date
    last: dt.date
    edition: Edition
    step: int
    times: list[dt.datetime]
    mean: Mapping[str, Values]
    largest: Mapping[str, Values]
    index: Values
    cycle: Mapping[str, Values]
    cycle_days: Mapping[str, int]


def hours_of(
    station: Station, first: dt.date, last: dt.date, *, wanted: str = "auto", until: dt.datetime | None = None,
    points: int | None = POINTS,
) -> HourSpan:  # fmt: skip
    """Hours of whole days, those up to `until` only; `points` None thins nothing. One SQL query.

    Parameters
    ----------
    wanted : edition that the index is of; 'auto' takes the one in force on the last day
    """
    found = evaluate(days.hours([station.owner_id], first, last), edition=wanted, on=last)
    length = found.hours.days * 24
    start = np.datetime64(first, "s")
    if until is not None:
        now = np.datetime64(until.replace(tzinfo=None, minute=0, second=0, microsecond=0), "s")
        length = max(min(length, int((now - start) / days.HOUR)), 1)
    step = next((one for one in STEPS if points is None or length <= points * one), STEPS[-1])
    hours = {name: found.hours.values[name][0, :length].astype(float) for name in POLLUTANTS}
    index = np.where(found.index[0, :length] < 0, np.nan, found.index[0, :length])
    cycles = {name: _cycle(array) for name, array in hours.items()}
    ends = start + np.arange(1, -(-length // step) + 1) * step * days.HOUR
    return HourSpan(
        first,
        last,
        found.edition,
        step,
        ends.tolist(),
        {name: _mean(array, step) for name, array in hours.items()},
        {name: _largest(array, step) for name, array in hours.items()},
        _largest(index, step),
        {name: cycle for name, (cycle, _count) in cycles.items()},
        {name: count for name, (_cycle, count) in cycles.items()},
    )


def _steps(values: Values, step: int) -> Values:
    """Values as rows of a step; what lacks at the end is missing."""
    filled = np.pad(values, (0, -len(values) % step), constant_values=np.nan)
    return filled.reshape(-1, step)


def _mean(values: Values, step: int) -> Values:
    rows = _steps(values, step)
    there = ~np.isnan(rows)
    total, count = np.where(there, rows, 0).sum(1), there.sum(1)
    return np.where(count * 2 >= step, total / np.maximum(count, 1), np.nan)


def _largest(values: Values, step: int) -> Values:
    rows = _steps(values, step)
    there = ~np.isnan(rows)
    return np.where(there.any(1), np.where(there, rows, -np.inf).max(1), np.nan)


def _cycle(values: Values) -> tuple[Values, int]:
    rows = _steps(values, 24)
    there = ~np.isnan(rows)
    count = there.sum(0)
    return np.where(count > 0, np.where(there, rows, 0).sum(0) / np.maximum(count, 1), np.nan), int(count.min())
