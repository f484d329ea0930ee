"""A district's (or town's) month and year as a bulletin shows them."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from lantian.airquality.editions import LABELS, POLLUTANTS
from lantian.site.air import charts, decimals, shades
from lantian.site.air.asked import EDITIONS, edition_of, month_of, with_query
from lantian.site.air.queries.bulletins import Bulletin, BulletinRow, area_days_of, bulletin, counted
from lantian.site.core.chart import asked_file
from lantian.site.core.metrics import Period
from lantian.site.core.page import room
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page
from lantian.site.org.models import Area


def _pollutant(name: str, digits: int) -> list[Column]:
    def value(row: BulletinRow) -> str | None:
        number = row.values[name]
        return None if number is None else f"{decimals.said(number, digits)}{'' if row.enough[name] else '*'}"

    label = LABELS[name]
    return [
        Column(name, label, value=value, css="number", template="air/district/cell.html",
               exported=lambda row: row.values[name]),
        Column(f"{name}_change", _("{name} 同比（%）").format(name=label), value=lambda row: row.changes[name],
               css="only-file"),
    ]  # fmt: skip


def _level(k: int, title: str) -> Column:
    return Column(f"level_{k}", title, value=lambda row: row.levels[k] if row.index_days else None, css="number minor")


def _table(found: Bulletin, name: str) -> Table:
    """Columns of a bulletin; categories are called as the edition calls them."""
    titles = [shades.name(one) for one in found.edition.index.category]
    columns = [
        Column("title", _("站点"), css="nowrap", link=lambda row: row.url),
        *(column for one in reversed(POLLUTANTS) for column in _pollutant(one, decimals.of_span(one, found.edition))),
        Column("composite", _("综合指数"), css="number", template="air/district/cell.html",
               value=lambda row: None if row.composite is None else f"{row.composite:.2f}",
               exported=lambda row: row.composite),
        Column("composite_change", _("综合指数同比（%）"), css="only-file"),
        Column("good_days", _("优良天数"), css="number", template="air/district/cell.html"),
        Column("good_before", _("上年同期优良天数"), css="only-file"),
        Column("heavy_days", _("重污染天数"), css="number"),
        *(_level(k, title) for k, title in enumerate(titles)),
        Column("index_days", _("有效天数"), css="number"),
    ]  # fmt: skip
    return Table(columns, empty=_("这个行政区还没有参与评价的站点。"), file_name=name, page_size=600)


@room("air", "district", policy="air.see", menu=_("月报与日历"), icon="calendar-stats", order=20)
def district_page(request: Request) -> HttpResponseBase:
    """Stations and their area over a month or a year, and the days of the year in colour."""
    areas = list(Area.objects.visible_to(request.person).filter(kind__in=("city", "district", "town")))
    area = next((one for one in areas if str(one.pk) == request.GET.get("area", "")), _topmost(areas))
    first, wanted = month_of(request.GET.get("month", "")), edition_of(request.GET)
    yearly = request.GET.get("span") == "year"
    period = _period(first, yearly=yearly)
    year = Period(dt.date(first.year, 1, 1), dt.date(first.year, 12, 31))
    context: dict[str, Any] = {"area": area, "areas": areas, "first": first, "yearly": yearly, "wanted": wanted}
    if area is None:
        return list_page(request, "air/district.html", table=Table([]), rows=Listed(), title=_("月报与日历"), **context)
    of = counted(request.person, area)
    days = [] if "export" in request.GET else area_days_of(of, year, wanted)
    drawn = [charts.calendar(days, wanted)] if days else []
    if file := asked_file(request, drawn):
        return file
    found = bulletin(area, of, period, wanted)
    said = f"{first.year}年" if yearly else f"{first.year}年{first.month}月"
    return list_page(
        request,
        "air/district.html",
        table=_table(found, f"{area.name}{said}空气质量"),
        rows=Listed(found.rows),
        title=_("{area}：月报与日历").format(area=area.name),
        found=found,
        charts={one.name: one for one in drawn},
        editions=EDITIONS,
        before=with_query(request.GET, month=f"{_moved(first, -12 if yearly else -1):%Y-%m}"),
        after=with_query(request.GET, month=f"{_moved(first, 12 if yearly else 1):%Y-%m}"),
        **context,
    )


def _topmost(areas: list[Area]) -> Area | None:
    """The area that the person's others lie in."""
    keys = {one.pk for one in areas}
    return next((one for one in areas if one.parent_id not in keys), None)


def _period(first: dt.date, *, yearly: bool) -> Period:
    if yearly:
        return Period(dt.date(first.year, 1, 1), dt.date(first.year, 12, 31))
    return Period(first, first.replace(day=calendar.monthrange(first.year, first.month)[1]))


def _moved(first: dt.date, months: int) -> dt.date:
    count = first.year * 12 + first.month - 1 + months
    return dt.date(count // 12, count % 12 + 1, 1)
