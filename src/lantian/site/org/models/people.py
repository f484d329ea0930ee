"""People and the roles they hold."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.access import RoleExclusions
from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.policy import ADMINISTRATORS, OF_A_UNIT, OUTSIDE, ROLES, Actor
from lantian.site.org.models.areas import Area
from lantian.site.org.models.tree import subtree
from lantian.site.org.models.units import Unit
from lantian.site.org.register import Register

# The first that fits: browsers name those they descend from as well.
BROWSERS = [
    ("MicroMessenger", "WeChat"), ("DingTalk", "DingTalk"), ("Edg", "Edge"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
]  # fmt: skip
SYSTEMS = [
    ("Windows", "Windows"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"),
    ("iPad", "iPad"), ("Mac OS", "macOS"), ("Linux", "Linux"),
]  # fmt: skip


class People(BaseUserManager["Person"]):
    """Manager of people; passwords are set by actions."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(username=username)


class Person(AbstractBaseUser):
    """人员: who logs in. Never deleted, as the audit trail names them; disabled instead."""

    audit_secret: ClassVar = ("password", "totp_secret")
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
    password_set_at = models.DateTimeField(_("口令设置时间"), null=True, blank=True)
    totp_secret = models.CharField(_("动态口令密钥"), max_length=64, blank=True)
    totp_step = models.BigIntegerField(default=0)  # of the last code taken: none is taken twice
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

    @property
    def must_first(self) -> str:
        """The page that a person must go to before any other: a password to change, codes to set up. "" for none."""
        days = settings.LANTIAN_PASSWORD_DAYS
        if self.must_change_password or (
            days and self.password_set_at and clock.real_now() - self.password_set_at > dt.timedelta(days=days)
        ):
            return "org:password"
        return "org:totp" if self.needs_codes and not self.totp_secret else ""

    @property
    def needs_codes(self) -> bool:
        """Whether the setting asks this person for a second factor."""
        asked = settings.LANTIAN_TOTP
        return asked == "all" or (asked == "administrators" and not self.roles.isdisjoint(ADMINISTRATORS))

    @cached_property
    def held(self) -> list[RoleGrant]:
        """Roles that count today: one query a request."""
        if not self.is_active:
            return []
        return list(self.grants.select_related("unit").filter(Q(until=None) | Q(until__gte=clock.today())))

    @property
    def role_names(self) -> list[str]:
        """Names of the roles held, for the reader."""
        return list(dict.fromkeys(str(grant.role_name) for grant in self.held))

    @property
    def roles(self) -> frozenset[str]:
        """Roles held today, wherever."""
        return frozenset(grant.role for grant in self.held)

    @property
    def is_outside(self) -> bool:
        """Whether the person is of a firm, a contractor or a station operator only, and sees nothing but its own."""
        return bool(self.held) and self.roles <= set(OUTSIDE)

    def holds(self, role: str, *, area_id: int | None = None, unit_id: int | None = None) -> bool:
        """Whether the role is held and covers the area and the unit (None: wherever)."""
        return any(grant.role == role and self._covers(grant, area_id, unit_id) for grant in self.held)

    def _covers(self, grant: RoleGrant, area_id: int | None, unit_id: int | None) -> bool:
        in_area = area_id is None or grant.area_id is None or area_id in self._areas_below(grant.area_id)
        in_unit = unit_id is None or grant.unit_id is None or unit_id in self._units_of({grant.unit_id})
        return in_area and in_unit

    @cached_property
    def visible_area_ids(self) -> frozenset[int] | None:
        """Areas whose rows may be seen; None for all. A grant without area sees what its unit's area holds.

        Administrators see no area's rows, as they run the platform and not the work; those outside the administration
        see what their own unit has, and nothing of an area.
        """
        seen: set[int] = set()
        for grant in self.held:
            if grant.role in ADMINISTRATORS or grant.role in OUTSIDE:
                continue
            area_id = grant.area_id or (grant.unit.area_id if grant.unit else None)
            if area_id is None or self._area_parents.get(area_id, ...) is None:
                return None
            seen |= self._areas_below(area_id)
        return frozenset(seen)

    @cached_property
    def town_area_ids(self) -> frozenset[int]:
        """Areas of the towns whose liaison the person is."""
        towns = {g.unit.area_id for g in self.held if g.role == "liaison" and g.unit and g.unit.kind == "town"}
        return frozenset().union(*(self._areas_below(area_id) for area_id in towns if area_id))

    @cached_property
    def visible_unit_ids(self) -> frozenset[int]:
        """Own unit and the units of one's roles, those below them, and those whose work they do now."""
        tops = {grant.unit_id for grant in self.held if grant.unit_id}
        if self.unit_id:
            tops.add(self.unit_id)
        return self._units_of(tops) if tops else frozenset()

    @cached_property
    def register(self) -> Register:
        """Units as they stand today: one for a request."""
        return Register()

    @cached_property
    def _area_parents(self) -> dict[int, int | None]:
        return dict(Area.objects.values_list("pk", "parent_id"))

    def _areas_below(self, area_id: int) -> frozenset[int]:
        return subtree(self._area_parents, {area_id})

    def _units_of(self, tops: set[int]) -> frozenset[int]:
        below = subtree(self.register.parents, set(self.register.predecessors(tops)))
        return self.register.predecessors(below)


