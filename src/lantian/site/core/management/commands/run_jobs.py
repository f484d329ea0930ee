"""`python -m django run_jobs`: the job runner, as `lantian serve` starts it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from lantian.site.core.runner import run_jobs


class Command(BaseCommand):
    """Carry out jobs and what is due by the clock until asked to end."""

    help = "Carry out background jobs and what is due by the clock."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        run_jobs(settings.LANTIAN_WORKERS)
