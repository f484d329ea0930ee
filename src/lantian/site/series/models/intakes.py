"""Files of measured values on their way in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.series.models.blocks import Stage
from lantian.site.series.models.deliveries import DeliveryRows

FLAWS = [
    ("not-a-number", _("不是数字")),
    ("bad-time", _("时间不对")),
    ("future", _("时间未到")),
    ("duplicate", _("重复的时间")),
    ("too-high", _("高于可信上限")),
    ("too-low", _("低于可信下限")),
    ("no-station", _("没有站点")),
    ("unknown-column", _("不认识的列")),
    ("unknown-unit", _("不会换算的单位")),
    ("unreadable-file", _("文件读不了")),
]


class Intake(models.Model):
    """数据导入: files that somebody handed in, read and held against what is stored, until a person confirms them.

    `layout` is how to read them where headers do not tell (see `lantian.airquality.read.Layout`), `mapping` the
    owner's key by the station's name in the files, 0 to leave it out. `preview` is what the files would bring,
    `revision` counts previews: what is confirmed is the one that was read. Texts in it are kept in both languages.
    """

    class State(models.TextChoices):
        READING = "reading", _("读取中")
        PREVIEW = "preview", _("待确认")
        WRITING = "writing", _("写入中")
        DONE = "done", _("已写入")
        DISCARDED = "discarded", _("已放弃")

    title = models.CharField(_("名称"), max_length=300)
    source = models.CharField(_("数据来源"), max_length=100)
    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+", verbose_name=_("行政区"))
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位")
    )
    stage = models.PositiveSmallIntegerField(_("审核状态"), choices=Stage.choices, default=Stage.REALTIME)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.READING, db_index=True)
    layout = models.JSONField(default=dict, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    preview = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    job = models.ForeignKey("core.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("导入人")
    )
    created_at = models.DateTimeField(_("导入时间"), default=clock.now)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    objects = DeliveryRows.as_manager()
    audit_long: ClassVar = ("preview", "mapping")

    class Meta:
        verbose_name = _("数据导入")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("series:intake", args=[self.pk])


class IntakeFile(models.Model):
    """One of its files, as it was handed in."""

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="files")
    attachment = models.ForeignKey("core.Attachment", models.PROTECT, related_name="+")
    name = models.CharField(_("文件"), max_length=255)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class IntakeFlaw(models.Model):
    """疑误: something in the files that is not taken: where it stands, why, and what to do."""

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="flaws")
    code = models.CharField(_("原因"), max_length=20, choices=FLAWS)
    file = models.CharField(_("文件"), max_length=255)
    row = models.PositiveIntegerField(_("行号"), null=True)
    column = models.CharField(_("列"), max_length=100, blank=True)
    value = models.CharField(_("内容"), max_length=100, blank=True)
    zh = models.CharField(max_length=500)
    en = models.CharField(max_length=500)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """Why, and what to do, in the reader's language."""
        return self.en if get_language() == "en" else self.zh
