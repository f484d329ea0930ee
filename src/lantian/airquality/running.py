"""Running means over hours, with the number of valid hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lantian.airquality.arrays import is_labelled, unwrap
from lantian.airquality.exact import Whole
from lantian.airquality.thousandths import Flags, mean, thousandths


@dataclass(frozen=True)
class Running:
    """Running means and the number of valid hours in each window, of the same shape as the hours."""

    mean: Any
    count: Any


def running_mean(
    hours: Any,
    window: int,
    *,
    least: int | None = None,
    decimals: int | None = None,
    restart: bool = False,
    first_hour: int = 1,
) -> Running:
    """Mean of the last hours at every hour (滑动平均).

    Parameters
    ----------
    hours : array with time last, or DataArray with a dimension 'time' [µg/m³; CO mg/m³]; one value an hour, named by
        its end, without gaps (missing hours as NaN)
    window : 8 or 24 hours, the hour itself included
    least : valid hours that a mean needs; default 6 of 8 and 20 of 24 (GB 3095 table 4: three quarters otherwise)
    decimals : round half to even (GB/T 8170); None leaves the mean as it is
    restart : begin anew with the hour that ends at 01:00, as the national platform does for ozone: the mean of
        05:00 is that of five hours. `least` then is as many hours as the day has, if fewer.
    first_hour : the hour of the day, 1 to 24, of the first value; needed with `restart` only

    Notes
    -----
    The first hours of a series have fewer predecessors; they count as missing ones.

    Examples
    --------
    >>> running_mean([10.0, 20.0, np.nan, 40.0], 3, least=2).mean
    array([nan, 15., 15., 30.])
    """
    array, rewrap = unwrap(hours)
    axis = hours.dims.index("time") if is_labelled(hours) else -1
    values, there = thousandths(np.moveaxis(array, axis, -1))
    sums, counts = window_sums(values, there, window, first_hour=first_hour if restart else None)
    need: Any = np.int64(_least(window) if least is None else least)
    if restart:
        need = np.minimum(need, hour_of_day(values.shape[-1], first_hour))
    means = np.where(counts >= np.maximum(need, 1), mean(sums, counts, decimals), np.nan)
    back = (np.moveaxis(out, -1, axis) for out in (means, counts))
    return Running(*map(rewrap, back))


def _least(window: int) -> int:
    return {8: 6, 24: 20}.get(window, -(-window * 3 // 4))


def hour_of_day(length: int, first_hour: int) -> Whole:
    """The hour of the day, 1 to 24, of consecutive hours."""
    return (np.arange(length, dtype=np.int64) + first_hour - 1) % 24 + 1


def window_sums(values: Whole, there: Flags, window: int, *, first_hour: int | None = None) -> tuple[Whole, Whole]:
    """Sums of thousandths and numbers of valid hours in the window that ends at each hour.

    With `first_hour` a window does not reach back beyond the hour that ends at 01:00.
    """
    length = values.shape[-1]
    end = np.arange(1, length + 1)
    width = np.full(length, window)
    if first_hour is not None:
        width = np.minimum(width, hour_of_day(length, first_hour))
    start = np.maximum(end - width, 0)
    empty = [(0, 0)] * (values.ndim - 1)
    total = np.pad(np.cumsum(values, axis=-1), [*empty, (1, 0)])
    number = np.pad(np.cumsum(there, axis=-1, dtype=np.int64), [*empty, (1, 0)])
    return total[..., end] - total[..., start], number[..., end] - number[..., start]
