"""Pages of the station diary."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.airquality.editions import LABELS
from lantian.site.air import actions
from lantian.site.air.diary_forms import DiaryFilter, DiaryForm
from lantian.site.air.diary_states import DIARY
from lantian.site.air.models import DiaryEntry
from lantian.site.air.queries import diary as queries
from lantian.site.core import clock, page
from lantian.site.core.faults import Fault
from lantian.site.core.forms import submitted
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.views.common import history

DIARY_TABLE = Table(
    columns=[
        Column("at", _("时间"), sort="at", css="nowrap", link=lambda one: one.get_absolute_url()),
        Column("station", _("站点"), sort="station__code"),
        Column("kind", _("事项"), sort="kind", value=lambda one: one.get_kind_display()),
        Column("factor", _("因子"), sort="factor", value=lambda one: LABELS.get(one.factor, one.factor), css="nowrap"),
        Column("reference", _("标准值"), css="number"),
        Column("reading", _("仪器读数"), css="number"),
        Column("unit", _("单位（量）"), css="nowrap minor"),
        Column("passed", _("合格"), sort="passed"),
        Column("note", _("情况"), css="wide"),
        Column("state", _("状态"), sort="state", value=lambda one: one.get_state_display(), css="nowrap"),
        Column("by", _("记录人"), css="minor"),
    ],
    sort="-at",
    empty=_("还没有日志。"),
    empty_hint=_("巡检、零点和跨度检查、校准、抽检、停电都记在这里。"),
    file_name=_("站点日志"),
)


@room("air", "diary", policy="air.diary.see", menu=_("站点日志"), icon="notebook", order=60)
def diary_page(request: Request) -> HttpResponseBase:
    """Entries of all stations that the person may see."""
    asked = DiaryFilter.for_person(request.person, request.GET)
    rows = queries.diary(request.person).filter(asked.where())
    return list_page(
        request,
        "air/diary/diary.html",
        table=DIARY_TABLE,
        rows=rows,
        asked=asked,
        title=_("站点日志"),
        overdue=list(queries.overdue(request.person)[:20]),
    )


@room("air", "diary_new", policy="air.diary.write", methods=("GET", "POST"))
def new_entry(request: Request) -> HttpResponseBase:
    """Write an entry."""
    first = {"at": clock.now().replace(second=0, microsecond=0), "station": request.GET.get("station")}
    form = DiaryForm(request.POST or None, person=request.person, initial=first)
    if request.method == "POST" and (made := submitted(form, partial(actions.record_entry, request.person))):
        if made.suspicion_id:
            messages.warning(request, _("检查不合格：此前的小时已列为疑点，待审核台确认。"))
        else:
            messages.success(request, _("已记录，可在下面上传照片。"))
        return see_other(made.get_absolute_url())
    return page.page(
        request,
        "core/form.html",
        title=_("记日志"),
        form=form,
        crumbs=[(_("站点日志"), reverse("air:diary"))],
        cancel_url=reverse("air:diary"),
        status=form.status,
    )


@room("air", "diary_entry", policy="air.diary.see")
def entry_page(request: Request, pk: int) -> HttpResponseBase:
    """One entry with its photographs."""
    return _page(request, _found(request, pk))


@room("air", "diary_strike", policy="air.diary.strike", methods=("POST",))
def strike(request: Request, pk: int) -> HttpResponseBase:
    """Strike out an entry."""
    entry = _found(request, pk)
    try:
        actions.strike_entry(request.person, entry, reason=request.POST.get("reason", ""))
    except Fault as fault:
        return _page(request, entry, fault=fault)
    messages.success(request, _("已作废。"))
    return see_other(entry.get_absolute_url())


def _page(request: Request, entry: DiaryEntry, *, fault: Fault | None = None) -> HttpResponseBase:
    buttons: list[dict[str, Any]] = [
        {"step": step, "url": reverse("air:diary_strike", args=[entry.pk])}
        for step in DIARY.allowed(entry, request.person)
    ]
    return page.page(
        request,
        "air/diary/entry.html",
        title=str(entry),
        crumbs=[(_("站点日志"), reverse("air:diary"))],
        status=fault.status if fault else 200,
        entry=entry,
        factor=LABELS.get(entry.factor, entry.factor),
        buttons=buttons,
        fault=fault,
        history=history(request, entry),
    )


def _found(request: Request, pk: int) -> DiaryEntry:
    entry = queries.diary(request.person).filter(pk=pk).first()
    if entry is None:
        raise Http404
    return entry
