"""What became of units, and what was decided about suggestions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.org.models.units import Unit


class Reorganisation(models.Model):
    """机构变动: a rename, merger, split or abolition of units on a day, with the document that ordered it.

    `before` are the units concerned, `after` those that do their work from `on`; a unit in both goes on. Names are
    kept as they were written down. `effects` tells what was changed along, so that it can be withdrawn.
    """

    class Kind(models.TextChoices):
        RENAME = "rename", _("更名")
        MERGE = "merge", _("合并")
        SPLIT = "split", _("拆分")
        ABOLISH = "abolish", _("撤销")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    on = models.DateField(_("生效日期"))
    before: models.ManyToManyField[Unit, Any] = models.ManyToManyField(Unit, related_name="ends", blank=True)
    after: models.ManyToManyField[Unit, Any] = models.ManyToManyField(Unit, related_name="beginnings", blank=True)
    names_before = models.JSONField(_("变动前"), default=list)
    names_after = models.JSONField(_("变动后"), default=list, blank=True)
    document = models.CharField(_("依据文件"), max_length=300, blank=True)
    attachment = models.ForeignKey("core.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("理由"), max_length=500, blank=True)
    effects = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("登记人")
    )
    created_at = models.DateTimeField(_("登记时间"))

    class Meta:
        ordering: ClassVar = ["-on", "-pk"]

    def __str__(self) -> str:
        after = "、".join(self.names_after)
        return f"{'、'.join(self.names_before)} → {after}" if after else "、".join(self.names_before)

    def get_absolute_url(self) -> str:
        return reverse("org:reorganisation", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return None, None


class SuggestionVerdict(models.Model):
    """What a person decided about a suggestion. The key is made of names, so that a refused one does not come back.

    `effects` tells what an accepted one moved along, so that it can be undone.
    """

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("已采纳")
        REFUSED = "refused", _("已拒绝")

    key = models.CharField(max_length=700, unique=True)
    kind = models.CharField(max_length=10)
    title = models.CharField(_("建议"), max_length=500)
    verdict = models.CharField(_("决定"), max_length=10, choices=Verdict.choices)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="+")
    reorganisation = models.ForeignKey(Reorganisation, models.CASCADE, null=True, blank=True, related_name="+")
    effects = models.JSONField(default=dict, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("决定时间"))

    class Meta:
        ordering: ClassVar = ["-decided_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def policy_scope(self) -> tuple[int | None, int | None]:
        return None, None
