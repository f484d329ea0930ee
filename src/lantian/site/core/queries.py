"""Reads that pages and API share."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from lantian.site.core import jobs, policy
from lantian.site.core.models import Job


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
