"""Trends over years: Theil-Sen slope with its confidence interval, with the seasons taken out or left in."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.arrays import Floats
from lantian.airquality.faults import AirError

Season = Literal["none", "months"]
LEAST = 0.75  # of a month's values


@dataclass(frozen=True)
class Months:
    """Means of calendar months, one entry a month without a gap.

    Attributes
    ----------
    months : first day of each, datetime64[M]
    mean : NaN where fewer than the share asked for are there
    count, of : values that are there, of those that could be
    """

    months: NDArray[np.datetime64]
    mean: Floats
    count: NDArray[np.int64]
    of: NDArray[np.int64]


@dataclass(frozen=True)
class Trend:
    """What months say about the years.

    Attributes
    ----------
    slope : change a year, in the unit of the values
    low, high : its confidence interval at `level`
    share : slope over the fitted value at the beginning [% a year]
    p : of the Mann-Kendall test: how likely so clear an order is without any trend
    months : months that count
    adjusted : by month what the slope was fitted to; NaN where missing
    line : by month the fitted line
    """

    slope: float
    low: float
    high: float
    level: float
    share: float
    p: float
    months: int
    adjusted: Floats
    line: Floats

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def monthly_means(times: NDArray[np.datetime64], values: Floats, *, least: float = LEAST) -> Months:
    """Means of calendar months from regular values.

    Parameters
    ----------
    times : start of each value's interval, local time, evenly spaced (days, hours); NaN values are missing
    least : share of a month's values that must be there
    """
    if times.shape != np.shape(values) or not len(times):
        raise AirError("时间和数值的个数不同，或没有数值。", "Times and values differ in number, or there are none.")
    month = times.astype("datetime64[M]")
    first = month.min()
    place = (month - first).astype(np.int64)
    many = int(place.max()) + 1
    there = np.isfinite(values)
    count = np.bincount(place[there], minlength=many)
    sums = np.bincount(place[there], weights=np.asarray(values, float)[there], minlength=many)
    months = first + np.arange(many)
    step = np.median(np.diff(times.astype("datetime64[s]")).astype(np.int64)) if len(times) > 1 else 86_400
    return months_known(months, sums / np.maximum(count, 1), count, step=int(step), least=least)


def months_known(
    months: NDArray[np.datetime64],
    mean: Floats,
    count: NDArray[np.int64],
    *,
    step: int = 86_400,
    least: float = LEAST,
) -> Months:
    """Months whose means are worked out already, of how many values each.

    Parameters
    ----------
    months : datetime64[M], one after the other without a gap
    mean, count : one a month
    step : seconds between values: a month is missing where fewer than the share `least` of its values is there
    """
    length = ((months + 1).astype("datetime64[s]") - months.astype("datetime64[s]")).astype(np.int64)
    of = np.round(length / step).astype(np.int64)
    return Months(months, np.where(count >= np.maximum(least * of, 1), mean, np.nan), count, of)


def theil_sen(
    months: NDArray[np.datetime64], values: Floats, *, season: Season = "months", level: float = 0.95
) -> Trend:
    """Slope of monthly values.

    Parameters
    ----------
    months : datetime64[M]
    values : one a month, NaN where missing
    season : "months" takes each calendar month's mean departure from the mean of all out first; "none" does not
    level : of the confidence interval

    Raises
    ------
    AirError
        where fewer than two years (with seasons) or eight months are there.

    Notes
    -----
    Slope: the median of the slopes of all pairs (Theil, 1950; Sen, 1968). Interval: ranks of the ordered slopes
    (N ± z·√Var S)/2 with Kendall's variance of S, corrected for ties (Gilbert, 1987, chapter 16). Consecutive months
    are taken as independent; where they are not, the true interval is wider.
    """
    values = np.asarray(values, float)
    there = np.isfinite(values)
    count = int(there.sum())
    if count < (24 if season == "months" else 8):
        raise AirError(
            f"有效月份只有 {count} 个，不足以计算趋势（至少 {24 if season == 'months' else 8} 个）。",
            f"Only {count} months are valid, too few for a trend (at least {24 if season == 'months' else 8}).",
        )
    adjusted = _without_seasons(months, values) if season == "months" else values
    years = (months.astype("datetime64[M]") - months.astype("datetime64[M]")[0]).astype(float) / 12
    x, y = years[there], adjusted[there]
    first, second = np.triu_indices(count, 1)
    slopes = np.sort((y[second] - y[first]) / (x[second] - x[first]))
    slope = float(np.median(slopes))
    spread = _variance(y) ** 0.5
    low, high = _interval(slopes, spread, level)
    line = np.median(y - slope * x) + slope * years
    at_first = float(line[0])
    return Trend(
        slope,
        low,
        high,
        level,
        slope / at_first * 100 if at_first > 0 else float("nan"),
        _p(float(np.sign(y[second] - y[first]).sum()), spread),
        count,
        adjusted,
        line,
    )


def _without_seasons(months: NDArray[np.datetime64], values: Floats) -> Floats:
    calendar = months.astype("datetime64[M]").astype(np.int64) % 12
    there = np.isfinite(values)
    many = np.bincount(calendar[there], minlength=12)
    normal = np.bincount(calendar[there], weights=values[there], minlength=12) / np.maximum(many, 1)
    found: Floats = values - normal[calendar] + normal[many > 0].mean()
    return found


def _variance(y: Floats) -> float:
    """Kendall's variance of S, with ties."""
    many = len(y)
    ties = np.unique(y, return_counts=True)[1]
    return float((many * (many - 1) * (2 * many + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18)


def _interval(slopes: Floats, spread: float, level: float) -> tuple[float, float]:
    reach = NormalDist().inv_cdf(0.5 + level / 2) * spread
    last = len(slopes) - 1
    places = ((len(slopes) - reach) / 2 - 1, (len(slopes) + reach) / 2)  # counted from zero
    low, high = (float(np.interp(np.clip(place, 0, last), np.arange(len(slopes)), slopes)) for place in places)
    return low, high


def _p(score: float, spread: float) -> float:
    if not score or not spread:
        return 1.0
    return 2 * (1 - NormalDist().cdf((abs(score) - 1) / spread))
