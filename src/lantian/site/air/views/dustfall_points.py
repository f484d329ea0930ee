"""Points of dustfall, and the limits of areas."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.air import actions
from lantian.site.air.dustfall_forms import LimitForm, PointForm
from lantian.site.air.models import DustfallPoint
from lantian.site.air.models.dustfall import UNIT
from lantian.site.air.queries import dustfall as queries
from lantian.site.air.views.dustfall import crumbs
from lantian.site.core import page
from lantian.site.core.faults import Fault, Text
from lantian.site.core.forms import Form, submitted
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.models import Area
from lantian.site.org.views.common import FORM, history

SHOWN_MONTHS = 36
POINTS = Table(
    columns=[
        Column("code", _("点位编码"), sort="code", css="nowrap", link=lambda one: one.get_absolute_url()),
        Column("name", _("点位名称"), sort="name", link=lambda one: one.get_absolute_url()),
        Column("kind", _("点位类别"), sort="kind", value=lambda one: one.get_kind_display()),
        Column("area", _("行政区"), sort="area__code"),
        Column("longitude", _("经度"), css="number minor"),
        Column("latitude", _("纬度"), css="number minor"),
        Column("valid_from", _("启用日期"), sort="valid_from", css="nowrap minor"),
        Column("valid_to", _("停用日期"), sort="valid_to", css="nowrap minor"),
        Column("source", _("资料来源"), css="minor"),
    ],
    sort="area",
    empty=_("还没有降尘点位。"),
    empty_hint=_("新增点位后即可按月录入降尘量。"),
    file_name=_("降尘点位"),
)
LIMITS = Table(
    columns=[
        Column("area", _("行政区"), sort="area__code", css="nowrap"),
        Column("words", _("限值"), sort="limit", css="number"),
        Column("comparison", _("比较方式"), sort="comparison", value=lambda one: one.get_comparison_display()),
        Column("valid_from", _("执行日期"), sort="valid_from", css="nowrap"),
        Column("valid_to", _("终止日期"), sort="valid_to", css="nowrap"),
        Column("source", _("依据"), css="wide"),
        Column("change", _("操作"), value=lambda one: one, template="air/dustfall/limit_links.html", exported=False),
    ],
    sort="area",
    empty=_("还没有降尘量限值。"),
    empty_hint=_("按方案为各镇街录入限值后，降尘量表按月给出是否达标。"),
    file_name=_("降尘量限值"),
)


@room("air", "dustfall_points", policy="air.dustfall.see")
def points_page(request: Request) -> HttpResponseBase:
    """The register of points."""
    rows = queries.points(request.person)
    return list_page(request, "air/dustfall/points.html", table=POINTS, rows=rows, title=_("降尘点位"), crumbs=crumbs())


@room("air", "dustfall_point", policy="air.dustfall.see")
def point_page(request: Request, pk: int) -> HttpResponseBase:
    """One point with its latest results."""
    point = _point(request, pk)
    return page.page(
        request,
        "air/dustfall/point.html",
        title=point.name,
        crumbs=_point_crumbs(),
        point=point,
        results=point.results.order_by("-month")[:SHOWN_MONTHS],
        unit=UNIT,
        history=history(request, point),
    )


@room("air", "dustfall_point_new", policy="air.dustfall.keep", methods=FORM)
def new_point(request: Request) -> HttpResponseBase:
    """Enter a point."""
    form = PointForm(request.POST or None, person=request.person)
    if request.method == "POST" and (made := submitted(form, partial(actions.add_point, request.person))):
        messages.success(request, _("已新增点位“{name}”。").format(name=made.name))
        return see_other(made.get_absolute_url())
    return _form(request, form, _("新增降尘点位"), reverse("air:dustfall_points"), _point_crumbs())


@room("air", "dustfall_point_edit", policy="air.dustfall.keep", methods=FORM)
def edit_point(request: Request, pk: int) -> HttpResponseBase:
    """Change or close a point."""
    point = _point(request, pk)
    form = PointForm(request.POST or None, person=request.person, point=point)

    def save(*, code: str, **given: Any) -> DustfallPoint:
        return actions.change_point(request.person, point, **given)

    if request.method == "POST" and submitted(form, save):
        messages.success(request, _("已保存。"))
        return see_other(point.get_absolute_url())
    return _form(request, form, _("修改降尘点位"), point.get_absolute_url(), _point_crumbs())


@room("air", "dustfall_limits", policy="air.dustfall.see")
def limits_page(request: Request) -> HttpResponseBase:
    """Limits of areas."""
    rows = queries.limits(request.person)
    return list_page(request, "air/dustfall/limits.html", table=LIMITS, rows=rows, title=_("降尘量限值"),
                     crumbs=crumbs(), unit=UNIT)  # fmt: skip


@room("air", "dustfall_limit_new", policy="air.dustfall.keep", methods=FORM)
def new_limits(request: Request) -> HttpResponseBase:
    """Give areas a limit."""
    form = LimitForm(request.POST or None, person=request.person)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        areas: list[Area] = list(given.pop("areas"))
        try:
            made = actions.set_limits(request.person, areas, **given)
        except Fault as fault:
            form.add_fault(fault)
        else:
            messages.success(request, _("已为 {n} 个行政区录入限值。").format(n=len(made)))
            return see_other("air:dustfall_limits")
    return _form(request, form, _("录入降尘量限值"), reverse("air:dustfall_limits"), _limit_crumbs())


@room("air", "dustfall_limit_edit", policy="air.dustfall.keep", methods=FORM)
def edit_limit(request: Request, pk: int) -> HttpResponseBase:
    """Change or end a limit; one that was entered wrongly is removed."""
    limit = queries.limits(request.person).filter(pk=pk).first()
    if limit is None:
        raise Http404
    form = LimitForm(request.POST or None, person=request.person, limit=limit)
    if request.method == "POST" and "remove" in request.POST:
        actions.remove_limit(request.person, limit)
        messages.success(request, _("已删除限值。"))
        return see_other("air:dustfall_limits")
    if request.method == "POST" and submitted(form, partial(actions.change_limit, request.person, limit)):
        messages.success(request, _("已保存。"))
        return see_other("air:dustfall_limits")
    return page.page(
        request, "air/dustfall/limit.html", title=_("修改限值：{area}").format(area=limit.area), form=form,
        crumbs=_limit_crumbs(), cancel_url=reverse("air:dustfall_limits"), status=form.status,
    )  # fmt: skip


def _form(request: Request, form: Form, title: Text, cancel: str, trail: list[Any]) -> HttpResponseBase:
    return page.page(
        request, "core/form.html", title=title, form=form, crumbs=trail, cancel_url=cancel, status=form.status
    )


def _point(request: Request, pk: int) -> DustfallPoint:
    point: DustfallPoint | None = queries.points(request.person).filter(pk=pk).first()
    if point is None:
        raise Http404
    return point


def _point_crumbs() -> list[tuple[Any, str]]:
    return [*crumbs(), (_("降尘点位"), reverse("air:dustfall_points"))]


def _limit_crumbs() -> list[tuple[Any, str]]:
    return [*crumbs(), (_("降尘量限值"), reverse("air:dustfall_limits"))]
