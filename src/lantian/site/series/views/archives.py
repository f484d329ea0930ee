"""Where old months lie, and archiving them at once."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, jobs, policy, schedules
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page
from lantian.site.series import actions, queries
from lantian.site.series.actions.archiving import SCHEDULE
from lantian.site.series.grid import GRIDS

MONTHS = Table(
    columns=[
        Column("month", _("月份"), value=lambda one: f"{one.month:%Y-%m}", css="nowrap"),
        Column("interval", _("间隔"), value=lambda one: GRIDS[one.interval].label, css="nowrap"),
        Column("where", _("存放位置"), value=lambda one: one.where, css="nowrap"),
        Column("blocks", _("数据库中的数据块"), value=lambda one: one.blocks, css="number"),
        Column("size", _("约占数据库"), value=lambda one: filesizeformat(one.size) if one.blocks else "",
               css="number nowrap", exported=lambda one: one.size),
        Column("archived", _("文件中的数据块"), value=lambda one: one.file.blocks if one.file else None, css="number"),
        Column("file", _("文件大小"), value=lambda one: filesizeformat(one.file.size) if one.file else "",
               css="number nowrap", exported=lambda one: one.file.size if one.file else None),
        Column("at", _("归档时间"), value=lambda one: one.file.at if one.file else None, css="nowrap"),
    ],
    empty=_("还没有监测数据。"),
    page_size=60,
    file_name=_("数据归档"),
)  # fmt: skip


@room("series", "archives", policy="series.archive", menu=_("数据归档"), icon="archive", order=30)
def archives_page(request: Request) -> HttpResponseBase:
    """Months in the database and in files, the setting, the last run."""
    jobs.sweep()
    run = schedules.last_runs().get(SCHEDULE)
    months = settings.LANTIAN_SERIES_MONTHS
    job = run.job if run else None
    rows = queries.months()
    return list_page(
        request,
        "series/archives.html",
        table=MONTHS,
        rows=Listed(rows),
        title=_("数据归档"),
        months=months,
        run=run,
        job=job,
        waiting=job is not None and not job.is_over,
        stalled=job is not None and jobs.waits_long(job),
        next_run=schedules.schedules[SCHEDULE].times.next(clock.now()),
        in_database=sum(one.size for one in rows),
        in_files=sum(one.file.size for one in rows if one.file),
        see_job=job is not None and policy.may(request.person, "core.see_job", job),
    )


@room("series", "archive_now", policy="series.archive", methods=("POST",))
def archive_now(request: Request) -> HttpResponseBase:
    """Archive what is older than the setting keeps, without waiting for the night."""
    actions.start_archiving(request.person)
    messages.success(request, _("已开始归档。"))
    return see_other("series:archives")
