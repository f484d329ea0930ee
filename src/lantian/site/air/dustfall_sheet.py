"""Dustfall from Excel and back: a year's table, a row a point, a column a month. What comes in are drafts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.air import actions
from lantian.site.air.actions import Found
from lantian.site.air.asked import year_of
from lantian.site.air.models import DustfallPoint, DustfallResult
from lantian.site.air.models.dustfall import UNIT, factor, last_day, stood
from lantian.site.air.queries import dustfall as queries
from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.core.sheets import Book, Change, Field, Params, Problem, Row, Scope, Sheet, books

NAME = "air.dustfall"
CHINESE = "一二三四五六七八九十"
MONTHS = {f"m{n}": n for n in range(1, 13)}


@dataclass
class Known:
    """The points of the year and what is stored of them."""

    points: dict[str, DustfallPoint]
    results: dict[tuple[str, int], DustfallResult]


def _params(actor: Actor, asked: Mapping[str, str]) -> Params:
    return {"year": str(year_of(asked.get("year", "")))}


def _title(params: Params) -> Text:
    return format_lazy(_("{year} 年降尘量"), year=params["year"])


def _known(scope: Scope) -> Known:
    def read() -> Known:
        year = int(scope.params["year"])
        first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
        points = {str(one.pk): one for one in queries.points(scope.actor).filter(stood(first, last))}
        rows = DustfallResult.objects.filter(
            point__in=[one.pk for one in points.values()], month__gte=first, month__lte=last
        )
        found = {(str(one.point_id), one.month.month): one for one in (locked(rows) if scope.locked else rows)}
        return Known(points, found)

    return scope.once(NAME, read)


def _rows(scope: Scope) -> Iterator[Row]:
    known = _known(scope)
    for ident, point in known.points.items():
        months = {name: _raw(known.results.get((ident, n))) for name, n in MONTHS.items()}
        yield Row(ident, {"code": point.code, "name": point.name, "area": point.area.name} | months)


def _raw(result: DustfallResult | None) -> float | None:
    return result.raw if result else None


def _changed(change: Change) -> list[str]:
    was = change.was or {}
    return [name for name in MONTHS if change.values.get(name) != was.get(name)]


def _check(scope: Scope, change: Change) -> Iterable[Problem]:
    known, year = _known(scope), int(scope.params["year"])
    point = known.points[change.ident]
    if change.values["name"] != point.name or change.values["code"] != point.code:
        yield Problem(_("点位名称和点位编码对不上。要改点位，请到点位页面。"), "name")
    for name in _changed(change):
        month, result = dt.date(year, MONTHS[name], 1), known.results.get((change.ident, MONTHS[name]))
        if last_day(month) >= clock.today():
            yield Problem(_("这个月还没有结束。"), name)
        elif not point.stood_in(month):
            yield Problem(_("点位在这个月不在用。"), name)
        elif result is not None and result.state != "draft":
            yield Problem(_("结果已经确认。要改请到该结果的页面更正，并写明理由。"), name)
        elif result is not None and result.is_weighed:
            yield Problem(_("结果由称量数据算出。要改请改称量数据。"), name)


def _write(scope: Scope, change: Change) -> None:
    known, year = _known(scope), int(scope.params["year"])
    for name in _changed(change):
        result = known.results.get((change.ident, MONTHS[name]))
        found = Found(change.values[name], note=result.note if result else "")
        actions.enter_result(scope.actor, known.points[change.ident], dt.date(year, MONTHS[name], 1), found)


def _month_field(n: int) -> Field:
    lowest, highest = factor().range or (0.0, None)
    said = CHINESE[n - 1] if n <= 10 else f"十{CHINESE[n - 11]}"
    return Field(
        f"m{n}", format_lazy(_("{n}月"), n=n), "number", headers=(f"{n}月份", f"{said}月", f"{said}月份", f"{n:02d}月"),
        unit=UNIT, least=lowest, most=highest, keeps=True,
    )  # fmt: skip


def register() -> None:
    """Offer the book."""
    sheet = Sheet(
        NAME,
        _("降尘量"),
        fields=(
            Field("code", _("点位编码"), headers=("编码", "点位编号", "编号"), longest=40),
            Field("name", _("点位名称"), headers=("点位", "名称", "监测点", "监测点位"), longest=100),
            Field("area", _("行政区"), readonly=True),
            *(_month_field(n) for n in MONTHS.values()),
        ),
        keys=(("code",), ("name",)),
        rows=_rows,
        write=_write,
        check=_check,
        called="name",
        adds=False,
        not_there=_("没有这个降尘点位，或它在这一年不在用。新增点位请到点位页面。"),
    )
    books.register(
        NAME,
        Book(
            NAME,
            _("降尘量"),
            sheets=(sheet,),
            see="air.dustfall.see",
            change="air.dustfall.enter",
            home=lambda params: f"{reverse('air:dustfall')}?{urlencode(params)}",
            params=_params,
            title_of=_title,
            hint=_("空着的格子不改动已录的结果。导入后待确认，请到“录入降尘量”核对后确认。"),
            tells_vanished=False,
        ),
    )
