"""Areas."""

from __future__ import annotations

from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core.policy import Actor, AreaQuerySet
from lantian.site.org.models.tree import refuse_circle

KEEPERS = ("system_admin", "security_admin")


class AreaRows(AreaQuerySet):
    """Areas as such."""

    area_field = "pk"

    def visible_to(self, actor: Actor) -> Self:
        """Who keeps the register, or grants roles for areas, sees it whole, though nothing of what lies in them."""
        return self.all() if any(map(actor.holds, KEEPERS)) else super().visible_to(actor)


class Area(models.Model):
    """行政区: the district (or city), its towns and streets, their villages. One deployment has one root."""

    class Kind(models.TextChoices):
        CITY = "city", _("市")
        DISTRICT = "district", _("区县")
        TOWN = "town", _("镇街")
        VILLAGE = "village", _("村社区")

    code = models.CharField(_("区划代码"), max_length=20, blank=True)
    name = models.CharField(_("名称"), max_length=100)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", verbose_name=_("上级"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    aliases = models.JSONField(_("别名"), default=list, blank=True)
    valid_from = models.DateField(_("设立日期"), null=True, blank=True)
    valid_to = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = AreaRows.as_manager()

    depth = 0  # in a tree as drawn: set by queries.in_tree_order

    class Meta:
        ordering: ClassVar = ["code", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="org_area_code",
                violation_error_message=_("代码已被使用。"),
            ),
            models.UniqueConstraint(
                fields=["parent", "name"], name="org_area_name", violation_error_message=_("同一上级下已有这个名称。")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.pk, None

    def get_absolute_url(self) -> str:
        return reverse("org:area", args=[self.pk])

    def clean(self) -> None:
        refuse_circle(Area, self.pk, self.parent_id)
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("撤销日期早于设立日期。")})
