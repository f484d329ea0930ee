"""Rankings as pages show them."""

from __future__ import annotations

from django.db.models import QuerySet

from lantian.site.air.models import Ranking
from lantian.site.core.policy import Actor


def rankings(person: Actor) -> QuerySet[Ranking]:
    """Rankings that the person may see: one SQL query."""
    return Ranking.objects.visible_to(person).select_related(
        "area", "made_by", "released_by", "replaces", "replaced_by"
    )
