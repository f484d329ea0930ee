"""Background work of this room."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import WrongState
from lantian.site.core.jobs import Progress, job
from lantian.site.core.models import Job
from lantian.site.core.policy import System
from lantian.site.core.schedules import schedule
from lantian.site.series import actions, rollups
from lantian.site.series.actions import archiving, importing, undoing
from lantian.site.series.models import Delivery, Intake, Stale

LONG = dt.timedelta(hours=6)  # for the archive: its first run moves all the years that were there before


@job(rollups.JOB, title=_("汇总监测数据"))
def roll_up(job: Job, progress: Progress) -> dict[str, Any]:
    """Work out all that is stale."""
    return _work_off(progress)


@schedule("series.roll_up", title=_("汇总监测数据"), every="hour", at="00:20")
def roll_up_hourly(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """What a broken-off job, or a feed, left stale."""
    return _work_off(progress)


def _work_off(progress: Progress) -> dict[str, Any]:
    done, waiting = 0, Stale.objects.count()
    while some := rollups.work_off():
        done += some
        progress(min(done / max(waiting, 1), 0.99))
    return {"stretches": done}


def _page(done: Job) -> str:
    return reverse("series:intake", args=[done.params["intake"]])


@job(importing.READ, title=_("读取监测数据文件"), done_url=_page)
def read_intake(job: Job, progress: Progress) -> dict[str, Any]:
    """Read the files of an import and hold them against what is stored."""
    intake = Intake.objects.get(pk=job.params["intake"])
    return {"state": actions.preview_intake(job.created_by or System(), intake, progress).state}


@job(importing.WRITE, title=_("写入监测数据"), done_url=_page)
def write_intake(job: Job, progress: Progress) -> dict[str, Any]:
    """Write the values of a confirmed import."""
    intake = Intake.objects.select_related("area", "unit").get(pk=job.params["intake"])
    return {"state": actions.write_intake(job.created_by or System(), intake, progress).state}


def _delivery_page(done: Job) -> str:
    return reverse("series:delivery", args=[done.params["delivery"]])


@job(undoing.UNDO, title=_("撤销导入的监测数据"), done_url=_delivery_page)
def undo_delivery(job: Job, progress: Progress) -> dict[str, Any]:
    """Take a delivery back."""
    delivery = Delivery.objects.get(pk=job.params["delivery"])
    done = actions.undo_delivery(job.created_by or System(), delivery, reason=job.params["reason"], tell=progress)
    return {"undone": done.undone, "stays": done.stays}


@schedule("series.sweep_intakes", title=_("清理没有确认的数据导入"), every="day", at="04:20")
def sweep_intakes(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Throw away what nobody confirmed."""
    return {"discarded": actions.sweep_intakes()}


@schedule(archiving.SCHEDULE, title=_("归档旧的监测数据"), every="day", at="03:10", longest=LONG)
def archive_old(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Move months that are older than the setting keeps into files; look whether the files are what they were."""
    done = actions.archive_old(System())
    if broken := actions.broken_archives():
        said = _("归档文件缺失或被改动：{names}。")
        raise WrongState(format_lazy(said, names="、".join(broken)), remedy=_("请从备份恢复 series 目录下的文件。"))
    return {"archived": [str(one) for one in done]}
