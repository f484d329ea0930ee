"""Background work on the trail and on files: what takes long, and what happens by the clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core.attachments import keeping
from lantian.site.core.audit import anchors, segments, verifying
from lantian.site.core.jobs import Progress, job
from lantian.site.core.models import Job
from lantian.site.core.schedules import SYSTEM, schedule


@job(
    "core.verify_audit",
    title=_("核验操作记录"),
    done_url=lambda done: f"{reverse('core:audit')}?verdict={done.pk}",
)
def verify(job: Job, progress: Progress) -> dict[str, Any]:
    """Walk the whole trail; the verdict is the job's result."""
    return verifying.verify(lambda share: progress(share, _("逐条核验"))).as_dict()


@schedule("core.anchor_audit", title=_("锚定操作记录"), every="day", at="23:50")
def anchor_daily(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Write the chain's head outside the database, once a day."""
    made = anchors.anchor(SYSTEM)
    return {"anchored": made.seq if made else None}


@schedule("core.seal_audit", title=_("封存旧的操作记录"), every="month", at="03:30", on=2)
def seal_monthly(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Move old events out of the database."""
    return {"segments": [str(segment) for segment in segments.seal(SYSTEM)]}


@schedule("core.clean_attachments", title=_("清理无人引用的附件"), every="week", at="04:10", on=7)
def clean_weekly(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Take away files that nothing refers to."""
    done = keeping.clean()
    return {"rows": done.rows, "files": done.files, "freed": done.freed}
