"""Days and months of what no standard evaluates: TSP, VOCs, weather, road dust load, each by the rule of its factor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lantian.airquality.arrays import Floats
from lantian.airquality.faults import AirError
from lantian.airquality.thousandths import mean, thousandths

How = Literal["mean", "sum"]
Counts = NDArray[np.int64]


def days_of_hours(hours: ArrayLike, *, how: How = "mean", least: int = 20) -> tuple[Floats, Counts]:
    """Values of days from their hours.

    Parameters
    ----------
    hours : [station, hour] over whole days, the first ending at 01:00 [unit of the factor]; NaN is missing
    how : 'mean', or 'sum' (rain)
    least : valid hours that make a day

    Returns
    -------
    Values [station, day], unrounded, NaN where too few hours are valid; and the number of valid hours.

    Notes
    -----
    Worked in whole thousandths of the unit, so that nothing depends on the order of adding.

    Examples
    --------
    >>> values, valid = days_of_hours([[1.0] * 23 + [4.0]])
    >>> values.tolist(), valid.tolist()
    ([[1.125]], [[24]])
    """
    array = np.atleast_2d(np.asarray(hours, float))
    if array.shape[1] % 24:
        raise AirError("小时数须为 24 的整倍数。", "Hours must be those of whole days.")
    parts = array.reshape(len(array), -1, 24)
    return _joined(*(part.sum(2) for part in thousandths(parts)), how=how, least=least)


def months_of_days(days: ArrayLike, first: date, *, how: How = "mean") -> tuple[NDArray[np.datetime64], Floats, Counts]:
    """Values of calendar months from those of days.

    Parameters
    ----------
    days : [station, day] from `first` on, without a gap; NaN is missing
    how : 'mean', or 'sum' (rain)

    Returns
    -------
    First days of the months (datetime64[M]); values [station, month], unrounded, NaN without a valid day; and the
    number of valid days, which says whether they are enough.

    Examples
    --------
    >>> months, values, valid = months_of_days([[1.0, 2.0, float("nan"), 5.0]], date(2026, 1, 30))
    >>> [str(one) for one in months], values.tolist(), valid.tolist()
    (['2026-01', '2026-02'], [[1.5, 5.0]], [[2, 1]])
    """
    array = np.atleast_2d(np.asarray(days, float))
    months = (np.datetime64(first, "D") + np.arange(array.shape[1])).astype("datetime64[M]")
    names, starts = np.unique(months, return_index=True)
    sums, counts = (np.add.reduceat(part, starts, axis=1, dtype=np.int64) for part in thousandths(array))
    return names, *_joined(sums, counts, how=how, least=1)


def of_areas(
    values: ArrayLike, owed: NDArray[np.bool_], areas: Sequence[Sequence[int]], *, share: float
) -> tuple[Floats, Counts]:
    """Values of areas: at each time the mean of their stations, where a share of those that owe a value has one.

    Parameters
    ----------
    values, owed : [station, time]; whether the station was there to measure, whose values elsewhere are left out
    areas : rows of the stations of each area
    share : of the stations that owe a value; one at least

    Returns
    -------
    Values [area, time], unrounded, NaN where too few stations have one; and how many have.

    Examples
    --------
    >>> one, two = [1.0, 2.0], [3.0, float("nan")]
    >>> values, valid = of_areas([one, two], np.ones((2, 2), bool), [[0, 1], [0]], share=0.75)
    >>> values.tolist(), valid.tolist()
    ([[2.0, nan], [1.0, 2.0]], [[2, 1], [1, 1]])
    """
    sums, there = thousandths(np.where(owed, np.asarray(values, float), np.nan))
    total = np.stack([sums[list(rows)].sum(0) for rows in areas])
    number = np.stack([there[list(rows)].sum(0) for rows in areas])
    asked = np.stack([owed[list(rows)].sum(0) for rows in areas])
    need = np.maximum(-(-asked * round(share * 1000) // 1000), 1)  # in whole numbers, so that 3 of 4 are 75 %
    return np.where(number >= need, mean(total, number, None), np.nan), number.astype(np.int64)


def mean_of(values: Floats) -> tuple[Floats, Counts]:
    """Mean of each row's valid values, unrounded, and their number."""
    sums, there = thousandths(values)
    count = there.sum(1)
    return mean(sums.sum(1), count, None), count.astype(np.int64)


def _joined(sums: Counts, counts: Counts, *, how: How, least: int) -> tuple[Floats, Counts]:
    value = sums / 1000.0 if how == "sum" else mean(sums, counts, None)
    return np.where(counts >= least, value, np.nan), counts.astype(np.int64)
