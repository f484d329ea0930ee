"""The city's answer of a month as a sheet: what the city made of each station's days, taken from the file it sends."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.air import actions
from lantian.site.air.models import CityResult, Station
from lantian.site.air.models.reviews import VERDICTS
from lantian.site.air.queries.reviews import in_use
from lantian.site.air.review_days import next_month
from lantian.site.core import clock
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.core.sheets import Book, Change, Field, Params, Problem, Row, Scope, Sheet, books

BOOK = "air.city_results"


def _params(actor: Actor, asked: Mapping[str, str]) -> Params:
    try:
        month = dt.date.fromisoformat(f"{asked.get('month', '')}-01")
        next_month(month)
    except (ValueError, OverflowError):
        raise Http404 from None
    return {"month": f"{month:%Y-%m}"}


def _month(params: Params) -> dt.date:
    return dt.date.fromisoformat(f"{params['month']}-01")


def _stations(scope: Scope) -> dict[str, Station]:
    """Stations that measured in the month, by what a file calls them: the name, or the code where two share one."""

    def read() -> dict[str, Station]:
        rows = Station.objects.visible_to(scope.actor).filter(in_use(_month(scope.params)))
        stations = list(rows.select_related("owner"))
        shared = Counter(one.name for one in stations)
        return {one.name if shared[one.name] == 1 else one.code: one for one in stations}

    return scope.once("air.city.stations", read)


def _written(scope: Scope) -> dict[str, str]:
    """What may be written for a station: its name as it goes by, or its code."""
    called = _stations(scope)
    return {one.code: name for name, one in called.items()} | {name: name for name in called}


def _rows(scope: Scope) -> Iterator[Row]:
    month = _month(scope.params)
    called = {one.pk: name for name, one in _stations(scope).items()}
    found = CityResult.objects.visible_to(scope.actor).filter(
        station__in=called, day__gte=month, day__lt=next_month(month)
    )
    for one in locked(found) if scope.locked else found:
        told = {"station": called[one.station_id], "day": one.day.isoformat(), "verdict": one.verdict}
        yield Row(str(one.pk), told | {"reason": one.reason})


def _check(scope: Scope, change: Change) -> Iterable[Problem]:
    month, told = _month(scope.params), change.values
    day = dt.date.fromisoformat(told["day"])
    if not month <= day < next_month(month):
        said = _("“{day}”不在 {month}。请选对月份后再导入。")
        yield Problem(format_lazy(said, day=day, month=scope.params["month"]), "day")
    elif day >= clock.today():
        yield Problem(format_lazy(_("“{day}”还没有过完。请核对日期。"), day=day), "day")
    if change.was and (told["station"], told["day"]) != (change.was["station"], change.was["day"]):
        yield Problem(_("这里只能改结果和理由。另一天的结果请另起一行。"), "day")
    if told["verdict"] == "refused" and not str(told.get("reason") or "").strip():
        yield Problem(_("退回须写明市级的理由。"), "reason")


def _write(scope: Scope, change: Change) -> None:
    told = change.values
    station, day = _stations(scope)[told["station"]], dt.date.fromisoformat(told["day"])
    actions.enter_city_result(
        scope.actor, station, day, day, verdict=told["verdict"], reason=str(told.get("reason") or "")
    )


CITY_RESULTS = Sheet(
    BOOK,
    _("市级审核结果"),
    fields=(
        Field("station", _("站点"), "reference", headers=("站点名称", "站点编码", "点位", "点位名称", "点位编码"),
              required=True, names=_written, example="松溪镇站"),
        Field("day", _("日期"), "day", headers=("监测日期", "审核日期"), required=True, example="2026-01-18"),
        Field("verdict", _("结果"), "choice", headers=("审核结果", "市级审核结果", "市级结果", "结论", "是否采用"),
              required=True, choices=VERDICTS,
              also={"通过": "accepted", "有效": "accepted", "认可": "accepted", "是": "accepted", "不采用": "refused",
                    "不通过": "refused", "无效": "refused", "剔除": "refused", "否": "refused"}, example="采用"),
        Field("reason", _("理由"), headers=("退回理由", "原因", "说明", "备注", "审核意见"), longest=300, wide=True,
              help=_("退回的须写明市级的理由。")),
    ),
    keys=(("station", "day"),),
    rows=_rows,
    write=_write,
    check=_check,
)  # fmt: skip


def _title(params: Params) -> Any:
    return format_lazy(_("市级审核结果 {month}"), month=params["month"])


def register() -> None:
    """Offer the book."""
    books.register(
        BOOK,
        Book(
            BOOK,
            _("市级审核结果"),
            sheets=(CITY_RESULTS,),
            see="air.suspicion.see",
            change="air.city_result.enter",
            home=lambda params: f"{reverse('air:months')}?month={params['month']}",
            params=_params,
            title_of=_title,
            hint=_("一行是一个站点的一天。同一天再次导入的，以后一次为准；文件里没有的日子不动。"),
            tells_vanished=False,
        ),
    )
