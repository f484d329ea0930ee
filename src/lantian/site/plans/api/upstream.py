"""The upper plan and which of a plan's tasks answers each of its items."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.site.core.api import In, Key, Line, Out, Page, Paged, Word, orders, paged
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.plans import actions
from lantian.site.plans.api import room
from lantian.site.plans.api.plans import plan_or_404
from lantian.site.plans.models import Plan, Task, UpperAnswer, UpperPlan
from lantian.site.plans.queries import imports
from lantian.site.plans.queries import upstream as queries

_READ: dict[str, Any] = {"policy": "plans.see", "scope": "plans:read"}
_WRITE: dict[str, Any] = {"scope": "plans:write", "conflicts": True}


class UpperOut(Out):
    """上级方案: the plan of a level above."""

    id: int
    area: int
    title: str
    issuer: str
    doc_number: str
    issued_on: dt.date | None
    upper: int | None = Field(description="the plan that it answers in turn")
    items: int = Field(description="how many")

    @classmethod
    def of(cls, one: Any) -> UpperOut:
        names = ("title", "issuer", "doc_number", "issued_on")
        return cls(
            id=one.pk,
            area=one.area_id,
            upper=one.upper_id,
            items=one.item_count,
            **{name: getattr(one, name) for name in names},
        )

    @property
    def location(self) -> str:
        """Where it is read again."""
        return reverse("api:plans_upper", args=[self.id])


@room.get("/uppers", "uppers", summary=_("上级方案"), returns=Page[UpperOut], **_READ)
def upper_list(request: Request, asked: Query[Paged]) -> Page[UpperOut]:
    """Upper plans, the latest first."""
    return paged(queries.uppers(request.person), asked, orders("-pk"), UpperOut.of)


@room.get("/uppers/{int:pk}", "upper", summary=_("一个上级方案"), returns=UpperOut, **_READ)
def upper(request: Request, pk: int) -> UpperOut:
    """One upper plan."""
    return UpperOut.of(_upper(request, pk))


class AnswerOut(Out):
    id: int
    number: str
    kind: Literal["task", "apart"]
    task: int | None
    reason: str

    @classmethod
    def of(cls, answer: UpperAnswer) -> AnswerOut:
        return cls(
            id=answer.pk,
            number=answer.number,
            kind=answer.kind,  # type: ignore[arg-type]
            task=answer.task_id,
            reason=answer.reason,
        )


class ItemOut(Out):
    """An item of the upper plan by its number, and who answers it."""

    number: str
    title: str
    state: Literal["answered", "gap", "apart", "unknown"] = Field(
        description="unknown: named by a task, but no item of the upper plan"
    )
    tasks: list[int]
    answers: list[AnswerOut] = Field(description="what people said of it")


class UpstreamOut(Out):
    upper: int | None
    items: list[ItemOut]


@room.get("/{int:pk}/upstream", "upstream", summary=_("上级任务对应"), returns=UpstreamOut, **_READ)
def upstream(request: Request, pk: int) -> UpstreamOut:
    """Every item that the upper plan has or that a task names, and the gaps between."""
    plan = plan_or_404(request, pk)
    items = [
        ItemOut(
            number=line.number,
            title=line.title,
            state=line.state,  # type: ignore[arg-type]
            tasks=[task.pk for task in line.answering],
            answers=[AnswerOut.of(one) for one in (*line.links, *([line.apart] if line.apart else []))],
        )
        for line in queries.lines(plan)
    ]
    return UpstreamOut(upper=plan.upper_id, items=items)


class UpperIn(In):
    upper: Key | None


@room.post(
    "/{int:pk}/upper", "upper_set", policy="plans.upper.set", summary=_("指定上级方案"), returns=UpstreamOut, **_WRITE
)
def upper_set(request: Request, pk: int, payload: UpperIn) -> UpstreamOut:
    """Say which upper plan a plan answers; null takes that back."""
    plan = plan_or_404(request, pk)
    chosen = None
    if payload.upper is not None:
        chosen = queries.uppers(request.person).filter(pk=payload.upper).first()
        if chosen is None:
            raise Invalid(_("没有这个上级方案。"), fields={"upper": _("没有这个上级方案。")})
    actions.set_upper(request.person, Plan.objects.get(pk=plan.pk), chosen)
    return upstream(request, pk)


class AnswerIn(In):
    number: Word
    task: Key | None = Field(None, description="the task that answers it; without one it does not concern the district")
    reason: Line = Field("", description="needed without a task")


@room.post(
    "/{int:pk}/upstream/answers",
    "upstream_answer",
    policy="plans.upper.answer",
    summary=_("对应上级任务"),
    returns=AnswerOut,
    **_WRITE,
)
def upstream_answer(request: Request, pk: int, payload: AnswerIn) -> AnswerOut:
    """Link a task to an item, or say why the item does not concern the district."""
    plan = plan_or_404(request, pk)
    if payload.task is None:
        return AnswerOut.of(actions.set_apart(request.person, plan, payload.number, reason=payload.reason))
    task = Task.objects.filter(plan=plan, pk=payload.task).first()
    if task is None:
        raise Invalid(_("请选择任务。"), fields={"task": _("这项任务不属于这份方案。")})
    return AnswerOut.of(actions.answer_item(request.person, plan, payload.number, task))


@room.post(
    "/imports/{int:pk}/keep",
    "import_keep",
    policy="plans.import.keep",
    summary=_("存为上级方案"),
    returns=UpperOut,
    status=201,
    **_WRITE,
)
def import_keep(request: Request, pk: int) -> UpperOut:
    """Keep a reviewed document as an upper plan."""
    found = imports(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return UpperOut.of(_upper(request, actions.keep_upper(request.person, found).pk))


def _upper(request: Request, pk: int) -> UpperPlan:
    found = queries.uppers(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
