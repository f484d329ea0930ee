"""Areas, units, people and the roles they hold."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.policy import ROLES, AreaQuerySet


def subtree(parents: dict[int, int | None], tops: set[int]) -> frozenset[int]:
    """The tops and all that lies below them, from a table of child and parent."""
    children: dict[int | None, list[int]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    found: set[int] = set()
    waiting = [top for top in tops if top in parents]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += children.get(one, [])
    return frozenset(found)


def refuse_circle(model: type[models.Model], pk: int | None, parent_id: int | None) -> None:
    """Raise if the parent lies at or below the row itself."""
    if pk is None or parent_id is None:
        return
    parents = dict(model._default_manager.values_list("pk", "parent_id"))
    if parent_id in subtree(parents, {pk}):
        raise ValidationError({"parent": _("上级不能是它自己或它的下级。")})


class AreaRows(AreaQuerySet):
    """Areas as such."""

    area_field = "pk"


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


class UnitRows(AreaQuerySet):
    """Units: everybody in the house may see who there is."""

    def visible_to(self, actor: Any) -> UnitRows:
        return self.all()

    def current(self) -> UnitRows:
        """Units that exist on the day that counts."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=clock.today()))


class Unit(models.Model):
    """单位: whoever can be given a task: a department, a town's government, a firm, a group of units (各镇街)."""

    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("部门")
        TOWN = "town", _("镇街")
        CITY = "city", _("市级单位")
        FIRM = "firm", _("企业")
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
        "self", verbose_name=_("成员单位"), symmetrical=False, related_name="groups", blank=True
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


class People(BaseUserManager["Person"]):
    """Manager of people; passwords are set by actions."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(username=username)


class Person(AbstractBaseUser):
    """人员: who logs in. Never deleted, as the audit trail names them; disabled instead."""

    audit_secret: ClassVar = ("password",)
    audit_long: ClassVar = ()

    username = models.CharField(
        _("登录名"),
        max_length=50,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("登录名已被使用。")},
    )
    name = models.CharField(_("姓名"), max_length=50)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    unit = models.ForeignKey(
        Unit, verbose_name=_("单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("下次登录须改口令"), default=False)
    created_at = models.DateTimeField(_("建立时间"), default=clock.real_now)

    objects = People()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        ordering: ClassVar = ["username"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("org:person", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return None, None

    @property
    def title(self) -> str:
        """Name for the audit trail."""
        return f"{self.name}（{self.username}）"

    @property
    def unit_name(self) -> str:
        """Name of the unit for the audit trail."""
        return self.unit.name if self.unit else ""

    @cached_property
    def held(self) -> list[RoleGrant]:
        """Roles that count today: one query a request."""
        if not self.is_active:
            return []
        return list(self.grants.select_related("unit").filter(Q(until=None) | Q(until__gte=clock.today())))

    @property
    def role_names(self) -> list[str]:
        """Names of the roles held, for the reader."""
        return [str(ROLES[name]) for name in dict.fromkeys(grant.role for grant in self.held)]

    def holds(self, role: str, *, area_id: int | None = None, unit_id: int | None = None) -> bool:
        """Whether the role is held and covers the area and the unit (None: wherever)."""
        return any(grant.role == role and self._covers(grant, area_id, unit_id) for grant in self.held)

    def _covers(self, grant: RoleGrant, area_id: int | None, unit_id: int | None) -> bool:
        in_area = area_id is None or grant.area_id is None or area_id in self._areas_below(grant.area_id)
        in_unit = unit_id is None or grant.unit_id is None or unit_id in self._units_below(grant.unit_id)
        return in_area and in_unit

    @cached_property
    def visible_area_ids(self) -> frozenset[int] | None:
        """Areas whose rows may be seen; None for all. A grant without area sees what its unit's area holds."""
        seen: set[int] = set()
        for grant in self.held:
            area_id = grant.area_id or (grant.unit.area_id if grant.unit else None)
            if area_id is None or self._area_parents.get(area_id, ...) is None:
                return None
            seen |= self._areas_below(area_id)
        return frozenset(seen)

    @cached_property
    def visible_unit_ids(self) -> frozenset[int]:
        """Own unit and the units of one's roles, with those below them."""
        tops = {grant.unit_id for grant in self.held if grant.unit_id}
        if self.unit_id:
            tops.add(self.unit_id)
        return subtree(self._unit_parents, tops) if tops else frozenset()

    @cached_property
    def _area_parents(self) -> dict[int, int | None]:
        return dict(Area.objects.values_list("pk", "parent_id"))

    @cached_property
    def _unit_parents(self) -> dict[int, int | None]:
        return dict(Unit.objects.values_list("pk", "parent_id"))

    def _areas_below(self, area_id: int) -> frozenset[int]:
        return subtree(self._area_parents, {area_id})

    def _units_below(self, unit_id: int) -> frozenset[int]:
        return subtree(self._unit_parents, {unit_id})


class RoleGrant(models.Model):
    """角色授予: a person holds a role, everywhere or within an area or a unit."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants", verbose_name=_("人员"))
    role = models.CharField(_("角色"), max_length=20, choices=list(ROLES.items()))
    unit = models.ForeignKey(Unit, verbose_name=_("限于单位"), null=True, blank=True, on_delete=models.PROTECT)
    area = models.ForeignKey(Area, verbose_name=_("限于行政区"), null=True, blank=True, on_delete=models.PROTECT)
    until = models.DateField(_("有效至"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()}"

    def clean(self) -> None:
        if self.role == "liaison" and self.unit_id is None:
            raise ValidationError({"unit": _("联络员须指定单位。")})
        # Checked here, as a unique constraint takes two empty units for different ones.
        same = RoleGrant.objects.filter(person=self.person, role=self.role, unit=self.unit, area=self.area)
        if same.exclude(pk=self.pk).exists():
            raise ValidationError(_("已经有这个角色。"))


class FailedLogins(models.Model):
    """Failed log-ins from an address or for a name, counted within a window of time."""

    key = models.CharField(max_length=100, unique=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"

    def is_old(self, window: dt.timedelta) -> bool:
        """Whether the window has passed."""
        return clock.real_now() - self.since > window
