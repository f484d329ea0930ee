"""What leaders order on a task or a plan."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.plans import states
from lantian.site.plans.models.plans import Task
from lantian.site.plans.models.progress import HandedIn


def _person(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class Instruction(models.Model):
    """批示: what a leader orders, as a task of its own with a unit and a date, until its answer is taken.

    Leaders who write on paper have it entered by the air office: `leader_name` is who gave it, `given_by` who entered
    it. The words and the date are those of the task.
    """

    task = models.OneToOneField(Task, models.CASCADE, related_name="instruction", verbose_name=_("任务"))
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("承办单位"))
    leader_name = models.CharField(_("批示领导"), max_length=50)
    leader = _person(_("批示领导"))
    given_by = _person(_("录入人"))
    given_at = models.DateTimeField(_("批示时间"))
    state = models.CharField(
        _("状态"), max_length=10, choices=states.INSTRUCTION.choices, default=states.INSTRUCTION.start
    )
    answer = models.TextField(_("办理情况"), max_length=4_000, blank=True)
    answered_by = _person(_("答复人"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    decided_by = _person(_("办理人"))
    decided_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    reason = models.CharField(_("意见"), max_length=500, blank=True)

    objects = HandedIn.as_manager()

    class Meta:
        verbose_name = _("批示")
        ordering = ("-given_at", "-pk")

    def __str__(self) -> str:
        return self.task.name

    def get_absolute_url(self) -> str:
        return reverse("plans:instruction", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.task.area_id, self.unit_id

    @property
    def is_late(self) -> bool:
        """Whether it waits for its unit past its day."""
        due = self.task.due
        return self.state in states.INSTRUCTION_OPEN and due is not None and due < clock.today()
