"""Findings of checks."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from lantian.site.core.policy import Actor
from lantian.site.core.registries import checks
from lantian.site.sources.models import Finding


def findings(person: Actor) -> QuerySet[Finding]:
    """Findings that the person may see, with what their list shows."""
    return Finding.objects.visible_to(person).select_related("area", "order", "decided_by")


def by_check(rows: QuerySet[Finding]) -> list[tuple[str, int]]:
    """How many each check found, in the order of checks: one SQL query."""
    found = dict(rows.order_by().values_list("check_name").annotate(n=Count("pk")))
    order = [name for name, _check in checks.items()]
    return sorted(found.items(), key=lambda one: (order.index(one[0]) if one[0] in order else len(order), one[0]))


def finding(person: Actor, pk: int) -> Finding | None:
    """One finding with what it is about: two SQL queries."""
    return findings(person).prefetch_related("things").filter(pk=pk).first()
