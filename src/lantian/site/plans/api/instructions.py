"""Leaders' instructions over the HTTP API."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.site.core.api import In, Key, Line, Moment, Named, Out, Page, Paged, Prose, Word, orders, paged
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.org.models import Unit
from lantian.site.plans import actions
from lantian.site.plans.api import room
from lantian.site.plans.models import Instruction, Plan, Task
from lantian.site.plans.queries import instructions as queries

State = Literal["given", "answered", "returned", "settled", "withdrawn"]
_SEE: dict[str, Any] = {"policy": "plans.instruction.see", "scope": "plans:read"}
_WRITE: dict[str, Any] = {"scope": "progress:write", "conflicts": True}


class InstructionOut(Out):
    """批示: what a leader ordered, and the answer."""

    id: int
    plan: int
    task: int = Field(description="the task that the instruction is")
    on: int | None = Field(description="the task that it is about; null: the plan as a whole")
    unit: Named
    leader_name: str
    text: str
    due: dt.date | None
    state: State
    late: bool
    answer: str
    reason: str
    given_at: Moment
    answered_at: Moment | None
    decided_at: Moment | None

    @classmethod
    def of(cls, one: Instruction) -> InstructionOut:
        return cls(
            id=one.pk,
            plan=one.task.plan_id,
            task=one.task_id,
            on=one.task.parent_id,
            unit=Named(id=one.unit_id, name=str(one.unit)),
            leader_name=one.leader_name,
            text=one.task.text,
            due=one.task.due,
            state=one.state,  # type: ignore[arg-type]
            late=one.is_late,
            answer=one.answer,
            reason=one.reason,
            given_at=one.given_at,
            answered_at=one.answered_at,
            decided_at=one.decided_at,
        )

    @property
    def location(self) -> str:
        """Where it is read again."""
        return reverse("api:plans_instruction", args=[self.id])


class InstructionQuery(Paged):
    unit: Key | None = None
    state: State | None = None


@room.get("/instructions", "instructions", summary=_("领导批示"), returns=Page[InstructionOut], **_SEE)
def instruction_list(request: Request, asked: Query[InstructionQuery]) -> Page[InstructionOut]:
    """Instructions that one may see, the latest first."""
    rows = queries.instructions(request.person).filter(**asked.asked())
    return paged(rows, asked, orders("-given_at", "-pk"), InstructionOut.of)


@room.get("/instructions/{int:pk}", "instruction", summary=_("一条批示"), returns=InstructionOut, **_SEE)
def instruction(request: Request, pk: int) -> InstructionOut:
    """One instruction with its answer."""
    return InstructionOut.of(_found(request, pk))


def _found(request: Request, pk: int) -> Instruction:
    found = queries.instructions(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


class InstructionIn(In):
    plan: Key | None = Field(None, description="the plan, where it is about the whole of it")
    task: Key | None = Field(None, description="the task that it is about")
    unit: Key
    text: Prose = Field(min_length=1)
    due: dt.date
    leader_name: Word = Field("", max_length=50, description="who gave it, where somebody else enters it")


@room.post(
    "/instructions",
    "instruct",
    policy="plans.instruction.give",
    summary=_("批示"),
    returns=InstructionOut,
    status=201,
    **_WRITE,
)
def instruct(request: Request, payload: InstructionIn) -> InstructionOut:
    """Order something on a task, or on a plan as a whole."""
    on: Task | Plan | None = None
    if payload.task is not None and payload.plan is None:
        tasks = Task.objects.visible_to(request.person).select_related("plan", "clause")
        on = tasks.filter(pk=payload.task).exclude(origin="instruction").first()
    elif payload.plan is not None and payload.task is None:
        on = Plan.objects.visible_to(request.person).filter(pk=payload.plan).first()
    unit = Unit.objects.visible_to(request.person).filter(pk=payload.unit).first()
    if on is None or unit is None:
        fields = {"unit" if unit is None else "task": _("没有，或不在您的范围内；任务和方案只给一个。")}
        raise Invalid(_("有的编号不对。"), fields=fields)
    made = actions.give_instruction(
        request.person, on, unit, text=payload.text, due=payload.due, leader_name=payload.leader_name
    )
    return InstructionOut.of(_found(request, made.pk))


class AnswerIn(In):
    text: Prose = Field(min_length=1, max_length=4_000)


@room.post(
    "/instructions/{int:pk}/answer",
    "instruction_answer",
    policy="plans.instruction.answer",
    summary=_("答复批示"),
    returns=InstructionOut,
    **_WRITE,
)
def answer(request: Request, pk: int, payload: AnswerIn) -> InstructionOut:
    """Say what was done."""
    actions.answer_instruction(request.person, _found(request, pk), text=payload.text)
    return InstructionOut.of(_found(request, pk))


class SettleIn(In):
    reason: Line = ""


@room.post(
    "/instructions/{int:pk}/settle",
    "instruction_settle",
    policy="plans.instruction.settle",
    summary=_("办结批示"),
    returns=InstructionOut,
    **_WRITE,
)
def settle(request: Request, pk: int, payload: SettleIn) -> InstructionOut:
    """Take the answer."""
    actions.settle_instruction(request.person, _found(request, pk), reason=payload.reason)
    return InstructionOut.of(_found(request, pk))


class BackIn(In):
    reason: Line = Field(min_length=1)


@room.post(
    "/instructions/{int:pk}/return",
    "instruction_return",
    policy="plans.instruction.return",
    summary=_("退回批示答复"),
    returns=InstructionOut,
    **_WRITE,
)
def give_back(request: Request, pk: int, payload: BackIn) -> InstructionOut:
    """Give the answer back, saying what is missing."""
    actions.return_instruction(request.person, _found(request, pk), reason=payload.reason)
    return InstructionOut.of(_found(request, pk))
