"""What dustfall shows in "my work"; results carry the laboratory's reports."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.air.models import DustfallResult
from lantian.site.air.queries import dustfall as queries
from lantian.site.core import policy
from lantian.site.core.attachments.links import Carrier, carriers
from lantian.site.core.registries import WorkItems, work_items


def to_confirm(person: Any) -> QuerySet[DustfallResult]:
    """Results that wait for this person."""
    if not policy.may(person, "air.dustfall.confirm"):
        return DustfallResult.objects.none()
    return DustfallResult.objects.visible_to(person).filter(state="draft")


def _result(person: Any, ident: str) -> DustfallResult | None:
    if not policy.may(person, "air.dustfall.see") or not ident.isdecimal():
        return None
    return queries.results(person).filter(pk=int(ident)).first()


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    month: Any = reverse_lazy("air:dustfall_month")
    work_items.register(
        "air.dustfall", WorkItems(_("待确认的降尘量"), to_confirm, month, "bucket-droplet", 33, "blue")
    )  # fmt: skip
    enter = "air.dustfall.enter"
    carriers.register("air.dustfallresult", Carrier(find=_result, add=enter, remove=enter))
