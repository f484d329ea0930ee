"""Stations."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core.policy import NO_UNIT, AreaQuerySet

# National and provincial stations are the authority's own; micro-stations show where to look, and judge nobody.
CLASSES = [
    ("national", _("国控站")),
    ("provincial", _("省（市）控站")),
    ("district", _("区县站")),
    ("town", _("镇街站")),
    ("micro", _("微型站")),
    ("dust", _("扬尘监测点")),
]


class StationRows(AreaQuerySet):
    """Seen by area, and by the unit that runs them."""

    unit_field = "unit"


class Station(models.Model):
    """站点: a place where ambient air is measured. `owner` is what its series are kept under.

    The point is WGS 84. `factors` are those that it measures by its approval: what is missing of them is missing, what
    is not among them was never promised. `counts` says whether its values go into results of its area.
    """

    code = models.CharField(_("站点编码"), max_length=40, unique=True)
    name = models.CharField(_("站点名称"), max_length=100)
    kind = models.CharField(_("站点类别"), max_length=12, choices=CLASSES)
    area = models.ForeignKey("org.Area", models.PROTECT, related_name="stations", verbose_name=_("行政区"))
    unit = models.ForeignKey(
        "org.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="stations",
        verbose_name=pgettext_lazy("station", "运维单位"),
    )
    owner = models.OneToOneField("series.Owner", models.PROTECT, related_name="station")
    longitude = models.FloatField(
        _("经度"), null=True, blank=True, validators=[MinValueValidator(70), MaxValueValidator(140)]
    )
    latitude = models.FloatField(
        _("纬度"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(60)]
    )
    factors = models.JSONField(_("监测因子"), default=list)
    counts = models.BooleanField(_("参与评价"), default=True)
    background = models.BooleanField(_("清洁对照点"), default=False)
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)
    source = models.CharField(_("资料来源"), max_length=300, blank=True)

    objects = StationRows.as_manager()

    class Meta:
        verbose_name = _("站点")
        ordering = ("kind", "code")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("air:station", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        """Its area, and the unit that runs it; whose roles are held for a unit has no say at a station of none."""
        return self.area_id, self.unit_id or NO_UNIT

    def measures(self, *codes: str) -> bool:
        """Whether it measures any of some factors; one that names none may measure all."""
        return not self.factors or not set(codes).isdisjoint(self.factors)

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        if (self.longitude is None) != (self.latitude is None):
            wrong["latitude"] = _("经度和纬度须一起填写。")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            wrong["valid_to"] = _("停用日期早于启用日期。")
        if wrong:
            raise ValidationError(wrong)
