"""Times as tables write them, to hours named by their end, days and months."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Named = Literal["end", "start"]
Interval = Literal["1h", "1d", "1mo"]
Instants = NDArray[np.int64]  # hours (days, months) since 1970-01-01 00:00 of the local clock
BAD = np.iinfo(np.int64).min
EPOCH = datetime(1970, 1, 1)
FIRST_YEAR, LAST_YEAR = 1980, 2100  # no hour of a monitoring station lies outside

_WRITTEN = re.compile(
    r"""\s*(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?[\sT]*
    (?:(\d{1,2})\s*(?:[:：时]\s*(\d{1,2})\s*分?)?\s*(?:[:：]\s*(\d{1,2})(?:\.\d+)?)?)?\s*
    (?:Z|[+-]\d{2}:?\d{2})?\s*""",
    re.VERBOSE,
)


def instant(written: str, *, named: Named = "end") -> int | None:
    """The end of an hour as hours since 1970, None where a text is no hour. 24:00 is midnight at the day's end.

    >>> instant("2019-01-01 24:00") == instant("2019/1/2 0:00") == instant("2019010200")
    True
    >>> instant("2019-01-01 00:30"), instant("2019-02-30 01:00")
    (None, None)
    """
    found = _WRITTEN.fullmatch(written)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in found.groups())
    if hour > 24 or minute or second:
        return None
    try:
        begin = datetime(year, month, day)
    except ValueError:
        return None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    hours = int((begin - EPOCH) / timedelta(hours=1)) + hour
    return hours + (named == "start")


def moment(hours: int) -> datetime:
    """The clock time of hours since 1970."""
    return EPOCH + timedelta(hours=int(hours))


_MONTH = re.compile(r"\s*(\d{4})\s*(?:[-/.年]\s*)?(\d{1,2})\s*月?\s*")


def day(written: str) -> int | None:
    """A day as days since 1970, None where a text is none.

    >>> day("2026-01-05") == day("2026年1月5日") == day("2026-01-05 00:00:00") == day("20260105")
    True
    >>> day("2026-01-05 01:00") is None, day("2026-01") is None
    (True, True)
    """
    hours = instant(written)
    return hours // 24 if hours is not None and hours % 24 == 0 else None


def month(written: str) -> int | None:
    """A month as months since 1970; its first day stands for it too.

    >>> month("2026-01") == month("2026年1月") == month("202601") == month("2026-01-01 00:00:00")
    True
    >>> month("2026-13") is None, month("2026-01-05") is None
    (True, True)
    """
    found = _MONTH.fullmatch(written)
    if found:
        year, number = int(found[1]), int(found[2])
        return (year - 1970) * 12 + number - 1 if 1 <= number <= 12 and FIRST_YEAR <= year <= LAST_YEAR else None
    days = day(written)
    first = None if days is None else EPOCH + timedelta(days=days)
    return (first.year - 1970) * 12 + first.month - 1 if first and first.day == 1 else None


def placed(written: str, interval: Interval, *, named: Named = "end") -> int | None:
    """A text as hours, days or months since 1970; None where it is no such time."""
    return instant(written, named=named) if interval == "1h" else day(written) if interval == "1d" else month(written)


def looks_like(texts: Iterable[str]) -> Interval:
    """What a column of times is of: months or days where all are written so, else hours.

    Midnights of several days alone, as sheets keep dates, are days.

    >>> looks_like(["2026-01", "2026-02"]), looks_like(["2026-01-05"]), looks_like(["2026-01-05 00:00"])
    ('1mo', '1d', '1h')
    """
    known = [text for text in texts if text.strip()]
    if known and all(_MONTH.fullmatch(text) and len(re.sub(r"\D", "", text)) <= 6 for text in known):
        return "1mo"
    dates = [found for text in known if (found := _WRITTEN.fullmatch(text))]
    if dates and all(found[4] is None for found in dates):
        return "1d"
    midnights = len(dates) > 1 and len(dates) == len(known) and all(day(text) is not None for text in known)
    return "1d" if midnights else "1h"


def shown(number: int, interval: Interval) -> str:
    """A time as it is told."""
    if interval == "1h":
        return f"{moment(number):%Y-%m-%d %H:%M}"
    if interval == "1d":
        return f"{EPOCH + timedelta(days=int(number)):%Y-%m-%d}"
    return f"{1970 + int(number) // 12}-{int(number) % 12 + 1:02}"
