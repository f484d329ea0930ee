"""The days of a month's review: until when the district looks, locks and hands in. Pure, in working days.

>>> import datetime as dt
>>> deadlines(dt.date(2017, 10, 1))          # 5 November is a Sunday
Deadlines(lock=datetime.date(2017, 11, 3), upload=datetime.date(2017, 11, 5))
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lantian import rulebook
from lantian.rulebook.schemas.air_review import AirReview
from lantian.site.core.deadlines import shifted

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Deadlines:
    """The day on which the district locks a month, and that up to which the city takes it."""

    lock: dt.date
    upload: dt.date


def next_month(month: dt.date) -> dt.date:
    """The first day of the month after."""
    return (month.replace(day=1) + 32 * DAY).replace(day=1)


def deadlines(month: dt.date) -> Deadlines:
    """When a month is to be locked and handed in.

    The city's day stands, holiday or not; the district locks working days before it, so that somebody is there. Where
    the month begins with a long holiday that would be before the old month is over: then it is the eve of the city's
    day.
    """
    rule = rulebook.get("air-review", as_=AirReview, on=month)
    after = next_month(month)
    upload = after.replace(day=rule.upload_day)
    lock = shifted(upload, -rule.lock_days_before)
    return Deadlines(lock if lock >= after else max(upload - DAY, after), upload)


def due_before(today: dt.date, level: int) -> dt.date:
    """Days before this one are overdue for the level's look."""
    rule = rulebook.get("air-review", as_=AirReview, on=today)
    return shifted(today, -(rule.first_days if level == 1 else rule.second_days))
