"""What the job runner calls every minute: schedules that are due, then the outbox."""

from __future__ import annotations

import datetime as dt

from django_q.models import Schedule

from lantian.site.core import clock, schedules
from lantian.site.core.notify import outbox

NAME = "lantian.tick"
LATE = dt.timedelta(minutes=5)


def tick() -> dict[str, int]:
    """Start due schedules, send due messages; how many of each."""
    return {"runs": schedules.tick(), "sent": outbox.send_due()}


def stands_still() -> bool:
    """Whether the job runner has not asked for some minutes: it is not running."""
    row = Schedule.objects.filter(name=NAME).first()
    return row is None or row.next_run < clock.real_now() - LATE
