"""What is forgotten by the clock: yesterday's answers, and counts of minutes gone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core.api import limits
from lantian.site.core.api import once as answers
from lantian.site.core.jobs import Progress
from lantian.site.core.schedules import schedule


@schedule("core.clean_api", title=_("清理接口的临时记录"), every="day", at="03:50")
def clean_daily(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Forget answers older than a day and counts of requests."""
    return {"answers": answers.sweep(), "counts": limits.sweep()}
