"""Days as the state counts them: heating seasons, working days and public holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from chinese_calendar.constants import holidays, workdays

from lantian.rulebook.loader import get
from lantian.rulebook.schemas.calendar import City, HeatingSeasons

Sure = Literal["read", "second-hand", "memory", "assumed", "practice"]


@dataclass(frozen=True, slots=True)
class Season:
    """A heating season with its first and last day. `sure` is 'assumed' where the city is not listed."""

    city: str
    start: date
    end: date
    sure: Sure


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A day found by counting working days.

    `published` is false where a year's public holidays, in the calendar this installation carries, are not known yet:
    then Monday to Friday were counted.
    """

    day: date
    published: bool


def _month_day(text: str, year: int) -> date:
    month, day = int(text[:2]), int(text[3:])
    return date(year, month, day)


def heating_season(city: str | None, year: int) -> Season:
    """The heating season that begins in the autumn of `year`.

    Parameters
    ----------
    city : name with or without 市, may carry its districts ('天津市蓟州区'); None or an unlisted city gives the default
    year : the calendar year of the first day

    Examples
    --------
    >>> heating_season("北京市", 2017).start
    datetime.date(2017, 11, 15)
    >>> heating_season("云岭市", 2017).sure
    'assumed'
    """
    rule = get("heating-season", as_=HeatingSeasons, on=date(year, 12, 1))
    listed = [c for c in rule.city if city and city.startswith(c.name) and (c.since is None or c.since.year <= year)]
    found: City = max(listed, key=lambda c: (len(c.name), c.since or date.min), default=rule.default)
    start, end = _month_day(found.start, year), _month_day(found.end, year)
    if end < start:
        end = _month_day(found.end, year + 1)
    return Season(found.name, start, end, found.sure)


def city_of(text: str) -> str | None:
    """The city with a listed heating season that a text names most often, None when it names none.

    Examples
    --------
    >>> city_of("按照北京市要求，云岭区……"), city_of("云岭市")
    ('北京', None)
    """
    rule = get("heating-season", as_=HeatingSeasons)
    counts = {c.name: text.count(c.name) for c in rule.city}
    best = max(counts, key=lambda n: counts[n], default=None)
    return best if best and counts[best] else None


@lru_cache(maxsize=1)
def _published() -> tuple[date, date]:
    """First and last day of the years whose holidays the calendar knows."""
    return date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 31)


def published(day: date) -> bool:
    """Whether the public holidays of the day's year are known here."""
    first, last = _published()
    return first <= day <= last


def is_working_day(day: date) -> bool:
    """Whether offices work on a day: holidays and make-up days (调休) where published, else Monday to Friday.

    Examples
    --------
    >>> is_working_day(date(2017, 9, 30))  # a Saturday worked before the National Day holiday
    True
    """
    if not published(day):
        return day.weekday() < 5
    return day in workdays or (day.weekday() < 5 and day not in holidays)


def working_day_after(day: date, n: int) -> WorkingDay:
    """The n-th working day after a day, which itself does not count.

    Raises
    ------
    ValueError
        for n below 1 or above 1000.

    Examples
    --------
    >>> working_day_after(date(2017, 9, 29), 1)
    WorkingDay(day=datetime.date(2017, 9, 30), published=True)
    """
    if not 1 <= n <= 1000:
        raise ValueError(f"working days must be 1 to 1000, not {n}")
    known = True
    while n:
        day += timedelta(days=1)
        known = known and published(day)
        n -= is_working_day(day)
    return WorkingDay(day, known)


def holiday_start(name: str, year: int) -> date | None:
    """First day off of a public holiday of a year, by the calendar's name for it; None where not published.

    Examples
    --------
    >>> holiday_start("Spring Festival", 2018)
    datetime.date(2018, 2, 15)
    """
    days = [day for day, holiday in holidays.items() if holiday == name and day.year == year]
    return min(days, default=None)
