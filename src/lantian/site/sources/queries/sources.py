"""Sources."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from lantian.site.core.policy import Actor
from lantian.site.sources.models import Source


def sources(person: Actor) -> QuerySet[Source]:
    """Sources that the person may see, with the number of their listings."""
    return Source.objects.visible_to(person).select_related("area", "unit").annotate(listed=Count("listings"))


def source(person: Actor, pk: int) -> Source | None:
    """One source with its listings: two SQL queries."""
    rows = Source.objects.visible_to(person).select_related("area", "unit")
    return rows.prefetch_related("listings", "listings__keeper").filter(pk=pk).first()
