"""The plans above a plan (of the city, of the state), and which of their items a plan answers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.plans import words
from lantian.site.plans.models.plans import Plan, Task
from lantian.site.plans.models.rows import DistrictRows


class UpperPlan(models.Model):
    """上级方案: the plan of a level above, read like any other; nobody here reports on its items.

    `upper` is the plan that it answers in turn: district → city → state.
    """

    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+", verbose_name=_("行政区"))
    title = models.CharField(_("方案名称"), max_length=300)
    issuer = models.CharField(_("发文单位"), max_length=200, blank=True)
    doc_number = models.CharField(_("文号"), max_length=100, blank=True)
    issued_on = models.DateField(_("发文日期"), null=True, blank=True)
    upper = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="below", verbose_name=_("上级方案")
    )
    attachment = models.ForeignKey("core.Attachment", models.PROTECT, related_name="+", verbose_name=_("原文件"))
    plan_import = models.OneToOneField("plans.PlanImport", models.SET_NULL, null=True, blank=True, related_name="upper")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("导入人")
    )
    created_at = models.DateTimeField(_("导入时间"))

    objects = DistrictRows.as_manager()

    class Meta:
        verbose_name = _("上级方案")
        ordering = ("-issued_on", "-pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plans:upper", args=[self.pk])

    def clean(self) -> None:
        """No plan stands above itself, at however many removes."""
        above, seen = self.upper_id, {self.pk}
        while above is not None:
            if above in seen:
                raise ValidationError(_("上级方案绕成了一圈。"))
            seen.add(above)
            above = UpperPlan.objects.filter(pk=above).values_list("upper", flat=True).first()


class UpperItem(models.Model):
    """上级任务: one item of an upper plan."""

    plan = models.ForeignKey(UpperPlan, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    number = models.CharField(_("编号"), max_length=40, blank=True)
    title = models.CharField(_("任务"), max_length=300, blank=True)
    text = models.TextField(_("内容"))
    units = models.CharField(_("单位"), max_length=500, blank=True)
    deadline_text = models.CharField(_("完成时限"), max_length=200, blank=True)

    class Meta:
        ordering = ("plan", "position")

    def __str__(self) -> str:
        return " ".join(x for x in (self.number, self.name) if x)

    @property
    def name(self) -> str:
        """Title or, where there is none, the beginning of the text."""
        return self.title or (self.text if len(self.text) <= 40 else f"{self.text[:40]}…")


class UpperAnswer(models.Model):
    """对应关系: what a person says of an upper plan's item: a task of the plan answers it, or it does not concern us.

    Items go by their number, so that a plan can be answered for whose upper plan is not here.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="answers")
    number = models.CharField(_("上级编号"), max_length=40)
    kind = models.CharField(max_length=5, choices=words.ANSWERS)
    task = models.ForeignKey(Task, models.CASCADE, null=True, blank=True, related_name="answers")
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("对应关系")
        ordering = ("plan", "number", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("plan", "number", "task"),
                name="answer_once",
                violation_error_message=_("这项任务已对应到这个上级编号。"),
            ),
            models.UniqueConstraint(
                fields=("plan", "number"),
                condition=Q(kind="apart"),
                name="answer_apart_once",
                violation_error_message=_("这个上级编号已标为与本区无关。"),
            ),
            models.CheckConstraint(
                condition=Q(kind="task", task__isnull=False) | Q(kind="apart", task=None), name="answer_of_its_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.task or self.get_kind_display()}"

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.plan.area_id, None

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        if self.task is not None and self.task.plan_id != self.plan_id:
            wrong["task"] = _("这项任务不属于这份方案。")
        if self.kind == "apart" and not self.reason.strip():
            wrong["reason"] = _("请写明为什么与本区无关。")
        if wrong:
            raise ValidationError(wrong)
