"""Proposals to stop: the list, deciding on one or many; the peak-shift list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.forms import submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.views.common import history
from lantian.site.sources import actions, reading
from lantian.site.sources.models import StopProposal
from lantian.site.sources.queries import stops as queries
from lantian.site.sources.stop_forms import DecideForm, PeakShiftFilter, StopFilter
from lantian.site.sources.stop_states import STOP

PICK = Column("pick", _("选择"), template="sources/stops/pick.html", exported=False)
SHOWN = (
    Column("name", _("名称"), value=lambda one: str(one.listing), sort="listing__source__name", css="wide",
           link=lambda one: one.get_absolute_url()),
    Column("ledger", _("清单"), value=lambda one: reading.title_of(one.listing.ledger), sort="listing__ledger"),
    Column("area", _("行政区"), value=lambda one: one.listing.source.area.name, sort="listing__source__area__code",
           css="nowrap"),
    Column("why", _("未做到")),
    Column("due_on", _("期限"), sort="due_on", css="nowrap"),
    Column("state", _("状态"), value=lambda one: one.get_state_display(), sort="state", css="nowrap"),
    Column("standing", _("清单状态"), value=lambda one: reading.standing(one.listing),
           template="sources/parts/state.html", css="nowrap",
           exported=lambda one: reading.standing(one.listing).label),
    Column("clauses", _("依据"), css="only-file"),
    Column("proposed_on", _("提出日期"), sort="proposed_on", css="nowrap minor"),
)  # fmt: skip
STOPS = Table(
    columns=SHOWN,
    sort="due_on",
    empty=_("没有停产建议。"),
    empty_hint=_("清单规则写明逾期停产的，到期次日凌晨自动列在这里。"),
    file_name=_("停产建议"),
)
STOPS_TO_PICK = replace(STOPS, columns=(PICK, *SHOWN))
PEAK_SHIFT = Table(
    columns=[
        Column("name", _("名称"), value=lambda one: one.source.name, sort="source__name", css="wide",
               link=lambda one: one.source.get_absolute_url()),
        Column("firm", _("所属企业"), value=lambda one: one.source.firm, css="minor"),
        Column("area", _("行政区"), value=lambda one: one.source.area.name, sort="source__area__code", css="nowrap"),
        Column("address", _("地址"), value=lambda one: one.source.address, css="minor"),
        Column("from_on", _("自"), sort="from_on", css="nowrap"),
        Column("until_on", _("至"), sort="until_on", css="nowrap", value=lambda one: one.until_on or _("验收通过为止")),
        Column("said", _("原因")),
        Column("clause", _("依据"), css="minor"),
        Column("proposal", _("停产建议"), value=lambda one: one.proposal and one.proposal.get_state_display(),
               css="nowrap", link=lambda one: one.proposal.get_absolute_url() if one.proposal else ""),
    ],
    sort="-from_on",
    empty=_("错峰清单是空的。"),
    empty_hint=_("决定停产后，自动列入错峰清单。"),
    file_name=_("错峰清单"),
)  # fmt: skip


@room("sources", "stops", policy="sources.stop.see", menu=_("停产建议"), icon="hand-stop", order=46)
def stops_page(request: Request) -> HttpResponseBase:
    """Who is proposed to stop, to be decided one by one or many at once."""
    asked = StopFilter.from_query(request.GET)
    rows = queries.stops(request.person)
    can_decide = policy.may(request.person, "sources.stop.decide_many") and asked.asked["state"] in ("", STOP.start)
    return list_page(
        request,
        "sources/stops/stops.html",
        table=STOPS_TO_PICK if can_decide else STOPS,
        rows=rows.filter(asked.where()),
        asked=asked,
        title=_("停产建议"),
        ledgers=queries.by_ledger(rows.filter(state=STOP.start)),
        form=DecideForm() if can_decide else None,
    )


@room("sources", "stops_decide", policy="sources.stop.decide_many", methods=("POST",))
def decide_many(request: Request) -> HttpResponseBase:
    """Decide on all that were picked; what could not be decided is said, one by one."""
    picked = [int(pk) for pk in request.POST.getlist("picked") if pk.isdecimal() and len(pk) < 16]
    if not picked:
        messages.error(request, _("请先选择要决定的建议。"))
        return see_other("sources:stops")
    form = DecideForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("日期不对。"))
        return see_other("sources:stops")
    rows = queries.stops(request.person).filter(pk__in=picked).order_by("pk")
    decided = actions.decide_stops(request.person, rows, request.POST.get("step", ""), **form.cleaned_data)
    if decided.done:
        messages.success(request, _("已决定 {n} 条。").format(n=decided.done))
    for name, text in decided.refused[:10]:
        messages.error(request, f"{name}：{text}")
    return see_other("sources:stops")


@room("sources", "stop", policy="sources.stop.see")
def stop_page(request: Request, pk: int) -> HttpResponseBase:
    """One proposal: what was not done, by when, by which clause, and what was decided."""
    return _page(request, _found(request, pk), DecideForm())


@room("sources", "stop_step", policy="sources.stop.see", methods=("POST",))
def stop_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Confirm or decline; the action asks who may."""
    proposal = _found(request, pk)
    form = DecideForm(request.POST)

    def decide(*, reason: str, until: Any) -> StopProposal:
        if step == "confirm":
            return actions.confirm_stop(request.person, proposal, reason=reason, until=until)
        return actions.decline_stop(request.person, proposal, reason=reason)

    if step not in ("confirm", "decline"):
        raise Http404
    if submitted(form, decide) is None:
        return _page(request, proposal, form)
    messages.success(request, _("已办理。"))
    return see_other(proposal.get_absolute_url())


@room("sources", "peak_shift", policy="sources.stop.see", menu=_("错峰清单"), icon="clock-stop", order=47)
def peak_shift_page(request: Request) -> HttpResponseBase:
    """Who stands still or runs in turns, since when and until when."""
    asked = PeakShiftFilter.from_query(request.GET)
    rows = queries.entries(request.person).filter(asked.where())
    return list_page(request, "core/list.html", table=PEAK_SHIFT, rows=rows, asked=asked, title=_("错峰清单"))


def _page(request: Request, proposal: StopProposal, form: DecideForm) -> HttpResponseBase:
    return page(
        request,
        "sources/stops/stop.html",
        title=str(proposal),
        crumbs=[(_("停产建议"), reverse("sources:stops"))],
        proposal=proposal,
        listing=proposal.listing,
        standing=reading.standing(proposal.listing),
        ledger=reading.title_of(proposal.listing.ledger),
        offered=STOP.allowed(proposal, request.person),
        form=form,
        entry=getattr(proposal, "entry", None),
        history=history(request, proposal),
        status=form.status,
    )


def _found(request: Request, pk: int) -> StopProposal:
    found = queries.stops(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
