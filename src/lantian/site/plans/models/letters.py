"""Responsibility letters and pledges (责任书、承诺书): what was handed out to whom, and the copies that came back."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.policy import Actor, AreaQuerySet
from lantian.site.plans import states
from lantian.site.plans.models.plans import Plan
from lantian.site.plans.models.rows import READERS, DistrictRows

STANDING = ("issued", "handed_in", "returned", "confirmed")


def _person(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class LetterRows(AreaQuerySet):
    """Letters: a unit sees its own, a town those of the firms in it, and who reads all of an area all of them."""

    def visible_to(self, actor: Actor) -> Self:
        own = Q(unit__in=actor.visible_unit_ids)
        if towns := getattr(actor, "town_area_ids", None):
            own |= Q(unit__kind="firm", unit__area__in=towns)
        if any(actor.holds(role) for role in READERS):
            areas = actor.visible_area_ids
            return self.all() if areas is None else self.filter(own | Q(unit__area__in=areas))
        return self.filter(own)


class LetterBatch(models.Model):
    """一次发放: letters of one template, handed out for one plan in one go."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="letter_batches", verbose_name=_("方案"))
    template = models.CharField(_("模板"), max_length=60)
    edition = models.CharField(_("模板版本"), max_length=40)
    title = models.CharField(_("名称"), max_length=200)
    due = models.DateField(_("签回期限"))
    made_by = _person(_("发放人"))
    made_at = models.DateTimeField(_("发放时间"), default=clock.now)

    objects = DistrictRows.as_manager()

    class Meta:
        verbose_name = _("责任书发放")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plans:letter_batch", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.plan.area_id, None


class Letter(models.Model):
    """责任书、承诺书: one letter to one unit, or to one site of it.

    `content` is what it says, word for word as it was handed out: later changes of the plan or the template do not
    reach it. A letter that is handed out anew takes the place of the earlier one (`replaces`).
    """

    batch = models.ForeignKey(LetterBatch, models.PROTECT, related_name="letters", verbose_name=_("发放"))
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="letters", verbose_name=_("方案"))
    template = models.CharField(_("模板"), max_length=60)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("单位"))
    site = models.CharField(_("工地"), max_length=100, blank=True)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(_("文号"), max_length=100)
    title = models.CharField(_("名称"), max_length=200)
    content = models.JSONField()
    due = models.DateField(_("签回期限"))
    state = models.CharField(_("状态"), max_length=12, choices=states.LETTER.choices, default=states.LETTER.start)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    handed_in_by = _person(_("上传人"))
    handed_in_at = models.DateTimeField(_("上传时间"), null=True, blank=True)
    decided_by = _person(_("确认人"))
    decided_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)

    audit_long = ("content",)
    objects = LetterRows.as_manager()

    class Meta:
        verbose_name = _("责任书")
        ordering = ("-batch", "serial")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("plan", "template", "unit", "site"),
                condition=Q(state__in=STANDING),
                name="letter_one_standing",
                violation_error_message=_("这个单位已有一份有效的责任书。"),
            ),
            models.UniqueConstraint(fields=("plan", "template", "year", "serial"), name="letter_serial"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("state", "due"), name="letter_state_due"),
            models.Index(fields=("unit", "state"), name="letter_unit_state"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.place}）"

    def get_absolute_url(self) -> str:
        return reverse("plans:letter", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.plan.area_id, self.unit_id

    @property
    def place(self) -> str:
        """Who signs, with the site where it is for one."""
        return f"{self.unit} {self.site}".strip()


class LetterCopy(models.Model):
    """签字件: a page, photo or file of the signed letter; `turn` counts the times that it was handed in."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="copies")
    attachment = models.ForeignKey("core.Attachment", models.PROTECT, related_name="+")
    turn = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.attachment.name
