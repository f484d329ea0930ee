"""Plans with their tasks, goals and findings."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.plandoc import plan as contract
from lantian.plandoc.export import FORMATS, export
from lantian.site.core.api import In, Key, Line, Moment, Named, Out, Page, Paged, Word, orders, paged
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.org.register import Register, register_of
from lantian.site.plans import actions, confirming, lights, queries
from lantian.site.plans.api import room
from lantian.site.plans.filters import TaskFilter
from lantian.site.plans.models import Finding, Plan, Task

Light = Literal["overdue", "soon", "later", "none"]
RoleName = Literal["lead", "responsible", "assist", "leaders"]
FindingState = Literal["open", "accepted", "corrected", "dismissed"]
MEDIA = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class PlanOut(Out):
    """方案: a confirmed plan."""

    id: int
    area: int
    title: str
    notice_title: str
    issuer: str
    doc_number: str
    issued_on: dt.date | None
    district: str
    period_start: dt.date | None
    period_end: dt.date | None
    confirmed_at: Moment
    tasks: int = Field(description="how many")
    overdue: int = Field(description="how many tasks are past their day")
    goals: int
    open_findings: int

    @classmethod
    def of(cls, plan: Any) -> PlanOut:
        return cls(
            id=plan.pk,
            area=plan.area_id,
            title=plan.title,
            notice_title=plan.notice_title,
            issuer=plan.issuer,
            doc_number=plan.doc_number,
            issued_on=plan.issued_on,
            district=plan.district,
            period_start=plan.period_start,
            period_end=plan.period_end,
            confirmed_at=plan.confirmed_at,
            tasks=plan.task_count,
            overdue=plan.overdue_count,
            goals=plan.goal_count,
            open_findings=plan.open_findings,
        )


@room.get("", "plans", policy="plans.see", scope="plans:read", summary=_("方案"), returns=Page[PlanOut])
def plan_list(request: Request, asked: Query[Paged]) -> Page[PlanOut]:
    """Confirmed plans, the latest first."""
    return paged(queries.plans(request.person), asked, orders("-issued_on", "-pk"), PlanOut.of)


@room.get("/{int:pk}", "plan", policy="plans.see", scope="plans:read", summary=_("一个方案"), returns=PlanOut)
def plan(request: Request, pk: int) -> PlanOut:
    """One plan, with its counts."""
    return PlanOut.of(plan_or_404(request, pk))


def plan_or_404(request: Request, pk: int) -> Plan:
    """A plan that the person may see."""
    found = queries.plans(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@room.get(
    "/{int:pk}/export/{format}",
    "plan_export",
    policy="plans.see",
    scope="plans:read",
    summary=_("导出方案"),
    returns=None,
    file="|".join(one.partition(";")[0] for one in MEDIA.values()),
)
def plan_export(request: Request, pk: int, format: str) -> HttpResponse:
    """The plan as a file: the contract in JSON, the annex table in Excel, one row a task in CSV."""
    found = Plan.objects.visible_to(request.person).select_related("attachment").filter(pk=pk).first()
    if found is None or format not in FORMATS:
        raise Http404
    content = export(confirming.contract_of(found), format)  # type: ignore[arg-type]
    response = HttpResponse(content, content_type=MEDIA[format])
    response["Content-Disposition"] = f'attachment; filename="plan-{pk}.{format}"'
    return response


# Tasks


class RoleOut(Out):
    """Who does what, as the plan writes it."""

    role: RoleName
    name: str
    unit: int | None = Field(description="null for the name of a leader")
    today: str = Field(description="what stands beside the written name, where today's unit is called otherwise")


class TaskOut(Out):
    """任务."""

    id: int
    plan: int
    number: str
    upstream_number: str
    section: str | None
    part: str
    title: str
    text: str
    roles: list[RoleOut]
    deadline_text: str
    due: dt.date | None = Field(description="the date that counts")
    recurrence: str
    light: Light
    state: Literal["open", "closing", "closed", "withdrawn"]
    closed_on: dt.date | None
    percent: int | None = Field(description="done, by accepted reports and those of its parts")
    origin: Literal["plan", "breakdown", "instruction"] = Field(description="whole, part of a task, or instruction")
    parent: int | None = Field(description="what it is a part of")
    split_from: int | None = Field(description="what it was split off from")
    joined_into: int | None = Field(description="what it was joined into, because it said the same")
    officer: str = Field(description="who answers for a part by name")

    @classmethod
    def of(cls, task: Task, register: Register) -> TaskOut:
        return cls(**cls.values(task, register))

    @staticmethod
    def values(task: Task, register: Register) -> dict[str, Any]:
        roles = [
            RoleOut(
                role=one.role,  # type: ignore[arg-type]
                name=one.name,
                unit=one.unit_id,
                today=register.shown(one.name, one.unit_id).beside,
            )
            for one in task.roles.all()
        ]
        return {
            "id": task.pk,
            "plan": task.plan_id,
            "number": task.number,
            "upstream_number": task.upstream_number,
            "section": task.clause.section if task.clause else None,
            "part": task.part,
            "title": task.title,
            "text": task.text,
            "roles": roles,
            "deadline_text": task.deadline_text,
            "due": task.due,
            "recurrence": task.recurrence,
            "light": lights.light(task.due).state,
            "state": task.state,
            "closed_on": task.closed_on,
            "percent": task.percent,
            "origin": task.origin,
            "parent": task.parent_id,
            "split_from": task.split_from_id,
            "joined_into": task.joined_into_id,
            "officer": task.officer,
        }


class QuantityOut(Out):
    """指标数: a number of a task, with the town that it is split to."""

    id: int
    text: str
    what: str
    op: str
    value: float
    unit: str
    kind: str
    town: int | None
    town_name: str


class FindingOut(Out):
    """疑点: something in the plan document that a person should look at."""

    id: int
    plan: int
    code: str
    severity: Literal["error", "warning", "note"]
    message: str
    message_en: str
    tasks: list[int]
    state: FindingState
    reason: str
    decided_by: Named | None
    decided_at: Moment | None

    @classmethod
    def of(cls, finding: Finding) -> FindingOut:
        return cls(
            id=finding.pk,
            plan=finding.plan_id,
            code=finding.code,
            severity=finding.severity,  # type: ignore[arg-type]
            message=finding.message,
            message_en=finding.message_en,
            tasks=[task.pk for task in finding.tasks.all()],
            state=finding.state,  # type: ignore[arg-type]
            reason=finding.reason,
            decided_by=Named.of(finding.decided_by),
            decided_at=finding.decided_at,
        )


class TaskDetail(TaskOut):
    """One task with its numbers and findings."""

    deadline: dt.date | None = Field(description="a date that the text names")
    due_rule: str = Field(description="how the due date was computed")
    inherited: list[str] = Field(description="fields taken from the table row above")
    quantities: list[QuantityOut]
    findings: list[int]


class TaskQuery(Paged):
    """The filters of the task ledger."""

    q: str | None = Field(None, max_length=100, description="part of title, text or deadline, or the number")
    plan: Key | None = None
    unit: Key | None = Field(None, description="today's unit, its predecessors included")
    role: Literal["lead", "responsible", "assist"] | None = None
    town: Word | None = Field(None, description="name of the town")
    section: str | None = Field(None, max_length=300)
    kind: Literal["breakdown", "instruction", "all"] | None = Field(
        None, description="left out: wholes, which stand for their parts"
    )
    light: Literal["overdue", "soon", "later", "none", "closed", "withdrawn"] | None = Field(
        None, description="withdrawn tasks are listed only when asked for"
    )
    due_from: dt.date | None = None
    due_to: dt.date | None = None
    sort: Literal["due", "-due", "position", "id"] = Field("due", description="position: as in the plans")


ORDERS = {
    "due": orders("due", "pk"),
    "-due": orders("-due", "-pk"),
    "position": orders("-plan_id", "position", "pk"),
    "id": orders("pk"),
}


@room.get("/tasks", "tasks", policy="plans.see", scope="plans:read", summary=_("任务台账"), returns=Page[TaskOut])
def task_list(request: Request, asked: Query[TaskQuery]) -> Page[TaskOut]:
    """Tasks of all plans that one may see, by the filters of the ledger."""
    register = register_of(request.person)
    rows = queries.ledger(request.person, _filter(request, asked).where())
    return paged(rows, asked, ORDERS[asked.sort], lambda task: TaskOut.of(task, register))


def _filter(request: Request, asked: TaskQuery) -> TaskFilter:
    """The ledger's own filter; what it does not offer this person is an error, not an empty wish."""
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in asked.asked().items() if name != "sort"})
    found = TaskFilter.for_person(request.person, query)
    if found.errors:
        fields = {name: " ".join(str(text) for text in texts) for name, texts in found.errors.items()}
        raise Invalid(_("有的筛选条件不能用。"), fields=fields)
    return found


