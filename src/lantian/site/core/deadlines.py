"""Which reminder of a due date stands on a day: pure, in working days, after the rule `reminders`.

>>> import datetime as dt
>>> reminders_due(dt.date(2017, 9, 28), dt.date(2017, 9, 25))
[Reminder(stage='before', days=3, since=datetime.date(2017, 9, 25))]
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from lantian.rulebook.calendar import is_working_day
from lantian.rulebook.loader import get
from lantian.rulebook.schemas.reminders import Reminders


@dataclass(frozen=True)
class Reminder:
    """A reminder: `before` the due date, on the day (`today`), or `overdue`, with the working days between.

    `since` is the day on which it came up. Stage and days are the same however late it is looked at, so that they
    make a key that lets each reminder out once.
    """

    stage: Literal["before", "today", "overdue"]
    days: int
    since: dt.date

    @property
    def key(self) -> str:
        """`before-3`, `today-0`, `overdue-5`."""
        return f"{self.stage}-{self.days}"


def reminders_due(due: dt.date, today: dt.date) -> list[Reminder]:
    """The reminder of a due date that stands today; none where it is too early, or too late.

    It stands from its day until the next one takes its place: whoever looks a day late, because the machine was off or
    the day was a holiday, still finds it, and never two at once. A due date on a day off is reminded of on the last
    working day before.

    Parameters
    ----------
    due : the due date; the day itself is still in time
    today : the day that counts
    """
    return list(_due(due, today))


@lru_cache(maxsize=4096)
def _due(due: dt.date, today: dt.date) -> tuple[Reminder, ...]:
    rule = get("reminders", as_=Reminders, on=today)
    if today > due:
        late = working_days_between(due, today)
        stage = late // rule.overdue_every * rule.overdue_every
        if not stage or late > rule.overdue_until:
            return ()
        return (Reminder("overdue", stage, _after(due, stage)),)
    last = _working_day_until(due)
    if today >= last:
        return (Reminder("today", 0, last),)
    for days in sorted(rule.before):
        since = _before(last, days)
        if today >= since:
            return (Reminder("before", days, since),)
    return ()


def working_days_between(start: dt.date, end: dt.date) -> int:
    """Working days after `start` up to and with `end`; 0 where `end` is not later."""
    span = (end - start).days
    return sum(is_working_day(start + dt.timedelta(days=n)) for n in range(1, span + 1))


def shifted(day: dt.date, by: int) -> dt.date:
    """The day so many working days after a day (before it where `by` is negative); the day itself for 0.

    >>> shifted(dt.date(2017, 9, 29), 1), shifted(dt.date(2017, 9, 29), -1)
    (datetime.date(2017, 9, 30), datetime.date(2017, 9, 28))
    """
    return _after(day, by) if by > 0 else _before(day, -by)


def _working_day_until(day: dt.date) -> dt.date:
    """The day itself, or the last working day before it."""
    while not is_working_day(day):
        day -= dt.timedelta(days=1)
    return day


def _before(day: dt.date, n: int) -> dt.date:
    """The n-th working day before a day."""
    while n:
        day -= dt.timedelta(days=1)
        n -= is_working_day(day)
    return day


def _after(day: dt.date, n: int) -> dt.date:
    """The n-th working day after a day."""
    while n:
        day += dt.timedelta(days=1)
        n -= is_working_day(day)
    return day
