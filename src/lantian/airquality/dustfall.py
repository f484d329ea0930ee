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
    deducted : what sand-dust is taken to have brought to each point; how it is found no document says, so the raw
        result stays beside it

    Examples
    --------
    >>> verdict([5.0, 4.8], limit=5, comparison="<").kept, verdict([5.1, 4.9], limit=5, comparison="<=").kept
    (True, True)
    """
    rule = _rule()
    taken = list(deducted) if deducted is not None else [0.0] * len(points)
    if len(taken) != len(points):
        raise AirError(
            f"点位 {len(points)} 个，扣除量 {len(taken)} 个，须一一对应。",
            f"{len(points)} points but {len(taken)} deductions; give one for each.",
        )
    known = [(value, less) for value, less in zip(points, taken, strict=True) if value is not None]
    if not known:
        return Verdict(None, None, limit, comparison, None, 0)
    raw = float(gbt8170(sum(value for value, _ in known) / len(known), rule.decimals))
    value = float(gbt8170(sum(max(value - less, 0.0) for value, less in known) / len(known), rule.decimals))
    kept = {
        "<": value < limit,
        "<=": value <= limit,
        "~": value <= gbt8170(limit * (1 + rule.about), rule.decimals),
    }[comparison]
    return Verdict(raw, value, limit, comparison, bool(kept), len(known))
