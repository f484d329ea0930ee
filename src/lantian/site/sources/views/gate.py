"""The gate for new projects: a project's verdict, cuts allotted to it; the bank of cuts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.ledgers import GateLine
from lantian.site.core import policy
from lantian.site.core.forms import submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.views.common import FORM
from lantian.site.sources import actions, gating, reading, states
from lantian.site.sources.models import CutUse, Listing
from lantian.site.sources.models.offsets import STANDING
from lantian.site.sources.offset_forms import AllotForm, BankFilter
from lantian.site.sources.queries import listings, offsets
from lantian.site.sources.queries.listings import added


def _users(one: Any) -> str:
    """Projects that use a cut, as far as the reader may see them; what others use as a sum."""
    seen = [use for use in one.listing.seen_uses if use.pollutant == one.pollutant]
    told = _("{project} {tonnes} 吨")
    names = [told.format(project=use.project.source.name, tonnes=f"{use.tonnes:g}") for use in seen]
    rest = added(one.used - sum(use.tonnes for use in seen))
    if rest > offsets.DUST:
        names.append(told.format(project=_("其他项目"), tonnes=f"{rest:g}"))
    return "；".join(names)


BANK = Table(
    columns=[
        Column("cut", _("减排量"), value=lambda one: one.listing.source.name, sort="listing__source__name", css="wide",
               link=lambda one: one.listing.get_absolute_url()),
        Column("area", _("行政区"), value=lambda one: one.listing.source.area.name, sort="listing__source__area__code",
               css="nowrap"),
        Column("pollutant", _("污染物"), value=lambda one: pollutant_name(one.pollutant), sort="pollutant",
               css="nowrap"),
        Column("proven", _("已核实（吨）"), value=lambda one: added(one.proven), sort="proven", css="number"),
        Column("used", _("已占用（吨）"), value=lambda one: added(one.used), sort="used", css="number"),
        Column("left", _("剩余（吨）"), value=lambda one: added(one.left), sort="left", css="number"),
        Column("users", _("占用的项目"), value=_users, css="wide"),
    ],
    sort="-left",
    empty=_("还没有核实过的减排量。"),
    empty_hint=_("在“减排量台账”里录入，附核算凭证核实以后，才能用于替代。"),
    file_name=_("减排量账户"),
)  # fmt: skip


def pollutant_name(name: str) -> str:
    """A pollutant for the reader; its key where the rule does not know it any more."""
    one = gating.rules().pollutant(name)
    return reading.said(one.label) if one else name


@room("sources", "bank", policy="sources.bank.see", menu=_("减排量账户"), icon="building-bank", order=35)
def bank_page(request: Request) -> HttpResponseBase:
    """Proven cuts, what is used of them by whom, what is left."""
    rules = gating.rules()
    asked = BankFilter.from_query(request.GET)
    rows = offsets.account(request.person, rules).filter(asked.where())
    sums = offsets.totals(rows)
    return list_page(
        request,
        "sources/gate/bank.html",
        table=BANK,
        rows=rows,
        asked=asked,
        title=_("减排量账户"),
        sums=[(reading.said(one.label), *sums[one.name]) for one in rules.offset if one.name in sums],
        projects=rules.project,
    )


@room("sources", "gate", policy="sources.see")
def gate_page(request: Request, pk: int) -> HttpResponseBase:
    """Every rule of the gate for one project, with its clause, and the cuts that are allotted."""
    project = _project(request, pk)
    verdict = gating.verdict_of(project)
    undecided = project.means in ("open", "stopped")
    decision = project.steps.filter(state="taken", target=project.state).select_related("by").first()
    return page(
        request,
        "sources/gate/gate.html",
        title=_("准入核对：{name}").format(name=project.source.name),
        crumbs=_crumbs(project),
        project=project,
        standing=reading.standing(project),
        outcome=verdict.outcome,
        lines=[_shown(one) for one in verdict.lines if one.stands != "free"],
        free=[_shown(one) for one in verdict.lines if one.stands == "free"],
        uses=[(pollutant_name(one.pollutant), one) for one in offsets.uses_of(project)],
        undecided=undecided,
        may_allot=undecided and policy.may(request.person, "sources.project.allot", project),
        offered=states.steps_for(request.person, project),
        decision=decision,
        unmet=[(_said(one["label"]), _said(one["why"])) for one in decision.noted] if decision else [],
    )


@room("sources", "allot", policy="sources.project.allot", methods=FORM)
def allot(request: Request, pk: int, pollutant: str) -> HttpResponseBase:
    """Allot a cut to a project."""
    project = _project(request, pk)
    line = next((x for x in gating.verdict_of(project).lines if (x.kind, x.name) == ("offset", pollutant)), None)
    if line is None:
        raise Http404
    rows = list(offsets.offered(request.person, gating.rules(), pollutant)[:500])
    form = AllotForm(request.POST or None, offered=rows, line=line)

    def act(*, cut: Listing, tonnes: float) -> CutUse:
        return actions.allot_cut(request.person, project, cut, pollutant, tonnes)

    if request.method == "POST" and submitted(form, act):
        messages.success(request, _("已安排。"))
        return see_other("sources:gate", pk=pk)
    return page(
        request,
        "core/form.html",
        title=_("安排替代量：{pollutant}").format(pollutant=reading.said(line.label)),
        form=form,
        crumbs=[*_crumbs(project), (_("准入核对"), reverse("sources:gate", args=[pk]))],
        submit=_("安排"),
        cancel_url=reverse("sources:gate", args=[pk]),
        status=form.status,
    )


@room("sources", "give_back", policy="sources.project.give_back", methods=("POST",))
def give_back(request: Request, pk: int) -> HttpResponseBase:
    """Take an allotment back."""
    seen = Listing.objects.visible_to(request.person).order_by().values("pk")
    use = CutUse.objects.filter(STANDING, pk=pk, project__in=seen).select_related("project__source", "cut").first()
    if use is None:
        raise Http404
    actions.give_back(request.person, use)
    messages.success(request, _("已退回。"))
    return see_other("sources:gate", pk=use.project_id)


def _project(request: Request, pk: int) -> Listing:
    found = listings.listings(request.person, gating.rules().project).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _crumbs(project: Listing) -> list[Any]:
    ledger = reading.ledger_of(project.ledger)
    return [
        (reading.said(ledger.label), reading.address_of(ledger.name)),
        (project.source.name, project.get_absolute_url()),
    ]


def _said(words: dict[str, str]) -> str:
    return words["en" if get_language() == "en" else "zh"]


def _shown(line: GateLine) -> dict[str, Any]:
    return {"line": line, "label": reading.said(line.label), "why": reading.said(line.why),
            "source": " ".join(part for part in (line.plan, line.clause) if part)}  # fmt: skip
