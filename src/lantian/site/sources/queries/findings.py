"""Findings of checks."""

from __future__ import annotations

from django.db.models import QuerySet

from lantian.site.core.policy import Actor
from lantian.site.sources.models import Finding


def findings(person: Actor) -> QuerySet[Finding]:
    """Findings that the person may see, with what their list shows."""
    return Finding.objects.visible_to(person).select_related("area", "order", "decided_by")


def finding(person: Actor, pk: int) -> Finding | None:
    """One finding with what it is about: two SQL queries."""
    return findings(person).prefetch_related("things").filter(pk=pk).first()
