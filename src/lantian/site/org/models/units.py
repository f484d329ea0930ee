"""Units and their names."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import clock
from lantian.site.core.policy import AreaQuerySet
from lantian.site.org.models.areas import Area
from lantian.site.org.models.tree import refuse_circle


class UnitRows(AreaQuerySet):
    """Units: everybody in the house may see who there is; those outside see their own."""

    def visible_to(self, actor: Any) -> Self:
        if getattr(actor, "is_outside", False):
            return self.filter(pk__in=actor.visible_unit_ids)
        return self.all()

    def current(self) -> Self:
        """Units that exist on the day that counts."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=clock.today()), same_as=None)


# What a group may gather by itself: all units of a kind in its area, whoever comes or goes.
GATHERED = [("town", _("全部镇街")), ("department", _("全部部门"))]


class Unit(models.Model):
    """单位: whoever can be given a task: a department, a town's government, a firm, a group of units (各镇街).

    `same_as` says that the row is only another writing of a unit, as a person found: a typo, a longer form. A group
    has the units that it `gathers`, its `members`, and not those in `GroupException`.
    """

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("部门")
        TOWN = "town", _("镇街")
        CITY = "city", _("市级单位")
        FIRM = "firm", pgettext_lazy("unit kind", "企业")
        GROUP = "group", _("单位组")
        OTHER = "other", _("其他")

    name = models.CharField(
        _("名称"), max_length=100, unique=True, error_messages={"unique": _("已有这个名称的单位。")}
    )
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices, default=Kind.OTHER)
    parent = models.ForeignKey(
        "self", verbose_name=_("上级单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    area = models.ForeignKey(
        Area, verbose_name=_("所在行政区"), null=True, blank=True, on_delete=models.PROTECT, related_name="units"
    )
    members: models.ManyToManyField[Unit, Any] = models.ManyToManyField(
        "self",
        verbose_name=_("成员单位"),
        symmetrical=False,
        related_name="groups",
        blank=True,
        through="GroupMember",
        through_fields=("group", "unit"),
    )
    gathers = models.CharField(_("自动包含"), max_length=12, choices=GATHERED, blank=True)
    same_as = models.ForeignKey(
        "self", verbose_name=_("即"), null=True, blank=True, on_delete=models.PROTECT, related_name="other_writings"
    )
    valid_from = models.DateField(_("设立日期"), null=True, blank=True)
    valid_to = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = UnitRows.as_manager()

    depth = 0  # in a tree as drawn: set by queries.in_tree_order

    class Meta:
        ordering: ClassVar = ["kind", "name"]

    def __str__(self) -> str:
        return self.name

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.area_id, self.pk

    def get_absolute_url(self) -> str:
        return reverse("org:unit", args=[self.pk])

    def clean(self) -> None:
        refuse_circle(Unit, self.pk, self.parent_id)
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("撤销日期早于设立日期。")})


class _InGroup(models.Model):
    """A unit's place in a group, with the days it holds."""

    valid_from = models.DateField(_("自"), null=True, blank=True)
    valid_to = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("结束日期早于开始日期。")})


class GroupMember(_InGroup):
    """成员: a unit that belongs to a group by name (含某管委)."""

    group = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="in_groups")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "unit"], name="org_group_member")]

    def __str__(self) -> str:
        return f"{self.group}: {self.unit}"


class GroupException(_InGroup):
    """例外: a unit that a group would gather but does not have (不含某镇)."""

    group = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="exceptions")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="left_out_of")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "unit"], name="org_group_exception")]

    def __str__(self) -> str:
        return f"{self.group}: −{self.unit}"


class UnitName(models.Model):
    """Another name of a unit, with the days it held: a short form, or what it was called before a reorganisation."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(_("名称"), max_length=100)
    valid_from = models.DateField(_("自"), null=True, blank=True)
    valid_to = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["valid_from", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "name"], name="org_unit_name", violation_error_message=_("这个单位已有这个名称。")
            )
        ]

    def __str__(self) -> str:
        return self.name
