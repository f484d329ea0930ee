"""What can be done to accounts of people. The system administrator keeps them, the security administrator the keys."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import Actor, System, anyone, oneself, roles
from lantian.site.org import login_guard, sessions
from lantian.site.org.actions.roles import NEVER_NONE, someone_left
from lantian.site.org.models import PastPassword, Person, Unit
from lantian.site.org.passwords import one_time_password, used_before

SYSTEM_ADMIN = roles("system_admin")
SECURITY_ADMIN = roles("security_admin")

policy.declare(
    {
        "org.own_profile": anyone(),
        "org.see_people": SYSTEM_ADMIN | SECURITY_ADMIN,
        "org.add_person": SYSTEM_ADMIN,
        "org.change_person": SYSTEM_ADMIN,
        "org.disable_person": SYSTEM_ADMIN | SECURITY_ADMIN,
        "org.enable_person": SYSTEM_ADMIN,
        "org.reset_password": SECURITY_ADMIN,
        "org.change_profile": oneself(),
        "org.change_password": oneself(),
    },
    titles={
        "org.own_profile": _("查看本人资料"),
        "org.see_people": _("查看人员"),
        "org.add_person": _("新增人员"),
        "org.change_person": _("修改人员"),
        "org.disable_person": _("停用账号"),
        "org.enable_person": _("启用账号"),
        "org.reset_password": _("重置口令"),
        "org.change_profile": _("修改本人资料"),
        "org.change_password": _("修改本人口令"),
    },
)


def add_person(
    actor: Actor, *, username: str, name: str, password: str | None = None, unit: Unit | None = None, phone: str = ""
) -> Person:
    """Add a person. The security administrator opens the door later, with a role and a one-time password.

    A first password, which must be changed at the first log-in, is given by the machine alone (command line, demo):
    who makes an account shall not be able to log in with it.
    """
    person = Person(username=username, name=name, unit=unit, phone=phone, must_change_password=True)
    with change(actor, person, "org.add_person") as person:
        if password is None:
            person.set_unusable_password()
        elif isinstance(actor, System):
            _set_password(person, password)
        else:
            raise Refused(_("初始口令由安全管理员发放。"))
    return person


def change_person(actor: Actor, person: Person, *, name: str, unit: Unit | None = None, phone: str = "") -> Person:
    """Change what is known of a person. Nobody moves himself to another unit."""
    with change(actor, person, "org.change_person") as person:
        if actor == person and unit != person.unit:
            raise Refused(_("不能改动自己的单位。"), remedy=_("请由另一位系统管理员办理。"))
        person.name, person.unit, person.phone = name, unit, phone
    return person


def change_profile(actor: Person, *, name: str, phone: str = "") -> Person:
    """Change one's own name and phone."""
    with change(actor, actor, "org.change_profile") as person:
        person.name, person.phone = name, phone
    return person


def disable_person(actor: Actor, person: Person, *, reason: str = "") -> Person:
    """Close a person's access; at once, as every request asks. Of the administrators one always stays."""
    with change(actor, person, "org.disable_person", note=reason) as person:
        if not person.is_active:
            raise WrongState(_("这个账号已经停用。"), found="disabled", expected=["active"])
        if actor == person:
            raise Refused(_("不能停用自己的账号。"), remedy=_("请由另一位管理员办理。"))
        for role in NEVER_NONE:
            someone_left(role, without=person)
        sessions.end(person.logins.all())
        person.is_active = False
    return person


def enable_person(actor: Actor, person: Person) -> Person:
    """Open a person's access again."""
    with change(actor, person, "org.enable_person") as person:
        if person.is_active:
            raise WrongState(_("这个账号正在使用。"), found="active", expected=["disabled"])
        person.is_active = True
    return person


def reset_password(actor: Actor, person: Person) -> str:
    """Give a person a one-time password, which must be changed at the next log-in; it is told once, here.

    Ends what sessions there are, and the wait after failed log-ins.
    """
    password = one_time_password()
    with change(actor, person, "org.reset_password") as person:
        if actor == person:
            raise Refused(_("自己的口令请用“修改口令”更换。"))
        if not person.is_active:
            raise WrongState(_("账号已停用。"), found="disabled", expected=["active"])
        _set_password(person, password)
        person.must_change_password = True
        sessions.end(person.logins.all())
        login_guard.forget(person.username)
    return password


def change_password(actor: Person, *, old: str, new: str) -> Person:
    """Change one's own password, knowing the old one."""
    with change(actor, actor, "org.change_password") as person:
        if not person.check_password(old):
            raise Invalid(_("原口令不正确。"), fields={"old": _("原口令不正确。")})
        if old == new:
            raise Invalid(_("新口令与原口令相同。"), fields={"new": _("新口令不能与原口令相同。")})
        past = person.past_passwords.values_list("password", flat=True)[: settings.LANTIAN_PASSWORD_HISTORY]
        if used_before(new, past):
            told = _("不能与最近 {n} 次用过的口令相同。").format(n=settings.LANTIAN_PASSWORD_HISTORY)
            raise Invalid(_("这个口令以前用过。"), fields={"new": told})
        PastPassword.objects.create(person=person, password=person.password)
        kept = person.past_passwords.values_list("pk", flat=True)[: max(settings.LANTIAN_PASSWORD_HISTORY, 1)]
        person.past_passwords.exclude(pk__in=list(kept)).delete()
        _set_password(person, new, field_name="new")
        person.must_change_password = False
    return person


def _set_password(person: Person, password: str, *, field_name: str = "password") -> None:
    try:
        password_validation.validate_password(password, person)
    except ValidationError as error:
        raise Invalid(_("口令不符合要求。"), fields={field_name: " ".join(error.messages)}) from error
    person.set_password(password)
    person.password_set_at = clock.real_now()
