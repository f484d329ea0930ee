"""What the days of a span give: means, percentiles, days by category, multiples over the limit, validity."""

from __future__ import annotations

import os
from calendar import monthrange
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lantian.airquality.arrays import Floats, unwrap
from lantian.airquality.composite import Composite, composite_index
from lantian.airquality.days import Days
from lantian.airquality.editions import POLLUTANTS, Edition
from lantian.airquality.exact import Whole, divide_half_even, gbt8170
from lantian.airquality.spans import Span
from lantian.airquality.thousandths import MISSING, PER_UNIT, Flags, Stored, step

Counts = NDArray[np.int64]
FINE = 100  # percentiles may have two decimals
WORTH_THREADS = 50_000  # station-days


@dataclass(frozen=True)
class Figures:
    """Figures of one pollutant over a span, one a station.

    `mean` and `percentile` are rounded as the edition publishes them, `exact_mean` is not; of ozone all are of the
    MDA8. `enough` says whether the days suffice by the edition. `exceeding` counts days above the limit of level 2 of
    the day. The multiples (超标倍数) are those of the mean over the limit of the year and of the percentile over
    that of the day: NaN where there is no such limit or it is kept.
    """

    mean: Floats
    exact_mean: Floats
    percentile: Floats
    valid_days: Counts
    enough: Flags
    exceeding: Counts
    mean_multiple: Floats
    percentile_multiple: Floats


@dataclass(frozen=True)
class Statistics:
    """Results of one span, one a station.

    Attributes
    ----------
    of : figures by pollutant
    index_days : days with an index
    levels : [station, 6], how many days each level has
    primary_days : by item of the day report, days on which it was a primary pollutant (several may be)
    composite : composite index of the rounded figures, NaN where a pollutant has no value
    """

    span: Span
    stations: tuple[str, ...]
    edition: Edition
    of: dict[str, Figures]
    index_days: Counts
    levels: Counts
    primary_days: dict[str, Counts]
    composite: Composite

    @property
    def good_days(self) -> Counts:
        """Days with an index up to 100 (优良天数)."""
        return self._days_from(1, self.edition.index.good_to)

    @property
    def heavy_days(self) -> Counts:
        """Days with an index above 200 (重度及以上污染天数)."""
        return self._days_from(self.edition.index.heavy_above + 1, None)

    @property
    def good_share(self) -> Floats:
        """Good days per 100 days with an index, rounded as the edition says; NaN without such days."""
        with np.errstate(invalid="ignore", divide="ignore"):
            share = self.good_days * 100.0 / self.index_days
        return np.asarray(gbt8170(share, self.edition.evaluation.rounding.rate))

    def _days_from(self, low: int, high: int | None) -> Counts:
        starts = [category.from_ for category in self.edition.index.category]
        chosen = [k for k, start in enumerate(starts) if (start or 1) >= low and (high is None or start <= high)]
        return np.asarray(self.levels[:, chosen].sum(1))

    def attains(self, pollutant: str) -> Flags:
        """Whether a pollutant keeps its limits of level 2: of the year by its mean, of the day by its percentile."""
        figures = self.of[pollutant]
        kept = np.isfinite(figures.mean)
        if self.edition.limit(pollutant, "year") is not None:
            kept &= ~np.isfinite(figures.mean_multiple)
        if pollutant in self.edition.evaluation.day_percentile_limit:
            kept &= ~np.isfinite(figures.percentile_multiple)
        return kept


def statistics(days: Days, span: Span) -> Statistics:
    """Figures of a span from days of one edition; days outside are missing ones.

    Notes
    -----
    HJ 663: percentiles by linear interpolation at k = 1 + (n−1)·p/100; means and percentiles of values of days as
    rounded by the edition, worked in whole numbers and rounded once. All valid days take part (GB 3095-2026 6.4),
    whether or not there are enough of them: `enough` says so.
    """
    return _statistics(days, span)


