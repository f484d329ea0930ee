"""A confirmed plan and what it consists of."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.site.org.register import Register
from lantian.site.plans import states, words
from lantian.site.plans.models.rows import DistrictRows, TaskRows


class Plan(models.Model):
    """方案: an action plan that a district was handed and that the air office has confirmed."""

    area = models.ForeignKey("org.Area", models.PROTECT, related_name="plans", verbose_name=_("行政区"))
    title = models.CharField(_("方案名称"), max_length=300)
    notice_title = models.CharField(_("通知名称"), max_length=300, blank=True)
    issuer = models.CharField(_("发文单位"), max_length=200, blank=True)
    doc_number = models.CharField(_("文号"), max_length=100, blank=True)
    issued_on = models.DateField(_("发文日期"), null=True, blank=True)
    district = models.CharField(_("适用地区"), max_length=100, blank=True)
    period_start = models.DateField(_("起始日期"), null=True, blank=True)
    period_end = models.DateField(_("终止日期"), null=True, blank=True)
    upper = models.ForeignKey(
        "plans.UpperPlan",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="plans",
        verbose_name=_("上级方案"),
    )
    schema_version = models.CharField(max_length=16)
    attachment = models.ForeignKey("core.Attachment", models.PROTECT, related_name="+", verbose_name=_("原文件"))
    source = models.TextField()
    blocks = models.JSONField()
    spans = models.JSONField(default=dict, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("确认人")
    )
    confirmed_at = models.DateTimeField(_("确认时间"))

    audit_long = ("source", "blocks", "spans")
    objects = DistrictRows.as_manager()

    class Meta:
        verbose_name = _("方案")
        ordering = ("-issued_on", "-pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plans:plan", args=[self.pk])


class Clause(models.Model):
    """条款: a section of a plan, or (kind passage) running text of it that is no task."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="clauses")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=[("section", _("章节")), ("passage", _("段落"))])
    section = models.CharField(_("章节"), max_length=300, blank=True)
    text = models.TextField(blank=True)
    span = models.JSONField(null=True)

    class Meta:
        verbose_name = _("条款")
        ordering = ("plan", "position")

    def __str__(self) -> str:
        return self.section or self.text[:40]


