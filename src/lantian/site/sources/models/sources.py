"""Sources."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.policy import AreaQuerySet


class SourceRows(AreaQuerySet):
    """Seen by area, and by the firm that they belong to."""

    unit_field = "unit"


class Source(models.Model):
    """污染源: a thing in the world that pollutes or may: a boiler, a firm's paint shop, a site, a truck.

    It may stand on several ledgers. The point is WGS 84; without one it works by area and address. `unit` is the firm
    where it is a unit of the register; `firm` its name as lists write it.
    """

    name = models.CharField(_("名称"), max_length=200)
    firm = models.CharField(_("企业名称"), max_length=200, blank=True)
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="sources", verbose_name=_("企业账号单位")
    )
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, db_index=True)
    area = models.ForeignKey("org.Area", models.PROTECT, related_name="sources", verbose_name=_("行政区"))
    address = models.CharField(_("地址"), max_length=300, blank=True)
    longitude = models.FloatField(
        _("经度"), null=True, blank=True, validators=[MinValueValidator(70), MaxValueValidator(140)]
    )
    latitude = models.FloatField(
        _("纬度"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(60)]
    )
    opened = models.DateField(_("投产日期"), null=True, blank=True)
    ended = models.DateField(_("关闭日期"), null=True, blank=True)
    made_at = models.DateTimeField(_("录入时间"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("录入人")
    )

    objects = SourceRows.as_manager()

    class Meta:
        verbose_name = _("污染源")
        ordering = ("pk",)
        indexes = (
            models.Index(fields=("name",), name="source_name"),
            models.Index(fields=("longitude", "latitude"), name="source_place"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("sources:source", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.area_id, self.unit_id

    @property
    def place(self) -> tuple[float, float] | None:
        """Longitude and latitude, if known."""
        if self.longitude is None or self.latitude is None:
            return None
        return self.longitude, self.latitude

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        if (self.longitude is None) != (self.latitude is None):
            wrong["latitude"] = _("经度和纬度须一起填写。")
        if self.opened and self.ended and self.ended < self.opened:
            wrong["ended"] = _("关闭日期早于投产日期。")
        if wrong:
            raise ValidationError(wrong)
