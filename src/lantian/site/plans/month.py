"""A month as a grid of days: which are worked, what falls due. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lantian.rulebook.calendar import is_working_day, published
from lantian.site.core.faults import Text
from lantian.site.plans.standing import Standing

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Item:
    """Something that falls due on a day: a task (with how it stands), reports of a window, a milestone."""

    title: Text
    url: str
    kind: str = "task"
    standing: Standing | None = None
    note: Text = ""


@dataclass(frozen=True)
class Day:
    """One field of the grid."""

    date: dt.date
    inside: bool
    items: Sequence[Item] = field(default=())

    @property
    def works(self) -> bool:
        return is_working_day(self.date)

    @property
    def told(self) -> str:
        """What the weekday does not tell: 'off' on a holiday in the week, 'worked' on a made-up weekend day."""
        if self.date.weekday() < 5:
            return "" if self.works else "off"
        return "worked" if self.works else ""


@dataclass(frozen=True)
class Month:
    """Whole weeks from Monday that hold a month."""

    first: dt.date
    weeks: Sequence[Sequence[Day]]

    @property
    def days(self) -> list[Day]:
        """Days of the month itself."""
        return [day for week in self.weeks for day in week if day.inside]

    @property
    def published(self) -> bool:
        """Whether the public holidays of the year are known."""
        return published(self.first)

    @property
    def before(self) -> str:
        return f"{self.first - DAY:%Y-%m}"

    @property
    def after(self) -> str:
        return f"{self.first + 31 * DAY:%Y-%m}"


def span(first: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the weeks that hold a month.

    >>> span(dt.date(2026, 11, 1))
    (datetime.date(2026, 10, 26), datetime.date(2026, 12, 6))
    """
    days = list(calendar.Calendar().itermonthdates(first.year, first.month))
    return days[0], days[-1]


def month(first: dt.date, items: Iterable[tuple[dt.date, Item]]) -> Month:
    """The month that begins on a day, with what falls due in it."""
    by_day: dict[dt.date, list[Item]] = {}
    for day, item in items:
        by_day.setdefault(day, []).append(item)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return Month(first, [[_day(day, first, by_day) for day in week] for week in weeks])


def _day(day: dt.date, first: dt.date, by_day: Mapping[dt.date, list[Item]]) -> Day:
    return Day(day, day.month == first.month, tuple(by_day.get(day, ())))


def asked(text: str, today: dt.date) -> dt.date:
    """The first day of a month that an address names (2026-11); this month where it names none.

    >>> asked("2026-02", dt.date(2026, 11, 21)), asked("0000-99", dt.date(2026, 11, 21))
    (datetime.date(2026, 2, 1), datetime.date(2026, 11, 1))
    """
    try:
        found = dt.datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return today.replace(day=1)
    return found if 1990 <= found.year <= 2100 else today.replace(day=1)
