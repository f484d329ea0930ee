"""Spans of days that results are given for: months, quarters, heating seasons, years, any."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lantian.airquality.faults import AirError
from lantian.rulebook.calendar import heating_season

Kind = Literal["month", "quarter", "heating", "year", "span"]


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included, and what they are called ('2019-01', '2019-Q1', '2018-heating')."""

    name: str
    kind: Kind
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise AirError(
                f"时段 {self.first} 至 {self.last}：止日早于起日。",
                f"{self.first} to {self.last}: ends before it begins.",
            )

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def months(self) -> Iterator[tuple[date, date]]:
        """First and last day of the calendar months it touches, cut to it."""
        first = self.first
        while first <= self.last:
            end = first.replace(day=monthrange(first.year, first.month)[1])
            yield first, min(end, self.last)
            first = end + timedelta(days=1)

    def year_before(self) -> Span:
        """The same span a year earlier (同期); 29 February falls back to 28.

        >>> month(2020, 2).year_before().last
        datetime.date(2019, 2, 28)
        """
        if self.kind == "month":
            return month(self.first.year - 1, self.first.month)
        if self.kind == "quarter":
            return quarter(self.first.year - 1, (self.first.month + 2) // 3)
        if self.kind == "year":
            return year(self.first.year - 1)
        first, last = _earlier(self.first), _earlier(self.last)
        name = f"{first.year}-heating" if self.kind == "heating" else f"{first}/{last}"
        return Span(name, self.kind, first, last)


def _earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, monthrange(day.year - 1, day.month)[1]))


def month(of_year: int, number: int) -> Span:
    """A calendar month."""
    last = monthrange(of_year, number)[1]
    return Span(f"{of_year}-{number:02}", "month", date(of_year, number, 1), date(of_year, number, last))


def quarter(of_year: int, number: int) -> Span:
    """A quarter, 1 to 4."""
    end = number * 3
    last = monthrange(of_year, end)[1]
    return Span(f"{of_year}-Q{number}", "quarter", date(of_year, end - 2, 1), date(of_year, end, last))


def year(number: int) -> Span:
    """A calendar year."""
    return Span(str(number), "year", date(number, 1, 1), date(number, 12, 31))


def heating(city: str | None, autumn: int) -> Span:
    """The heating season of a city that begins in the autumn of a year (rule 'heating-season')."""
    season = heating_season(city, autumn)
    return Span(f"{autumn}-heating", "heating", season.start, season.end)


def span(first: date, last: date) -> Span:
    """Any days."""
    return Span(f"{first}/{last}", "span", first, last)


def spans(kind: Kind, first: date, last: date, *, city: str | None = None) -> list[Span]:
    """The spans of one kind that lie wholly within some days; 'span' gives these days.

    >>> [found.name for found in spans("month", date(2019, 1, 1), date(2019, 3, 15))]
    ['2019-01', '2019-02']
    """
    years = range(first.year - 1, last.year + 1)
    found = {
        "month": lambda: [month(y, m) for y in years for m in range(1, 13)],
        "quarter": lambda: [quarter(y, q) for y in years for q in range(1, 5)],
        "heating": lambda: [heating(city, y) for y in years],
        "year": lambda: [year(y) for y in years],
        "span": lambda: [span(first, last)],
    }[kind]()
    return [one for one in found if first <= one.first and one.last <= last]