def _down(array: NDArray[Any], part: slice) -> NDArray[Any]:
    """Days down, stations across, so that what is counted over days runs along memory. Laid out anew for each span:
    the days of a nation's year once more, all at a time, would be much beside what the caller holds."""
    return np.ascontiguousarray(array[:, part].T)


def _statistics(days: Days, span: Span) -> Statistics:
    low = max((span.first - days.start).days, 0)
    high = max(min((span.last - days.start).days + 1, days.length), low)
    part = slice(low, high)
    of = {p: _figures(days, p, span, part) for p in POLLUTANTS}
    index = _down(days.index, part)
    starts = np.array([category.from_ for category in days.edition.index.category[1:]])
    levels = np.zeros((index.shape[1], len(starts) + 1), np.int64)
    above = [(index >= 0).sum(0), *((index >= start).sum(0) for start in starts)]
    for k, count in enumerate(above):
        levels[:, k] = count - (above[k + 1] if k + 1 < len(above) else 0)
    primary = _down(days.primary, part)
    published: dict[str, Floats] = {
        term.pollutant: getattr(of[term.pollutant], term.statistic) for term in days.edition.evaluation.index
    }
    return Statistics(
        span=span,
        stations=days.stations,
        edition=days.edition,
        of=of,
        index_days=above[0],
        levels=levels,
        primary_days={item: ((primary >> k) & 1).sum(0).astype(np.int64) for k, item in enumerate(days.items)},
        composite=composite_index(published, edition=days.edition),
    )


def statistics_of(days: Days, spans: Sequence[Span], *, threads: int | None = None) -> list[Statistics]:
    """Figures of several spans, several at a time: sorting leaves the Python lock to others."""
    workers = min(threads or os.cpu_count() or 1, len(spans))
    if workers <= 1 or days.index.size < WORTH_THREADS:
        return [_statistics(days, one) for one in spans]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(partial(_statistics, days), spans))


def joined(parts: Sequence[Statistics]) -> Statistics:
    """Statistics of one span for the stations of several, one after the other."""
    first = parts[0]

    def over(values: Iterable[Any]) -> Any:
        return np.concatenate(list(values))

    def figures(p: str) -> Figures:
        return Figures(*(over(getattr(part.of[p], one.name) for part in parts) for one in fields(Figures)))

    return Statistics(
        span=first.span,
        stations=tuple(station for part in parts for station in part.stations),
        edition=first.edition,
        of={p: figures(p) for p in first.of},
        index_days=over(part.index_days for part in parts),
        levels=over(part.levels for part in parts),
        primary_days={item: over(part.primary_days[item] for part in parts) for item in first.primary_days},
        composite=Composite(
            over(part.composite.value for part in parts),
            {p: over(part.composite.terms[p] for part in parts) for p in first.composite.terms},
            {p: over(part.composite.largest[p] for part in parts) for p in first.composite.largest},
        ),
    )


def _figures(days: Days, pollutant: str, span: Span, part: slice) -> Figures:
    edition = days.edition
    values = _down(days.value[pollutant], part)
    there = values != MISSING
    number = there.sum(0)
    total = values.sum(0, dtype=np.int64) - (len(values) - number) * int(MISSING)
    rounding = edition.evaluation.rounding.span
    decimals = rounding.get(pollutant, rounding["others"])
    mean = _rounded(total, number, decimals, number > 0)
    with np.errstate(invalid="ignore"):
        exact_mean = np.where(number > 0, total / (np.maximum(number, 1) * float(PER_UNIT)), np.nan)
    percent = edition.evaluation.percentile[pollutant]  # type: ignore[index]
    percentile = sorted_percentile(days.value[pollutant][:, part], number, percent, decimals)
    year, day = edition.limit(pollutant, "year"), edition.limit(pollutant, "day")
    digits = edition.evaluation.rounding.multiple
    exceeding = (values > round(day * PER_UNIT)).sum(0) if day else np.zeros(len(number), np.int64)
    return Figures(
        mean=mean,
        exact_mean=exact_mean,
        percentile=percentile,
        valid_days=number,
        enough=enough(there.T, days, span, part),
        exceeding=exceeding,
        mean_multiple=_above(mean, year, digits),
        percentile_multiple=_above(percentile, day, digits),
    )