class Task(models.Model):
    """任务: one numbered item or one table row of a plan, with those who must do it and until when.

    `deadline` is a date that the text names, `due` the date that counts (computed, later perhaps extended), `due_rule`
    how it was computed. `spans` lead from a field to its place in the source text of the plan, or of the revised
    document (`version`) whose wording the task has now.

    A part of a task (分解任务) is a task below its `parent`: with a unit, an `officer` who answers for it by name, its
    share of the parent's numbers and its own date, which lies after the parent's only with a `late_reason`. `rest_open`
    says of a parent that not all of its numbers are given out yet.

    A task that was split (拆分) goes on with what is left to it; what was split off says so by `split_from`. One that
    doubled another is withdrawn and `joined_into` it (并入); `gave` holds the keys of the roles, numbers and cycles
    that the other has from it, so that they can be taken back.
    """

    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="tasks", verbose_name=_("方案"))
    clause = models.ForeignKey(
        Clause, models.SET_NULL, null=True, blank=True, related_name="tasks", verbose_name=_("章节")
    )
    position = models.PositiveIntegerField()
    number = models.CharField(_("编号"), max_length=40, blank=True)
    upstream_number = models.CharField(_("上级编号"), max_length=40, blank=True)
    part = models.CharField(max_length=12, choices=words.PARTS)
    title = models.CharField(_("任务"), max_length=300, blank=True)
    text = models.TextField(_("内容"))
    deadline_text = models.CharField(_("完成时限"), max_length=200, blank=True)
    deadline = models.DateField(_("文中日期"), null=True, blank=True)
    due = models.DateField(_("到期日"), null=True, blank=True, db_index=True)
    due_rule = models.CharField(max_length=200, blank=True)
    recurrence = models.CharField(_("频次"), max_length=16, choices=words.RECURRENCES, blank=True)
    inherited = models.JSONField(default=list, blank=True)
    spans = models.JSONField(default=dict, blank=True)
    parent = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="parts", verbose_name=_("上级任务")
    )
    split_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="split_off", verbose_name=_("拆分自")
    )
    joined_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="joined", verbose_name=_("并入")
    )
    gave = models.JSONField(default=dict, blank=True)
    origin = models.CharField(_("来源"), max_length=12, choices=words.ORIGINS, default="plan")
    officer = models.CharField(_("责任人"), max_length=50, blank=True)
    late_reason = models.CharField(_("晚于上级任务的理由"), max_length=300, blank=True)
    budget = models.DecimalField(_("预算（元）"), max_digits=13, decimal_places=2, null=True, blank=True)
    allotted = models.DecimalField(_("下达（元）"), max_digits=13, decimal_places=2, null=True, blank=True)
    paid = models.DecimalField(_("支付（元）"), max_digits=13, decimal_places=2, null=True, blank=True)
    fund_source = models.CharField(_("资金来源"), max_length=60, blank=True)
    rest_open = models.BooleanField(_("其余待分解"), default=False)
    draft_task = models.PositiveIntegerField(null=True, blank=True)  # what corrections in review called it
    version = models.ForeignKey("plans.PlanVersion", models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(_("办理状态"), max_length=9, choices=states.TASK.choices, default=states.TASK.start)
    closed_on = models.DateField(_("销号日期"), null=True, blank=True)
    percent = models.PositiveSmallIntegerField(_("完成率"), null=True, blank=True)  # by accepted reports: `standing`

    of_parts = True  # whether it may have parts; a query that knows says so, and spares another

    objects = TaskRows.as_manager()

    class Meta:
        verbose_name = _("任务")
        ordering = ("plan", "position")
        indexes = (models.Index(fields=("area", "due"), name="task_area_due"),)

    def __str__(self) -> str:
        return " ".join(x for x in (self.number, self.name) if x)

    def get_absolute_url(self) -> str:
        return reverse("plans:task", args=[self.pk])

    def leading(self, register: Register | None = None) -> list[int]:
        """Today's units that lead it; without any the one that is responsible alone."""
        register = register or Register()
        roles = [role for role in self.roles.all() if role.unit_id is not None]
        found = register.expand(r.unit_id for r in roles if r.role == "lead" and r.unit_id)
        if found:
            return found
        alone = register.expand(r.unit_id for r in roles if r.role == "responsible" and r.unit_id)
        return alone if len(alone) == 1 else []

    @property
    def name(self) -> str:
        """Title or, where the plan gives none, the beginning of the text."""
        if self.title:
            return self.title
        return self.text if len(self.text) <= 40 else f"{self.text[:40]}…"


class TaskRole(models.Model):
    """Who does what in a task: a unit (or, for leaders, a person's name) as the plan writes it."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="roles")
    role = models.CharField(_("职责"), max_length=12, choices=words.ROLES)
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, related_name="task_roles", verbose_name=_("单位"))
    position = models.PositiveIntegerField()
    name = models.CharField(_("名称"), max_length=200)

    class Meta:
        ordering = ("task", "position")
        indexes = (models.Index(fields=("unit", "role"), name="taskrole_unit_role"),)

    def __str__(self) -> str:
        return self.name


class TaskQuantity(models.Model):
    """指标数: a number of a task, as written, with the town that it is split to.

    In a part of a task it is a share `of` a number of the parent.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="quantities")
    position = models.PositiveIntegerField()
    text = models.CharField(_("原文"), max_length=300)
    what = models.CharField(_("内容"), max_length=200, blank=True)
    value = models.FloatField(_("数值"))
    unit = models.CharField(_("单位"), max_length=60, blank=True)
    town = models.ForeignKey("org.Area", models.SET_NULL, null=True, related_name="+", verbose_name=_("镇街"))
    town_name = models.CharField(_("镇街"), max_length=100, blank=True)
    op = models.CharField(_("关系"), max_length=16, choices=words.COMPARISONS)
    kind = models.CharField(_("类别"), max_length=12, choices=words.STORED_KINDS)
    span = models.JSONField(null=True)
    of = models.ForeignKey("self", models.RESTRICT, null=True, blank=True, related_name="shares")

    class Meta:
        ordering = ("task", "position")

    def __str__(self) -> str:
        return self.text


class Goal(models.Model):
    """目标: what the plan is to reach, for the district or (a split) for one town."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="goals")
    position = models.PositiveIntegerField()
    text = models.TextField(_("原文"))
    indicator = models.CharField(_("指标"), max_length=20, choices=words.INDICATORS)
    op = models.CharField(_("关系"), max_length=16, choices=words.COMPARISONS)
    value = models.FloatField(_("数值"), null=True)
    unit = models.CharField(_("单位"), max_length=60, blank=True)
    baseline = models.CharField(_("基准"), max_length=200, blank=True)
    scope = models.CharField(_("范围"), max_length=100)
    town = models.ForeignKey("org.Area", models.SET_NULL, null=True, related_name="+")
    period_start = models.DateField(_("起始日期"), null=True)
    period_end = models.DateField(_("终止日期"), null=True)
    where = models.CharField(_("出处"), max_length=300, blank=True)
    span = models.JSONField(null=True)

    class Meta:
        verbose_name = _("目标")
        ordering = ("plan", "position")

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("plans:goal", args=[self.pk])


class Finding(models.Model):
    """疑点: something in the plan document that a person should look at, and what was decided about it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="findings")
    position = models.PositiveIntegerField()
    code = models.CharField(_("类别"), max_length=24, choices=words.FINDING_CODES)
    severity = models.CharField(_("程度"), max_length=8, choices=words.SEVERITIES)
    message = models.TextField(_("说明"))
    message_en = models.TextField()
    task_numbers = models.JSONField(default=list, blank=True)
    spans = models.JSONField(default=list, blank=True)
    tasks = models.ManyToManyField(Task, related_name="findings", blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=states.FINDING.choices, default=states.FINDING.start)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("疑点")
        ordering = ("plan", "position")

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """The message in the reader's language."""
        return self.message_en if get_language() == "en" else self.message

    def policy_scope(self) -> tuple[int | None, int | None]:
        """Whoever may decide on a plan of the area may decide on its findings."""
        return self.plan.area_id, None
