"""Handing a document in, following it, reading what was found, starting the campaign."""

from __future__ import annotations

from typing import Any, Literal

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Query, UploadedFile
from pydantic import Field

from lantian.plandoc import plan as contract
from lantian.site.core import jobs
from lantian.site.core.api import Key, Moment, Named, Out, Page, Paged, orders, paged
from lantian.site.core.api.routes import JobOut
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.request import Request
from lantian.site.org.models import Area
from lantian.site.plans import actions, queries
from lantian.site.plans.api import room
from lantian.site.plans.api.plans import PlanOut, plan_or_404
from lantian.site.plans.draft import Decision, Draft, finding_key
from lantian.site.plans.models import Plan, PlanImport

State = Literal["uploaded", "parsing", "review", "confirmed", "failed", "discarded"]


class ImportOut(Out):
    """A document on its way to become a plan."""

    id: int
    area: int
    state: State
    title: str
    file_name: str
    job: int | None = Field(description="the reading; poll `/jobs/{id}`")
    plan: int | None = Field(description="once confirmed")
    revises: int | None = Field(description="the plan whose revised document it is")
    version: int | None = Field(description="once compared with that plan")
    error: str = Field(description="why it failed")
    error_en: str
    created_by: Named | None
    created_at: Moment
    finished_at: Moment | None

    @classmethod
    def of(cls, one: PlanImport) -> ImportOut:
        return cls(
            id=one.pk,
            area=one.area_id,
            state=one.state,  # type: ignore[arg-type]
            title=one.title,
            file_name=one.file_name,
            job=one.job_id,
            plan=one.plan_id,
            revises=one.revises_id,
            version=one.version.pk if hasattr(one, "version") else None,
            error=one.error_zh,
            error_en=one.error_en,
            created_by=Named.of(one.created_by),
            created_at=one.created_at,
            finished_at=one.finished_at,
        )

    @property
    def location(self) -> str:
        """Where it is read again."""
        return reverse("api:plans_import", args=[self.id])


class ImportQuery(Paged):
    state: State | None = None


@room.get("/imports", "imports", policy="plans.import", scope="plans:read", summary=_("导入"), returns=Page[ImportOut])
def import_list(request: Request, asked: Query[ImportQuery]) -> Page[ImportOut]:
    """Imports, the latest first."""
    rows = queries.imports(request.person).filter(**asked.asked())
    return paged(rows, asked, orders("-pk"), ImportOut.of)


@room.post(
    "/imports",
    "import_upload",
    policy="plans.import",
    scope="plans:write",
    summary=_("上传方案文件"),
    returns=ImportOut,
    status=201,
)
def import_upload(
    request: Request,
    file: File[UploadedFile],
    area: Form[Key | None] = None,
    revises: Form[Key | None] = None,
    upper: Form[bool] = False,
) -> ImportOut:
    """Hand in a document (docx, pdf, html, txt) for an area, by default the whole district; it is read in the
    background. `revises` is a plan: the document is its revised one, to be compared with it. `upper`: it is
    the plan of a level above, whose items are kept to be answered."""
    name = file.name or "file"
    if revises is not None:
        plan = Plan.objects.visible_to(request.person).filter(pk=revises).first()
        if plan is None:
            raise Invalid(_("没有这个方案，或不在您的范围内。"), fields={"revises": _("请给出方案的编号。")})
        made = actions.upload_document(
            request.person, file, name, area=plan.area, media_type=file.content_type or "", revises=plan
        )
        return ImportOut.of(made)
    districts = Area.objects.visible_to(request.person).filter(kind__in=("city", "district"))
    chosen = districts.filter(pk=area).first() if area is not None else districts.filter(parent=None).first()
    if chosen is None:
        raise Invalid(_("没有这个行政区，或不在您的范围内。"), fields={"area": _("请给出市或区县的编号。")})
    made = actions.upload_document(
        request.person, file, name, area=chosen, media_type=file.content_type or "", upper=upper
    )
    return ImportOut.of(made)


@room.get(
    "/imports/{int:pk}",
    "import",
    policy="plans.import",
    scope="plans:read",
    summary=_("一次导入"),
    returns=ImportOut,
)
def one_import(request: Request, pk: int) -> ImportOut:
    """How far it is."""
    jobs.sweep()
    return ImportOut.of(_found(request, pk))


class DraftFinding(contract.Finding):
    """A finding with its key and what was decided about it."""

    key: str
    decision: Decision | None


class DraftTaskOut(Out):
    id: int
    task: contract.Task


class DraftOut(Out):
    """What was read of the document, as it stands under review."""

    plan: contract.Plan = Field(description="head, goals and passages; its tasks are in `tasks`")
    tasks: list[DraftTaskOut]
    findings: list[DraftFinding]
    warnings: list[str]


@room.get(
    "/imports/{int:pk}/draft",
    "import_draft",
    policy="plans.import",
    scope="plans:read",
    summary=_("读取草稿"),
    returns=DraftOut,
    conflicts=True,
)
def import_draft(request: Request, pk: int) -> DraftOut:
    """The plan as it was read, corrections included; 409 before it is read and after it was confirmed or discarded."""
    found = _found(request, pk)
    kept = getattr(found, "draft", None)
    if kept is None or found.state != "review":
        raise WrongState(_("这次导入没有待审核的草稿。"), found=found.state, expected=["review"])
    draft = Draft.model_validate(kept.content)
    findings = [
        DraftFinding(**one.model_dump(), key=finding_key(one), decision=draft.decided(one)) for one in draft.findings
    ]
    return DraftOut(
        plan=draft.plan,
        tasks=[DraftTaskOut(id=one.id, task=one.task) for one in draft.tasks],
        findings=findings,
        warnings=draft.warnings,
    )


_STEP: dict[str, Any] = {"policy": "plans.import", "scope": "plans:write", "conflicts": True}


@room.post("/imports/{int:pk}/confirm", "import_confirm", summary=_("确认，启动方案"), returns=PlanOut, **_STEP)
def import_confirm(request: Request, pk: int) -> PlanOut:
    """Start the campaign: the draft becomes a plan, all of it or nothing."""
    plan = actions.confirm_import(request.person, _found(request, pk))
    return PlanOut.of(plan_or_404(request, plan.pk))


@room.post("/imports/{int:pk}/discard", "import_discard", summary=_("放弃导入"), returns=ImportOut, **_STEP)
def import_discard(request: Request, pk: int) -> ImportOut:
    """Throw it away; the record stays."""
    actions.discard_import(request.person, _found(request, pk))
    return ImportOut.of(_found(request, pk))


@room.post("/imports/{int:pk}/retry", "import_retry", summary=_("重新解析"), returns=JobOut, **_STEP)
def import_retry(request: Request, pk: int) -> JobOut:
    """Have it read again, after its job was stopped or broke off."""
    again = actions.retry_import(request.person, _found(request, pk))
    if again.job is None:
        raise Http404
    return JobOut.of(again.job)


def _found(request: Request, pk: int) -> PlanImport:
    found = queries.imports(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
