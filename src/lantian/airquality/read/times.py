"""Times as tables write them, to hours named by their end."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Named = Literal["end", "start"]
Instants = NDArray[np.int64]  # hours since 1970-01-01 00:00 of the local clock
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