def _rounded(total: Whole, by: Whole, decimals: int, there: Flags) -> Floats:
    quotient = divide_half_even(total, np.maximum(by, 1) * step(decimals))
    return np.where(there, quotient / 10.0**decimals, np.nan)


def sorted_percentile(values: Stored, number: Counts, percent: float, decimals: int) -> Floats:
    """Percentile of each row of stored thousandths, rounded once."""
    length = values.shape[1]
    if not length:
        return np.full(len(values), np.nan)
    ordered = np.sort(values, axis=1)  # what is missing comes first
    place = np.maximum(number - 1, 0) * round(percent * FINE)
    below, rest = np.divmod(place, 100 * FINE)
    row, low_at = np.arange(len(values)), np.minimum(length - number + below, length - 1)
    low = ordered[row, low_at].astype(np.int64)
    high = ordered[row, np.minimum(low_at + 1, length - 1)].astype(np.int64)
    exact = np.where(number > 0, low * (100 * FINE) + (high - low) * rest, 0)
    return _rounded(exact, np.full(len(values), 100 * FINE), decimals, number > 0)


def percentile(values: ArrayLike, percent: float) -> Any:
    """Percentile of the numbers of the last axis, unrounded; NaN are left out.

    Notes
    -----
    HJ 663-2013, appendix A: k = 1 + (n−1)·p/100, linear between the values at ⌊k⌋ and ⌊k⌋ + 1.

    Examples
    --------
    >>> percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 95)
    9.55
    """
    array, _ = unwrap(values)
    ordered = np.sort(array, axis=-1)  # NaN last
    number = np.isfinite(array).sum(-1)
    place = np.maximum(number - 1, 0) * percent / 100
    below = np.floor(place).astype(np.int64)
    last = np.maximum(number - 1, 0)
    low = np.take_along_axis(ordered, below[..., None], -1)[..., 0]
    high = np.take_along_axis(ordered, np.minimum(below + 1, last)[..., None], -1)[..., 0]
    found = np.where(number > 0, low + (high - low) * (place - below), np.nan)
    return found.item() if found.ndim == 0 else found


def exceedance_multiple(value: Any, limit: float, *, decimals: int = 2) -> Any:
    """By how much a concentration exceeds a limit, (C − S) / S (超标倍数); NaN where it does not.

    >>> exceedance_multiple(181, 160)
    0.13
    """
    array, rewrap = unwrap(value)
    return rewrap(_above(array, limit, decimals))


def _above(value: Floats, limit: float | None, decimals: int) -> Floats:
    if limit is None:
        return np.full(value.shape, np.nan)
    multiple = (value - limit) / limit
    return np.asarray(gbt8170(np.where(value > limit, multiple, np.nan), decimals))


def enough(there: Flags, days: Days, span: Span, part: slice) -> Flags:
    """Whether there are enough valid days, by the edition: of every whole month and of the year (GB 3095 table 4).

    Spans other than month and year need enough days in every whole month they hold, and a share of the other days.
    """
    rule = days.edition.evaluation.validity
    offset = (days.start - span.first).days + part.start  # days of the span before the first that is there
    kept = np.ones(len(there), bool)
    rest, rest_days = np.zeros(len(there), np.int64), 0
    for first, last in span.months():
        begin = max((first - span.first).days - offset, 0)
        valid = there[:, begin : max((last - span.first).days - offset + 1, 0)].sum(1)
        length = (last - first).days + 1
        if length == monthrange(first.year, first.month)[1]:
            kept &= valid >= (rule.february_days if first.month == 2 else rule.month_days)
        else:
            rest, rest_days = rest + valid, rest_days + length
    if span.kind == "year":
        kept &= there.sum(1) >= rule.year_days
    return np.asarray(kept & (rest >= rest_days * rule.part_share))
