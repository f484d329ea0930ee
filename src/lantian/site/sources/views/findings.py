"""Findings of checks: the list, one with its evidence, deciding, making it an order."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import jobs, policy
from lantian.site.core.forms import submitted
from lantian.site.core.models import Ref
from lantian.site.core.page import page, room, see_other
from lantian.site.core.registries import checks
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.views.common import FORM, history
from lantian.site.sources import actions, reading, telling
from lantian.site.sources.checks.exits import EXIT
from lantian.site.sources.finding_forms import FindingFilter, OrderForm, check_title
from lantian.site.sources.finding_states import FINDING, WAITING
from lantian.site.sources.models import Finding
from lantian.site.sources.queries import exits, listings, outside
from lantian.site.sources.queries import findings as queries

LISTING = "sources.listing"
NOT_ON_LEDGER = "sources.not_on_ledger"  # the check whose findings are about an entry of another office's list

FINDINGS = Table(
    columns=[
        Column("text", _("疑点"), value=lambda one: one.said, css="wide", link=lambda one: one.get_absolute_url()),
        Column("check_name", _("核查规则"), sort="check_name", value=lambda one: check_title(one.check_name)),
        Column("area", _("行政区"), sort="area__code", css="nowrap"),
        Column("state", _("状态"), sort="state", value=lambda one: one.get_state_display(), css="nowrap"),
        Column("order", _("工单"), value=lambda one: one.order and str(one.order.number or ""), css="nowrap",
               link=lambda one: one.order.get_absolute_url() if one.order else ""),
        Column("found_at", _("发现时间"), sort="found_at", css="nowrap minor"),
    ],
    sort="-found_at",
    empty=_("没有疑点。"),
    empty_hint=_("每天夜里核查一次；也可以点“立即核查”。"),
    file_name=_("清单疑点"),
)  # fmt: skip
DONE = {
    "confirm": _("已判断为属实。下一步：大气办可以转为工单，派给镇街、部门或企业。"),
    "dismiss": _("已判断为不是问题，以后核查不再提。"),
    "reopen": _("已重新打开，等待大气办或检查员判断。"),
}


@room("sources", "findings", policy="sources.finding.see", menu=_("清单疑点"), icon="zoom-question", order=50)
def findings_page(request: Request) -> HttpResponseBase:
    """What checks found and nobody has settled yet."""
    asked = FindingFilter.from_query(request.GET)
    rows = queries.findings(request.person)
    waiting = queries.by_check(rows.filter(state__in=WAITING))
    rows = rows.filter(asked.where())
    return list_page(
        request,
        "sources/findings.html",
        table=FINDINGS,
        rows=rows,
        asked=asked,
        title=_("清单疑点"),
        checks=[(name, check_title(name), n) for name, n in waiting],
        can_run=policy.may(request.person, "sources.check.run"),
    )


@room("sources", "finding", policy="sources.finding.see")
def finding_page(request: Request, pk: int) -> HttpResponseBase:
    """One finding with its evidence and what it is about."""
    found = _found(request, pk)
    check = checks.get(found.check_name)
    free = found.order_id is None and found.state in ("open", "confirmed")
    return page(
        request,
        "sources/finding.html",
        title=found.said,
        crumbs=[(_("清单疑点"), reverse("sources:findings"))],
        finding=found,
        things=_things(request, found),
        check=check,
        buttons=[
            {"step": one, "url": reverse("sources:finding_step", args=[pk, one.name])}
            for one in FINDING.allowed(found, request.person)
        ],
        can_order=free and policy.may(request.person, "sources.finding.order", found),
        to_list=_to_list(request, found) if free and policy.may(request.person, "sources.listing.add") else [],
        history=history(request, found),
    )


def _things(request: Request, found: Finding) -> list[tuple[Ref, str]]:
    """What a finding is about; of a listing also its ledger, as a firm has the same name on several."""
    refs = list(found.things.all())
    asked = [one.ident for one in refs if one.kind == LISTING]
    kept = dict(listings.listings(request.person).filter(pk__in=asked).values_list("pk", "ledger")) if asked else {}
    named = {str(pk): reading.title_of(ledger) for pk, ledger in kept.items()}
    return [(one, named.get(one.ident, "") if one.kind == LISTING else "") for one in refs]


def _to_list(request: Request, found: Finding) -> list[tuple[str, str]]:
    """Forms of the ledgers on which what a finding is about should stand, with what is known of it filled in."""
    idents = [one.ident for one in found.things.all()]
    if found.check_name == NOT_ON_LEDGER:
        return [form for ident in idents if (one := outside.entry_of(ident)) for form in outside.where_to_list(one)]
    if found.check_name == EXIT:
        rows = listings.listings(request.person).filter(pk__in=idents)
        return [form for one in rows if (form := exits.form_for(one))]
    return []


@room("sources", "finding_step", policy="sources.finding.see", methods=("POST",))
def finding_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Confirm, dismiss or open again; the action asks who may."""
    if step not in DONE:
        raise Http404
    actions.decide_finding(request.person, _found(request, pk), step, reason=request.POST.get("reason", ""))
    messages.success(request, DONE[step])
    return see_other("sources:finding", pk=pk)


@room("sources", "finding_order", policy="sources.finding.order", methods=FORM)
def finding_order(request: Request, pk: int) -> HttpResponseBase:
    """Make a finding an order."""
    found = _found(request, pk)
    form = OrderForm(request.POST or None, finding=found)
    act: Any = partial(actions.order_finding, request.person, found)
    if request.method == "POST" and (order := submitted(form, act)):
        messages.success(request, telling.ordered(order))
        return see_other("sources:finding", pk=pk)
    crumbs = [(_("清单疑点"), reverse("sources:findings"))]
    return page(
        request, "core/form.html", title=_("转为工单"), form=form, crumbs=crumbs, submit=_("派单"),
        cancel_url=found.get_absolute_url(), status=form.status,
    )  # fmt: skip


@room("sources", "checks_run", policy="sources.check.run", methods=("POST",))
def run(request: Request) -> HttpResponseBase:
    """Run all checks now, in the background."""
    return see_other("core:job", pk=jobs.enqueue("sources.checks", request.person).pk)


def _found(request: Request, pk: int) -> Finding:
    found = queries.finding(request.person, pk)
    if found is None:
        raise Http404
    return found
