"""Evidence that came in many files at once."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.sources.models.listings import Listing
from lantian.site.sources.models.steps import StepTaken


class ProofBatch(models.Model):
    """批量材料: an archive of evidence for a ledger, and what became of it. Seen by who handed it in.

    Its archive goes once it was read. `taken_at` is what the person says of photos whose camera tells no time.
    """

    class State(models.TextChoices):
        READING = "reading", _("读取中")
        PREVIEW = "preview", _("待确认")
        DONE = "done", _("已归档")
        FAILED = "failed", _("没有读取")
        DISCARDED = "discarded", _("已放弃")

    ledger = models.CharField(_("清单"), max_length=40)
    file_name = models.CharField(_("文件"), max_length=255)
    archive = models.ForeignKey("core.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.READING)
    taken_at = models.DateTimeField(_("拍摄时间"), null=True, blank=True)
    fault = models.JSONField(null=True, blank=True)
    job = models.ForeignKey("core.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("上传人")
    )
    made_at = models.DateTimeField(_("上传时间"), default=clock.now)

    class Meta:
        verbose_name = _("批量材料")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("sources:batch", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return None, None


class ProofFile(models.Model):
    """待用材料: a file of such an archive: where it belongs, or why it belongs nowhere.

    Once it is filed (`filed_at`) it lies ready for the step that asks for it, until a step uses it.
    """

    RANKS: ClassVar = {"bad": 0, "nowhere": 1, "double": 2, "fits": 3}
    KINDS: ClassVar = [
        ("bad", _("不能收")),
        ("nowhere", _("对不上")),
        ("double", _("重复")),
        ("fits", _("对上了")),
    ]

    batch = models.ForeignKey(ProofBatch, models.CASCADE, related_name="files", verbose_name=_("批量材料"))
    path = models.CharField(_("文件"), max_length=500)
    kind = models.CharField(_("结果"), max_length=8, choices=KINDS)
    rank = models.PositiveSmallIntegerField()
    told = models.JSONField(_("说明"), default=dict, blank=True)
    listing = models.ForeignKey(
        Listing, models.PROTECT, null=True, blank=True, related_name="waiting_proofs", verbose_name=_("上账记录")
    )
    name = models.CharField(_("材料"), max_length=40, blank=True)
    attachment = models.ForeignKey("core.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    filed_at = models.DateTimeField(_("归档时间"), null=True, blank=True)
    used_by = models.ForeignKey(StepTaken, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("待用材料")
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=("listing", "name"), name="prooffile_listing")]

    def __str__(self) -> str:
        return self.path

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.listing.policy_scope() if self.listing else (None, None)
