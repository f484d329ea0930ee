"""Numbers of a task as they are given out to its parts, and whether the shares add up. Pure.

>>> firms = Number(1, "退出企业", "家", 21.0, "=")
>>> str(added_up(firms, [9, 2, 2, 2, 1, 4]).arithmetic), added_up(firms, [9, 2, 2, 2, 1, 4]).rest
('9+2+2+2+1+4=20', 1.0)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.plandoc.export.words import number_text
from lantian.rulebook.schemas.breakdown import Breakdown
from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.plans import standing
from lantian.site.plans.queries.counted import wanted

AT_LEAST = (">=", ">")


@dataclass(frozen=True)
class Number:
    """A number that is given out. `towns` are rows of the plan that split it already: row and value by town."""

    key: int
    what: str
    unit: str
    value: float
    op: str
    towns: Mapping[int, tuple[int, float]] = field(default_factory=dict)

    def row_of(self, town: int | None) -> int:
        """The row that a share counts towards: the town's own where the plan has one."""
        return self.towns[town][0] if town is not None and town in self.towns else self.key

    @property
    def rows(self) -> set[int]:
        """All rows that shares of it count towards."""
        return {self.key, *(row for row, _value in self.towns.values())}


@dataclass(frozen=True)
class Sum:
    """Shares of a number against the number."""

    number: Number
    shares: tuple[float, ...]

    @property
    def total(self) -> float:
        return float(f"{sum(self.shares):.12g}")

    @property
    def rest(self) -> float:
        """What is not given out; below nothing where too much is."""
        return float(f"{self.number.value - self.total:.12g}")

    @property
    def arithmetic(self) -> str:
        """The sum as it is written: 9+2+4=15."""
        if len(self.shares) < 2:
            return number_text(self.total)
        return f"{'+'.join(number_text(share) for share in self.shares)}={number_text(self.total)}"

    @property
    def agrees(self) -> bool:
        """Whether all of it is given out, and no more."""
        close = abs(self.rest) <= 1e-9 * max(1.0, abs(self.number.value))
        return close or (self.rest < 0 and self.number.op in AT_LEAST)

    @property
    def untouched(self) -> bool:
        """Whether nobody was given any of it: two posts in every street are nothing to be shared out."""
        return not self.shares

    def fits(self, *, partial: bool) -> bool:
        """Whether it may be kept: `partial` says that the rest is given out later."""
        return self.agrees or self.untouched or (partial and self.rest > 0)

    @property
    def said(self) -> Text:
        """The arithmetic, what it should come to, and how far off it is."""
        if self.untouched:
            text = _("“{what}” {value} {unit}：没有分解到单位。")
        elif self.agrees:
            text = _("“{what}”：{sum} {unit}，与 {value} {unit} 一致。")
        elif self.rest > 0:
            text = _("“{what}”：{sum}，应为 {value} {unit}，还差 {off} {unit}。")
        else:
            text = _("“{what}”：{sum}，应为 {value} {unit}，多出 {off} {unit}。")
        return format_lazy(
            text,
            what=self.number.what,
            sum=self.arithmetic,
            value=number_text(self.number.value),
            unit=self.number.unit,
            off=number_text(abs(self.rest)),
        )


def numbers(quantities: Iterable[Any]) -> list[Number]:
    """Numbers of a task that can be given out: what counts and adds up, headlines before what the plan splits."""
    rates = set(rule().rates)
    heads = [one for one in standing.numbers(wanted(quantities), []) if one.wanted.counts]
    heads = [one for one in heads if one.wanted.unit.strip() not in rates]
    if sum(bool(one.wanted.town_name) for one in heads) > 1:  # the plan gives towns their numbers, and no whole
        heads = [one for one in heads if not one.wanted.town_name]
    return [
        Number(
            one.wanted.key,
            one.wanted.what,
            one.wanted.unit,
            one.wanted.value,
            one.wanted.op,
            {p.wanted.town: (p.wanted.key, p.wanted.value) for p in one.parts if p.wanted.town and p.wanted.counts},
        )
        for one in heads
    ]


def added_up(number: Number, shares: Iterable[float | None]) -> Sum:
    """The shares of a number that were given; those left out are none."""
    return Sum(number, tuple(float(share) for share in shares if share is not None))


def sums(found: Sequence[Number], given: Sequence[Mapping[int, float]]) -> list[Sum]:
    """Every number with its shares, those of a part by the number's key."""
    return [added_up(number, [shares.get(number.key) for shares in given]) for number in found]


def rule() -> Breakdown:
    """How the district breaks tasks down."""
    return rulebook.get("breakdown", as_=Breakdown, on=clock.today())
