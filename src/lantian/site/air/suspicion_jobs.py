"""New hours looked over by the rules, every hour and after imports."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.air_review import AirReview
from lantian.site.air import actions, suspecting
from lantian.site.air.days import KIND
from lantian.site.air.models import Station, Watch
from lantian.site.core import clock
from lantian.site.core.jobs import Progress, job
from lantian.site.core.models import Job
from lantian.site.core.policy import System
from lantian.site.core.schedules import schedule
from lantian.site.series.models import Block

SYSTEM = System("疑点筛查")
SLACK = dt.timedelta(minutes=10)  # a write that was under way while we looked is looked over again


@job("air.look_over", title=_("筛查监测数据疑点"), once=True)
def look_over(job: Job, progress: Progress) -> dict[str, Any]:
    """Look over what is new, asked for by a person."""
    return look_over_new(progress)


@schedule("air.look_over", title=_("筛查监测数据疑点"), every="hour", at="00:40")
def look_over_hourly(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Look over what is new."""
    return look_over_new(progress)


def look_over_new(progress: Progress) -> dict[str, Any]:
    """Look over the days that changed since each station was looked over last, within the rule's look-back.

    Bound to run twice: what is known is not stored again. All stations are read for the days in question, as
    neighbours are witnesses; only those that changed are judged.
    """
    began = clock.now()
    looked = _changed(began)
    if not looked:
        return {"stations": 0}
    first, last = min(one for one, _l in looked.values()), max(one for _f, one in looked.values())
    in_use = Q(valid_to=None) | Q(valid_to__gte=first)
    stations = list(Station.objects.filter(in_use).select_related("owner").order_by("pk"))
    progress(0.2)
    found = suspecting.look_over(stations, first, last)
    progress(0.8)
    mine = [one for one in found if one.station.pk in looked and _inside(one, looked[one.station.pk])]
    told = actions.record_suspicions(SYSTEM, mine, looked=looked, looked_at=began - SLACK)
    return {"stations": len(looked), **told}


def _changed(now: dt.datetime) -> dict[int, tuple[dt.date, dt.date]]:
    """By station, the first and last day whose hours changed since it was looked over: two SQL queries."""
    back = rulebook.get("air-review", as_=AirReview).look_back
    oldest = now - dt.timedelta(days=back)
    # a clock that was set back leaves marks in the future
    marks = {pk: min(at, now - SLACK) for pk, at in Watch.objects.values_list("station__owner", "looked_at")}
    since = min(marks.values()) if marks else None
    rows = Block.objects.filter(owner__kind=KIND, interval="1h", start__gte=oldest, start__lte=now)
    rows = rows.exclude(owner__station=None)
    found: dict[int, tuple[dt.date, dt.date]] = {}
    known = rows.filter(owner__in=marks, changed_at__gte=since) if since else rows.none()
    for parts in (known.order_by("owner"), rows.exclude(owner__in=marks).order_by("owner")):
        for owner, station, start, changed in parts.values_list("owner", "owner__station", "start", "changed_at"):
            if owner not in marks or changed >= marks[owner]:
                day = timezone.localtime(start).date()
                first, last = found.get(station, (day, day))
                found[station] = (min(first, day), max(last, day))
    return found


def _inside(found: suspecting.Found, span: tuple[dt.date, dt.date]) -> bool:
    """Whether something of it lies within the days looked over."""
    first, last = span
    begin = timezone.localtime(found.first - dt.timedelta(seconds=1)).date()
    end = timezone.localtime(found.last - dt.timedelta(seconds=1)).date()
    return begin <= last and end >= first
