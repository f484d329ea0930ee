"""Imports from Excel on their way: what a file would change, until a person confirms it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import clock


class SheetImport(models.Model):
    """Excel 导入: a workbook that somebody handed in, and what became of it. Seen by that person alone.

    `book` names what it is of, `params` what that is cut to. `revision` counts its previews: what is confirmed is the
    one that was read. `tables` says what each table of the file was taken for and what came of its rows; `picks` what a
    person said of them, by number: the sheet, or '' to leave it out. `moved` says how many rows had changed elsewhere
    since the preview before. Texts in `notes` and `fault` are kept in both languages. File and rows go when it is over;
    the audit trail keeps the file's hash.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("读取中")
        PREVIEW = "preview", _("待确认")
        WRITING = "writing", _("写入中")
        DONE = "done", _("已写入")
        FAILED = "failed", _("没有读取")
        DISCARDED = "discarded", _("已放弃")

    book = models.CharField(max_length=100)
    params = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    title = models.CharField(_("名称"), max_length=300)
    file_name = models.CharField(_("文件"), max_length=255)
    sha256 = models.CharField(max_length=64)
    attachment = models.ForeignKey("core.Attachment", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.UPLOADED, db_index=True)
    revision = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True)
    notes = models.JSONField(default=list, blank=True)
    tables = models.JSONField(default=list, blank=True)
    picks = models.JSONField(default=dict, blank=True)
    fault = models.JSONField(null=True, blank=True)
    job = models.ForeignKey("core.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("导入人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("导入时间"), default=clock.now)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    audit_long: ClassVar = ("notes", "tables")

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.title}：{self.file_name}"

    def get_absolute_url(self) -> str:
        return reverse("core:sheet_import", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return None, None


class SheetRow(models.Model):
    """A row of such a file and what it means, or a stored row that the file does not have.

    `was` is the stored row at the preview, whole; `values` what the file says. `rank` orders what needs a look first.
    """

    RANKS: ClassVar = {"bad": 0, "changed": 1, "new": 2, "vanished": 3, "same": 4}
    KINDS: ClassVar = [
        ("bad", _("有问题")),
        ("changed", pgettext_lazy("row", "修改")),
        ("new", pgettext_lazy("row", "新增")),
        ("vanished", _("文件中没有")),
        ("same", _("未变")),
    ]

    sheet_import = models.ForeignKey(SheetImport, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    rank = models.PositiveSmallIntegerField()
    kind = models.CharField(_("结果"), max_length=10, choices=KINDS)
    sheet = models.CharField(max_length=100)
    grid = models.PositiveIntegerField(default=0)
    grid_title = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField(default=0)
    ident = models.CharField(max_length=64, blank=True)
    title = models.CharField(_("内容"), max_length=300)
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    was = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    problems = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["position"]
        indexes: ClassVar = [
            models.Index(fields=["sheet_import", "rank", "position"], name="core_sheetrow_order"),
        ]

    def __str__(self) -> str:
        return self.title
