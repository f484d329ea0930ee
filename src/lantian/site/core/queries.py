"""Reads that pages and API share."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from lantian.site.core import jobs, policy
from lantian.site.core.models import AuditEvent, Job


def jobs_seen(actor: policy.Actor, where: Q | None = None) -> QuerySet[Job]:
    """Jobs that a person may see: the administrator all, others their own."""
    found = Job.objects.select_related("created_by").filter(where or Q())
    if policy.may(actor, "core.see_jobs"):
        return found
    return found.filter(created_by_id=getattr(actor, "pk", None))


def job(actor: policy.Actor, pk: int) -> Job | None:
    """One job, after marking those whose heart stopped."""
    jobs.sweep()
    return jobs_seen(actor).filter(pk=pk).first()


def audit_events(where: Q | None = None) -> QuerySet[AuditEvent]:
    """Events of the trail, without the bulk of their contents."""
    return AuditEvent.objects.filter(where or Q()).defer("before", "after", "facts").order_by("-seq")


def changes(event: AuditEvent) -> list[dict[str, Any]]:
    """What an event changed, field by field."""
    before, after = event.before or {}, event.after or {}
    return [
        {"field": name, "before": before.get(name), "after": after.get(name)}
        for name in dict.fromkeys([*after, *before])
        if before.get(name) not in (None, "", [], {}) or after.get(name) not in (None, "", [], {})
    ]
