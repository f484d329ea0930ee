"""Background work of imports: large files are read, and many rows written, while the person sees how far it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core.jobs import Progress, job
from lantian.site.core.models import Job, SheetImport
from lantian.site.core.policy import System
from lantian.site.core.schedules import schedule
from lantian.site.core.sheets import actions


def _page(done: Job) -> str:
    return reverse("core:sheet_import", args=[done.params["sheet_import"]])


@job("core.preview_sheet", title=_("预览 Excel 文件"), done_url=_page)
def preview(job: Job, progress: Progress) -> dict[str, Any]:
    """Read a file and hold it against what is stored."""
    one = SheetImport.objects.select_related("attachment").get(pk=job.params["sheet_import"])
    return {"state": actions.preview(job.created_by or System(), one, progress).state}


@job("core.write_sheet", title=_("写入 Excel 内容"), done_url=_page)
def write(job: Job, progress: Progress) -> dict[str, Any]:
    """Write the good rows of a confirmed preview."""
    one = SheetImport.objects.select_related("attachment").get(pk=job.params["sheet_import"])
    return {"state": actions.write(job.created_by or System(), one, progress).state}


@schedule("core.clean_sheets", title=_("清理没有确认的 Excel 导入"), every="day", at="04:10")
def clean(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Throw away what nobody confirmed."""
    return actions.sweep()
