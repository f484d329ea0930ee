"""Wall chart, timeline, the leader's minute, and where percentages come from."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.page import page, room
from lantian.site.core.request import Request
from lantian.site.core.table import XLSX
from lantian.site.plans import standing
from lantian.site.plans.board_filter import ChartFilter
from lantian.site.plans.queries import board as queries
from lantian.site.plans.wallchart import HEAT, chart
from lantian.site.plans.wallchart_file import workbook

REFRESH = 60  # seconds between two looks of a chart that hangs on a wall


@room("plans", "wallchart", policy="plans.see", menu=_("挂图作战"), icon="layout-grid", order=14)
def wallchart_page(request: Request) -> HttpResponseBase:
    """Units by sections, tasks or plans: how many tasks are done, how many are red."""
    asked = ChartFilter.among(queries.plans(request.person), request.GET)
    board = queries.Board(request.person, asked.chosen, asked.where(), role=asked.of_role)
    drawn = chart(
        board,
        kind=asked.of_kind,
        across=asked.columns,  # type: ignore[arg-type]
        asked=asked.for_ledger | {"role": asked.of_role},
        own=board.own,
    )
    title = _("全部方案") if asked.of_all else next((plan.title for plan in asked.chosen), _("挂图作战"))
    if request.GET.get("export") == "xlsx":
        return _file(f"{title}-{_('挂图作战')}", workbook(drawn, str(title)))
    return page(
        request,
        "plans/board/wallchart.html",
        title=_("挂图作战"),
        asked=asked,
        chart=drawn,
        subject=title,
        own=board.own,
        now=clock.now(),
        refresh=REFRESH,
        levels=standing.LEVELS,
        heat=[name for _share, name in HEAT],
    )


def _file(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    stamp = clock.now().strftime("%Y%m%d-%H%M")
    response["Content-Disposition"] = (
        f"attachment; filename=\"chart.xlsx\"; filename*=UTF-8''{quote(f'{name}-{stamp}.xlsx', safe='')}"
    )
    return response
