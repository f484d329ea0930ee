"""Handing a document in and watching it being read."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from lantian.site.core import jobs
from lantian.site.core.attachments.serving import download
from lantian.site.core.forms import submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.models import Area
from lantian.site.plans import actions, queries
from lantian.site.plans.forms import UploadForm
from lantian.site.plans.models import PlanImport

IMPORTS = Table(
    columns=[
        Column("title", _("方案"), value=str, link=lambda row: row.get_absolute_url(), css="wide"),
        Column(
            "state",
            _("状态"),
            template="plans/parts/import_state.html",
            css="nowrap",
            exported=lambda row: row.get_state_display(),
        ),
        Column("file_name", _("文件"), css="minor"),
        Column("created_by", _("导入人"), css="minor nowrap"),
        Column("created_at", _("导入时间"), sort="created_at", css="nowrap"),
    ],
    sort="-created_at",
    empty=_("还没有导入过方案。"),
    empty_hint=_("把方案文件拖到上面的框里即可开始。"),
)


def districts(person: Any) -> Any:
    """Areas that a plan can be for."""
    return Area.objects.visible_to(person).filter(kind__in=("city", "district"))


@room(
    "plans", "imports", policy="plans.import", menu=_("导入方案"), icon="file-import", order=40, methods=("GET", "POST")
)
def imports_page(request: Request) -> HttpResponseBase:
    """The drop zone, and all imports."""
    person = request.person
    form = UploadForm(request.POST or None, request.FILES or None, areas=districts(person))
    if request.method == "POST" and (started := submitted(form, partial(_upload, person))):
        return see_other("plans:import", pk=started.pk)
    return list_page(
        request,
        "plans/imports.html",
        table=IMPORTS,
        rows=queries.imports(person),
        title=_("导入方案"),
        form=form,
    )


def _upload(person: Any, file: Any, area: Area, purpose: str) -> PlanImport:
    return actions.upload_document(
        person, file, file.name, area=area, media_type=file.content_type or "", upper=purpose == "upper"
    )


def import_or_404(request: Request, pk: int) -> PlanImport:
    """An import that the person may see."""
    found = (
        queries.imports(request.person).select_related("area", "attachment", "draft", "revises").filter(pk=pk).first()
    )
    if found is None:
        raise Http404
    return found


@never_cache
@room("plans", "import_progress", policy="plans.import")
def progress_part(request: Request, pk: int) -> HttpResponse:
    """How far the job is; asks the page to load anew once there is something else to show."""
    plan_import = import_or_404(request, pk)
    if plan_import.state not in {"uploaded", "parsing"}:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "plans/parts/progress.html", progress_context(plan_import))


def progress_context(plan_import: PlanImport) -> dict[str, Any]:
    """What the progress part shows."""
    job = plan_import.job
    jobs.sweep()
    if job:
        job.refresh_from_db()
    return {
        "plan_import": plan_import,
        "job": job,
        "broken_off": job is None or job.is_over,
        "waits_long": job is not None and jobs.waits_long(job),
    }


@room("plans", "import_retry", policy="plans.import", methods=("POST",))
def retry(request: Request, pk: int) -> HttpResponse:
    """Read the document again."""
    actions.retry_import(request.person, import_or_404(request, pk))
    return see_other("plans:import", pk=pk)


@room("plans", "import_stop", policy="plans.import", methods=("POST",))
def stop(request: Request, pk: int) -> HttpResponse:
    """Stop reading."""
    plan_import = import_or_404(request, pk)
    if plan_import.job:
        jobs.cancel(request.person, plan_import.job)
    return see_other("plans:import", pk=pk)


@room("plans", "import_discard", policy="plans.import", methods=("POST",))
def discard(request: Request, pk: int) -> HttpResponse:
    """Throw an import away."""
    actions.discard_import(request.person, import_or_404(request, pk))
    return see_other("plans:imports")


@room("plans", "import_confirm", policy="plans.import", methods=("POST",))
def confirm(request: Request, pk: int) -> HttpResponse:
    """Start the campaign."""
    plan = actions.confirm_import(request.person, import_or_404(request, pk))
    return see_other("plans:plan", pk=plan.pk)


@room("plans", "import_document", policy="plans.import")
def document(request: Request, pk: int) -> FileResponse:
    """The document as it was handed in."""
    plan_import = import_or_404(request, pk)
    if plan_import.attachment is None:
        raise Http404
    return download(plan_import.attachment)


def show_waiting(request: Request, plan_import: PlanImport) -> HttpResponse:
    """The page of an import that is being read, failed, was confirmed or discarded."""
    return page(
        request,
        "plans/import.html",
        title=str(plan_import),
        crumbs=[(_("导入方案"), reverse("plans:imports"))],
        **progress_context(plan_import),
    )
