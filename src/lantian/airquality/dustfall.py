"""Dustfall by weighing (降尘): result of a jar, mean of points, deduction of sand-dust, verdict of a plan's limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lantian import rulebook
from lantian.airquality.arrays import unwrap
from lantian.airquality.exact import gbt8170
from lantian.airquality.faults import AirError
from lantian.rulebook.schemas.air import DustfallRule

Comparison = Literal["<", "<=", "~"]
T_PER_KM2 = 1e4  # g/cm² in t/km²


def _rule() -> DustfallRule:
    return rulebook.get("dustfall", as_=DustfallRule)


def dustfall(loaded: Any, empty: Any, blank: Any, *, area: Any, days: Any, rounded: bool = False) -> Any:
    """Dustfall of a jar [t/(km²·30 d)].

    Parameters
    ----------
    loaded, empty : mass of the dish with and without dust [g]
    blank : mass found in the blank test [g]
    area : mouth of the jar [cm²]
    days : days outside, to 0.1
    rounded : to the digits in which it is reported

    Notes
    -----
    HJ 1221-2021: M = (m1 − m0 − mb) / (S·n) × 30 × 10⁴.

    Examples
    --------
    >>> dustfall(85.2415, 85.1023, 0.0012, area=176.715, days=30, rounded=True)
    7.8
    """
    rule = _rule()
    weight, rewrap = unwrap(np.asarray(loaded, float) - np.asarray(empty, float) - np.asarray(blank, float))
    surface, outside = unwrap(area)[0], unwrap(days)[0]
    if (surface <= 0).any() or (outside <= 0).any():
        raise AirError("集尘缸面积和采样天数须大于 0。", "Area of the jar and days outside must be above 0.")
    result = weight / (surface * outside) * rule.days * T_PER_KM2
    return rewrap(np.asarray(gbt8170(result, rule.decimals) if rounded else result))


@dataclass(frozen=True)
class Mean:
    """Dustfall of several points in a month, or of several months.

    Attributes
    ----------
    raw, value : mean before and after what was deducted, rounded; None without a result
    of : how many results stand behind it
    """

    raw: float | None
    value: float | None
    of: int


def mean(points: Sequence[float | None], *, deducted: Sequence[float] | None = None) -> Mean:
    """Mean of the points of an area in a month [t/(km²·30 d)].

    Parameters
    ----------
    points : results of its points; None where a jar was lost
    deducted : what sand-dust is taken to have brought to each point; how it is found no document says, so the raw
        result stays beside it

    Examples
    --------
    >>> mean([6.2, None, 4.0], deducted=[1.2, 0, 0])
    Mean(raw=5.1, value=4.5, of=2)
    """
    taken = list(deducted) if deducted is not None else [0.0] * len(points)
    if len(taken) != len(points):
        raise AirError(
            f"点位 {len(points)} 个，扣除量 {len(taken)} 个，须一一对应。",
            f"{len(points)} points but {len(taken)} deductions; give one for each.",
        )
    known = [(value, less) for value, less in zip(points, taken, strict=True) if value is not None]
    return _mean([raw for raw, _less in known], [max(raw - less, 0.0) for raw, less in known])


def mean_of_months(months: Sequence[Mean]) -> Mean:
    """Mean of months, each as it was published; those without a result are left out.

    Examples
    --------
    >>> mean_of_months([Mean(5.0, 4.0, 3), Mean(None, None, 0), Mean(6.0, 6.0, 2)])
    Mean(raw=5.5, value=5.0, of=2)
    """
    known = [(one.raw, one.value) for one in months if one.raw is not None and one.value is not None]
    return _mean([raw for raw, _value in known], [value for _raw, value in known])


def _mean(raw: Sequence[float], value: Sequence[float]) -> Mean:
    if not raw:
        return Mean(None, None, 0)
    decimals = _rule().decimals
    raw_mean, mean_value = (float(gbt8170(sum(numbers) / len(numbers), decimals)) for numbers in (raw, value))
    return Mean(raw_mean, mean_value, len(raw))


def keeps(value: float, *, limit: float, comparison: Comparison) -> bool:
    """Whether a value keeps a limit as the plan compares.

    Examples
    --------
    >>> keeps(5.0, limit=5, comparison="<"), keeps(5.0, limit=5, comparison="<="), keeps(5.5, limit=5, comparison="~")
    (False, True, True)
    """
    rule = _rule()
    if comparison == "<":
        return value < limit
    most = limit if comparison == "<=" else gbt8170(limit * (1 + rule.about), rule.decimals)
    return bool(value <= most)


@dataclass(frozen=True)
class Verdict:
    """A month of dustfall against its limit.

    Attributes
    ----------
    raw, value : mean of the points before and after what was deducted, rounded; None without points
    kept : whether the limit is kept as the plan compares; None without points
    points : how many points have a result
    """

    raw: float | None
    value: float | None
    limit: float
    comparison: Comparison
    kept: bool | None
    points: int


def verdict(
    points: Sequence[float | None],
    *,
    limit: float,
    comparison: Comparison,
    deducted: Sequence[float] | None = None,
) -> Verdict:
    """Whether an area keeps its limit of dustfall.

    Parameters
    ----------
    points : results of its points [t/(km²·30 d)]; None where a jar was lost
    limit, comparison : as the plan writes them: '<' 小于, '<=' 以内 or 不超过, '~' 左右 (within the share of the rule)
    deducted : as of `mean`

    Examples
    --------
    >>> verdict([5.0, 4.8], limit=5, comparison="<").kept, verdict([5.1, 4.9], limit=5, comparison="<=").kept
    (True, True)
    """
    found = mean(points, deducted=deducted)
    kept = None if found.value is None else keeps(found.value, limit=limit, comparison=comparison)
    return Verdict(found.raw, found.value, limit, comparison, kept, found.of)
