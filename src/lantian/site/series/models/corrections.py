"""Values that were replaced."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Correction(models.Model):
    """更正: the values of a block that one action replaced, as they were before, with who and why.

    `cells` are [slot, factor, value before, flags before, stage before, value after]; a missing value is null.
    """

    block = models.ForeignKey("series.Block", models.CASCADE, related_name="corrections")
    at = models.DateTimeField(_("时间"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("更正人")
    )
    by = models.CharField(_("数据来源"), max_length=100)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    cells = models.JSONField()
    delivery = models.ForeignKey("series.Delivery", models.SET_NULL, null=True, blank=True, related_name="corrections")

    class Meta:
        verbose_name = _("更正")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.block} {self.reason}"
