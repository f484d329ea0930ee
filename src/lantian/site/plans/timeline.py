"""The timeline: tasks of a plan as bars over months, by section. Pure over a loaded `Board`; every month is as wide.

>>> months_between(dt.date(2026, 1, 31), dt.date(2026, 3, 1))
2
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lantian.site.core import clock
from lantian.site.plans.queries.board import Board, Line
from lantian.site.plans.standing import Standing

MONTH = 100  # units of the drawing
MOST = 60  # months drawn; a mistyped year does not make the rest unreadable


def months_between(first: dt.date, last: dt.date) -> int:
    """Months from the one of a day to the one of another."""
    return 12 * (last.year - first.year) + last.month - first.month


@dataclass(frozen=True)
class Bar:
    """A task as drawn: from `x` on, `width` wide, `done` of it filled, with its milestones (where, state) as `marks`.

    Without width: it has no date.
    """

    line: Line
    standing: Standing
    x: float = 0.0
    width: float = 0.0
    done: float = 0.0
    marks: Sequence[tuple[float, str]] = ()


@dataclass(frozen=True)
class Month:
    """A column of the head."""

    first: dt.date
    x: int

    @property
    def is_labelled(self) -> bool:
        """The first of a quarter, as room for all is on no screen."""
        return self.first.month % 3 == 1


@dataclass(frozen=True)
class Timeline:
    """Sections with their bars; `today` is where the line of the day stands, None outside."""

    months: Sequence[Month]
    groups: Sequence[tuple[str, Sequence[Bar]]]
    today: float | None

    @property
    def width(self) -> int:
        return MONTH * len(self.months)


def timeline(board: Board, milestones: Iterable[tuple[int, dt.date, str]] = ()) -> Timeline:
    """The timeline of all tasks of a board, by section in the plan's order, those due first on top.

    Parameters
    ----------
    milestones : task, day and state of each
    """
    today = clock.today()
    days = [day for line in board.lines for day in (line.due, line.plan.begun, line.closed_on) if day]
    first, last = min(days, default=today), max([*days, today])
    first = first.replace(day=1)
    count = min(months_between(first, last) + 1, MOST)
    months = [Month(_plus(first, n), MONTH * n) for n in range(count)]

    def x(day: dt.date, *, after: bool) -> float:
        length = calendar.monthrange(day.year, day.month)[1]
        at = MONTH * (months_between(first, day) + (day.day if after else day.day - 1) / length)
        return round(min(max(at, 0.0), MONTH * count), 2)

    marks: dict[int, list[tuple[float, str]]] = {}
    for task, day, state in milestones:
        marks.setdefault(task, []).append((x(day, after=True), state))
    groups: dict[str, list[Bar]] = {}
    for line in board.lines:
        one = line.standing()
        start, end = line.plan.begun or first, line.closed_on or line.due
        bar = Bar(line, one)
        if end is not None:
            left, right = x(min(start, end), after=False), x(end, after=True)
            bar = Bar(line, one, left, round(right - left, 2), round((right - left) * (one.percent or 0) / 100, 2))
            bar = replace(bar, marks=marks.get(line.pk, ()))
        groups.setdefault(line.section, []).append(bar)
    ordered = [(section, sorted(bars, key=lambda b: b.line.due or dt.date.max)) for section, bars in groups.items()]
    return Timeline(months, ordered, x(today, after=False) if today >= first else None)


def _plus(first: dt.date, months: int) -> dt.date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return dt.date(year, month + 1, 1)
