"""What happens by the clock: the month's rankings are drafted, for the office to look at."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.airquality.spans import month
from lantian.site.air import actions
from lantian.site.air.models import Ranking
from lantian.site.air.ranking import rule
from lantian.site.core.jobs import Progress
from lantian.site.core.metrics import Period
from lantian.site.core.policy import System
from lantian.site.core.registries import metrics
from lantian.site.core.schedules import schedule
from lantian.site.org.queries import root_area


@schedule("air.rankings", title=_("拟制月度排名"), every="month", at="05:30", on=2)
def draft_rankings(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Draft last month's rankings that the rule lists and that are not there yet. Where no lower area has a value
    there is nothing to rank: that is no failure."""
    area = root_area()
    day = due.date().replace(day=1) - dt.timedelta(days=1)
    span = month(day.year, day.month)
    made = 0
    for one in rule().monthly if area is not None else ():
        there = Ranking.objects.filter(metric=one.metric, area=area, first=span.first, last=span.last)
        if one.metric not in metrics or there.exists():
            continue
        assert area is not None
        with suppress(actions.NothingToRank):
            actions.draft_ranking(
                System("定时任务"),
                metric=one.metric,
                area=area,
                period=Period(span.first, span.last),
                source=one.source,
            )
            made += 1
    return {"drafts": made}
