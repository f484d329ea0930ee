"""Figures that towns reported."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.policy import AreaQuerySet

STANDS = [("listed", _("在账")), ("done", _("已完成")), ("left", _("未完成"))]


class ReportedTotal(models.Model):
    """上报数: what a town (or the district) said of a ledger on a day: how many, or what a field adds up to.

    `field` is '' for the number of listings. `source` names the paper in which it stood.
    """

    ledger = models.CharField(_("清单"), max_length=40)
    field = models.CharField(_("指标"), max_length=40, blank=True)
    stands = models.CharField(_("口径"), max_length=8, choices=STANDS)
    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+", verbose_name=_("行政区"))
    as_of = models.DateField(_("截至日期"))
    value = models.FloatField(_("上报数"), validators=[MinValueValidator(0)])
    source = models.CharField(_("来源"), max_length=200)
    made_at = models.DateTimeField(_("录入时间"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("录入人")
    )

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("上报数")
        ordering = ("-as_of", "area", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("ledger", "field", "stands", "area", "as_of"),
                name="reportedtotal_once",
                violation_error_message=_("这一天的这个数已经有了。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.as_of} {self.value:g}"

    def get_absolute_url(self) -> str:
        return reverse("sources:reported")

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.area_id, None
