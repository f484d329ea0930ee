"""What the addresses of the air's pages ask for. What cannot be used is left out, never an error page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlencode

from django.http import QueryDict

from lantian.airquality.editions import names
from lantian.site.core import clock

EDITIONS = ("auto", *names())
FIRST_YEAR = 1990


def edition_of(query: QueryDict) -> str:
    """The edition asked for, else the one in force."""
    return one_of(query.get("edition", ""), EDITIONS)


def one_of(value: str, known: Iterable[str]) -> str:
    """The value if it is known, else the first that is."""
    choices = list(known)
    return value if value in choices else choices[0]


def day_of(text: str) -> dt.date | None:
    """A date of an address."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= clock.today().year + 1 else None


def month_of(text: str) -> dt.date:
    """The first day of the month asked for, else of this month."""
    return day_of(f"{text}-01") or clock.today().replace(day=1)


def year_of(text: str) -> int:
    """The year asked for, else this year."""
    day = day_of(f"{text}-01-01")
    return day.year if day else clock.today().year


def with_query(query: QueryDict, **changed: str) -> str:
    """The query string with some values changed, for links beside a form."""
    kept = {name: query.getlist(name) for name in query if name not in ("page", "csv", "export")}
    return urlencode(kept | {name: [value] for name, value in changed.items()}, doseq=True)
