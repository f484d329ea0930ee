"""The air now."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from lantian.airquality.editions import LABELS, POLLUTANTS
from lantian.site.air import decimals, maps
from lantian.site.air.forms import NowFilter
from lantian.site.air.queries.now import NowRow, now
from lantian.site.core.page import room
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page
from lantian.site.org.models import AreaOutline

PARTS = "air/now/"


def _column(name: str) -> Column:

    def shown(row: NowRow) -> str | None:
        value = row.values[name]
        return decimals.said(value, decimals.of_hour(name))

    def number(row: NowRow) -> float | None:
        value = row.values[name]
        return None if value is None else round(value, decimals.of_hour(name))

    return Column(name, LABELS[name], sort=name, value=shown, css="number", exported=number)


NOW = Table(
    columns=[
        Column("station", _("站点"), sort="name", template=f"{PARTS}station.html", value=lambda row: row.station.name),
        Column("kind", _("站点类别"), value=lambda row: row.station.get_kind_display(), css="only-file"),
        Column("aqi", _("实时 AQI"), sort="aqi", template=f"{PARTS}index.html"),
        Column("primary", _("首要污染物"), value=lambda row: list(row.primary)),
        *(_column(name) for name in reversed(POLLUTANTS)),
        Column("last_day", _("近 24 小时"), template=f"{PARTS}last_day.html", exported=False),
        Column("rolling", _("24 小时 AQI"), sort="rolling", css="number"),
        Column("at", _("数据时间"), sort="at", template=f"{PARTS}age.html", css="nowrap"),
    ],
    empty=_("还没有在用的站点。"),
    empty_hint=_("在“站点名录”中新增站点并导入监测数据。"),
    file_name=_("实时空气质量"),
)


@room("air", "now", policy="air.see", menu=_("实时空气质量"), icon="activity", order=10)
def now_page(request: Request) -> HttpResponseBase:
    """Every station at this hour, in a table and on a map."""
    asked = NowFilter.from_query(request.GET)
    found = now(request.person, asked.where(), sort=request.GET.get("sort", ""))
    outlines = AreaOutline.objects.visible_to(request.person).select_related("area")
    return list_page(
        request,
        "air/now.html",
        table=NOW,
        rows=Listed(found.rows),
        asked=asked,
        title=_("实时空气质量"),
        now=found,
        map=maps.of_now(found.rows, [one.feature for one in outlines]),
        refresh=request.get_full_path(),
    )
