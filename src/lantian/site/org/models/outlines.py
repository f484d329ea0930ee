"""Outlines of areas."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.site.core.policy import AreaQuerySet


class AreaOutline(models.Model):
    """边界: where an area lies, as a GeoJSON polygon in WGS 84. A row of its own, as areas are read everywhere and
    outlines on maps only. An area without one works by its name."""

    area = models.OneToOneField("org.Area", models.CASCADE, related_name="outline", verbose_name=_("行政区"))
    geometry = models.JSONField(_("边界"))
    source = models.CharField(_("资料来源"), max_length=300, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("行政区边界")

    def __str__(self) -> str:
        return str(self.area)

    def get_absolute_url(self) -> str:
        return self.area.get_absolute_url()

    @property
    def feature(self) -> dict[str, Any]:
        """As a map draws it."""
        return {"type": "Feature", "geometry": self.geometry, "properties": {"title": self.area.name}}
