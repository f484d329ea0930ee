"""Steps on the way to a task's due date."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.plans.models.plans import Task


class Milestone(models.Model):
    """节点: a step of a task, so many days (`working`: working days) before its due date (倒排工期).

    `date` follows the due date until the step is done; then it stays as it was, beside the day on which it was done.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="milestones", verbose_name=_("任务"))
    name = models.CharField(_("节点"), max_length=60)
    before = models.PositiveSmallIntegerField(_("提前天数"), validators=[MaxValueValidator(1000)])
    working = models.BooleanField(_("按工作日"), default=False)
    date = models.DateField(_("节点日期"), db_index=True)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    note = models.CharField(_("完成说明"), max_length=500, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("登记人")
    )

    class Meta:
        verbose_name = _("节点")
        ordering: ClassVar = ["task", "date", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.task.get_absolute_url()

    @property
    def state(self) -> str:
        """done, late or waiting."""
        if self.done_on is not None:
            return "done"
        return "late" if self.date < clock.today() else "waiting"

    @property
    def shape(self) -> str:
        """Told apart without colour."""
        return {"done": "✓", "late": "■", "waiting": "○"}[self.state]
