"""Progress: cycles and their windows, reports from draft to acceptance."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Query, UploadedFile
from pydantic import Field

from lantian.site.core import clock
from lantian.site.core.api import In, Key, Line, Moment, Named, Out, Page, Paged, Prose, orders, paged
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.org.models import Unit
from lantian.site.plans import actions
from lantian.site.plans.api import room
from lantian.site.plans.models import Evidence, ProgressReport, ReportCycle, Task
from lantian.site.plans.queries import progress as queries
from lantian.site.plans.windows import windows

State = Literal["draft", "submitted", "returned", "accepted", "superseded", "dropped"]
EvidenceKind = Literal["photo", "acceptance", "reading", "document"]
_READ: dict[str, Any] = {"policy": "plans.report.see", "scope": "progress:read"}
_FILL: dict[str, Any] = {"policy": "plans.report.fill", "scope": "progress:write", "conflicts": True}
_REVIEW: dict[str, Any] = {"policy": "plans.report.review", "scope": "progress:write", "conflicts": True}


# Cycles


class WindowOut(Out):
    """A period that is reported on, and its day."""

    start: dt.date
    end: dt.date
    due: dt.date


class CycleOut(Out):
    """调度周期: how often the units of a plan report."""

    id: int
    plan: int
    name: str
    every: Literal["month", "quarter", "week"]
    due_day: int
    first: dt.date
    last: dt.date | None
    reporters: list[str] = Field(description="roles whose units report")
    needs: list[str] = Field(description="kinds of evidence that each report must bring")
    state: Literal["suggested", "active", "stopped", "dismissed"]
    windows: list[WindowOut] = Field(description="the latest twelve that have begun, the latest first")

    @classmethod
    def of(cls, cycle: ReportCycle) -> CycleOut:
        begun = windows(cycle, clock.today())[-12:][::-1]
        return cls(
            id=cycle.pk,
            plan=cycle.plan_id,
            name=cycle.name,
            every=cycle.every,  # type: ignore[arg-type]
            due_day=cycle.due_day,
            first=cycle.first,
            last=cycle.last,
            reporters=cycle.reporters,
            needs=cycle.needs,
            state=cycle.state,  # type: ignore[arg-type]
            windows=[WindowOut(start=one.start, end=one.end, due=one.due) for one in begun],
        )


class CycleQuery(Paged):
    plan: Key | None = None
    state: Literal["suggested", "active", "stopped", "dismissed"] | None = None


@room.get("/cycles", "cycles", summary=_("调度周期"), returns=Page[CycleOut], **_READ)
def cycle_list(request: Request, asked: Query[CycleQuery]) -> Page[CycleOut]:
    """Cycles of all plans that one may see, with the windows that can be reported on."""
    rows = queries.cycles(request.person).filter(**asked.asked())
    return paged(rows, asked, orders("-plan_id", "pk"), CycleOut.of)


# Reports


class NumberOut(Out):
    """填报数: done in all by the end of the window."""

    quantity: int
    town: int | None = Field(description="whose share; null: the whole")
    value: float
    unit: str


class EvidenceOut(Out):
    """佐证材料."""

    id: int
    kind: EvidenceKind
    name: str
    size: int
    sha256: str

    @classmethod
    def of(cls, one: Evidence) -> EvidenceOut:
        return cls(
            id=one.pk,
            kind=one.kind,  # type: ignore[arg-type]
            name=one.attachment.name,
            size=one.attachment.size,
            sha256=one.attachment.sha256,
        )


class ReportOut(Out):
    """进展: what a unit did for a task in one window."""

    id: int
    task: int
    unit: Named
    cycle: int
    start: dt.date
    end: dt.date
    due: dt.date
    version: int
    revision: int = Field(description="counts saves; give it back when saving, so that no colleague's words are lost")
    state: State
    text: str
    percent: int | None
    late: bool
    numbers: list[NumberOut]
    evidence: list[EvidenceOut]
    reason: str = Field(description="why it was returned")
    submitted_by: Named | None
    submitted_at: Moment | None
    reviewed_by: Named | None
    reviewed_at: Moment | None

    @classmethod
    def of(cls, report: ProgressReport) -> ReportOut:
        numbers = [
            NumberOut(quantity=one.quantity_id, town=one.town_id, value=one.value, unit=one.unit)
            for one in report.numbers.all()
        ]
        return cls(
            id=report.pk,
            task=report.task_id,
            unit=Named(id=report.unit_id, name=str(report.unit)),
            cycle=report.cycle_id,
            start=report.start,
            end=report.end,
            due=report.due,
            version=report.version,
            revision=report.revision,
            state=report.state,  # type: ignore[arg-type]
            text=report.text,
            percent=report.percent,
            late=report.late,
            numbers=numbers,
            evidence=[EvidenceOut.of(one) for one in report.evidence.all()],
            reason=report.reason,
            submitted_by=Named.of(report.submitted_by),
            submitted_at=report.submitted_at,
            reviewed_by=Named.of(report.reviewed_by),
            reviewed_at=report.reviewed_at,
        )

    @property
    def location(self) -> str:
        """Where it is read again."""
        return reverse("api:plans_report", args=[self.id])


class ReportQuery(Paged):
    plan: Key | None = None
    task: Key | None = None
    unit: Key | None = None
    cycle: Key | None = None
    start: dt.date | None = Field(None, description="first day of the window")
    state: State | None = None
    late: bool | None = None


def _reports(request: Request) -> QuerySet[ProgressReport]:
    return queries.reports(request.person).prefetch_related("numbers", "evidence__attachment")


def _found(request: Request, pk: int) -> ProgressReport:
    found = _reports(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@room.get("/reports", "reports", summary=_("进展"), returns=Page[ReportOut], **_READ)
def report_list(request: Request, asked: Query[ReportQuery]) -> Page[ReportOut]:
    """Reports that one may see, the latest first."""
    given = asked.asked()
    plan = {"task__plan": given.pop("plan")} if "plan" in given else {}
    return paged(_reports(request).filter(**given, **plan), asked, orders("-pk"), ReportOut.of)


@room.get("/reports/{int:pk}", "report", summary=_("一份进展"), returns=ReportOut, **_READ)
def report(request: Request, pk: int) -> ReportOut:
    """One report with its numbers and evidence."""
    return ReportOut.of(_found(request, pk))


class BeginIn(In):
    task: Key
    unit: Key
    cycle: Key
    start: dt.date = Field(description="first day of the window, as the cycle tells it")


@room.post("/reports", "report_begin", summary=_("开始填报"), returns=ReportOut, status=201, **_FILL)
def report_begin(request: Request, payload: BeginIn) -> ReportOut:
    """The report of a unit on a task in a window, to write in: the one in hand, or a new draft."""
    task = Task.objects.visible_to(request.person).filter(pk=payload.task).first()
    unit = Unit.objects.visible_to(request.person).filter(pk=payload.unit).first()
    cycle = queries.cycles(request.person).filter(pk=payload.cycle).first()
    missing = {name: _("没有，或不在您的范围内。") for name, obj in
               (("task", task), ("unit", unit), ("cycle", cycle)) if obj is None}  # fmt: skip
    if task is None or unit is None or cycle is None:
        raise Invalid(_("有的编号不对。"), fields=missing)
    made = actions.begin_report(request.person, task, unit, cycle, payload.start)
    return ReportOut.of(_found(request, made.pk))


class NumberIn(In):
    quantity: Key
    town: Key | None = None
    value: float = Field(ge=0, le=1e12)


class SaveIn(In):
    text: Prose
    percent: int | None = Field(None, ge=0, le=100)
    numbers: list[NumberIn] | None = Field(None, max_length=500, description="left out: they stay as they are")
    revision: int | None = Field(None, ge=0, le=2**31 - 1, description="the one that was read")


@room.put("/reports/{int:pk}", "report_save", summary=_("保存草稿"), returns=ReportOut, **_FILL)
def report_save(request: Request, pk: int, payload: SaveIn) -> ReportOut:
    """Write a draft, or one that was returned, anew; 409 when a colleague has saved since `revision`."""
    numbers = None
    if payload.numbers is not None:
        numbers = {(one.quantity, one.town): one.value for one in payload.numbers}
        if len(numbers) != len(payload.numbers):
            raise Invalid(_("同一个数字给了两次。"), fields={"numbers": _("每个指标数和镇街只给一次。")})
    actions.save_draft(
        request.person,
        _found(request, pk),
        text=payload.text,
        percent=payload.percent,
        numbers=numbers,
        revision=payload.revision,
    )
    return ReportOut.of(_found(request, pk))


@room.post("/reports/{int:pk}/evidence", "report_attach", summary=_("添加佐证材料"), returns=ReportOut, **_FILL)
def report_attach(
    request: Request, pk: int, file: File[UploadedFile], kind: Form[EvidenceKind] = "document"
) -> ReportOut:
    """Add a photo or a file to a draft."""
    actions.attach(request.person, _found(request, pk), [(kind, file)])
    return ReportOut.of(_found(request, pk))


@room.delete(
    "/reports/{int:pk}/evidence/{int:evidence}",
    "report_detach",
    summary=_("去掉佐证材料"),
    returns=ReportOut,
    **_FILL,
)
def report_detach(request: Request, pk: int, evidence: int) -> ReportOut:
    """Take a file out of a draft."""
    found = _found(request, pk)
    one = next((one for one in found.evidence.all() if one.pk == evidence), None)
    if one is None:
        raise Http404
    actions.detach(request.person, found, one)
    return ReportOut.of(_found(request, pk))


class SubmitIn(In):
    revision: int | None = Field(None, ge=0, le=2**31 - 1, description="the one that was read")


@room.post("/reports/{int:pk}/submit", "report_submit", summary=_("提交"), returns=ReportOut, **_FILL)
def report_submit(request: Request, pk: int, payload: SubmitIn) -> ReportOut:
    """Hand it in."""
    actions.submit_report(request.person, _found(request, pk), revision=payload.revision)
    return ReportOut.of(_found(request, pk))


@room.post("/reports/{int:pk}/withdraw", "report_withdraw", summary=_("撤回"), returns=ReportOut, **_FILL)
def report_withdraw(request: Request, pk: int) -> ReportOut:
    """Take it back before anybody has judged it."""
    actions.withdraw_report(request.person, _found(request, pk))
    return ReportOut.of(_found(request, pk))


@room.post("/reports/{int:pk}/accept", "report_accept", summary=_("通过"), returns=ReportOut, **_REVIEW)
def report_accept(request: Request, pk: int) -> ReportOut:
    """Accept it; its numbers count from now."""
    actions.accept_report(request.person, _found(request, pk))
    return ReportOut.of(_found(request, pk))


class ReturnIn(In):
    reason: Line = Field(min_length=1)


@room.post("/reports/{int:pk}/return", "report_return", summary=_("退回"), returns=ReportOut, **_REVIEW)
def report_return(request: Request, pk: int, payload: ReturnIn) -> ReportOut:
    """Give it back with a reason; its unit is told."""
    actions.return_report(request.person, _found(request, pk), reason=payload.reason)
    return ReportOut.of(_found(request, pk))


@room.post("/reports/{int:pk}/correct", "report_correct", summary=_("更正"), returns=ReportOut, status=201, **_FILL)
def report_correct(request: Request, pk: int) -> ReportOut:
    """Begin a correction of an accepted report; the accepted one counts until the correction is accepted."""
    made = actions.correct_report(request.person, _found(request, pk))
    return ReportOut.of(_found(request, made.pk))


@room.post("/reports/{int:pk}/drop", "report_drop", summary=_("放弃更正"), returns=ReportOut, **_FILL)
def report_drop(request: Request, pk: int) -> ReportOut:
    """Give a correction up before it is submitted."""
    actions.drop_correction(request.person, _found(request, pk))
    return ReportOut.of(_found(request, pk))
