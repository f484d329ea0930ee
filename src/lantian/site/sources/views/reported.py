"""Figures that towns reported, each beside the ledger's own."""

from __future__ import annotations

from django.db.models import Q
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from lantian.site.core import filters
from lantian.site.core.page import room
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page
from lantian.site.sources import reading
from lantian.site.sources.models import ReportedTotal
from lantian.site.sources.queries import reported as queries
from lantian.site.sources.reported_sheets import BOOK

MOST = 2000  # figures of one page of comparison, the last ones


def _ledgers() -> list[tuple[str, str]]:
    names = ReportedTotal.objects.order_by().values_list("ledger", flat=True).distinct()
    return [(name, reading.title_of(name)) for name in names]


class ReportedFilter(filters.Filter):
    """Figures by ledger, and those that differ."""

    ledger = filters.choice(_("清单"), _ledgers)
    differs = filters.yes(_("只看对不上的"))

    def where(self) -> Q:
        return Q(ledger=self.asked["ledger"]) if self.asked["ledger"] else Q()


REPORTED = Table(
    columns=[
        Column("ledger", _("清单"), value=lambda one: reading.title_of(one.said.ledger), css="wide",
               link=lambda one: reading.address_of(one.said.ledger)),
        Column("area", _("行政区"), value=lambda one: one.said.area.name, css="nowrap"),
        Column("figure", _("指标"), value=lambda one: queries.figure_label(one.said)),
        Column("stands", _("口径"), value=lambda one: one.said.get_stands_display(), css="nowrap"),
        Column("as_of", _("截至日期"), value=lambda one: one.said.as_of, css="nowrap"),
        Column("said", _("上报数"), value=lambda one: one.said.value, css="number"),
        Column("found", _("清单合计"), css="number"),
        Column("apart", _("相差"), value=lambda one: one.apart or None, css="number"),
        Column("differs", _("比对结果"), value=lambda one: _("对不上") if one.differs else _("对得上"), css="nowrap"),
        Column("source", _("来源"), value=lambda one: one.said.source, css="minor"),
    ],
    empty=_("还没有上报数。"),
    empty_hint=_("点“Excel”导入各镇街上报的数，每行一个；每晚和清单合计比对。"),
    file_name=_("上报数"),
)  # fmt: skip


@room("sources", "reported", policy="sources.reported.see", menu=_("上报数"), icon="report-analytics", order=56)
def reported_page(request: Request) -> HttpResponseBase:
    """What was reported, beside what the ledgers add up to on the same day."""
    asked = ReportedFilter.from_query(request.GET)
    rows = queries.compared(queries.reported(request.person).filter(asked.where())[:MOST])
    if asked.asked["differs"]:
        rows = [one for one in rows if one.differs]
    return list_page(
        request,
        "sources/reported/list.html",
        table=REPORTED,
        rows=Listed(rows),
        asked=asked,
        title=_("上报数"),
        book=BOOK,
    )