@room.get("/tasks/{int:pk}", "task", policy="plans.see", scope="plans:read", summary=_("一项任务"), returns=TaskDetail)
def task(request: Request, pk: int) -> TaskDetail:
    """One task with its numbers by town."""
    found = queries.task(request.person, pk)
    if found is None:
        raise Http404
    quantities = [
        QuantityOut(
            id=q.pk,
            text=q.text,
            what=q.what,
            op=q.op,
            value=q.value,
            unit=q.unit,
            kind=q.kind,
            town=q.town_id,
            town_name=q.town_name,
        )
        for q in found.quantities.all()
    ]
    return TaskDetail(
        **TaskOut.values(found, register_of(request.person)),
        deadline=found.deadline,
        due_rule=found.due_rule,
        inherited=found.inherited,
        quantities=quantities,
        findings=[finding.pk for finding in found.findings.all()],
    )


# Findings


class FindingQuery(Paged):
    plan: Key | None = None
    state: FindingState | None = None
    severity: Literal["error", "warning", "note"] | None = None
    code: contract.FindingCode | None = None


def _findings(request: Request) -> QuerySet[Finding]:
    plans = Plan.objects.visible_to(request.person).values("pk")
    rows = Finding.objects.filter(plan__in=plans).select_related("decided_by")
    return rows.prefetch_related(Prefetch("tasks", Task.objects.only("pk")))


@room.get("/findings", "findings", policy="plans.see", scope="plans:read", summary=_("疑点"), returns=Page[FindingOut])
def finding_list(request: Request, asked: Query[FindingQuery]) -> Page[FindingOut]:
    """Findings of all plans that one may see."""
    rows = _findings(request).filter(**asked.asked())
    return paged(rows, asked, orders("-plan_id", "position", "pk"), FindingOut.of)


class DecideIn(In):
    step: Literal["accept", "correct", "dismiss", "reopen"]
    reason: Line = Field(min_length=1)


@room.post(
    "/findings/{int:pk}/decide",
    "finding_decide",
    policy="plans.import",
    scope="plans:write",
    summary=_("处理疑点"),
    returns=FindingOut,
    conflicts=True,
)
def finding_decide(request: Request, pk: int, payload: DecideIn) -> FindingOut:
    """Accept, dismiss, mark as corrected, or reopen."""
    found = _findings(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    actions.decide_finding(request.person, found, payload.step, reason=payload.reason)
    return FindingOut.of(_findings(request).get(pk=pk))
