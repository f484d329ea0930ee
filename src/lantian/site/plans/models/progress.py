"""How tasks go on: cycles of reporting, reports with their numbers, extensions, closing, and the evidence of each."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.policy import Actor, AreaQuerySet
from lantian.site.plans import states, words
from lantian.site.plans.models.plans import Plan, Task, TaskQuantity
from lantian.site.plans.models.rows import READERS, DistrictRows
from lantian.site.plans.windows import Window

OPEN = ("draft", "submitted", "returned")


def _person(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class HandedIn(AreaQuerySet):
    """Rows that a unit hands in: its own people see them, the lead units of the task, and who reads all of an area."""

    def visible_to(self, actor: Actor) -> Self:
        if any(actor.holds(role) for role in READERS):
            areas = actor.visible_area_ids
            return self.all() if areas is None else self.filter(Q(unit__area__in=areas) | self._of_units(actor))
        return self.filter(self._of_units(actor))

    @staticmethod
    def _of_units(actor: Actor) -> Q:
        units = actor.visible_unit_ids
        led = Task.objects.filter(roles__role="lead", roles__unit__in=units).values("pk")
        of_led = Q(task__in=led) | Q(task__parent__in=led) | Q(task__parent__parent__in=led)
        return Q(unit__in=units) | of_led | Q(task__parent__parent__parent__in=led)


class ReportRows(HandedIn):
    """Reports; a draft is for its own unit alone."""

    def visible_to(self, actor: Actor) -> Self:
        own = Q(unit__in=actor.visible_unit_ids)
        return super().visible_to(actor).filter(own | ~Q(state__in=("draft", "dropped")))


class CycleRows(DistrictRows):
    """Cycles are seen with their plans."""

    def visible_to(self, actor: Actor) -> Self:
        return self.filter(plan__in=Plan.objects.visible_to(actor).values("pk"))


class ReportCycle(models.Model):
    """调度周期: how often the units of a plan report, and by which day (月调度，每月25日前).

    `tasks` cuts the cycle to some tasks (a monthly clean-up day); without them it holds for all open tasks of the plan.
    `needs` names evidence that each report must bring. `quote` is the sentence of the plan that asks for it. The other
    fields are those of `windows.Rhythm`.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="cycles", verbose_name=_("方案"))
    name = models.CharField(_("名称"), max_length=60)
    every = models.CharField(_("频次"), max_length=8, choices=words.EVERY)
    due_day = models.PositiveSmallIntegerField(_("截止日"))
    after = models.PositiveSmallIntegerField(_("顺延期数"), default=0, validators=[MaxValueValidator(6)])
    shift = models.CharField(_("遇休息日"), max_length=6, choices=words.SHIFTS, default="none")
    first = models.DateField(_("开始日期"))
    last = models.DateField(_("结束日期"), null=True, blank=True)
    reporters = models.JSONField(_("报送单位"), default=list)
    needs = models.JSONField(_("必附材料"), default=list, blank=True)
    tasks: models.ManyToManyField[Task, Any] = models.ManyToManyField(Task, blank=True, related_name="cycles")
    quote = models.TextField(_("方案原文"), blank=True)
    quote_start = models.PositiveIntegerField(null=True, blank=True)
    quote_end = models.PositiveIntegerField(null=True, blank=True)
    sure = models.BooleanField(default=True)
    state = models.CharField(_("状态"), max_length=10, choices=states.CYCLE.choices, default=states.CYCLE.start)
    reason = models.CharField(_("理由"), max_length=500, blank=True)

    # Whether a reader's units have work in it: set by the query that looks.
    asks: bool = True

    objects = CycleRows.as_manager()

    class Meta:
        verbose_name = _("调度周期")
        ordering = ("plan", "pk")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("plans:missing", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.plan.area_id, None

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        if not 1 <= (self.due_day or 0) <= (7 if self.every == "week" else 31):
            wrong["due_day"] = _("每周填 1–7（周一到周日），每月、每季度填 1–31。")
        if self.first and self.last and self.last < self.first:
            wrong["last"] = _("结束日期早于开始日期。")
        if not self.reporters or not set(self.reporters) <= {role for role, _label in words.ROLES[:3]}:
            wrong["reporters"] = _("请选择由哪些单位报送。")
        if not set(self.needs) <= {kind for kind, _label in words.EVIDENCE}:
            wrong["needs"] = _("没有这种材料。")
        if wrong:
            raise ValidationError(wrong)


class ProgressReport(models.Model):
    """进展: what a unit did for a task in one window of a cycle. Its numbers count once it is accepted.

    A correction after acceptance is a row of its own with the next `version`; the accepted one counts until the new
    one takes its place. `revision` counts saves, so that two people who write at once do not lose a word.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="reports", verbose_name=_("任务"))
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("单位"))
    cycle = models.ForeignKey(ReportCycle, models.PROTECT, related_name="reports", verbose_name=_("调度周期"))
    start = models.DateField(_("本期开始"))
    end = models.DateField(_("本期结束"))
    due = models.DateField(_("截止日期"))
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    revision = models.PositiveIntegerField(default=0)
    state = models.CharField(_("状态"), max_length=10, choices=states.REPORT.choices, default=states.REPORT.start)
    text = models.TextField(_("进展情况"), blank=True, max_length=10_000)
    percent = models.PositiveSmallIntegerField(
        _("完成率"), null=True, blank=True, validators=[MaxValueValidator(100)], help_text=_("累计完成百分比，0–100。")
    )
    late = models.BooleanField(_("逾期报送"), default=False)
    created_at = models.DateTimeField(default=clock.now)
    submitted_by = _person(_("报送人"))
    submitted_at = models.DateTimeField(_("报送时间"), null=True, blank=True)
    reviewed_by = _person(_("审核人"))
    reviewed_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    reason = models.CharField(_("退回理由"), max_length=500, blank=True)

    objects = ReportRows.as_manager()

    class Meta:
        verbose_name = _("进展")
        ordering = ("-start", "task", "unit", "-version")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("task", "unit", "cycle", "start", "version"), name="report_version"),
            models.UniqueConstraint(
                fields=("task", "unit", "cycle", "start"), condition=Q(state__in=OPEN), name="report_one_open"
            ),
            models.UniqueConstraint(
                fields=("task", "unit", "cycle", "start"), condition=Q(state="accepted"), name="report_one_accepted"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("state", "submitted_at"), name="report_queue"),
            models.Index(fields=("cycle", "start", "state"), name="report_window"),
            models.Index(fields=("unit", "state"), name="report_unit_state"),
        ]

    def __str__(self) -> str:
        return f"{self.task.name} {self.unit} {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("plans:report", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.task.area_id, self.unit_id

    @property
    def window(self) -> Window:
        """The period it is about."""
        return Window(self.start, self.end, self.due)

    @property
    def period(self) -> str:
        """The period in words."""
        return words.period(self.cycle.every, self.start)

    @property
    def is_open(self) -> bool:
        """Whether its unit can still write in it."""
        return self.state in ("draft", "returned")


class ReportedNumber(models.Model):
    """填报数: how much of a task's quantity was done by the end of the window, in all (累计).

    `town` says whose share it is: the quantity's own town, or for a number that the plan does not split the town of
    the unit that reports. None: the whole.
    """

    report = models.ForeignKey(ProgressReport, models.CASCADE, related_name="numbers")
    quantity = models.ForeignKey(TaskQuantity, models.CASCADE, related_name="reported")
    town = models.ForeignKey("org.Area", models.PROTECT, null=True, blank=True, related_name="+")
    value = models.FloatField(_("累计完成"))
    unit = models.CharField(_("单位"), max_length=60, blank=True)

    class Meta:
        ordering = ("report", "quantity__position", "town")

    def __str__(self) -> str:
        return f"{self.value} {self.unit}"


class ExtensionRequest(models.Model):
    """延期、免报申请: a unit asks for a later date, or not to have to report on a task for a time.

    A granted extension moves the task's due date, which `old_due` keeps; the plan's words stay as they are.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="extensions", verbose_name=_("任务"))
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("单位"))
    kind = models.CharField(_("类别"), max_length=10, choices=words.REQUESTS, default="extension")
    until = models.DateField(_("申请至"), null=True, blank=True)
    old_due = models.DateField(_("原到期日"), null=True, blank=True)
    text = models.TextField(_("申请理由"), max_length=4_000)
    state = models.CharField(_("状态"), max_length=10, choices=states.EXTENSION.choices, default=states.EXTENSION.start)
    asked_by = _person(_("申请人"))
    asked_at = models.DateTimeField(_("申请时间"))
    consent_by = _person(_("同意的领导"))
    consent_at = models.DateTimeField(null=True, blank=True)
    decided_by = _person(_("办理人"))
    decided_at = models.DateTimeField(_("办理时间"), null=True, blank=True)
    reason = models.CharField(_("办理意见"), max_length=500, blank=True)

    objects = HandedIn.as_manager()

    class Meta:
        verbose_name = _("延期免报申请")
        ordering = ("-asked_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("task", "unit", "kind"),
                condition=Q(state__in=("asked", "consenting", "consented")),
                name="extension_one_open",
                violation_error_message=_("这项任务已有一份同类申请在办理。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.task.name}"

    def get_absolute_url(self) -> str:
        return reverse("plans:extension", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.task.area_id, self.unit_id

    def covers(self, window: Window) -> bool:
        """Whether a granted exemption takes a window from the unit."""
        if self.kind != "exemption" or self.state != "granted":
            return False
        since: dt.date = timezone.localtime(self.asked_at).date()
        return window.due >= since and (self.until is None or window.start <= self.until)


class Closing(models.Model):
    """销号: that a unit asked to have a task closed, with its evidence, and who signed that it is done."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="closings", verbose_name=_("任务"))
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("单位"))
    text = models.TextField(_("完成情况"), max_length=4_000)
    outcome = models.CharField(_("结果"), max_length=10, choices=words.CLOSINGS, default="asked")
    asked_by = _person(_("申请人"))
    asked_at = models.DateTimeField(_("申请时间"))
    signer = models.CharField(_("签字人"), max_length=50, blank=True)
    decided_by = _person(_("办理人"))
    decided_at = models.DateTimeField(_("办理时间"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)

    objects = HandedIn.as_manager()

    class Meta:
        verbose_name = _("销号申请")
        ordering = ("-asked_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("task",),
                condition=Q(outcome="asked"),
                name="closing_one_open",
                violation_error_message=_("这项任务已在申请销号。"),
            )
        ]

    def __str__(self) -> str:
        return self.task.name

    def get_absolute_url(self) -> str:
        return reverse("plans:closing", args=[self.pk])

    @property
    def state(self) -> str:
        """The outcome, as pages draw states."""
        return self.outcome

    def get_state_display(self) -> str:
        return str(dict(words.CLOSINGS)[self.outcome])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.task.area_id, self.unit_id


class Evidence(models.Model):
    """佐证材料: a photo or file that a report, a request or a closing rests on."""

    report = models.ForeignKey(ProgressReport, models.CASCADE, null=True, blank=True, related_name="evidence")
    extension = models.ForeignKey(ExtensionRequest, models.CASCADE, null=True, blank=True, related_name="evidence")
    closing = models.ForeignKey(Closing, models.CASCADE, null=True, blank=True, related_name="evidence")
    attachment = models.ForeignKey("core.Attachment", models.PROTECT, related_name="+")
    kind = models.CharField(_("类别"), max_length=12, choices=words.EVIDENCE)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(report__isnull=False, extension=None, closing=None)
                | Q(report=None, extension__isnull=False, closing=None)
                | Q(report=None, extension=None, closing__isnull=False),
                name="evidence_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.attachment.name
