"""Year on year and month on month, in one state of concentrations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lantian.airquality.arrays import Floats, unwrap
from lantian.airquality.composite import composite_index
from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.exact import gbt8170
from lantian.airquality.faults import AirError
from lantian.airquality.state import in_state_of
from lantian.airquality.statistics import Statistics


def change_rate(now: Any, before: Any, *, decimals: int = 1) -> Any:
    """Change per 100 of the value before, (now − before) / before × 100; NaN where either is missing or before is 0.

    >>> change_rate(36, 48)
    -25.0
    """
    array, rewrap = unwrap(now)
    base, _ = unwrap(before)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(base == 0, np.nan, (array - base) * 100.0 / base)
    return rewrap(np.asarray(gbt8170(rate, decimals)))


@dataclass(frozen=True)
class Change:
    """A figure now and before, the difference and the change per 100; before in the state of now."""

    now: Floats
    before: Floats
    difference: Floats
    rate: Floats


@dataclass(frozen=True)
class Comparison:
    """Two spans side by side, one entry a station.

    Attributes
    ----------
    mean, percentile : by pollutant
    composite : both under the limits of now
    good_days, heavy_days : as counted; comparable only where `same_index`
    same_index : whether both were judged by one edition of the index. Where not, evaluate the earlier days under the
        edition of now first
    converted : pollutants whose earlier values were brought to the state of now
    """

    now: Statistics
    before: Statistics
    mean: dict[str, Change]
    percentile: dict[str, Change]
    composite: Change
    good_days: Change
    heavy_days: Change
    same_index: bool
    converted: tuple[str, ...]


def compare(now: Statistics, before: Statistics) -> Comparison:
    """Compare two spans of the same stations.

    Earlier concentrations of gases are brought to the state of `now` (273.15 K until August 2018, 298.15 K since) and
    rounded as they are published; particles cannot be converted without weather and stay.

    Raises
    ------
    AirError
        where the stations differ.
    """
    if now.stations != before.stations:
        raise AirError("两个时段的站点不同，无法比较。请先取相同站点。", "The stations of the two spans differ.")
    rounding = now.edition.evaluation.rounding
    means: dict[str, Change] = {}
    percentiles: dict[str, Change] = {}
    for p in POLLUTANTS:
        decimals = rounding.span.get(p, rounding.span["others"])
        for kind, changes in (("mean", means), ("percentile", percentiles)):
            old = in_state_of(p, getattr(before.of[p], kind), was=before.edition, becomes=now.edition)
            same = before.edition.rule.temperature == now.edition.rule.temperature
            old = old if same else gbt8170(old, decimals)
            changes[p] = _change(getattr(now.of[p], kind), old, rounding.rate)
    old_terms: dict[str, Floats] = {
        term.pollutant: (means if term.statistic == "mean" else percentiles)[term.pollutant].before
        for term in now.edition.evaluation.index
    }
    composite = composite_index(old_terms, edition=now.edition).value
    gases = tuple(p for p in POLLUTANTS if p not in ("pm10", "pm25"))
    return Comparison(
        now=now,
        before=before,
        mean=means,
        percentile=percentiles,
        composite=_change(now.composite.value, composite, rounding.rate),
        good_days=_change(now.good_days.astype(float), before.good_days.astype(float), rounding.rate),
        heavy_days=_change(now.heavy_days.astype(float), before.heavy_days.astype(float), rounding.rate),
        same_index=now.edition.index == before.edition.index,
        converted=gases if now.edition.rule.temperature != before.edition.rule.temperature else (),
    )


def _change(now: Floats, before: Floats, decimals: int) -> Change:
    return Change(now, before, now - before, change_rate(now, before, decimals=decimals))
