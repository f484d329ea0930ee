"""Traffic lights: how near a task's due date is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import clock
from lantian.site.core.faults import Text

SOON = dt.timedelta(days=30)
STATES = [
    ("overdue", _("已过期")),
    ("soon", _("30 天内到期")),
    ("later", _("未到期")),
    ("none", _("无日期")),
    ("closed", _("已销号")),
    ("withdrawn", pgettext_lazy("task", "已撤销")),
]
WORDS = dict(STATES)
# told apart without colour
SHAPES = {"overdue": "■", "soon": "▲", "later": "●", "none": "○", "closed": "✓", "withdrawn": "–"}
OVER = ("closed", "withdrawn")
UNDER_WAY = ~Q(state__in=OVER)


class Light(NamedTuple):
    """A task's light: state, shape and words; `days` from today to the due date."""

    state: str
    shape: str
    words: Text
    days: int | None = None

    @property
    def days_off(self) -> int:
        """Days between today and the due date, whichever comes first."""
        return abs(self.days or 0)


def light(due: dt.date | None, *, today: dt.date | None = None) -> Light:
    """The light of a due date, today: overdue from the day after, within 30 days, later, or grey without a date."""
    today = today or clock.today()
    if due is None:
        state, days = "none", None
    else:
        days = (due - today).days
        state = "overdue" if days < 0 else "soon" if days <= SOON.days else "later"
    return Light(state, SHAPES[state], WORDS[state], days)


def tiles(counts: Mapping[str, int]) -> list[tuple[str, str, Text, int]]:
    """State, shape, label and count of every light, as tiles show them; withdrawn only where there is one."""
    return [(s, SHAPES[s], label, counts[s]) for s, label in STATES if s != "withdrawn" or counts[s]]


def where(state: str) -> Q:
    """The condition for tasks whose light is in a state; what is closed or withdrawn has no other."""
    today = clock.today()
    if state in OVER:
        return Q(state=state)
    if state == "overdue":
        dates = Q(due__lt=today)
    elif state == "soon":
        dates = Q(due__gte=today, due__lte=today + SOON)
    elif state == "later":
        dates = Q(due__gt=today + SOON)
    else:
        dates = Q(due=None)
    return dates & UNDER_WAY
