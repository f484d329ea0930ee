"""Statistics of orders: on time, sent back, repeated."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, filters
from lantian.site.core.chart import Chart, Series, asked_file
from lantian.site.core.page import room
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page
from lantian.site.orders.queries import statistics as queries
from lantian.site.orders.queries.statistics import BY, Row

SPAN = dt.timedelta(days=365)
MOST_BARS = 20


class StatisticsFilter(filters.Filter):
    """Days on which orders were handed out, and what they are gathered by."""

    by = forms.ChoiceField(label=_("统计口径"), required=False, choices=[(name, one[0]) for name, one in BY.items()])
    first = filters.day(_("自"))
    last = filters.day(_("至"))

    @property
    def grouped(self) -> str:
        """What is gathered by; units where nothing is asked."""
        return self.asked["by"] or "unit"

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """The span as asked, a year up to today without."""
        last = self.asked["last"] or clock.today()
        return self.asked["first"] or last - SPAN, last


def _table(by: str) -> Table:
    return Table(
        columns=[
            Column("name", BY[by][0], css="wide"),
            Column("issued", _("派单数"), css="number"),
            Column("closed", _("已销号数"), css="number"),
            Column("open", _("未办结"), css="number"),
            Column("overdue", _("逾期未反馈"), css="number"),
            Column("answered", _("已反馈数"), css="number"),
            Column("on_time", _("按期反馈率 %"), css="number"),
            Column("returned", _("退回重办数"), css="number"),
            Column("returned_share", _("退回率 %"), css="number minor"),
            Column("repeated", _("重复发生"), css="number"),
        ],
        empty=_("这段时间没有派出的工单。"),
        empty_hint=_("派出的工单按单位、来源、类别统计在这里；也可以改起止日期。"),
        page_size=200,
        file_name=_("工单统计"),
    )


@room("orders", "statistics", policy="orders.statistics.see", menu=_("工单统计"), icon="chart-bar", order=20)
def statistics_page(request: Request) -> HttpResponseBase:
    """How the orders went that the person may see."""
    asked = StatisticsFilter.from_query(request.GET)
    first, last = asked.days
    rows = queries.rows_by(request.person, asked.grouped, first, last)
    charts = _charts(asked.grouped, rows)
    shown = [*rows, queries.total(rows)] if len(rows) > 1 else rows
    context: dict[str, Any] = {"charts": {one.name: one for one in charts}, "first": first, "last": last}
    return asked_file(request, charts) or list_page(
        request,
        "orders/statistics.html",
        table=_table(asked.grouped),
        rows=Listed(shown),
        asked=asked,
        title=_("工单统计"),
        **context,
    )


def _charts(by: str, rows: list[Row]) -> list[Chart]:
    """How many, and how many of them in time: two drawings, as they are of two scales."""
    first = rows if by == "month" else rows[:MOST_BARS]
    note = _("只画派单最多的 20 组；全部见表。") if len(first) < len(rows) else ""
    at, axis = [str(row.name) for row in first], BY[by][0]
    counted = [
        Series(_("派单数"), [row.issued for row in first]),
        Series(_("已销号数"), [row.closed for row in first]),
        Series(_("逾期未反馈"), [row.overdue for row in first]),
    ]
    rates = [Series(_("按期反馈率"), [row.on_time for row in first], unit="%", decimals=1)]
    return [
        Chart("groups", _("派单、销号和逾期"), "bar", at=at, axis=axis, series=counted, note=note),
        Chart("rates", _("按期反馈率"), "bar", at=at, axis=axis, series=rates, note=note),
    ]
