"""What the job runner calls every minute: for jobs lost with a killed runner, schedules that are due, the outbox."""

from __future__ import annotations

import datetime as dt

from django_q.models import Schedule

from lantian.site.core import clock, jobs, schedules
from lantian.site.core.notify import outbox

NAME = "lantian.tick"
LATE = dt.timedelta(minutes=5)


def tick() -> dict[str, int]:
    """Hand lost jobs out again, start due schedules, send due messages; how many of each."""
    return {"again": jobs.hand_out_again(), "runs": schedules.tick(), "sent": outbox.send_due()}


def stands_still() -> bool:
    """Whether the job runner has not asked for some minutes: it is not running."""
    row = Schedule.objects.filter(name=NAME).first()
    return row is None or row.next_run < clock.real_now() - LATE
