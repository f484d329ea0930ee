"""Months of stations, worked out from their days whenever those change: registered with the roll-ups of `series`.

A stored month holds, by pollutant, the unrounded mean of its valid days and their number; and the percentiles that the
standard of evaluation publishes of CO and ozone. It follows the edition in force on its last day, as every evaluation
of that month does: rounding the stored mean gives the figure that `statistics` publishes of the same days.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from lantian.airquality.editions import POLLUTANTS, edition
from lantian.airquality.spans import month
from lantian.airquality.statistics import Statistics, statistics
from lantian.site.air.days import DAY, KIND, under
from lantian.site.series.batch import Batch
from lantian.site.series.grid import day_of
from lantian.site.series.rollups import Rollup, rollups

PERCENTILES = {"co_p95": "co", "o3_p90": "o3"}  # of these pollutants a percentile is published, not the mean
FACTORS = (*POLLUTANTS, *PERCENTILES)


def register() -> None:
    """Announce the roll-up."""
    rollups.register("air.months", Rollup(KIND, "1d", "1mo", work_out))


def work_out(owners: Sequence[int], first: np.datetime64, last: np.datetime64) -> Batch:
    """All months of the years from the first to the last day; the last slot of a year's block is no day of it."""
    years = range(day_of(first).year, day_of(last - DAY).year + 1)
    spans, values, counts = [], [], []
    of_years = [month(year, number) for year in years for number in range(1, 13)]
    for _name, group in groupby(of_years, key=lambda one: edition("auto", on=one.last).name):
        some = list(group)
        rules = edition("auto", on=some[-1].last)
        days = under(owners, some[0].first, some[-1].last, rules)
        found = [statistics(days, one) for one in some]
        spans += some
        values += [_values(one) for one in found]
        counts += [_counts(one) for one in found]
    times = np.array([span.first for span in spans], "datetime64[s]")
    return Batch(
        "1mo",
        np.repeat(np.asarray(owners, np.int64), len(times)),
        np.tile(times, len(owners)),
        FACTORS,
        np.stack(values, axis=1).reshape(-1, len(FACTORS)),
        counts=np.stack(counts, axis=1).reshape(-1, len(FACTORS)),
    )


def _values(found: Statistics) -> np.ndarray:
    """Station × factor."""
    means = [found.of[name].exact_mean for name in POLLUTANTS]
    return np.stack([*means, *(found.of[name].percentile for name in PERCENTILES.values())], axis=-1)


def _counts(found: Statistics) -> np.ndarray:
    names = (*POLLUTANTS, *PERCENTILES.values())
    return np.stack([found.of[name].valid_days for name in names], axis=-1).astype(np.uint16)
