"""Splitting and joining tasks over the HTTP API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from lantian.site.core.api import In, Key, Line, Out, Prose
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.plans import actions
from lantian.site.plans.actions.splitting import MOST
from lantian.site.plans.api import room
from lantian.site.plans.models import Task

_WRITE: dict[str, Any] = {"scope": "plans:write", "conflicts": True}


class RestIn(In):
    """What the task itself goes on with."""

    title: Line = Field("", max_length=300)
    text: Prose
    roles: list[Key] | None = Field(None, max_length=200, description="of the task's roles; left out: all of them")


class PieceIn(RestIn):
    """What one new task has of it."""

    due: dt.date | None = Field(None, description="left out: the task's own")
    numbers: list[Key] = Field(default_factory=list, max_length=200, description="those of its numbers that move")


class SplitIn(In):
    rest: RestIn
    pieces: list[PieceIn] = Field(min_length=1, max_length=MOST)
    reason: Line = Field(min_length=1, max_length=500)


class SplitOut(Out):
    """拆分: the task, and what was split off from it."""

    task: int
    made: list[int]


class JoinIn(In):
    others: list[Key] = Field(min_length=1, max_length=MOST, description="tasks of the same plan, to be withdrawn")
    roles: list[Key] = Field(default_factory=list, max_length=200, description="roles of theirs to take over")
    numbers: list[Key] = Field(default_factory=list, max_length=200, description="numbers of theirs to take over")
    reason: Line = Field(min_length=1, max_length=500)


class JoinOut(Out):
    """合并: the task that stays, and those that lead to it now."""

    task: int
    joined: list[int]


def _task(request: Request, pk: int) -> Task:
    found: Task | None = Task.objects.visible_to(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@room.post(
    "/tasks/{int:pk}/split",
    "task_split",
    policy="plans.task.split",
    summary=_("拆分任务"),
    returns=SplitOut,
    **_WRITE,
)
def task_split(request: Request, pk: int, payload: SplitIn) -> SplitOut:
    """Split a task; it keeps its key and its reports, each piece is a task beside it."""
    task = _task(request, pk)
    every = list(task.roles.values_list("pk", flat=True))

    def roles(given: RestIn) -> list[int]:
        return every if given.roles is None else list(given.roles)

    pieces = [
        actions.Piece(text=one.text, title=one.title, due=one.due, roles=roles(one), numbers=one.numbers)
        for one in payload.pieces
    ]
    rest = actions.Rest(text=payload.rest.text, title=payload.rest.title, roles=roles(payload.rest))
    made = actions.divide_task(request.person, task, pieces, rest=rest, reason=payload.reason)
    return SplitOut(task=pk, made=[one.pk for one in made])


@room.post(
    "/tasks/{int:pk}/join",
    "task_join",
    policy="plans.task.join",
    summary=_("合并任务"),
    returns=JoinOut,
    **_WRITE,
)
def task_join(request: Request, pk: int, payload: JoinIn) -> JoinOut:
    """Join tasks that say the same into this one; nothing of theirs may be waiting to be settled."""
    task = _task(request, pk)
    others = list(Task.objects.visible_to(request.person).filter(pk__in=payload.others))
    if missing := set(payload.others) - {one.pk for one in others}:
        raise Invalid(_("有的任务编号不对。"), fields={"others": "、".join(str(one) for one in sorted(missing))})
    actions.merge_tasks(
        request.person, task, others, roles=payload.roles, numbers=payload.numbers, reason=payload.reason
    )
    return JoinOut(task=pk, joined=[one.pk for one in others])
