"""Days of stations, worked out from their hours whenever those change: registered with the roll-ups of `series`.

A stored day follows the edition in force on it. Another edition asked for on a page is worked out from the hours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np

from lantian.airquality.days import Days
from lantian.airquality.editions import POLLUTANTS, edition
from lantian.airquality.evaluate import evaluate_days
from lantian.airquality.hours import Hours
from lantian.site.series.batch import Batch
from lantian.site.series.grid import day_of
from lantian.site.series.queries import read
from lantian.site.series.rollups import Rollup, rollups

KIND = "station"
HOUR, DAY = np.timedelta64(1, "h"), np.timedelta64(1, "D")
# Of each day its mean by pollutant, of ozone the MDA8, and beside it the largest hour.
FACTORS = (*POLLUTANTS, "o3_1h")


def register() -> None:
    """Announce the roll-up."""
    rollups.register("air.days", Rollup(KIND, "1h", "1d", work_out))


def hours(owners: Sequence[int], first: dt.date, last: dt.date) -> Hours:
    """Valid hours of stations over whole days, both included."""
    since, until = np.datetime64(first, "s") + HOUR, np.datetime64(last, "s") + DAY
    cube = read(owners, POLLUTANTS, since, until)
    return Hours(tuple(map(str, owners)), first, cube.values)


def work_out(owners: Sequence[int], first: np.datetime64, last: np.datetime64) -> Batch:
    """Days from the first to the last, and the one after: its eight-hour windows reach back into the night before."""
    since, until = day_of(first), day_of(last - HOUR) + dt.timedelta(days=1)
    parts = [_of_days(owners, days, first_day) for days, first_day in _by_edition(owners, since, until)]
    return Batch(
        "1d",
        np.concatenate([part.owners for part in parts]),
        np.concatenate([part.times for part in parts]),
        FACTORS,
        np.concatenate([part.values for part in parts]),
        counts=np.concatenate([part.counts for part in parts if part.counts is not None]),
    )


def _by_edition(owners: Sequence[int], first: dt.date, last: dt.date) -> Iterator[tuple[Days, dt.date]]:
    """Days, evaluated under the edition in force; with the day before, whose evening the first windows need."""
    day = first
    while day <= last:
        name = edition("auto", on=day).name
        end = day
        while end < last and edition("auto", on=end + dt.timedelta(days=1)).name == name:
            end += dt.timedelta(days=1)
        yield evaluate_days(hours(owners, day - dt.timedelta(days=1), end), edition=name), day
        day = end + dt.timedelta(days=1)


def _of_days(owners: Sequence[int], days: Days, first: dt.date) -> Batch:
    skip = (first - days.start).days
    length = days.length - skip
    dates = np.datetime64(first, "D") + np.arange(length)
    values = np.stack([days.concentration(name)[:, skip:] for name in FACTORS], axis=-1)
    counts = np.stack([days.count[name][:, skip:] for name in FACTORS], axis=-1)
    return Batch(
        "1d",
        np.repeat(np.asarray(owners, np.int64), length),
        np.tile(dates.astype("datetime64[s]"), len(owners)),
        FACTORS,
        values.reshape(-1, len(FACTORS)),
        counts=counts.reshape(-1, len(FACTORS)).astype(np.uint16),
    )
