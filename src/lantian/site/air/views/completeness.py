"""Upload rates: station by month."""

from __future__ import annotations

from functools import partial

from django.http.response import HttpResponseBase
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.air import CompletenessRule
from lantian.site.air import queries
from lantian.site.air.forms import StationFilter
from lantian.site.air.queries.completeness import Row, Share, by_month
from lantian.site.core import clock
from lantian.site.core.page import room
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page


def _cell(share: Share) -> str | None:
    """A rate in its colour; written here, as a page has thousands of them and a template a cell is slow."""
    if share.percent is None:
        return None
    told = gettext("应有 {owed}，实有 {valid}").format(owed=share.owed, valid=share.valid)
    return format_html('<span class="ar-rate is-{}" title="{}">{}</span>', share.level, told, f"{share.percent:.1f}")


def _of_month(row: Row, *, month: int) -> str | None:
    return _cell(row.months[month - 1])


def _percent(row: Row, *, month: int) -> float | None:
    return row.months[month - 1].percent


COMPLETENESS = Table(
    columns=[
        Column("code", _("站点编码"), value=lambda row: row.station.code, css="nowrap minor"),
        Column("name", _("站点名称"), value=lambda row: row.station.name,
               link=lambda row: row.station.get_absolute_url()),
        Column("kind", _("站点类别"), value=lambda row: row.station.get_kind_display(), css="only-file"),
        Column("unit", pgettext_lazy("station", "运维单位"), value=lambda row: row.station.unit, css="only-file"),
        *(
            Column(f"m{month}", format_lazy(_("{n}月"), n=month), value=partial(_of_month, month=month),
                   css="number", exported=partial(_percent, month=month))
            for month in range(1, 13)
        ),
        Column("total", _("全年"), value=lambda row: _cell(row.total), css="number",
               exported=lambda row: row.total.percent),
        Column("valid", _("有效小时值"), value=lambda row: row.total.valid, css="only-file"),
        Column("owed", _("应有小时值"), value=lambda row: row.total.owed, css="only-file"),
    ],
    empty=_("还没有站点。"),
    empty_hint=_("新增站点并选定监测因子后，这里按月列出上传率。"),
    page_size=50,
)  # fmt: skip


@room("air", "completeness", policy="air.see", menu=_("数据上传率"), icon="percentage", order=70)
def completeness_page(request: Request) -> HttpResponseBase:
    """Upload rates of a year by station and month."""
    asked = StationFilter.from_query(request.GET)
    today = clock.today()
    given = request.GET.get("year", "")
    year = int(given) if given.isdecimal() and 1980 <= int(given) <= today.year else today.year
    stations = list(queries.stations(request.person).filter(asked.where()).order_by("kind", "code"))
    rule = rulebook.get("air-completeness", as_=CompletenessRule)
    return list_page(
        request,
        "air/completeness/completeness.html",
        table=COMPLETENESS,
        rows=Listed(by_month(stations, year)),
        asked=asked,
        title=format_lazy(_("{year} 年数据上传率"), year=year),
        year=year,
        before=year - 1,
        after=year + 1 if year < today.year else None,
        reached=round(rule.reached * 100),
        poor=round(rule.poor * 100),
    )
