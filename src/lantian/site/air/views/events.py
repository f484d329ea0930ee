"""Pages of exceptional events, and a month with and without them."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.airquality.editions import LABELS
from lantian.site.air import actions
from lantian.site.air.asked import day_of
from lantian.site.air.event_forms import EventFilter, EventForm
from lantian.site.air.event_states import EVENT
from lantian.site.air.models import AirEvent
from lantian.site.air.queries import events as queries
from lantian.site.air.review_days import next_month
from lantian.site.air.views.sand_dust import proposed
from lantian.site.core import clock, page
from lantian.site.core.faults import Fault
from lantian.site.core.forms import submitted
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.views.common import history

DAY = dt.timedelta(days=1)
EVENTS = Table(
    columns=[
        Column("first", _("起"), sort="first", css="nowrap", link=lambda one: one.get_absolute_url()),
        Column("last", _("止"), sort="last", css="nowrap"),
        Column("kind", _("过程类型"), sort="kind", value=lambda one: one.get_kind_display()),
        Column("area", _("行政区"), sort="area__code"),
        Column("stations", _("站点"), value=lambda one: [str(of) for of in one.stations.all()] or _("全部")),
        Column("removes", _("扣除因子"), value=lambda one: [LABELS[name] for name in one.removes], css="minor"),
        Column("state", _("状态"), sort="state", value=lambda one: one.get_state_display(), css="nowrap"),
        Column("decided_by", _("审批单位和文号"), css="minor"),
    ],
    sort="-first",
    empty=_("没有登记过沙尘等特殊过程。"),
    empty_hint=_("登记后可按实测、申报、批准三种口径对照结果。"),
    file_name=_("特殊过程"),
)


@room("air", "events", policy="air.see", menu=_("沙尘扣除"), icon="wind", order=70)
def events_page(request: Request) -> HttpResponseBase:
    """Events that the person may see."""
    asked = EventFilter.from_query(request.GET)
    rows = queries.events(request.person).filter(asked.where())
    return list_page(request, "air/events/events.html", table=EVENTS, rows=rows, asked=asked, title=_("沙尘扣除"))


@room("air", "event_accounts", policy="air.see")
def accounts_page(request: Request) -> HttpResponseBase:
    """A month's figures raw, as claimed, as approved."""
    first = _month(request.GET.get("month", ""))
    last = next_month(first) - DAY
    return page.page(
        request,
        "air/events/accounts.html",
        title=_("三种口径对照"),
        crumbs=[(_("沙尘扣除"), reverse("air:events"))],
        first=first,
        before=first - DAY,
        after=next_month(first),
        names=queries.ACCOUNTS,
        stations=queries.month_accounts(request.person, first, last),
    )


@room("air", "event_new", policy="air.event.write", methods=("GET", "POST"))
def new_event(request: Request) -> HttpResponseBase:
    """Enter an event."""
    return _form(request, None)


@room("air", "event_edit", policy="air.event.write", methods=("GET", "POST"))
def edit_event(request: Request, pk: int) -> HttpResponseBase:
    """Change an event that is not claimed yet."""
    return _form(request, _found(request, pk))


@room("air", "event", policy="air.see")
def event_page(request: Request, pk: int) -> HttpResponseBase:
    """One event with its documents."""
    return _page(request, _found(request, pk))


@room("air", "event_step", policy="air.event.write", methods=("POST",))
def take_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Claim it, or enter what became of the claim."""
    event = _found(request, pk)
    try:
        if step == "claim":
            actions.claim_event(request.person, event)
        else:
            by, reason = (request.POST.get(name, "") for name in ("by", "reason"))
            actions.decide_event(request.person, event, step, by=by, reason=reason)
    except Fault as fault:
        return _page(request, event, fault=fault)
    messages.success(request, _("已保存。"))
    return see_other(event.get_absolute_url())


def _form(request: Request, event: AirEvent | None) -> HttpResponseBase:
    begun = {} if event or request.method == "POST" else proposed(request.person, request.GET)
    form = EventForm(request.POST or None, person=request.person, event=event, initial=begun)
    save = partial(actions.write_event, request.person, event)
    if request.method == "POST" and (made := submitted(form, save)):
        messages.success(request, _("已保存。"))
        return see_other(made.get_absolute_url())
    return page.page(
        request,
        "core/form.html",
        title=_("登记特殊过程") if event is None else _("修改特殊过程"),
        form=form,
        crumbs=[(_("沙尘扣除"), reverse("air:events"))],
        cancel_url=reverse("air:events") if event is None else event.get_absolute_url(),
        status=form.status,
    )


def _page(request: Request, event: AirEvent, *, fault: Fault | None = None) -> HttpResponseBase:
    return page.page(
        request,
        "air/events/event.html",
        title=str(event),
        crumbs=[(_("沙尘扣除"), reverse("air:events"))],
        status=fault.status if fault else 200,
        event=event,
        stations=list(event.stations.all()),
        removes=[LABELS[name] for name in event.removes],
        steps=EVENT.allowed(event, request.person),
        fault=fault,
        history=history(request, event),
    )


def _found(request: Request, pk: int) -> AirEvent:
    event = queries.events(request.person).filter(pk=pk).first()
    if event is None:
        raise Http404
    return event


def _month(asked: str) -> dt.date:
    return day_of(f"{asked}-01") or (clock.today() - DAY).replace(day=1)
