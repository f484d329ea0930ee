"""What the job runner does every minute: schedules that are due, the outbox."""

from __future__ import annotations

import datetime as dt

from lantian.site.core import clock, schedules
from lantian.site.core.models import Tick
from lantian.site.core.notify import outbox

EVERY = dt.timedelta(minutes=1)
LATE = dt.timedelta(minutes=5)
ONLY = 1  # the row's key


def begin() -> bool:
    """Whether the tick that is due is ours to do; asked all the time, and by several runners."""
    now = clock.real_now()
    row, made = Tick.objects.get_or_create(pk=ONLY, defaults={"next_at": now + EVERY})
    due = Tick.objects.filter(pk=ONLY, next_at__lte=now)
    return made or (row.next_at <= now and bool(due.update(next_at=now + EVERY)))


def tick() -> dict[str, int]:
    """Start due schedules, send due messages; how many of each."""
    return {"runs": schedules.tick(), "sent": outbox.send_due()}


def stands_still() -> bool:
    """Whether the job runner has not asked for some minutes: it is not running."""
    row = Tick.objects.filter(pk=ONLY).first()
    return row is None or row.next_at < clock.real_now() - LATE
