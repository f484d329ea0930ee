"""The documents of a plan: the one that started it, and each revised one with the pieces in which it differs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.plans import states, words
from lantian.site.plans.models.plans import Plan, Task
from lantian.site.plans.models.rows import DistrictRows


class VersionRows(DistrictRows):
    """Versions are seen with their plans."""

    def visible_to(self, actor: Any) -> Any:
        return self.filter(plan__in=Plan.objects.visible_to(actor).values("pk"))


class PlanVersion(models.Model):
    """方案版本: a document of a plan, as it was read and corrected. Number 1 began the campaign, others revise it.

    `content` is the plan in the shape of the contract, its tasks as first written; `tasks` leads from the index of a
    task there to the stored task that it became. `source` and `blocks` show the document (see `source_view`).
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="versions", verbose_name=_("方案"))
    number = models.PositiveSmallIntegerField(_("版次"))
    title = models.CharField(_("方案名称"), max_length=300, blank=True)
    doc_number = models.CharField(_("文号"), max_length=100, blank=True)
    issued_on = models.DateField(_("发文日期"), null=True, blank=True)
    plan_import = models.OneToOneField(
        "plans.PlanImport", models.SET_NULL, null=True, blank=True, related_name="version"
    )
    attachment = models.ForeignKey("core.Attachment", models.PROTECT, related_name="+", verbose_name=_("原文件"))
    content = models.JSONField()
    tasks = models.JSONField(default=dict, blank=True)
    source = models.TextField(blank=True)
    blocks = models.JSONField(blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=states.VERSION.choices, default=states.VERSION.start)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("导入人")
    )
    created_at = models.DateTimeField(_("导入时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    audit_long = ("content", "source", "blocks", "tasks")
    objects = VersionRows.as_manager()

    class Meta:
        verbose_name = _("方案版本")
        ordering = ("plan", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("plan", "number"), name="version_number_once"),
            models.UniqueConstraint(
                fields=("plan",),
                condition=Q(state="open"),
                name="version_one_open",
                violation_error_message=_("这份方案已有一份修订稿在比对。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.plan.title} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("plans:version", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.plan.area_id, None


class RevisionPiece(models.Model):
    """修订处: one difference that a revised document makes, accepted or refused by itself.

    Of the plan's head (`field`), a goal, or a task; a task that changed has a piece for each field. `before` and
    `after` are JSON as in the contract; `new` is the index of the goal or task in the revised document. `near` is a
    task that this one was probably split from or joined into. `granted` is a later date that a unit was granted.
    """

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="pieces")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=5, choices=words.REVISED)
    op = models.CharField(max_length=8, choices=words.REVISIONS)
    field = models.CharField(max_length=20, blank=True)
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="pieces")
    goal = models.ForeignKey("plans.Goal", models.SET_NULL, null=True, related_name="+")
    new = models.PositiveIntegerField(null=True)
    near = models.CharField(max_length=300, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    granted = models.DateField(_("已批准延期至"), null=True)
    state = models.CharField(_("状态"), max_length=8, choices=states.PIECE.choices, default=states.PIECE.start)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("修订处")
        ordering = ("version", "position")
        indexes = (models.Index(fields=("version", "state"), name="piece_version_state"),)

    def __str__(self) -> str:
        return f"{self.get_op_display()} {self.field or self.kind}"
