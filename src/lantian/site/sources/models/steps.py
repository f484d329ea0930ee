"""Steps taken on listings, with what was shown and who signed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.sources.models.listings import Listing


def _person(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class StepTaken(models.Model):
    """办理记录: a step on a listing. One that several must sign is `signing` until the last has signed; then it is
    `taken`. A step that waits can be dropped; both stay on record. `waits_for` names the parties whose turn it is to
    sign, so that a person's own are found by a query: `|office|town|`. `noted` is what the platform notes with it: the
    rules that a project did not meet when it was let through."""

    class State(models.TextChoices):
        SIGNING = "signing", _("待会签")
        TAKEN = "taken", _("已办理")
        DROPPED = "dropped", _("未通过会签")

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="steps", verbose_name=_("上账记录"))
    step = models.CharField(_("步骤"), max_length=40)
    source = models.CharField(_("原状态"), max_length=40)
    target = models.CharField(_("新状态"), max_length=40)
    state = models.CharField(max_length=8, choices=State.choices, default=State.TAKEN)
    waits_for = models.CharField(max_length=500, blank=True, editable=False)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    noted = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    by = _person(_("办理人"))
    at = models.DateTimeField(_("办理时间"), default=clock.now)
    ended_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("办理记录")
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("listing",),
                condition=Q(state="signing"),
                name="steptaken_one_signing",
                violation_error_message=_("这条记录正在会签。"),
            )
        ]
        indexes: ClassVar = [models.Index(fields=("listing", "-at"), name="steptaken_listing")]

    def __str__(self) -> str:
        return f"{self.listing} {self.step}"

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.listing.policy_scope()


class ProofShown(models.Model):
    """证明材料: what was shown with a step, under the name by which the ledger asks for it.

    A photo's time and place are the camera's; where it tells none, they are what the person said (`told`). `distance`
    is how far from the source it was taken, `accuracy` how sure the phone was of its place, both in metres.
    """

    taken = models.ForeignKey(StepTaken, models.CASCADE, related_name="proofs", verbose_name=_("办理记录"))
    name = models.CharField(max_length=40)
    attachment = models.ForeignKey("core.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    value = models.FloatField(_("读数"), null=True, blank=True)
    at = models.DateTimeField(_("拍摄时间"), null=True, blank=True)
    longitude = models.FloatField(_("经度"), null=True, blank=True)
    latitude = models.FloatField(_("纬度"), null=True, blank=True)
    accuracy = models.FloatField(_("定位误差"), null=True, blank=True)
    told = models.BooleanField(_("时间为人工填写"), default=False)
    distance = models.FloatField(_("距污染源"), null=True, blank=True)

    class Meta:
        verbose_name = _("证明材料")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.taken}: {self.name}"


class Signature(models.Model):
    """会签: one of those who must sign a step has signed it, or refused."""

    taken = models.ForeignKey(StepTaken, models.CASCADE, related_name="signatures", verbose_name=_("办理记录"))
    signer = models.CharField(_("会签方"), max_length=40)
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("单位"))
    agrees = models.BooleanField(_("同意"), default=True)
    by = _person(_("签字人"))
    at = models.DateTimeField(_("签字时间"), default=clock.now)
    note = models.CharField(_("意见"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("会签")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("taken", "signer"), name="signature_once", violation_error_message=_("这一方已经签过。")
            )
        ]

    def __str__(self) -> str:
        return f"{self.taken}: {self.signer}"
