"""The station diary as it is read, and checks that are overdue."""

from __future__ import annotations

from django.db.models import QuerySet

from lantian.site.air.models import CheckDue, DiaryEntry
from lantian.site.core import clock
from lantian.site.core.policy import Actor


def diary(person: Actor) -> QuerySet[DiaryEntry]:
    """Entries that the person may see, with what their list shows."""
    return DiaryEntry.objects.visible_to(person).select_related("station", "station__unit", "by", "suspicion")


def overdue(person: Actor) -> QuerySet[CheckDue]:
    """Checks of stations in use that are overdue, the longest first."""
    rows = CheckDue.objects.visible_to(person).filter(due__lt=clock.today(), station__valid_to=None)
    return rows.select_related("station")
