"""What happens by the clock: the month's rankings are drafted, for the office to look at."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.airquality.spans import month
from lantian.rulebook.schemas.rankings import Monthly
from lantian.site.air import actions
from lantian.site.air.models import Ranking
from lantian.site.air.ranking import rule, stood
from lantian.site.core.faults import WrongState
from lantian.site.core.jobs import Progress
from lantian.site.core.metrics import Period
from lantian.site.core.policy import System
from lantian.site.core.registries import metrics
from lantian.site.core.schedules import schedule
from lantian.site.org.models import Area
from lantian.site.org.queries import root_area


@schedule("air.rankings", title=_("拟制月度排名"), every="month", at="05:30", on=2)
def draft_rankings(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Draft last month's rankings that the rule lists and that are not there yet, area by area. Where no lower area
    has a value there is nothing to rank: that is no failure. An area that the rule names and that there is not is one,
    told when all others are drafted."""
    day = due.date().replace(day=1) - dt.timedelta(days=1)
    span = month(day.year, day.month)
    made, unknown = 0, set()
    for one in rule().monthly:
        if one.metric not in metrics:
            continue
        areas, missing = _areas(one, Period(span.first, span.last))
        made += sum(_draft(one, area, Period(span.first, span.last)) for area in areas)
        unknown |= missing
    if unknown:
        said = format_lazy(_("规则 air-rankings 里的行政区不存在：{names}。"), names="、".join(sorted(unknown)))
        raise WrongState(said, remedy=_("请更正规则里的编码或名称；其他排名已经拟好。"))
    return {"drafts": made}


def _areas(one: Monthly, period: Period) -> tuple[list[Area], set[str]]:
    """Areas whose parts are to be ranked, and those that the rule names and that there are not."""
    if one.areas:
        found = list(Area.objects.filter(Q(code__in=one.areas) | Q(name__in=one.areas)).order_by("code", "pk"))
        return found, set(one.areas) - {area.code for area in found} - {area.name for area in found}
    if one.of:
        return list(Area.objects.filter(stood(period), kind__in=one.of).order_by("code", "pk")), set()
    root = root_area()
    return [root] if root is not None else [], set()


def _draft(one: Monthly, area: Area, period: Period) -> int:
    if Ranking.objects.filter(metric=one.metric, area=area, first=period.first, last=period.last).exists():
        return 0
    with suppress(actions.NothingToRank):
        actions.draft_ranking(System("定时任务"), metric=one.metric, area=area, period=period, source=one.source)
        return 1
    return 0
