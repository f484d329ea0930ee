"""Deadlines in working hours: only the hours count at which offices work (rule `office-hours`), on working days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from lantian.rulebook.calendar import is_working_day, working_day_after
from lantian.rulebook.loader import get
from lantian.rulebook.schemas.office_hours import OfficeHours, Span

DAY = timedelta(days=1)
MOST_DAYS = 800  # that are looked through: what lies farther is a mistake of the caller


def hours_after(moment: datetime, hours: float) -> datetime:
    """The moment at which so many working hours have passed.

    Parameters
    ----------
    moment : local time, aware or naive; outside office hours counting begins when offices open next
    hours : working hours [h], above 0

    Examples
    --------
    >>> hours_after(datetime(2017, 9, 29, 17), 2)  # a Friday; the Saturday is worked before the National Day holiday
    datetime.datetime(2017, 9, 30, 10, 0)
    """
    left = _checked(hours)
    for start, end in _stretches(moment):
        here = end - max(start, moment)
        if here >= left:
            return max(start, moment) + left
        left -= here
    raise ValueError(f"no moment {hours} working hours after {moment}")


def hours_before(moment: datetime, hours: float) -> datetime:
    """The moment from which so many working hours pass until `moment`.

    Examples
    --------
    >>> hours_before(datetime(2017, 9, 30, 10), 2)
    datetime.datetime(2017, 9, 29, 17, 0)
    """
    left = _checked(hours)
    for start, end in _stretches_back(moment):
        here = min(end, moment) - start
        if here >= left:
            return min(end, moment) - left
        left -= here
    raise ValueError(f"no moment {hours} working hours before {moment}")


def hours_between(start: datetime, end: datetime) -> float:
    """Working hours [h] from one moment to a later one; 0 where it is not later.

    Examples
    --------
    >>> hours_between(datetime(2017, 9, 29, 17), datetime(2017, 9, 30, 10))
    2.0
    """
    passed = timedelta()
    if end <= start:
        return 0.0
    day = start.date()
    while day <= end.date():
        for opens, closes in _of_day(day, start):
            passed += max(timedelta(), min(closes, end) - max(opens, start))
        day += DAY
    return passed / timedelta(hours=1)


def span_after(moment: datetime, span: Span) -> datetime:
    """The end of a span of working time: to the hour, or with the end of office hours on the last of its days."""
    if span.hours is not None:
        return hours_after(moment, span.hours)
    return closing_time(working_day_after(moment.date(), span.days or 1).day, moment)


def closing_time(day: date, like: datetime) -> datetime:
    """When offices close on a day, in the time zone of another moment; asked of a day off, when they would."""
    return _at(day, _rule(day).spans[-1][1], like)


def span_before(moment: datetime, span: Span) -> datetime:
    """The moment that lies a span of working time before; of days the hour stays."""
    if span.hours is not None:
        return hours_before(moment, span.hours)
    day, left = moment.date(), span.days or 1
    while left:
        day -= DAY
        left -= is_working_day(day)
    return _at(day, moment.time(), moment)


def span_past(moment: datetime, span: Span) -> datetime:
    """The moment that lies a span of working time after; of days the hour stays."""
    if span.hours is not None:
        return hours_after(moment, span.hours)
    return _at(working_day_after(moment.date(), span.days or 1).day, moment.time(), moment)


def _checked(hours: float) -> timedelta:
    if not 0 < hours <= 2000:
        raise ValueError(f"working hours must be above 0 and at most 2000, not {hours}")
    return timedelta(hours=hours)


def _rule(day: date) -> OfficeHours:
    return get("office-hours", as_=OfficeHours, on=day)


def _at(day: date, hour: time, like: datetime) -> datetime:
    return datetime.combine(day, hour.replace(tzinfo=None), tzinfo=like.tzinfo)


def _of_day(day: date, like: datetime) -> list[tuple[datetime, datetime]]:
    """Stretches on which offices work on a day."""
    if not is_working_day(day):
        return []
    return [(_at(day, opens, like), _at(day, closes, like)) for opens, closes in _rule(day).spans]


def _stretches(moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Stretches that end after a moment, the next first."""
    for ahead in range(MOST_DAYS):
        yield from (one for one in _of_day(moment.date() + ahead * DAY, moment) if one[1] > moment)


def _stretches_back(moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Stretches that begin before a moment, the last first."""
    for back in range(MOST_DAYS):
        yield from reversed([one for one in _of_day(moment.date() - back * DAY, moment) if one[0] < moment])
