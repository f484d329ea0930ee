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
from lantian.site.plans import actions
from lantian.site.plans.models import PlanImport


def _goal_url(done: Job) -> str:
    return reverse("plans:goals")


@job(actions.goals.JOB, title=_("评价目标的既往日期"), done_url=_goal_url)
def goal_history(job: Job, progress: Progress) -> dict[str, Any]:
    """What newly bound goals would have shown in the days past."""
    return {"evaluations": actions.goals.fill_history(job.params["goals"], progress)}


@schedule("plans.quantities", title=_("按度量计算任务指标数"), every="hour", at="00:35")
def evaluate_quantities(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Work out the numbers of tasks that are bound to a metric."""
    return {"moved": actions.evaluate_quantities()}


@schedule("plans.goals", title=_("评价方案目标"), every="hour", at="00:25")
def evaluate_goals(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Goals that are not yet up to yesterday, or whose data changed."""
    return {"goals": actions.goals.evaluate_due()}


def _done_url(done: Job) -> str:
    return reverse("plans:import", args=[done.params["plan_import"]])


@job("plans.parse", title=_("解析方案文件"), done_url=_done_url)
def parse(job: Job, progress: Progress) -> dict[str, Any]:
    """Read, parse and check a document; the import says how it went."""
    plan_import = PlanImport.objects.get(pk=job.params["plan_import"])
    done = actions.parse_import(job.created_by or System(), plan_import, progress)
    return {"state": done.state, "plan_import": done.pk}
