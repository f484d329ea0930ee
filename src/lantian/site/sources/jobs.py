"""Background work of this room."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core.jobs import Progress, job
from lantian.site.core.models import Job
from lantian.site.core.policy import System
from lantian.site.core.schedules import schedule
from lantian.site.sources import actions
from lantian.site.sources.models import ProofBatch


def _findings(job: Job) -> str:
    return reverse("sources:findings")


@schedule("sources.refit", title=_("按新版清单整理记录"), every="day", at="02:10")
def refit(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Bring listings to the edition of their ledger that holds, and index anew what it now marks."""
    return dict(actions.refit_ledgers(System()))


@schedule("sources.stops", title=_("逾期停产建议"), every="day", at="02:20")
def propose_stops(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Propose to stop whoever did not do by the day what must be done; lift what is over."""
    return dict(actions.propose_stops(System()))


@schedule("sources.checks", title=_("清单核查"), every="day", at="02:40")
def nightly(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Run all checks."""
    return dict(actions.run_checks(System()))


@schedule("sources.gaps", title=_("清单缺项重新计数"), every="day", at="02:30")
def count_gaps(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Count what listings lack: rules and days change without anybody touching a listing."""
    return {"changed": actions.recount_gaps(System())}


@schedule("sources.sweep_batches", title=_("清理没有确认的批量材料"), every="day", at="04:30")
def sweep_batches(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Throw away what nobody confirmed."""
    return {"discarded": actions.sweep_batches()}


@job("sources.offsets", title=_("核查替代量"), done_url=_findings, once=True)
def offsets_now(job: Job, progress: Progress) -> dict[str, Any]:
    """Look after the projects that used a cut, because it is proven no more."""
    return dict(actions.run_checks(System(), ["sources.offset"]))


def _batch(job: Job) -> str:
    return reverse("sources:batch", args=[job.params["batch"]])


@job("sources.read_batch", title=_("读取批量材料"), done_url=_batch)
def read_batch(job: Job, progress: Progress) -> dict[str, Any]:
    """Take an archive of evidence apart."""
    one = ProofBatch.objects.select_related("archive").get(pk=job.params["batch"])
    return {"state": actions.read_batch(job.created_by or System(), one, progress).state}


@job("sources.checks", title=_("清单核查"), done_url=_findings, once=True)
def checks_now(job: Job, progress: Progress) -> dict[str, Any]:
    """Run all checks because somebody asked for it."""
    return dict(actions.run_checks(job.created_by or System()))
