"""Background work of this room."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core.jobs import Progress, job
from lantian.site.core.models import Job
from lantian.site.core.schedules import schedule
from lantian.site.series import rollups
from lantian.site.series.models import Stale


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
