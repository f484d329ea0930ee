"""Requests of units: a later date or leave not to report (延期免报), and closing of tasks (对账销号)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Query, UploadedFile
from pydantic import Field

from lantian.site.core.api import In, Key, Line, Moment, Named, Out, Page, Paged, Prose, orders, paged
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.org.models import Unit
from lantian.site.plans import actions
from lantian.site.plans.api import room
from lantian.site.plans.api.reports import EvidenceOut
from lantian.site.plans.models import Closing, ExtensionRequest, Task
from lantian.site.plans.queries import progress as queries

ExtensionState = Literal["asked", "consenting", "consented", "granted", "refused", "withdrawn"]
Outcome = Literal["asked", "closed", "returned", "withdrawn", "reopened"]
Files = File[list[UploadedFile]]
_READ: dict[str, Any] = {"policy": "plans.report.see", "scope": "progress:read"}


def _write(action: str) -> dict[str, Any]:
    return {"policy": action, "scope": "progress:write", "conflicts": True}


class ReasonIn(In):
    reason: Line = Field(min_length=1)


class RemarkIn(In):
    reason: Line = ""


def _named(request: Request, task: int, unit: int) -> tuple[Task, Unit]:
    """The task and the unit of a request; says which of them is not there."""
    found = Task.objects.visible_to(request.person).filter(pk=task).first()
    own = Unit.objects.visible_to(request.person).filter(pk=unit).first()
    if found is None or own is None:
        missing = {name: _("没有，或不在您的范围内。") for name, one in (("task", found), ("unit", own)) if one is None}
        raise Invalid(_("有的编号不对。"), fields=missing)
    return found, own


def _evidence(**kinds: Iterable[UploadedFile]) -> list[tuple[str, UploadedFile]]:
    """Kind and file of everything that came along."""
    return [(kind, file) for kind, files in kinds.items() for file in files]


def _told(rows: Iterable[Any]) -> list[EvidenceOut]:
    return [EvidenceOut.of(one) for one in rows]


# Extensions and exemptions


class ExtensionOut(Out):
    """延期、免报申请: a unit asks for a later date, or not to have to report for a time."""

    id: int
    task: int
    unit: Named
    kind: Literal["extension", "exemption"]
    until: dt.date | None
    old_due: dt.date | None = Field(description="the task's date before it was granted")
    text: str
    state: ExtensionState
    needs_consent: bool = Field(description="whether a leader has to consent before it can be granted")
    evidence: list[EvidenceOut]
    asked_by: Named | None
    asked_at: Moment
    consent_by: Named | None
    decided_by: Named | None
    decided_at: Moment | None
    reason: str

    @classmethod
    def of(cls, one: ExtensionRequest) -> ExtensionOut:
        return cls(
            id=one.pk,
            task=one.task_id,
            unit=Named(id=one.unit_id, name=str(one.unit)),
            kind=one.kind,  # type: ignore[arg-type]
            until=one.until,
            old_due=one.old_due,
            text=one.text,
            state=one.state,  # type: ignore[arg-type]
            needs_consent=one.state == "asked" and actions.needs_consent(one),
            evidence=_told(one.evidence.all()),
            asked_by=Named.of(one.asked_by),
            asked_at=one.asked_at,
            consent_by=Named.of(one.consent_by),
            decided_by=Named.of(one.decided_by),
            decided_at=one.decided_at,
            reason=one.reason,
        )

    @property
    def location(self) -> str:
        """Where it is read again."""
        return reverse("api:plans_extension", args=[self.id])


class ExtensionQuery(Paged):
    task: Key | None = None
    unit: Key | None = None
    kind: Literal["extension", "exemption"] | None = None
    state: ExtensionState | None = None


def _extensions(request: Request) -> QuerySet[ExtensionRequest]:
    return queries.extensions(request.person).prefetch_related("evidence__attachment")


def _extension(request: Request, pk: int) -> ExtensionRequest:
    found = _extensions(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@room.get("/extensions", "extensions", summary=_("延期免报申请"), returns=Page[ExtensionOut], **_READ)
def extension_list(request: Request, asked: Query[ExtensionQuery]) -> Page[ExtensionOut]:
    """Requests that one may see, the latest first."""
    return paged(_extensions(request).filter(**asked.asked()), asked, orders("-pk"), ExtensionOut.of)


@room.get("/extensions/{int:pk}", "extension", summary=_("一份延期免报申请"), returns=ExtensionOut, **_READ)
def extension(request: Request, pk: int) -> ExtensionOut:
    """One request with its evidence."""
    return ExtensionOut.of(_extension(request, pk))


@room.post(
    "/extensions",
    "extension_ask",
    summary=_("申请延期或免报"),
    returns=ExtensionOut,
    status=201,
    **_write("plans.extension.ask"),
)
def extension_ask(
    request: Request,
    task: Form[Key],
    unit: Form[Key],
    kind: Form[Literal["extension", "exemption"]],
    text: Form[Annotated[Prose, Field(min_length=1, max_length=4000)]],
    until: Form[dt.date | None] = None,
    photo: Files = [],  # noqa: B006 - ninja reads the default, nothing changes it
    acceptance: Files = [],  # noqa: B006
    reading: Files = [],  # noqa: B006
    document: Files = [],  # noqa: B006
) -> ExtensionOut:
    """Ask for a later date (`until` is the new one), or for leave not to report until a day or, without one, for good.
    Files come as form fields named after their kind."""
    files = _evidence(photo=photo, acceptance=acceptance, reading=reading, document=document)
    found, own = _named(request, task, unit)
    made = actions.ask_extension(request.person, found, own, kind=kind, text=text, until=until, files=files)
    return ExtensionOut.of(_extension(request, made.pk))


@room.post(
    "/extensions/{int:pk}/forward",
    "extension_forward",
    summary=_("报领导同意"),
    returns=ExtensionOut,
    **_write("plans.extension.forward"),
)
def extension_forward(request: Request, pk: int) -> ExtensionOut:
    """Put it before the leader."""
    actions.forward_extension(request.person, _extension(request, pk))
    return ExtensionOut.of(_extension(request, pk))


@room.post(
    "/extensions/{int:pk}/consent",
    "extension_consent",
    summary=_("领导同意"),
    returns=ExtensionOut,
    **_write("plans.extension.consent"),
)
def extension_consent(request: Request, pk: int) -> ExtensionOut:
    """A leader consents; the air office grants."""
    actions.consent_extension(request.person, _extension(request, pk))
    return ExtensionOut.of(_extension(request, pk))


@room.post(
    "/extensions/{int:pk}/decline",
    "extension_decline",
    summary=_("领导不同意"),
    returns=ExtensionOut,
    **_write("plans.extension.decline"),
)
def extension_decline(request: Request, pk: int, payload: ReasonIn) -> ExtensionOut:
    """A leader does not consent, which ends it."""
    actions.decline_extension(request.person, _extension(request, pk), reason=payload.reason)
    return ExtensionOut.of(_extension(request, pk))


@room.post(
    "/extensions/{int:pk}/grant",
    "extension_grant",
    summary=_("批准申请"),
    returns=ExtensionOut,
    **_write("plans.extension.grant"),
)
def extension_grant(request: Request, pk: int, payload: RemarkIn) -> ExtensionOut:
    """Grant it: the task's date moves, or the unit is free of reports. 409 where a leader has to consent first."""
    actions.grant_extension(request.person, _extension(request, pk), reason=payload.reason)
    return ExtensionOut.of(_extension(request, pk))


