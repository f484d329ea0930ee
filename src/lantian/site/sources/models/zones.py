"""Regulatory zones."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core.policy import AreaQuerySet


class Zone(models.Model):
    """管控区: ground on which special rules hold between days, by a legal act: a no-burn zone, the built-up area.

    `geometry` is GeoJSON in WGS 84. A zone that is extended ends, and a new one begins: what held on a day stays known.
    `previous` is the one whose ground it replaced.
    """

    kind = models.CharField(_("种类"), max_length=40)
    name = models.CharField(_("名称"), max_length=100)
    area = models.ForeignKey("org.Area", models.PROTECT, related_name="zones", verbose_name=_("行政区"))
    geometry = models.JSONField(_("范围"))
    act = models.CharField(_("依据文件"), max_length=300, blank=True)
    source = models.CharField(_("资料来源"), max_length=300, blank=True)
    valid_from = models.DateField(_("自"), null=True, blank=True)
    valid_to = models.DateField(_("至"), null=True, blank=True)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="later", verbose_name=_("原范围")
    )

    audit_long = ("geometry",)
    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("管控区")
        ordering = ("kind", "name", "valid_from")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("sources:zone", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.area_id, None

    def held_before(self, day: Any) -> bool:
        """Whether it held on any day before this one: then its ground is history."""
        return self.valid_from is None or self.valid_from < day

    def feature(self, **properties: Any) -> dict[str, Any]:
        """As a map draws it."""
        return {"type": "Feature", "geometry": self.geometry, "properties": {"title": self.name} | properties}

    def clean(self) -> None:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("结束日期早于开始日期。")})
