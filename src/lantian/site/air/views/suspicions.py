"""The review desk: the queue of suspicions, one with its hours, judging and undoing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from lantian.airquality.editions import LABELS
from lantian.site.air import actions
from lantian.site.air.models import Suspicion
from lantian.site.air.queries import suspicions as queries
from lantian.site.air.review_forms import SuspicionFilter
from lantian.site.air.review_states import SUSPICION
from lantian.site.core import jobs, page
from lantian.site.core.attachments.panel import back_to
from lantian.site.core.faults import Fault, Invalid
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.views.common import history

SUSPICIONS = Table(
    columns=[
        Column("pick", "", template="air/review/parts/pick.html", exported=False, css="rv-pick"),
        Column("first", _("时段"), sort="first", template="air/review/parts/span.html", css="nowrap",
               exported=lambda one: one.first),
        Column("last", _("止"), value=lambda one: None, css="rv-file-only", exported=lambda one: one.last),
        Column("station", _("站点"), sort="station__code", link=lambda one: one.station.get_absolute_url()),
        Column("factor", _("因子"), sort="factor", value=lambda one: LABELS.get(one.factor, one.factor), css="nowrap"),
        Column("rule", _("疑点类型"), sort="rule", value=lambda one: one.get_rule_display(),
               link=lambda one: one.get_absolute_url()),
        Column("seen", _("实测与邻站"), template="air/review/parts/spark.html", exported=False),
        Column("score", _("分值"), sort="score", css="number"),
        Column("unit", pgettext_lazy("station", "运维单位"), sort="station__unit__name",
               value=lambda one: one.station.unit, css="minor"),
        Column("state", _("状态"), sort="state", template="air/review/parts/state.html", css="nowrap",
               exported=lambda one: one.get_state_display()),
        Column("reason", _("理由"), css="minor"),
    ],
    sort="-first",
    page_size=20,
    empty=_("没有待判断的疑点。"),
    empty_hint=_("每小时自动筛查新数据；疑点只提示，不删数。"),
    file_name=_("监测数据疑点"),
)  # fmt: skip


@room("air", "suspicions", policy="air.suspicion.see", menu=_("数据审核"), icon="checklist", order=50)
def suspicions_page(request: Request) -> HttpResponseBase:
    """The queue."""
    asked = SuspicionFilter.for_person(request.person, request.GET)
    rows = queries.suspicions(request.person).filter(asked.where())
    return list_page(request, "air/review/desk.html", table=SUSPICIONS, rows=rows, asked=asked, title=_("数据审核"))


@room("air", "suspicions_decide", policy="air.suspicion.decide", methods=("POST",))
def decide_many(request: Request) -> HttpResponseBase:
    """Keep or invalidate all that are ticked."""
    back = back_to(request, request.POST.get("back", reverse("air:suspicions")))
    keys = [int(key) for key in request.POST.getlist("one") if key.isdecimal()][:400]
    chosen = list(queries.suspicions(request.person).filter(pk__in=keys).select_related("station__owner"))
    try:
        done = actions.decide_suspicions(
            request.person, chosen, request.POST.get("decision", ""), reason=request.POST.get("reason", "")
        )
    except Fault as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, ngettext("已判断 {n} 条疑点。", "已判断 {n} 条疑点。", done).format(n=done))
    return see_other(back)


@room("air", "suspicion", policy="air.suspicion.see")
def suspicion_page(request: Request, pk: int) -> HttpResponseBase:
    """One suspicion: its hours, what speaks for and against, what was done."""
    return _page(request, _found(request, pk))


@room("air", "suspicion_decide", policy="air.suspicion.decide", methods=("POST",))
def decide_one(request: Request, pk: int) -> HttpResponseBase:
    """Judge one, or take its judgement back."""
    one = _found(request, pk)
    decision, reason = request.POST.get("decision", ""), request.POST.get("reason", "")
    try:
        if decision == "undo":
            actions.undo_suspicion(request.person, one, reason=reason)
        elif decision in ("keep", "correct", "invalidate"):
            values = _values(request, one) if decision == "correct" else None
            actions.decide_suspicion(request.person, one, decision, reason=reason, values=values)
        else:
            raise Invalid(_("请选择如何判断。"))
    except Fault as fault:
        return _page(request, one, fault=fault, status=fault.status)
    messages.success(request, _("已保存。"))
    return see_other(one.get_absolute_url())


@room("air", "look_over", policy="air.suspicion.record", methods=("POST",))
def look_over(request: Request) -> HttpResponseBase:
    """Look over new hours now."""
    made = jobs.enqueue("air.look_over", request.person)
    return see_other("core:job", pk=made.pk)


def _page(request: Request, one: Suspicion, *, fault: Fault | None = None, status: int = 200) -> HttpResponseBase:
    steps = {step.name for step in SUSPICION.allowed(one, request.person)}
    return page.page(
        request,
        "air/review/suspicion.html",
        title=f"{one.station} {LABELS.get(one.factor, one.factor)} {one.get_rule_display()}",
        crumbs=[(_("数据审核"), reverse("air:suspicions"))],
        status=status,
        one=one,
        hours=queries.hours_of(one),
        changes=queries.changes_of(one),
        steps=steps,
        fault=fault,
        typed=request.POST,
        history=history(request, one),
    )


def _values(request: Request, one: Suspicion) -> dict[dt.datetime, float]:
    """New values by hour, as typed; empty fields keep what is there."""
    found: dict[dt.datetime, float] = {}
    for k in range(one.hours):
        typed = request.POST.get(f"v{k}", "").strip()
        if not typed:
            continue
        time = one.first + dt.timedelta(hours=k)
        try:
            found[time] = float(typed)
        except ValueError as error:
            told = _("{time} 的“{typed}”不是数字。").format(time=f"{time:%m-%d %H:%M}", typed=typed[:20])
            raise Invalid(told) from error
    return found


def _found(request: Request, pk: int) -> Suspicion:
    rows: Any = queries.suspicions(request.person).select_related("station__owner", "station__unit", "decided_by")
    one: Suspicion | None = rows.filter(pk=pk).first()
    if one is None:
        raise Http404
    return one
