"""Milestones over the HTTP API: the steps of a task, counted backward from its due date."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from lantian.site.core.api import In, Key, Line, Out, Word
from lantian.site.core.request import Request
from lantian.site.plans import actions
from lantian.site.plans.api import room
from lantian.site.plans.models import Milestone, Task
from lantian.site.plans.queries import milestones as queries
from lantian.site.plans.queries import parts

_WRITE: dict[str, Any] = {"scope": "progress:write", "conflicts": True}


class MilestoneOut(Out):
    """节点: a step of a task."""

    id: int
    task: int
    name: str
    before: int = Field(description="days before the due date")
    working: bool = Field(description="working days")
    date: dt.date
    state: Literal["done", "late", "waiting"]
    done_on: dt.date | None
    note: str

    @classmethod
    def of(cls, one: Milestone) -> MilestoneOut:
        return cls(
            id=one.pk,
            task=one.task_id,
            name=one.name,
            before=one.before,
            working=one.working,
            date=one.date,
            state=one.state,  # type: ignore[arg-type]
            done_on=one.done_on,
            note=one.note,
        )


class MilestonesOut(Out):
    """The steps of a task, the first one first."""

    task: int
    due: dt.date | None
    milestones: list[MilestoneOut]

    @classmethod
    def of(cls, task: Task) -> MilestonesOut:
        return cls(task=task.pk, due=task.due, milestones=[MilestoneOut.of(one) for one in task.milestones.all()])


def _task(request: Request, pk: int) -> Task:
    found: Task | None = parts.with_roles(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@room.get(
    "/tasks/{int:pk}/milestones",
    "milestones",
    policy="plans.see",
    scope="plans:read",
    summary=_("任务节点"),
    returns=MilestonesOut,
)
def milestone_list(request: Request, pk: int) -> MilestonesOut:
    """Steps of a task, and which are done or late."""
    return MilestonesOut.of(_task(request, pk))


class StepIn(In):
    id: Key | None = Field(None, description="the step that is there already")
    name: Word = Field(min_length=1, max_length=60)
    before: int = Field(ge=0, le=1000)
    working: bool = False


class StepsIn(In):
    steps: list[StepIn] = Field(max_length=30, description="all of them; those left out go, unless they are done")


@room.put(
    "/tasks/{int:pk}/milestones",
    "milestones_set",
    policy="plans.milestone.set",
    summary=_("倒排节点"),
    returns=MilestonesOut,
    **_WRITE,
)
def milestones_set(request: Request, pk: int, payload: StepsIn) -> MilestonesOut:
    """Lay down the steps of a task."""
    steps = [actions.Step(one.name, one.before, one.working, one.id) for one in payload.steps]
    actions.set_milestones(request.person, _task(request, pk), steps)
    return MilestonesOut.of(_task(request, pk))


class FinishIn(In):
    note: Line = Field(min_length=1, description="what shows it")
    on: dt.date | None = Field(None, description="left out: today")


@room.post(
    "/milestones/{int:pk}/finish",
    "milestone_finish",
    policy="plans.milestone.finish",
    summary=_("登记节点完成"),
    returns=MilestoneOut,
    **_WRITE,
)
def milestone_finish(request: Request, pk: int, payload: FinishIn) -> MilestoneOut:
    """Mark a step as done."""
    found = queries.milestones(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return MilestoneOut.of(actions.finish_milestone(request.person, found, on=payload.on, note=payload.note))
