"""Filings over the HTTP API: where each is, its receipts and files, and every step of its chain."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Query, UploadedFile
from pydantic import Field

from lantian.rulebook.schemas.chains import Need
from lantian.site.core.api import In, Key, Line, Moment, Named, Out, Page, Paged, Prose, Told, orders, paged
from lantian.site.core.attachments import serving
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.request import Request
from lantian.site.org.models import Unit
from lantian.site.plans import actions
from lantian.site.plans.api import room
from lantian.site.plans.api.deliverables import READ, units_of
from lantian.site.plans.models import Filing, FilingFile, FilingReceipt
from lantian.site.plans.queries import deliverables as queries

Turn = Literal["owner", "party", "assign", "parts", "office", "leader", "outside"]


def _write(step: str) -> dict[str, Any]:
    return {"policy": f"plans.filing.{step}", "scope": "filings:write", "conflicts": True}


class FileOut(Out):
    """A file of a receipt."""

    id: int
    kind: Literal["file", "receipt"]
    name: str
    size: int
    sha256: str


class ReceiptOut(Out):
    """回执: what was done at a step."""

    step: str
    outcome: Literal["pass", "back", "return", "refuse", "withdraw", "cancel", "renew", "reopen"]
    round: int
    version: int
    person: str
    unit: str
    at: Moment
    number: str
    on: dt.date | None
    signer: str
    text: str
    late: bool
    files: list[FileOut]
    filed_list: int | None = Field(description="the list of a ledger that went with it")

    @classmethod
    def of(cls, one: FilingReceipt) -> ReceiptOut:
        return cls(
            step=one.step,
            outcome=one.outcome,  # type: ignore[arg-type]
            round=one.round,
            version=one.version,
            person=one.person_name,
            unit=one.unit_name,
            at=one.at,
            number=one.number,
            on=one.on,
            signer=one.signer,
            text=one.text,
            late=one.late,
            files=[
                FileOut(id=f.pk, kind=f.kind, name=f.attachment.name, size=f.attachment.size,  # type: ignore[arg-type]
                        sha256=f.attachment.sha256)
                for f in one.files.all()
            ],
            filed_list=listed.pk if (listed := getattr(one, "filed_list", None)) else None,
        )  # fmt: skip


class FilingRow(Told):
    """报送件: where it is."""

    id: int
    deliverable: int
    title: str
    shape: Literal["single", "part", "whole"]
    unit: Named | None
    step: str = Field(description="the step that waits, or how it ended: filed, gathered, refused, cancelled")
    turn: Turn | None
    who: str = Field(description="in whose hands, by name")
    needs: list[Need] = Field(description="what the step asks for")
    due: dt.date | None
    since: Moment
    round: int
    version: int
    filed_on: dt.date | None
    filed_version: int | None

    @classmethod
    def told(cls, one: Filing) -> dict[str, Any]:
        step = one.step
        return {
            "id": one.pk,
            "deliverable": one.deliverable_id,
            "title": one.deliverable.title,
            "shape": one.shape,
            "unit": Named.of(one.unit),
            "step": one.state,
            "turn": one.turn or None,
            "who": queries.who_has(one),
            "needs": list(step.needs) if step else [],
            "due": one.due,
            "since": one.since,
            "round": one.round,
            "version": one.version,
            "filed_on": one.filed_on,
            "filed_version": one.filed_version,
        }


class FilingOut(FilingRow):
    """报送件 with all that was done."""

    receipts: list[ReceiptOut]

    @classmethod
    def told(cls, one: Filing) -> dict[str, Any]:
        return super().told(one) | {"receipts": [ReceiptOut.of(r) for r in queries.receipts(one)]}

    @property
    def location(self) -> str:
        """Where it is read again."""
        return reverse("api:plans_filing", args=[self.id])


class FilingQuery(Paged):
    deliverable: Key | None = None
    turn: Turn | None = None
    mine: bool | None = Field(None, description="only those whose next step is one's own")


@room.get("/filings", "filings", summary=_("报送件"), returns=Page[FilingRow], **READ)
def filing_list(request: Request, asked: Query[FilingQuery]) -> Page[FilingRow]:
    """Filings that one may see, the latest first."""
    given = asked.asked()
    rows = queries.filings(request.person)
    if given.pop("mine", None):
        rows = rows.filter(pk__in=queries.waiting_for(request.person).values("pk"))
    return paged(rows.filter(**given), asked, orders("-pk"), FilingRow.of)


@room.get("/filings/{int:pk}", "filing", summary=_("一份报送件"), returns=FilingOut, **READ)
def filing(request: Request, pk: int) -> FilingOut:
    """One filing with its receipts."""
    return FilingOut.of(_found(request, pk))


@room.get(
    "/filing-files/{int:pk}",
    "filing_file",
    summary=_("下载文件"),
    returns=None,
    file="application/octet-stream",
    **READ,
)
def filing_file(request: Request, pk: int) -> FileResponse:
    """A file of a receipt."""
    seen = Filing.objects.visible_to(request.person).values("pk")
    one = FilingFile.objects.select_related("attachment").filter(pk=pk, receipt__filing__in=seen).first()
    if one is None:
        raise Http404
    return serving.download(one.attachment)


class PassIn(In):
    """What a step asks for, beside files; `needs` of the filing says which."""

    step: Line = Field(description="the one that was read, so that nobody acts twice")
    text: Annotated[Prose, Field(max_length=2_000)] = ""
    number: Annotated[Line, Field(max_length=100)] = ""
    on: dt.date | None = Field(None, description="the document's date")
    signer: Annotated[Line, Field(max_length=50)] = ""
    export: Annotated[Line, Field(max_length=60)] = Field("", description="a ledger's export instead of a file")
    seen: Annotated[Line, Field(max_length=64)] = Field(
        "", description="where a ledger's list is filed, the sha256 of the one that was read: no other is filed unseen"
    )


@room.post("/filings/{int:pk}/pass", "filing_pass", summary=_("办理报送环节"), returns=FilingOut, **_write("pass"))
def filing_pass(
    request: Request,
    pk: int,
    payload: Form[PassIn],
    file: File[UploadedFile | None] = None,
    receipt: File[UploadedFile | None] = None,
) -> FilingOut:
    """Do what the step asks for and pass it on."""
    found = _found(request, pk)
    if found.state != payload.step:
        raise WrongState(_("这一步已经办理过。"), found=found.state, remedy=_("请刷新页面后再看。"))
    given = actions.Given(
        **payload.model_dump(exclude={"step"}),
        files=[file] if file else [],
        receipts=[receipt] if receipt else [],
    )
    actions.pass_on(request.person, found, given)
    return FilingOut.of(_found(request, pk))


class ReasonIn(In):
    reason: Line = Field(min_length=1)


@room.post("/filings/{int:pk}/back", "filing_back", summary=_("退回上一环节"), returns=FilingOut, **_write("back"))
def filing_back(request: Request, pk: int, payload: ReasonIn) -> FilingOut:
    """Give it back to the hands before."""
    actions.send_back(request.person, _found(request, pk), reason=payload.reason)
    return FilingOut.of(_found(request, pk))


@room.post(
    "/filings/{int:pk}/return", "filing_return", summary=_("退回填报单位"), returns=FilingOut, **_write("return")
)
def filing_return(request: Request, pk: int, payload: ReasonIn) -> FilingOut:
    """Give it back to its owner."""
    actions.return_to_owner(request.person, _found(request, pk), reason=payload.reason)
    return FilingOut.of(_found(request, pk))


@room.post("/filings/{int:pk}/refuse", "filing_refuse", summary=_("不批准申请"), returns=FilingOut, **_write("refuse"))
def filing_refuse(request: Request, pk: int, payload: ReasonIn) -> FilingOut:
    """Refuse an application for good."""
    actions.refuse_filing(request.person, _found(request, pk), reason=payload.reason)
    return FilingOut.of(_found(request, pk))


@room.post("/filings/{int:pk}/cancel", "filing_cancel", summary=_("取消报送"), returns=FilingOut, **_write("cancel"))
def filing_cancel(request: Request, pk: int, payload: ReasonIn) -> FilingOut:
    """No longer ask for it."""
    actions.cancel_filing(request.person, _found(request, pk), reason=payload.reason)
    return FilingOut.of(_found(request, pk))


@room.post("/filings/{int:pk}/reopen", "filing_reopen", summary=_("恢复报送"), returns=FilingOut, **_write("reopen"))
def filing_reopen(request: Request, pk: int) -> FilingOut:
    """Ask for it after all."""
    actions.reopen_filing(request.person, _found(request, pk))
    return FilingOut.of(_found(request, pk))


@room.post(
    "/filings/{int:pk}/withdraw", "filing_withdraw", summary=_("撤回报送"), returns=FilingOut, **_write("withdraw")
)
def filing_withdraw(request: Request, pk: int) -> FilingOut:
    """Take it back before anybody has looked at it."""
    actions.withdraw_filing(request.person, _found(request, pk))
    return FilingOut.of(_found(request, pk))


@room.post("/filings/{int:pk}/renew", "filing_renew", summary=_("提交新版本"), returns=FilingOut, **_write("renew"))
def filing_renew(request: Request, pk: int) -> FilingOut:
    """Begin a new version of what is filed."""
    actions.renew_filing(request.person, _found(request, pk))
    return FilingOut.of(_found(request, pk))


class AssignIn(In):
    units: list[Key] = Field(min_length=1, max_length=50)


@room.post(
    "/filings/{int:pk}/assign", "filing_assign", summary=_("指定审核部门"), returns=FilingOut, **_write("assign")
)
def filing_assign(request: Request, pk: int, payload: AssignIn) -> FilingOut:
    """Name the department that reviews."""
    found = _found(request, pk)
    actions.assign_parties(request.person, found, units=units_of(request, payload.units, "units"))
    return FilingOut.of(_found(request, pk))


class ApplicationIn(In):
    """What an application says, beside its document."""

    unit: Key
    chain: Line
    title: Annotated[Line, Field(min_length=1, max_length=200)]
    text: Annotated[Prose, Field(min_length=1, max_length=2_000)]
    valid_from: dt.date
    valid_to: dt.date


@room.post("/exemptions", "exemption_apply", summary=_("申请豁免"), returns=FilingOut, status=201, **_write("apply"))
def exemption_apply(request: Request, payload: Form[ApplicationIn], file: File[UploadedFile]) -> FilingOut:
    """A project's owner applies for itself."""
    own = Unit.objects.current().filter(pk=payload.unit, pk__in=request.person.visible_unit_ids).first()
    if own is None:
        raise Invalid(_("没有这个单位，或不在您的范围内。"), fields={"unit": _("请给出本单位的编号。")})
    made = actions.apply_for_exemption(request.person, own, **payload.model_dump(exclude={"unit"}), files=[file])
    return FilingOut.of(_found(request, made.pk))


def _found(request: Request, pk: int) -> Filing:
    found = queries.filing(request.person, pk)
    if found is None:
        raise Http404
    return found
