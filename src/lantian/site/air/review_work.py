"""What the review shows in "my work"."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.air.models import Suspicion
from lantian.site.core import policy
from lantian.site.core.registries import WorkItems, work_items


def to_judge(person: Any) -> QuerySet[Suspicion]:
    """Suspicions that wait for this person's judgement."""
    if not policy.may(person, "air.suspicion.decide"):
        return Suspicion.objects.none()
    return Suspicion.objects.visible_to(person).filter(state="open")


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    desk: Any = reverse_lazy("air:suspicions")
    work_items.register("air.suspicions", WorkItems(_("待判断的数据疑点"), to_judge, desk, "checklist", 30, "amber"))