@room.post(
    "/extensions/{int:pk}/refuse",
    "extension_refuse",
    summary=_("不批准申请"),
    returns=ExtensionOut,
    **_write("plans.extension.refuse"),
)
def extension_refuse(request: Request, pk: int, payload: ReasonIn) -> ExtensionOut:
    """Refuse it, saying why."""
    actions.refuse_extension(request.person, _extension(request, pk), reason=payload.reason)
    return ExtensionOut.of(_extension(request, pk))


@room.post(
    "/extensions/{int:pk}/withdraw",
    "extension_withdraw",
    summary=_("撤回申请"),
    returns=ExtensionOut,
    **_write("plans.extension.withdraw"),
)
def extension_withdraw(request: Request, pk: int) -> ExtensionOut:
    """Take it back."""
    actions.withdraw_extension(request.person, _extension(request, pk))
    return ExtensionOut.of(_extension(request, pk))


# Closing


class ClosingOut(Out):
    """销号申请: that a task is done, with its evidence, and who signed for it."""

    id: int
    task: int
    unit: Named
    text: str
    outcome: Outcome
    needs: list[str] = Field(description="kinds of evidence without which the task is not closed")
    evidence: list[EvidenceOut]
    asked_by: Named | None
    asked_at: Moment
    signer: str = Field(description="who answers for it")
    decided_by: Named | None
    decided_at: Moment | None
    reason: str

    @classmethod
    def of(cls, one: Closing) -> ClosingOut:
        return cls(
            id=one.pk,
            task=one.task_id,
            unit=Named(id=one.unit_id, name=str(one.unit)),
            text=one.text,
            outcome=one.outcome,  # type: ignore[arg-type]
            needs=list(actions.needed(one.task)),
            evidence=_told(one.evidence.all()),
            asked_by=Named.of(one.asked_by),
            asked_at=one.asked_at,
            signer=one.signer,
            decided_by=Named.of(one.decided_by),
            decided_at=one.decided_at,
            reason=one.reason,
        )

    @property
    def location(self) -> str:
        """Where it is read again."""
        return reverse("api:plans_closing", args=[self.id])


