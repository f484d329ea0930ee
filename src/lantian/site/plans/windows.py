"""Reporting windows of a cycle: pure functions over dates.

>>> monthly = Rhythm(every="month", due_day=25, first=dt.date(2026, 2, 27))
>>> [w.due.isoformat() for w in windows(monthly, dt.date(2026, 4, 1))]
['2026-03-25', '2026-04-25']
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from lantian.rulebook.calendar import is_working_day

Every = Literal["month", "quarter", "week"]
Shift = Literal["none", "before", "after"]
DAY = dt.timedelta(days=1)
MANY = 2000  # windows of one cycle: forty years of weeks, more than any plan; keeps a mistyped year from hurting


class Cycle(Protocol):
    """What windows are made of: a `Rhythm`, or a stored `ReportCycle`."""

    @property
    def every(self) -> str: ...
    @property
    def due_day(self) -> int: ...
    @property
    def after(self) -> int: ...
    @property
    def shift(self) -> str: ...
    @property
    def first(self) -> dt.date: ...
    @property
    def last(self) -> dt.date | None: ...


@dataclass(frozen=True)
class Rhythm:
    """How often a report is due.

    Attributes
    ----------
    every : month, quarter or week (from Monday)
    due_day : day of the month, 1 to 31, the last one in shorter months; of a week 1 (Monday) to 7
    after : 0: due within the period itself (a quarter: in its last month); n: so many months (weeks) later
    shift : where the day is none that offices work on: stays, moves to the working day `before` or `after`
    first, last : days between which the cycle holds; a window is due on or after `first` and begins by `last`
    """

    every: Every
    due_day: int
    first: dt.date
    after: int = 0
    shift: Shift = "none"
    last: dt.date | None = None


@dataclass(frozen=True, order=True)
class Window:
    """One period to report on, and the last day on which its report is in time."""

    start: dt.date
    end: dt.date
    due: dt.date

    def is_over(self, today: dt.date) -> bool:
        """Whether a report that comes today is late."""
        return today > self.due


def windows(cycle: Cycle, upto: dt.date) -> list[Window]:
    """Windows that have begun by a day, the earliest first.

    A cycle that holds from the middle of a period has that period as a window when its report is not due before.
    """
    until = upto if cycle.last is None else min(upto, cycle.last)
    found: list[Window] = []
    for start, end in _periods(cycle.every, cycle.first):
        if start > until or len(found) == MANY:
            break
        due = _due(cycle, start, end)
        if due >= cycle.first:
            found.append(Window(start, end, due))
    return found


def window_of(cycle: Cycle, start: dt.date, today: dt.date) -> Window | None:
    """The window that begins on a day, if it has begun."""
    return next((w for w in windows(cycle, today) if w.start == start), None)


def year_of_windows(cycle: Cycle, year: int) -> list[Window]:
    """All windows whose period begins in a year, begun or not."""
    return [w for w in windows(cycle, dt.date(year, 12, 31)) if w.start.year == year]


def _periods(every: str, first: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """Periods in order, from one that ended well before `first`: its report may still be due after it."""
    if every == "week":
        start = first - dt.timedelta(days=first.weekday() + 7 * 60)
        while True:
            yield start, start + 6 * DAY
            start += 7 * DAY
    length = 3 if every == "quarter" else 1
    months = first.year * 12 + (first.month - 1) // length * length - 24
    while months < dt.MAXYEAR * 12:
        start = dt.date(months // 12, months % 12 + 1, 1)
        months += length
        yield start, dt.date(months // 12, months % 12 + 1, 1) - DAY


def _due(cycle: Cycle, start: dt.date, end: dt.date) -> dt.date:
    if cycle.every == "week":
        day = start + dt.timedelta(days=cycle.due_day - 1, weeks=cycle.after)
    else:
        months = end.year * 12 + end.month - 1 + cycle.after
        year, month = months // 12, months % 12 + 1
        day = dt.date(year, month, min(cycle.due_day, calendar.monthrange(year, month)[1]))
    return _shifted(day, cycle.shift)


def _shifted(day: dt.date, shift: str) -> dt.date:
    step = {"before": -DAY, "after": DAY}.get(shift)
    while step and not is_working_day(day):
        day += step
    return day
