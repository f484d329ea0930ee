"""Days and months of what stations measure beside the six pollutants (TSP, VOCs, weather …): roll-ups of `series`.

How they follow is the rule of each factor (`series-factors`, `longer`); the library works them out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lantian import rulebook
from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.longer import days_of_hours, months_of_days
from lantian.rulebook.schemas.series import Factor, Factors
from lantian.site.air.days import DAY, HOUR, KIND
from lantian.site.series.batch import Batch
from lantian.site.series.grid import Times, day_of
from lantian.site.series.queries import read, stored_factors
from lantian.site.series.rollups import Rollup, rollups

NOTHING = Batch("1d", np.zeros(0, np.int64), np.zeros(0, "datetime64[s]"), (), np.zeros((0, 0)))
Arrays = Mapping[str, tuple[NDArray[np.floating], NDArray[np.int64]]]


def register() -> None:
    """Announce the roll-ups."""
    rollups.register("air.other_days", Rollup(KIND, "1h", "1d", days))
    rollups.register("air.other_months", Rollup(KIND, "1d", "1mo", months))


def rolled() -> list[Factor]:
    """Factors whose days and months follow by a rule of their own, as far as any value of theirs is stored."""
    stored = stored_factors()
    return [
        one
        for one in rulebook.get("series-factors", as_=Factors).factor
        if one.longer and one.code in stored and one.code not in POLLUTANTS
    ]


def days(owners: Sequence[int], first: np.datetime64, last: np.datetime64) -> Batch:
    """Days from the first to the last."""
    begin, end = day_of(first), day_of(last - HOUR)
    if not (factors := rolled()):
        return NOTHING
    cube = read(owners, [one.code for one in factors], np.datetime64(begin, "s") + HOUR, np.datetime64(end, "s") + DAY)
    made = {
        one.code: days_of_hours(cube.values[one.code], how=one.longer or "mean", least=one.day_hours) for one in factors
    }
    times = np.arange(np.datetime64(begin, "D"), np.datetime64(end, "D") + 1)
    return _batch("1d", owners, times.astype("datetime64[s]"), made)


def months(owners: Sequence[int], first: np.datetime64, last: np.datetime64) -> Batch:
    """All months of the years from the first to the last day; the last slot of a year's block is no day of it."""
    begin, end = dt.date(day_of(first).year, 1, 1), dt.date(day_of(last - DAY).year, 12, 31)
    if not (factors := rolled()):
        return NOTHING
    cube = read(
        owners, [one.code for one in factors], np.datetime64(begin, "s"), np.datetime64(end, "s"), interval="1d"
    )
    made = {one.code: months_of_days(cube.values[one.code], begin, how=one.longer or "mean")[1:] for one in factors}
    times = np.arange(np.datetime64(begin, "M"), np.datetime64(end, "M") + 1)
    return _batch("1mo", owners, times.astype("datetime64[s]"), made)


def _batch(interval: str, owners: Sequence[int], times: Times, made: Arrays) -> Batch:
    shape = (len(owners), len(times), len(made))
    values, counts = np.full(shape, np.nan), np.zeros(shape, np.uint16)
    for k, (value, count) in enumerate(made.values()):
        values[:, :, k], counts[:, :, k] = value, count
    return Batch(
        interval,
        np.repeat(np.asarray(owners, np.int64), len(times)),
        np.tile(times, len(owners)),
        tuple(made),
        values.reshape(-1, len(made)),
        counts=counts.reshape(-1, len(made)),
    )
