"""Reads of milestones."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from lantian.site.core import clock, policy
from lantian.site.core.policy import Actor
from lantian.site.plans import duties
from lantian.site.plans.models import Milestone, Task
from lantian.site.plans.queries.progress import TASK_BIG

SOON = dt.timedelta(days=7)


def milestones(person: Actor) -> QuerySet[Milestone]:
    """Steps of tasks that the person sees: one SQL query."""
    rows = Milestone.objects.filter(task__in=Task.objects.visible_to(person)).exclude(task__state="withdrawn")
    return rows.select_related("task__plan", "done_by").defer(*TASK_BIG)


def waiting(person: Any) -> QuerySet[Milestone]:
    """Steps of the person's units that are not done, nearest first."""
    if not policy.may(person, "plans.report.fill") or not person.visible_unit_ids:
        return Milestone.objects.none()
    own = duties.roles_of_units(person.register, set(person.visible_unit_ids), "duty").values("task")
    rows = milestones(person).filter(task__in=own, task__state="open", done_on=None)
    return rows.order_by("date", "pk")


def late(person: Any) -> QuerySet[Milestone]:
    """Of these the ones whose day is past."""
    return waiting(person).filter(date__lt=clock.today())


def soon(person: Any) -> QuerySet[Milestone]:
    """Of these the ones of the next days."""
    today = clock.today()
    return waiting(person).filter(date__gte=today, date__lte=today + SOON)


def between(person: Actor, first: dt.date, last: dt.date, where: Q) -> QuerySet[Milestone]:
    """Steps that are not done, in a span of days."""
    tasks = Task.objects.visible_to(person).filter(where)
    return milestones(person).filter(task__in=tasks, date__gte=first, date__lte=last, done_on=None).order_by("date")
