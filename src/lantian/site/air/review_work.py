"""What review and diary show in "my work"; diary entries and events carry files."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.air.models import AirEvent, CheckDue, DiaryEntry, Suspicion
from lantian.site.air.queries import diary, events
from lantian.site.core import policy
from lantian.site.core.attachments.links import Carrier, carriers
from lantian.site.core.registries import WorkItems, work_items


def to_judge(person: Any) -> QuerySet[Suspicion]:
    """Suspicions that wait for this person's judgement."""
    if not policy.may(person, "air.suspicion.decide"):
        return Suspicion.objects.none()
    return Suspicion.objects.visible_to(person).filter(state="open")


def overdue(person: Any) -> QuerySet[CheckDue]:
    """Overdue checks at stations whose diary this person writes."""
    return diary.overdue(person) if policy.may(person, "air.diary.write") else CheckDue.objects.none()


def _entry(person: Any, ident: str) -> DiaryEntry | None:
    if not policy.may(person, "air.diary.see") or not ident.isdecimal():
        return None
    return diary.diary(person).filter(pk=int(ident)).first()


def _event(person: Any, ident: str) -> AirEvent | None:
    if not policy.may(person, "air.see") or not ident.isdecimal():
        return None
    return events.events(person).filter(pk=int(ident)).first()


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    desk: Any = reverse_lazy("air:suspicions")
    work_items.register("air.suspicions", WorkItems(_("待判断的数据疑点"), to_judge, desk, "checklist", 30, "amber"))
    entries: Any = reverse_lazy("air:diary")
    work_items.register("air.checks", WorkItems(_("逾期的质控检查"), overdue, entries, "notebook", 31, "red"))
    write = "air.diary.write"
    carriers.register(
        "air.diaryentry",
        Carrier(find=_entry, add=write, remove=write, open_to_change=lambda one: one.state == "recorded"),
    )
    keep = "air.event.write"
    carriers.register("air.airevent", Carrier(find=_event, add=keep, remove=keep))
