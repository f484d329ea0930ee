"""Values of natural days from hours: means, and the daily maximum of eight-hour means of ozone (MDA8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lantian.airquality.arrays import Floats, Rewrap, is_labelled, unwrap
from lantian.airquality.editions import Edition
from lantian.airquality.editions import edition as find_edition
from lantian.airquality.exact import Whole, divide_half_even
from lantian.airquality.faults import AirError
from lantian.airquality.running import window_sums
from lantian.airquality.thousandths import PER_UNIT, Flags, mean, step, thousandths

# Windows hold 6, 7 or 8 valid hours: means times this are whole, so that the largest is found without a division.
COMMON = 840  # a multiple of 1 to 8


@dataclass(frozen=True)
class Daily:
    """Values of days with the number of valid hours behind each; NaN where there are too few."""

    value: Any
    count: Any


@dataclass(frozen=True)
class Mda8:
    """Daily maximum eight-hour means with the number of valid windows; NaN where the day is not valid."""

    value: Any
    windows: Any


def daily(hours: Any, *, least: int = 20, decimals: int | None = None) -> Daily:
    """Means of natural days (GB 3095-2026 3.10, table 4).

    Parameters
    ----------
    hours : array with time last, or DataArray with a dimension 'time' [µg/m³; CO mg/m³]: whole days, 24 values each,
        the first ending at 01:00, missing ones as NaN
    least : valid hours that a day needs
    decimals : round half to even (GB/T 8170); None leaves the mean as it is

    Examples
    --------
    >>> daily([35.0] * 20 + [np.nan] * 4).value, daily([35.0] * 19 + [np.nan] * 5).value
    (array([35.]), array([nan]))
    """
    array, rewrap = by_days(hours)
    values, there = thousandths(array)
    counts = there.sum(-1)
    means = np.where(counts >= max(least, 1), mean(values.sum(-1), counts, decimals), np.nan)
    return Daily(rewrap(means), rewrap(counts))


def mda8(
    hours: Any,
    *,
    edition: str | Edition = "2018",
    windows: tuple[int, int] | None = None,
    least: int | None = None,
    limit: float | None = None,
    decimals: int | None = None,
) -> Mda8:
    """Daily maximum eight-hour mean of ozone (臭氧日最大 8 小时平均).

    Parameters
    ----------
    hours : as of `daily` [µg/m³]
    edition : gives what the other parameters leave open
    windows : hours at which the first and the last window end; (8, 24) are the 17 windows of HJ 663-2013
    least : valid windows that a day needs
    limit : a day with fewer windows counts all the same when its maximum exceeds this [µg/m³]
    decimals : round half to even (GB/T 8170); None leaves the mean as it is

    Notes
    -----
    HJ 663-2013 6.1.2. A window needs 6 valid hours of 8. Windows that end before 08:00 reach into the day before.

    Examples
    --------
    >>> mda8([20, 18, 16, 15, 15, 18, 25, 40, 60, 80, 100, 120, 140, 150, 160, 165, 150, 130, 110, 90, 70, 60, 50, 40])
    Mda8(value=array([140.625]), windows=array([17]))
    """
    found = find_edition(edition)
    rule = found.evaluation.mda8
    first, last = windows or (rule.first, rule.last)
    array, rewrap = by_days(hours)
    values, there = thousandths(array.reshape(*array.shape[:-2], -1))
    best, count = best_windows(values, there, (first, last), rule.hours)
    bound = limit if limit is not None else found.limit("o3", "day") if rule.unless_exceeding else None
    need = rule.least if least is None else least
    enough = (count >= need) | exceeds(best, bound) if bound is not None else count >= need
    if decimals is None:
        value = best / float(COMMON * PER_UNIT)
    else:
        value = divide_half_even(best, COMMON * step(decimals)) / 10.0**decimals
    return Mda8(rewrap(np.where(enough & (count > 0), value, np.nan)), rewrap(count))


def best_windows(values: Whole, there: Flags, windows: tuple[int, int], hours: int) -> tuple[Whole, Whole]:
    """The largest eight-hour mean of each day, in thousandths × COMMON, and the number of valid windows."""
    sums, counts = window_sums(values, there, 8)
    shape = (*values.shape[:-1], values.shape[-1] // 24, 24)
    first, last = windows
    sums, counts = (part.reshape(shape)[..., first - 1 : last] for part in (sums, counts))
    valid = counts >= hours
    lowest = np.iinfo(np.int64).min
    best = np.where(valid, sums * (COMMON // np.maximum(counts, 1)), lowest).max(-1)
    number = valid.sum(-1)
    return np.where(number > 0, best, 0), number


def exceeds(best: Whole, limit: float) -> Flags:
    """Whether a maximum, rounded as it is published, lies above a limit."""
    rounded = divide_half_even(best, COMMON * PER_UNIT)
    return np.asarray(rounded > limit)


def by_days(hours: Any) -> tuple[Floats, Rewrap]:
    """Hours as [..., day, hour], and how to give values of days their kind back."""
    array, rewrap = unwrap(hours)
    axis = hours.dims.index("time") if is_labelled(hours) else -1
    if array.ndim == 0 or array.shape[axis] % 24:
        raise AirError(
            "逐时数据须是整日（每日 24 个，从 01:00 起），缺测填空值。",
            "Hours must fill whole days (24 each, from the one ending at 01:00), missing ones as NaN.",
        )
    moved = np.moveaxis(array, axis, -1)
    shaped = moved.reshape(*moved.shape[:-1], -1, 24)
    if not is_labelled(hours):
        return shaped, rewrap
    days = hours.isel(time=slice(0, None, 24))  # the hour that ends at 01:00 lies in its day
    named = days.assign_coords(time=days["time"].values.astype("datetime64[D]").astype("datetime64[ns]"))
    return shaped, lambda out: named.copy(data=np.moveaxis(out, -1, axis))
