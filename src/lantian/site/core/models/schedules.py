"""Runs of schedules."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock


class ScheduleRun(models.Model):
    """定时任务的一次运行: one due time of a schedule (or one push of the button), run by one job.

    The row is unique, so that of two workers that find a schedule due one starts it. `due_at` is the time that counts
    (the replay clock's); `started_at` the wall's.
    """

    name = models.CharField(_("定时任务"), max_length=100)
    due_at = models.DateTimeField(_("应运行时间"))
    started_at = models.DateTimeField(_("开始时间"), default=clock.real_now)
    by_hand = models.BooleanField(_("手动"), default=False)
    tries = models.PositiveSmallIntegerField(_("次数"), default=1)
    job = models.OneToOneField(
        "core.Job", verbose_name=_("后台任务"), null=True, on_delete=models.SET_NULL, related_name="schedule_run"
    )

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "due_at"], name="core_schedule_once")]
        indexes: ClassVar = [models.Index(fields=["name", "-id"], name="core_schedule_last")]

    def __str__(self) -> str:
        return f"{self.name} {self.due_at:%Y-%m-%d %H:%M}"


class Tick(models.Model):
    """When the job runner next does what is due by the clock: one row, so that of several runners one does it."""

    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.next_at)
