"""One filing on its way: its chain with receipts, versions and files, and the form of the step that waits."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.attachments import serving
from lantian.site.core.faults import WrongState
from lantian.site.core.forms import submitted
from lantian.site.core.frame import Crumb
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.org.models import Unit
from lantian.site.plans import actions, filing_rules
from lantian.site.plans.deliverable_forms import ApplicationForm, AssignForm, StepForm, mark
from lantian.site.plans.models import Filing, FilingFile
from lantian.site.plans.queries import deliverables as queries

STEPS = {
    "back": actions.send_back,
    "return": actions.return_to_owner,
    "refuse": actions.refuse_filing,
    "cancel": actions.cancel_filing,
}
PLAIN = {"withdraw": actions.withdraw_filing, "renew": actions.renew_filing, "reopen": actions.reopen_filing}


@room("plans", "filing", policy="plans.deliverable.see")
def filing_page(request: Request, pk: int) -> HttpResponseBase:
    """A filing."""
    return drawn(request, filing_or_404(request, pk))


@room("plans", "filing_pass", policy="plans.filing.pass", methods=("POST",))
def filing_pass(request: Request, pk: int) -> HttpResponseBase:
    """Do what the step asks for and pass it on."""
    found = filing_or_404(request, pk)
    step = found.step
    if step is None or request.POST.get("seen") != mark(found):
        raise WrongState(_("这一步已经办理过。"), found=found.state, remedy=_("请刷新页面后再看。"))
    form = StepForm(request.POST, request.FILES, filing=found, step=step)
    if submitted(form, lambda **_data: actions.pass_on(request.person, found, form.given())):
        messages.success(request, _("已办理。"))
        return see_other("plans:filing", pk=pk)
    return drawn(request, found, form, status=400)


@room("plans", "filing_step", policy="plans.deliverable.see", methods=("POST",))
def filing_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Give back, refuse, cancel, withdraw, renew, reopen: the action asks who may."""
    found = filing_or_404(request, pk)
    if step in STEPS:
        STEPS[step](request.person, found, reason=request.POST.get("reason", ""))
    elif step in PLAIN:
        PLAIN[step](request.person, found)
    else:
        raise Http404
    return see_other("plans:filing", pk=pk)


@room("plans", "filing_assign", policy="plans.filing.assign", methods=("POST",))
def filing_assign(request: Request, pk: int) -> HttpResponseBase:
    """Name the department that reviews."""
    found = filing_or_404(request, pk)
    form = AssignForm(request.POST, filing=found)
    if submitted(form, lambda units: actions.assign_parties(request.person, found, units=list(units))):
        messages.success(request, _("已指定。"))
        return see_other("plans:filing", pk=pk)
    return drawn(request, found, assign=form, status=400)


@room("plans", "filing_file", policy="plans.deliverable.see")
def filing_file(request: Request, pk: int) -> HttpResponseBase:
    """A file of a receipt."""
    seen = Filing.objects.visible_to(request.person).values("pk")
    one = FilingFile.objects.select_related("attachment").filter(pk=pk, receipt__filing__in=seen).first()
    if one is None:
        raise Http404
    return serving.download(one.attachment, inline=request.GET.get("inline") == "1")


@room("plans", "exemption_apply", policy="plans.filing.apply", methods=("GET", "POST"))
def exemption_apply(request: Request) -> HttpResponseBase:
    """A project's owner applies."""
    units = Unit.objects.current().filter(pk__in=request.person.visible_unit_ids)
    form = ApplicationForm(request.POST or None, request.FILES or None, units=units)
    if request.method == "POST":
        made = submitted(form, partial(_applied, request))
        if made is not None:
            messages.success(request, _("申请已提交。"))
            return see_other("plans:filing", pk=made.pk)
    return page(
        request,
        "core/form.html",
        title=_("申请采暖季施工豁免"),
        crumbs=[(_("报送进度"), reverse("plans:filings"))],
        form=form,
        submit=_("提交申请"),
        cancel_url=reverse("plans:filings"),
    )


def _applied(request: Request, *, unit: Unit, **data: Any) -> Filing:
    return actions.apply_for_exemption(request.person, unit, **data)


def drawn(
    request: Request,
    found: Filing,
    form: StepForm | None = None,
    *,
    assign: AssignForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    """The page of a filing, with the form of its step for whoever has it."""
    person, one = request.person, found.deliverable
    crumbs: list[Crumb] = [(_("分方案和清单"), reverse("plans:deliverables"))]
    if found.shape != "single" or one.each:
        crumbs.append((one.title, one.get_absolute_url()))
    return page(
        request,
        "plans/deliverables/filing.html",
        title=str(found),
        crumbs=crumbs,
        status=status,
        deliverable=one,
        **parts(person, found, form, assign),
    )


def parts(person: Any, found: Filing, form: StepForm | None = None, assign: AssignForm | None = None) -> dict[str, Any]:
    """What is drawn of a filing, here and on the page of its deliverable."""
    said = queries.receipts(found)
    step = found.step
    if form is None and step is not None and filing_rules.turn_of(person, found):
        form = StepForm(filing=found, step=step)
    assigned = found.turn in ("assign", "party") or (found.turn == "owner" and not found.deliverable.applicant_id)
    if assign is None and step is not None and assigned and policy.may(person, "plans.filing.assign", found):
        assign = AssignForm(filing=found, initial={"units": found.units_at(step.name)})
    rows = [row for row in found.lifecycle.steps if row.source == found.state and row.name != "pass"]
    return {
        "filing": found,
        "hands": queries.hands(found, said),
        "versions": queries.versions(found, said),
        "receipts": list(reversed(said)),
        "form": form,
        "assign": assign,
        "missing": list(actions.missing(found).select_related("unit")) if found.turn == "parts" else [],
        "buttons": [
            {"step": row, "url": reverse("plans:filing_step", args=[found.pk, row.name])}
            for row in rows
            if policy.may(person, f"plans.filing.{row.name}", found)
        ],
    }


def filing_or_404(request: Request, pk: int) -> Filing:
    """A filing that the person sees."""
    found = queries.filing(request.person, pk)
    if found is None:
        raise Http404
    return found
