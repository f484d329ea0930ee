"""Rankings by any metric: ties share a place, and the change against the time before is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Literal

from lantian.airquality.exact import gbt8170

Better = Literal["lower", "higher"]


@dataclass(frozen=True)
class Ranked:
    """One row of a ranking.

    Attributes
    ----------
    place : 1 is the best; equal values share a place and the next one is left out (1, 2, 2, 4); None without a value
    from_last : 1 is the worst, counted in the same way
    moved : places gained (positive) or lost since before; None where there was none
    """

    name: str
    value: float | None
    place: int | None
    from_last: int | None
    tied: bool
    before: float | None
    before_place: int | None

    @property
    def moved(self) -> int | None:
        if self.place is None or self.before_place is None:
            return None
        return self.before_place - self.place

    @property
    def change(self) -> float | None:
        """Change per 100 of the value before; None where there was none."""
        if self.value is None or not self.before:
            return None
        return float(gbt8170((self.value - self.before) * 100 / self.before, 1))

    def among_last(self, count: int) -> bool:
        """Whether it is one of the last so many; ties at the edge are in."""
        return self.from_last is not None and self.from_last <= count


def rank(
    values: Mapping[str, float | None],
    *,
    better: Better = "lower",
    decimals: int | None = None,
    before: Mapping[str, float | None] | None = None,
) -> list[Ranked]:
    """Rank areas, stations or streets by a metric.

    Parameters
    ----------
    values : metric by name; None or NaN is not ranked and comes last
    better : which end is the first place
    decimals : round first (GB/T 8170), so that what is published equal is a tie
    before : the same metric of the time before

    Examples
    --------
    >>> [(row.name, row.place) for row in rank({"甲镇": 41, "乙镇": 38, "丙镇": 41, "丁镇": None})]
    [('乙镇', 1), ('甲镇', 2), ('丙镇', 2), ('丁镇', None)]
    """
    now = _rounded(values, decimals)
    old = _rounded(before or {}, decimals)
    places, from_last = _places(now, better), _places(now, "higher" if better == "lower" else "lower")
    old_places = _places(old, better)
    counts: dict[float, int] = {}
    for value in now.values():
        if value is not None:
            counts[value] = counts.get(value, 0) + 1
    rows = [
        Ranked(
            name=name,
            value=value,
            place=places.get(name),
            from_last=from_last.get(name),
            tied=value is not None and counts[value] > 1,
            before=old.get(name),
            before_place=old_places.get(name),
        )
        for name, value in now.items()
    ]
    return sorted(rows, key=lambda row: (row.place is None, row.place or 0))


def _rounded(values: Mapping[str, float | None], decimals: int | None) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name, value in values.items():
        there = value is not None and not isnan(value)
        number = float(value) if there and value is not None else None
        found[name] = number if decimals is None or number is None else float(gbt8170(number, decimals))
    return found


def _places(values: Mapping[str, float | None], better: Better) -> dict[str, int]:
    known = {name: value for name, value in values.items() if value is not None}
    ordered = sorted(known.values(), reverse=better == "higher")
    first: dict[float, int] = {}
    for place, value in enumerate(ordered, 1):
        first.setdefault(value, place)
    return {name: first[value] for name, value in known.items()}
