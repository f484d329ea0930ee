"""The page of schedules, for the administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, page, schedules, tick
from lantian.site.core.faults import Text
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request

WEEKDAYS = [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]


@room("core", "schedules", policy="core.see_schedules", menu=_("定时任务"), icon="calendar-time", order=14)
def schedules_page(request: Request) -> HttpResponseBase:
    """All schedules: when they run, how the last run ended, when the next is due."""
    now, last = clock.now(), schedules.last_runs()
    rows: list[dict[str, Any]] = [
        {
            "schedule": one,
            "when": in_words(one.times),
            "run": last.get(one.name),
            "next": one.times.next(now),
        }
        for one in schedules.schedules
    ]
    return page.page(request, "core/schedules.html", title=_("定时任务"), rows=rows, stalled=tick.stands_still())


@room("core", "schedule_run", policy="core.run_schedule", methods=("POST",))
def run_schedule(request: Request, name: str) -> HttpResponseBase:
    """Run a schedule at once."""
    if name not in schedules.schedules:
        raise Http404
    run = schedules.run_now(request.person, name)
    messages.success(request, _("已启动，结果会显示在“上次运行”一栏。"))
    return see_other("core:job", pk=run.job_id) if run.job_id else see_other("core:schedules")


def in_words(times: schedules.Times) -> Text:
    """When a schedule runs, for the reader."""
    at = f"{times.at:%H:%M}"
    if times.every == "hour":
        return format_lazy(_("每小时第 {minute} 分"), minute=times.at.minute)
    if times.every == "week":
        return format_lazy(_("每{day} {at}"), day=WEEKDAYS[times.on - 1], at=at)
    if times.every == "month":
        return format_lazy(_("每月 {day} 日 {at}"), day=times.on, at=at)
    return format_lazy(_("每个工作日 {at}") if times.working_days else _("每天 {at}"), at=at)
