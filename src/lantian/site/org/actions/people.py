"""What can be done to people and the roles they hold."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.policy import Actor, anyone, oneself, roles
from lantian.site.org import login_guard
from lantian.site.org.models import Area, Person, RoleGrant, Unit

ADMINISTRATOR = roles("administrator")

policy.declare(
    {
        "org.own_profile": anyone(),
        "org.see_people": ADMINISTRATOR,
        "org.add_person": ADMINISTRATOR,
        "org.change_person": ADMINISTRATOR,
        "org.disable_person": ADMINISTRATOR,
        "org.enable_person": ADMINISTRATOR,
        "org.reset_password": ADMINISTRATOR,
        "org.grant_role": ADMINISTRATOR,
        "org.revoke_role": ADMINISTRATOR,
        "org.change_profile": oneself(),
        "org.change_password": oneself(),
    },
    titles={
        "org.add_person": _("新增人员"),
        "org.change_person": _("修改人员"),
        "org.disable_person": _("停用账号"),
        "org.enable_person": _("启用账号"),
        "org.reset_password": _("重置口令"),
        "org.grant_role": _("授予角色"),
        "org.revoke_role": _("收回角色"),
        "org.change_profile": _("修改本人资料"),
        "org.change_password": _("修改本人口令"),
    },
)


def add_person(
    actor: Actor, *, username: str, name: str, password: str, unit: Unit | None = None, phone: str = ""
) -> Person:
    """Add a person with a first password, which must be changed at the first log-in."""
    person = Person(username=username, name=name, unit=unit, phone=phone, must_change_password=True)
    with change(actor, person, "org.add_person") as person:
        _set_password(person, password)
    return person


def change_person(actor: Actor, person: Person, *, name: str, unit: Unit | None = None, phone: str = "") -> Person:
    """Change what is known of a person."""
    with change(actor, person, "org.change_person") as person:
        person.name, person.unit, person.phone = name, unit, phone
    return person


def change_profile(actor: Person, *, name: str, phone: str = "") -> Person:
    """Change one's own name and phone."""
    with change(actor, actor, "org.change_profile") as person:
        person.name, person.phone = name, phone
    return person


def disable_person(actor: Actor, person: Person, *, reason: str = "") -> Person:
    """Close a person's access; at once, as every request asks. The last administrator stays."""
    with change(actor, person, "org.disable_person", note=reason) as person:
        if not person.is_active:
            raise WrongState(_("这个账号已经停用。"), found="disabled", expected=["active"])
        _administrator_left(without=person)
        person.is_active = False
    return person


def enable_person(actor: Actor, person: Person) -> Person:
    """Open a person's access again."""
    with change(actor, person, "org.enable_person") as person:
        if person.is_active:
            raise WrongState(_("这个账号正在使用。"), found="active", expected=["disabled"])
        person.is_active = True
    return person


def reset_password(actor: Actor, person: Person, *, password: str) -> Person:
    """Give a person a new first password, which must be changed at the next log-in."""
    with change(actor, person, "org.reset_password") as person:
        _set_password(person, password)
        person.must_change_password = True
    login_guard.forget(person.username)
    return person


def change_password(actor: Person, *, old: str, new: str) -> Person:
    """Change one's own password, knowing the old one."""
    with change(actor, actor, "org.change_password") as person:
        if not person.check_password(old):
            raise Invalid(_("原口令不正确。"), fields={"old": _("原口令不正确。")})
        if old == new:
            raise Invalid(_("新口令与原口令相同。"), fields={"new": _("新口令不能与原口令相同。")})
        _set_password(person, new, field_name="new")
        person.must_change_password = False
    return person


def grant_role(
    actor: Actor,
    person: Person,
    *,
    role: str,
    unit: Unit | None = None,
    area: Area | None = None,
    until: dt.date | None = None,
) -> RoleGrant:
    """Give a person a role, everywhere or within a unit or an area."""
    grant = RoleGrant(person=person, role=role, unit=unit, area=area, until=until)
    with change(actor, grant, "org.grant_role") as grant:
        if not Person.objects.filter(pk=person.pk, is_active=True).exists():
            raise WrongState(_("账号已停用，不能授予角色。"), found="disabled", expected=["active"])
    return grant


def revoke_role(actor: Actor, grant: RoleGrant) -> None:
    """Take a role away. The last administrator keeps it."""
    with change(actor, grant, "org.revoke_role") as grant:
        if grant.role == "administrator":
            _administrator_left(without_grant=grant)
        grant.delete()


def _set_password(person: Person, password: str, *, field_name: str = "password") -> None:
    try:
        password_validation.validate_password(password, person)
    except ValidationError as error:
        raise Invalid(_("口令不符合要求。"), fields={field_name: " ".join(error.messages)}) from error
    person.set_password(password)


def _administrator_left(*, without: Person | None = None, without_grant: RoleGrant | None = None) -> None:
    left = RoleGrant.objects.select_for_update().filter(role="administrator", person__is_active=True, until=None)
    if without is not None:
        if not left.filter(person=without).exists():
            return
        left = left.exclude(person=without)
    if without_grant is not None:
        left = left.exclude(pk=without_grant.pk)
    if not list(left):
        raise WrongState(_("至少要留一位管理员。"), remedy=_("请先把管理员角色授予另一位人员。"))
