"""Whoever or whatever is measured."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.site.core.policy import NO_UNIT, AreaQuerySet


class OwnerRows(AreaQuerySet):
    """Seen by area, and by the unit whose it is."""

    unit_field = "unit"


class Owner(models.Model):
    """监测对象: a station, an outlet, a meter or a gate of any room, as far as its series are concerned.

    The room that owns the thing makes it together with the thing; `kind` is that room's name for it. Values up to
    `locked_until` change no more, except by the result of the authority above.
    """

    kind = models.CharField(_("类别"), max_length=40, db_index=True)
    code = models.CharField(_("编码"), max_length=40)
    name = models.CharField(_("名称"), max_length=200)
    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+", verbose_name=_("行政区"))
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位")
    )
    url = models.CharField(max_length=300, blank=True)
    locked_until = models.DateTimeField(_("锁定至"), null=True, blank=True)

    objects = OwnerRows.as_manager()

    class Meta:
        verbose_name = _("监测对象")
        ordering = ("kind", "code")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "code"], name="series_owner_once", violation_error_message=_("已有这个编码。")
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.url

    def policy_scope(self) -> tuple[int | None, int | None]:
        """Its area and unit; whose roles are held for a unit has no say about what belongs to none."""
        return self.area_id, self.unit_id or NO_UNIT
