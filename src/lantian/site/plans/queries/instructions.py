"""Reads of leaders' instructions."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from lantian.site.core import clock, policy
from lantian.site.core.policy import Actor
from lantian.site.plans.models import Instruction
from lantian.site.plans.queries.progress import TASK_BIG
from lantian.site.plans.states import INSTRUCTION_OPEN


def instructions(person: Actor) -> QuerySet[Instruction]:
    """Instructions that the person may see: one SQL query."""
    rows = Instruction.objects.visible_to(person).select_related("task__plan", "task__parent", "unit", "leader")
    return rows.defer(*TASK_BIG, "task__parent__spans", "task__parent__inherited")


def to_answer(person: Any) -> QuerySet[Instruction]:
    """What waits for the person's units, those due first on top."""
    if not policy.may(person, "plans.instruction.answer"):
        return Instruction.objects.none()
    rows = instructions(person).filter(unit__in=person.visible_unit_ids, state__in=INSTRUCTION_OPEN)
    return rows.order_by("task__due", "pk")


def late_to_answer(person: Any) -> QuerySet[Instruction]:
    """What waits for the person's units past its day."""
    return late(to_answer(person))


def of_leader(person: Any) -> QuerySet[Instruction]:
    """What a leader ordered and is not settled, answers first, then those due first; nothing for others."""
    if not person.holds("leader"):
        return Instruction.objects.none()
    rows = instructions(person).filter(Q(leader=person) | Q(leader=None, leader_name=person.name))
    return rows.filter(state__in=(*INSTRUCTION_OPEN, "answered")).order_by("state", "task__due", "pk")


def late_of_leader(person: Any) -> QuerySet[Instruction]:
    """What a leader waits for past its day."""
    return late(of_leader(person))


def to_judge(person: Any) -> QuerySet[Instruction]:
    """Answers that wait: a leader's own, for the air office those of all."""
    if not policy.may(person, "plans.instruction.settle"):
        return Instruction.objects.none()
    rows = instructions(person).filter(state="answered")
    if person.holds("leader") and not person.holds("air_office"):
        rows = rows.filter(Q(leader=person) | Q(leader=None, leader_name=person.name))
    return rows


def late(rows: QuerySet[Instruction]) -> QuerySet[Instruction]:
    """Of these the ones that wait past their day."""
    return rows.filter(state__in=INSTRUCTION_OPEN, task__due__lt=clock.today())
