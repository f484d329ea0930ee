"""Dustfall of a year: months by area or by point, held against the limits; one result."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.dates import MONTHS_3
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.air import DustfallRule
from lantian.site.air import actions
from lantian.site.air.asked import one_of, with_query, year_of
from lantian.site.air.dustfall_forms import CorrectForm
from lantian.site.air.dustfall_states import DUSTFALL
from lantian.site.air.models import DustfallResult
from lantian.site.air.models.dustfall import SIGNS, UNIT, last_day
from lantian.site.air.queries import dustfall as queries
from lantian.site.air.queries.dustfall import AreaMonth, AreaYear, PointYear
from lantian.site.air.queries.events import ACCOUNTS
from lantian.site.core import clock, page, policy
from lantian.site.core.chart import Chart, Limit, Series, asked_file
from lantian.site.core.faults import Fault
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page
from lantian.site.org.views.common import FORM, history

MONTHS = range(1, 13)
MOST_LINES = 12  # that a chart can still be read with
VERDICTS = {True: _("达标"), False: _("超标"), None: None}


def _month(number: int, value: Any, exported: Any, template: str) -> Column:
    label = format_lazy(_("{n}月"), n=number)
    return Column(f"m{number}", label, value=partial(value, at=number - 1), template=template, css="number",
                  exported=partial(exported, at=number - 1))  # fmt: skip


def _of_area(row: AreaYear, *, at: int) -> AreaMonth:
    return row.months[at]


def _area_value(row: AreaYear, *, at: int) -> float | None:
    return row.months[at].value


def _of_point(row: PointYear, *, at: int) -> dict[str, Any]:
    month = row.first.replace(month=at + 1)
    return {
        "result": row.months[at],
        "value": _point_value(row, at=at),
        "missing": row.months[at] is None and row.point.stood_in(month) and last_day(month) < clock.today(),
    }


def _point_value(row: PointYear, *, at: int) -> float | None:
    result = row.months[at]
    if result is None or result.raw is None:
        return None
    return round(max(result.raw - result.less(row.account), 0.0), 2)


BY_AREA = (
    Column("area", _("行政区"), css="nowrap", template="air/dustfall/area.html", value=lambda row: row,
           exported=lambda row: row.area.name),
    Column("limit", _("限值"), value=lambda row: row.limit and row.limit.words, css="number"),
    *(_month(n, _of_area, _area_value, "air/dustfall/cell.html") for n in MONTHS),
    Column("year", _("全年均值"), value=lambda row: row, css="number", template="air/dustfall/mean.html",
           exported=lambda row: row.mean.value),
    Column("raw", _("扣除前全年均值"), value=lambda row: row.mean.raw, css="only-file"),
    Column("count", _("有结果的月数"), value=lambda row: row.mean.of, css="only-file"),
    Column("kept", _("全年评价"), value=lambda row: VERDICTS[row.kept], css="only-file"),
)  # fmt: skip
BY_POINT = (
    Column("point", _("点位名称"), value=lambda row: row.point.name, link=lambda row: row.point.get_absolute_url(),
           css="nowrap"),
    Column("code", _("点位编码"), value=lambda row: row.point.code, css="only-file"),
    Column("area", _("行政区"), value=lambda row: row.point.area.name, css="nowrap"),
    Column("kind", _("点位类别"), value=lambda row: row.point.get_kind_display(), css="nowrap minor"),
    *(_month(n, _of_point, _point_value, "air/dustfall/result_cell.html") for n in MONTHS),
    Column("year", _("全年均值"), value=lambda row: None if row.mean.value is None else f"{row.mean.value:.1f}",
           css="number", exported=lambda row: row.mean.value),
)  # fmt: skip
NO_POINT = _("还没有降尘点位。")
HINT = _("新增点位后按月录入降尘量，这里按镇街列出均值和是否达标。")


@room("air", "dustfall", policy="air.dustfall.see", menu=_("降尘量"), icon="bucket-droplet", order=60)
def dustfall_page(request: Request) -> HttpResponseBase:
    """A year of dustfall by area or by point, in one of three accounts."""
    year = year_of(request.GET.get("year", ""))
    account: Any = one_of(request.GET.get("account", ""), ("approved", "claimed", "raw"))
    by_point = request.GET.get("by") == "point"
    rows: list[Any] = (queries.year_of_points if by_point else queries.year_of_areas)(request.person, year, account)
    drawn = [] if by_point else _charts(rows, year, account)
    if file := asked_file(request, drawn):
        return file
    name = format_lazy(_("{year} 年降尘量（{account}）"), year=year, account=ACCOUNTS[account])
    rule = rulebook.get("dustfall", as_=DustfallRule)
    return list_page(
        request,
        "air/dustfall/year.html" if by_point else "air/dustfall/areas.html",
        table=Table(BY_POINT if by_point else BY_AREA, empty=NO_POINT, empty_hint=HINT, page_size=500, file_name=name),
        rows=Listed(rows),
        title=format_lazy(_("{year} 年降尘量"), year=year),
        year=year,
        before=with_query(request.GET, year=str(year - 1)),
        after=with_query(request.GET, year=str(year + 1)) if year < clock.today().year else "",
        by_point=by_point,
        to_areas=with_query(request.GET, by="area"),
        to_points=with_query(request.GET, by="point"),
        accounts=[(key, label, with_query(request.GET, account=key)) for key, label in ACCOUNTS.items()],
        account=account,
        charts={one.name: one for one in drawn},
        unit=UNIT,
        about=round(rule.about * 100),
        few=_too_few(rows, rule.least_points) if rows and not by_point else None,
    )


def _too_few(rows: list[AreaYear], least: int) -> tuple[AreaYear, int, int] | None:
    """The topmost area, where fewer points stand in it than a district is to have."""
    top = rows[0]
    there = max(one.points for one in top.months)
    return (top, there, least) if top.area.kind != "town" and there < least else None


def _charts(rows: list[AreaYear], year: int, account: Any) -> list[Chart]:
    """Months of the areas as lines; the limits that hold, each once."""
    shown = [row for row in rows if row.mean.of][:MOST_LINES]
    signs: dict[float, list[str]] = {}
    for limit in (row.limit for row in shown if row.limit):
        if SIGNS[limit.comparison] not in signs.setdefault(limit.limit, []):
            signs[limit.limit].append(SIGNS[limit.comparison])
    return [
        Chart(
            "months", _("各月降尘量"), "line", [str(MONTHS_3[n]) for n in MONTHS], _("月份"),
            [Series(row.area.name, [one.value for one in row.months], unit=UNIT, decimals=1) for row in shown],
            limits=[Limit(value, format_lazy(_("限值 {sign}"), sign="/".join(said))) for value, said in signs.items()],
            note=format_lazy(_("{account}；每月为各点位已确认结果的均值。"), account=ACCOUNTS[account]),
            file=format_lazy(_("{year} 年各月降尘量"), year=year),
        )
    ]  # fmt: skip


@room("air", "dustfall_result", policy="air.dustfall.see", methods=FORM)
def result_page(request: Request, pk: int) -> HttpResponseBase:
    """One result with what it rests on and what it was before; the office corrects it here."""
    result = found_result(request, pk)
    corrects = any(step.name == "correct" for step in DUSTFALL.allowed(result, request.person))
    if request.method == "POST" and not corrects:
        policy.require(request.person, "air.dustfall.correct", result)
        DUSTFALL.find(result, "correct")  # says that a draft is not corrected but changed
    form = CorrectForm(request.POST or None, result=result) if corrects else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            actions.correct_result(request.person, result, form.found(), reason=form.cleaned_data["reason"])
        except Fault as fault:
            form.add_fault(fault)
        else:
            messages.success(request, _("已更正。"))
            return see_other(result.get_absolute_url())
    return page.page(
        request,
        "air/dustfall/result.html",
        title=str(result),
        crumbs=[*crumbs(), (result.point.name, result.point.get_absolute_url())],
        result=result,
        form=form,
        earlier=result.earlier.select_related("by"),
        unit=UNIT,
        history=history(request, result),
        status=form.status if form else 200,
    )


def found_result(request: Request, pk: int) -> DustfallResult:
    """The result of the address, if the person may see it."""
    result: DustfallResult | None = queries.results(request.person).filter(pk=pk).first()
    if result is None:
        raise Http404
    return result


def crumbs() -> list[tuple[Any, str]]:
    """The way back from pages of dustfall."""
    return [(_("降尘量"), reverse("air:dustfall"))]