def person_of(actor: Actor) -> Person | None:
    """The person who acts; None for the machine."""
    return actor if isinstance(actor, Person) else None


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

    @property
    def role_name(self) -> Text:
        """The role as its holder is called: a liaison by the kind of unit."""
        kind = self.unit.kind if self.role == "liaison" and self.unit else ""
        return {"department": _("部门联络员"), "town": _("镇街联络员")}.get(kind, ROLES.get(self.role, self.role))

    def clean(self) -> None:
        if self.role in OF_A_UNIT and self.unit_id is None:
            raise ValidationError({"unit": _("这个角色须指定单位。")})
        if self.role in OUTSIDE and self.unit and self.unit.kind != Unit.Kind.FIRM:
            raise ValidationError({"unit": _("这个角色只能属于企业类单位。")})
        self._kept_apart()
        # Checked here, as a unique constraint takes two empty units for different ones.
        same = RoleGrant.objects.filter(person=self.person, role=self.role, unit=self.unit, area=self.area)
        if same.exclude(pk=self.pk).exists():
            raise ValidationError(_("已经有这个角色。"))

    def _kept_apart(self) -> None:
        """Refuse a role that the person's other roles exclude: rule `role-exclusions`."""
        others = RoleGrant.objects.filter(Q(until=None) | Q(until__gte=clock.today()), person=self.person)
        rule = rulebook.get("role-exclusions", as_=RoleExclusions, on=clock.today())
        found = rule.between(self.role, others.exclude(pk=self.pk).values_list("role", flat=True))
        if found:
            held, exclusion = found
            why = exclusion.why_en if get_language() == "en" else exclusion.why
            told = _("{person}已是{held}，不能同时担任{role}。{why}")
            raise ValidationError(
                {"role": told.format(person=self.person, held=ROLES[held], role=ROLES[self.role], why=why)}
            )


class FailedLogins(models.Model):
    """Failed log-ins from an address or for a name; `since` is the last of them. Written by `login_guard` alone."""

    key = models.CharField(max_length=100, unique=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()

    def __str__(self) -> str:
        # Never the name that was typed: it may be a password in the wrong field, and this stands in the trail.
        return f"{self.key.split(':')[0]} #{self.pk}: {self.count}"


class PastPassword(models.Model):
    """A password that a person had, as its hash, so that it is not taken again."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    at = models.DateTimeField(default=clock.real_now)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.person} {self.at:%Y-%m-%d}"


class LoginSession(models.Model):
    """登录: a browser that somebody logged in with. `key` is that of the session store, empty once it ended."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="logins", verbose_name=_("人员"))
    key = models.CharField(max_length=40, blank=True, db_index=True)
    ip = models.CharField(_("地址"), max_length=45, blank=True)
    agent = models.CharField(_("浏览器"), max_length=200, blank=True)
    began_at = models.DateTimeField(_("登录时间"), default=clock.real_now)
    seen_at = models.DateTimeField(_("最近使用"), default=clock.real_now)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.person} {self.began_at:%Y-%m-%d %H:%M}"

    @property
    def browser(self) -> str:
        """The browser in short, as its owner knows it."""
        return browser_of(self.agent)


def browser_of(agent: str) -> str:
    """A browser's and a system's name from what the browser says of itself.

    >>> browser_of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36")
    'Chrome · Windows'
    """
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return " · ".join(filter(None, (browser, system))) or agent[:40]
