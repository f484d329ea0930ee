"""An edition: a named set of standards, made ready to compute with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantian import rulebook
from lantian.airquality.exact import divide_up
from lantian.airquality.faults import AirError
from lantian.rulebook.entry import Entry
from lantian.rulebook.schemas.standards import AirEdition, AirEvaluation, AirIndex, AirLimits

POLLUTANTS = ("so2", "no2", "co", "o3", "pm10", "pm25")
GASES = frozenset({"so2", "no2", "co", "o3", "nox"})
LABELS = {
    "so2": "SO2",
    "no2": "NO2",
    "co": "CO",
    "o3": "O3",
    "pm10": "PM10",
    "pm25": "PM2.5",
    "tsp": "TSP",
    "nox": "NOx",
}


@dataclass(frozen=True)
class Scale:
    """The index of one item (a pollutant at an averaging time) as a table over its whole units.

    `table[k]` is the index of k units of the last decimal; the last entry holds for all above, -1 is none. `instead`
    is the item that speaks where there is none.
    """

    item: str
    pollutant: str
    decimals: int
    table: NDArray[np.int16]
    instead: str
    platform: int | None = None

    @property
    def top(self) -> int:
        return len(self.table) - 1

    def as_in(self, report: str) -> Scale:
        """The table as a report uses it: the national platform has an index where the standard of 2012 has none."""
        if report != "platform" or self.platform is None:
            return self
        return replace(self, table=np.append(self.table[:-1], np.int16(self.platform)), instead="")


@dataclass(frozen=True)
class Edition:
    """A named set with its four rules and the index tables made from them."""

    name: str
    rule: AirEdition
    limits: AirLimits
    index: AirIndex
    evaluation: AirEvaluation
    scales: dict[str, Scale]

    @property
    def not_read(self) -> tuple[str, ...]:
        """The rules of this set that were not read in the standard itself, as 'hj663 2026 (second-hand)'."""
        return _not_read(self.rule, self.limits, self.index, self.evaluation)

    @property
    def index_not_read(self) -> tuple[str, ...]:
        """The same of the rules that an index rests on."""
        return _not_read(self.rule, self.index)

    def limit(self, pollutant: str, kind: str, *, grade: int = 2) -> float | None:
        """Limit of a pollutant over 'year', 'quarter', 'day' or 'hour' [µg/m³; CO mg/m³]; None where there is none."""
        row = self.limits.limits.get(pollutant)
        pair = getattr(row, kind) if row else None
        return float(pair[grade - 1]) if pair else None

    def scale(self, item: str) -> Scale:
        """The index table of an item such as 'pm25_24h'.

        Raises
        ------
        AirError
            where the edition has no index for it.
        """
        found = self.scales.get(item)
        if found is None:
            known = "、".join(self.scales)
            raise AirError(
                f"{self.name} 版没有“{item}”的分指数。可用：{known}。",
                f"Edition {self.name} has no index for {item!r}; known are {', '.join(self.scales)}.",
            )
        return found


def _not_read(*rules: Entry) -> tuple[str, ...]:
    return tuple(f"{rule.id} {rule.edition} ({rule.sure})" for rule in rules if rule.sure != "read")


def edition(name: str | Edition = "auto", *, on: date | None = None) -> Edition:
    """A set of standards by name, or the one in force on a day.

    Parameters
    ----------
    name : '2012', '2018', '2026', '2031', 'auto' (by the day `on`), or an edition, which is given back

    Examples
    --------
    >>> edition("auto", on=date(2019, 1, 1)).name, edition("2031").limit("pm25", "year")
    ('2018', 25.0)
    """
    if isinstance(name, Edition):
        return name
    if name == "auto":
        if on is None:
            raise AirError(
                "版本为 auto 时须知道日期。请给出日期，或指明 2012、2018、2026、2031。",
                "Edition 'auto' needs a date; give one, or name 2012, 2018, 2026 or 2031.",
            )
        rule = rulebook.get("air-edition", as_=AirEdition, on=on)
    else:
        rule = rulebook.get("air-edition", as_=AirEdition, edition=name)
    limits = rulebook.get("gb3095", as_=AirLimits, edition=rule.gb3095)
    index = rulebook.get("hj633", as_=AirIndex, edition=rule.hj633)
    evaluation = rulebook.get("hj663", as_=AirEvaluation, edition=rule.hj663)
    return _ready(_Rules(rule, limits, index, evaluation))


def names() -> tuple[str, ...]:
    """Names of the sets of standards that the rulebook holds, the oldest first.

    >>> names()
    ('2012', '2018', '2026', '2031')
    """
    return tuple(sorted(one.entry.edition for one in rulebook.editions("air-edition")))


class _Rules:
    """Four rules, equal when they are the same objects: what the rulebook gives twice is made ready once."""

    def __init__(self, *rules: Any) -> None:
        self.rules = rules

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.rules)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rules) and all(a is b for a, b in zip(self.rules, other.rules, strict=True))


@lru_cache(maxsize=32)
def _ready(rules: _Rules) -> Edition:
    rule, limits, index, evaluation = rules.rules
    scales = {item: _scale(index, item) for item in index.breakpoints}
    return Edition(rule.edition, rule, limits, index, evaluation, scales)


def _scale(index: AirIndex, item: str) -> Scale:
    """HJ 633 formula (1) for every whole unit up to the last breakpoint, rounded up."""
    row = index.breakpoints[item]
    at = index.breakpoints[row.like].at if row.like else row.at
    pollutant = item.rsplit("_", 1)[0]
    decimals = index.decimals[pollutant]  # type: ignore[index]
    points = [round(value * 10**decimals) for value in at]
    table = np.zeros(points[-1] + 1, np.int16)
    for low, high, from_, to in zip(points, points[1:], index.at, index.at[1:], strict=False):
        unit = np.arange(low, high + 1, dtype=np.int64)
        table[low : high + 1] = from_ + divide_up((to - from_) * (unit - low), high - low)
    above = index.cap if len(at) == len(index.at) else row.beyond if row.beyond is not None else -1
    return Scale(item, pollutant, decimals, np.append(table, np.int16(above)), row.instead, row.platform)
