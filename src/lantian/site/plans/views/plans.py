"""Plans and their findings."""

from __future__ import annotations

from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.plandoc.export import FORMATS, export
from lantian.site.core import attachments
from lantian.site.core.attachments.serving import download
from lantian.site.core.page import page, panels, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.plans import actions, confirming, lights, queries
from lantian.site.plans.forms import ReasonForm
from lantian.site.plans.models import Finding, Plan
from lantian.site.plans.queries import goals
from lantian.site.plans.states import FINDING

MEDIA = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PLANS = Table(
    columns=[
        Column("title", _("方案"), sort="title", link=lambda p: p.get_absolute_url(), css="wide"),
        Column("doc_number", _("文号"), css="nowrap minor"),
        Column("issued_on", _("发文日期"), sort="issued_on", css="nowrap"),
        Column("task_count", _("任务"), sort="task_count", css="number"),
        Column("overdue_count", _("已过期"), sort="overdue_count", css="number"),
        Column("goal_count", _("目标"), sort="goal_count", css="number minor"),
        Column("open_findings", _("待处理疑点"), sort="open_findings", css="number"),
    ],
    sort="-issued_on",
    empty=_("还没有方案。"),
    empty_hint=_("导入一份方案文件，审核确认后就在这里。"),
)


@room("plans", "plans", policy="plans.see", menu=pgettext_lazy("menu", "方案"), icon="file-text", order=20)
def plans_page(request: Request) -> HttpResponseBase:
    """All confirmed plans."""
    return list_page(
        request,
        "plans/plans.html",
        table=PLANS,
        rows=queries.plans(request.person),
        title=pgettext_lazy("menu", "方案"),
    )


def plan_or_404(request: Request, pk: int) -> Plan:
    """A plan that the person may see."""
    plan = queries.plans(request.person).select_related("attachment", "area", "confirmed_by").filter(pk=pk).first()
    if plan is None:
        raise Http404
    return plan


@room("plans", "plan", policy="plans.see")
def plan_page(request: Request, pk: int) -> HttpResponse:
    """One plan: its head, counts, goals, sections, document and exports."""
    plan = plan_or_404(request, pk)
    counts = queries.due_counts(plan.tasks.whole())
    return page(
        request,
        "plans/plan.html",
        title=plan.title,
        crumbs=[(_("方案"), reverse("plans:plans"))],
        plan=plan,
        lights=lights.tiles(counts),
        goals=goals.grouped(goals.stood(goals.of_plan(request.person, str(plan.pk)))),
        sections=queries.sections(plan),
        findings=list(queries.findings(plan).filter(state="open")[:5]),
        formats=FORMATS,
        panels=panels("plans.plan", request.person, plan),
    )


@room("plans", "plan_document", policy="plans.see")
def document(request: Request, pk: int) -> FileResponse:
    """The document as it was handed in."""
    return download(plan_or_404(request, pk).attachment)


@room("plans", "plan_export", policy="plans.see")
def export_file(request: Request, pk: int, format: str) -> HttpResponse:
    """The plan as a file: the contract in JSON, the annex table in Excel, one row a task in CSV."""
    if format not in FORMATS:
        raise Http404
    plan = Plan.objects.visible_to(request.person).select_related("attachment").filter(pk=pk).first()
    if plan is None:
        raise Http404
    content = export(confirming.contract_of(plan), format)  # type: ignore[arg-type]
    response = HttpResponse(content, content_type=MEDIA[format])
    name = quote(attachments.safe_name(f"{plan.title}.{format}"))
    response["Content-Disposition"] = f"attachment; filename=\"plan.{format}\"; filename*=UTF-8''{name}"
    return response


@room("plans", "findings", policy="plans.see")
def findings_page(request: Request, pk: int) -> HttpResponse:
    """Findings of a plan and what was decided about them."""
    plan = plan_or_404(request, pk)
    rows = list(queries.findings(plan))
    return page(
        request,
        "plans/findings.html",
        title=_("疑点"),
        crumbs=[(_("方案"), reverse("plans:plans")), (plan.title, plan.get_absolute_url())],
        plan=plan,
        findings=[(f, _steps(request, f)) for f in rows],
        labels=[(state, FINDING.label(state), sum(f.state == state for f in rows)) for state in FINDING.states],
    )


def _steps(request: Request, finding: Finding) -> list[object]:
    return list(FINDING.allowed(finding, request.person))


@room("plans", "decide_finding", policy="plans.import", methods=("POST",))
def decide_finding(request: Request, pk: int, step: str) -> HttpResponse:
    """Accept, dismiss, mark as corrected, or reopen."""
    plans = Plan.objects.visible_to(request.person)
    finding = Finding.objects.select_related("plan").filter(pk=pk, plan__in=plans).first()
    if finding is None:
        raise Http404
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    actions.decide_finding(request.person, finding, step, reason=reason)
    return see_other(f"{reverse('plans:findings', args=[finding.plan_id])}#finding-{finding.pk}")