class ClosingQuery(Paged):
    task: Key | None = None
    unit: Key | None = None
    outcome: Outcome | None = None


def _closings(request: Request) -> QuerySet[Closing]:
    return queries.closings(request.person).prefetch_related("evidence__attachment")


def _closing(request: Request, pk: int) -> Closing:
    found = _closings(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@room.get("/closings", "closings", summary=_("销号申请"), returns=Page[ClosingOut], **_READ)
def closing_list(request: Request, asked: Query[ClosingQuery]) -> Page[ClosingOut]:
    """Requests to close a task that one may see, the latest first."""
    return paged(_closings(request).filter(**asked.asked()), asked, orders("-pk"), ClosingOut.of)


@room.get("/closings/{int:pk}", "closing", summary=_("一份销号申请"), returns=ClosingOut, **_READ)
def closing(request: Request, pk: int) -> ClosingOut:
    """One request with its evidence."""
    return ClosingOut.of(_closing(request, pk))


@room.post(
    "/closings",
    "closing_ask",
    summary=_("申请销号"),
    returns=ClosingOut,
    status=201,
    **_write("plans.task.ask"),
)
def closing_ask(
    request: Request,
    task: Form[Key],
    unit: Form[Key],
    text: Form[Annotated[Prose, Field(min_length=1, max_length=4000)]],
    photo: Files = [],  # noqa: B006
    acceptance: Files = [],  # noqa: B006
    reading: Files = [],  # noqa: B006
    document: Files = [],  # noqa: B006
) -> ClosingOut:
    """Ask to have a task closed; 422 names the kinds of evidence that are missing. Files come as form fields named
    after their kind."""
    files = _evidence(photo=photo, acceptance=acceptance, reading=reading, document=document)
    found, own = _named(request, task, unit)
    made = actions.ask_closing(request.person, found, own, text=text, files=files)
    return ClosingOut.of(_closing(request, made.pk))


@room.post(
    "/closings/{int:pk}/withdraw",
    "closing_withdraw",
    summary=_("撤回申请"),
    returns=ClosingOut,
    **_write("plans.task.withdraw"),
)
def closing_withdraw(request: Request, pk: int) -> ClosingOut:
    """Take it back; the task is open again."""
    actions.withdraw_closing(request.person, _closing(request, pk))
    return ClosingOut.of(_closing(request, pk))


class CloseIn(In):
    signer: Annotated[Line, Field(min_length=1, max_length=50, description="who answers for it")]
    reason: Line = ""


@room.post(
    "/closings/{int:pk}/close", "closing_close", summary=_("核准销号"), returns=ClosingOut, **_write("plans.task.close")
)
def closing_close(request: Request, pk: int, payload: CloseIn) -> ClosingOut:
    """Close the task; `signer` answers for it."""
    actions.close_task(request.person, _closing(request, pk), signer=payload.signer, reason=payload.reason)
    return ClosingOut.of(_closing(request, pk))


@room.post(
    "/closings/{int:pk}/return", "closing_return", summary=_("退回"), returns=ClosingOut, **_write("plans.task.return")
)
def closing_return(request: Request, pk: int, payload: ReasonIn) -> ClosingOut:
    """Give it back with a reason; the task is open again."""
    actions.return_closing(request.person, _closing(request, pk), reason=payload.reason)
    return ClosingOut.of(_closing(request, pk))


@room.post(
    "/closings/{int:pk}/reopen",
    "closing_reopen",
    summary=_("重新打开"),
    returns=ClosingOut,
    **_write("plans.task.reopen"),
)
def closing_reopen(request: Request, pk: int, payload: ReasonIn) -> ClosingOut:
    """Open a closed task again, because it turned out not to be done."""
    actions.reopen_task(request.person, _closing(request, pk), reason=payload.reason)
    return ClosingOut.of(_closing(request, pk))
