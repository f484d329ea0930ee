"""Log-in and log-out, sessions, locks and the second factor: what stands in the trail of access."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lantian.site.core import audit, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor, oneself, roles
from lantian.site.org import login_guard, sessions, totp
from lantian.site.org.models import LoginSession, Person

SECURITY = roles("security_admin")

policy.declare(
    {
        "org.end_sessions": oneself() | SECURITY,
        "org.unlock": SECURITY,
        "org.set_up_codes": oneself(),
        "org.remove_codes": SECURITY,
    },
    titles={
        "org.log_in": _("登录"),
        "org.log_out": _("退出登录"),
        "org.lock_out": _("登录失败过多，暂停登录"),
        "org.end_sessions": _("强制退出登录"),
        "org.unlock": _("解除登录锁定"),
        "org.set_up_codes": _("启用动态口令"),
        "org.remove_codes": _("清除动态口令"),
    },
)


def log_in(person: Person) -> None:
    """Write a log-in into the trail."""
    audit.append(person, "org.log_in", person)


def log_out(person: Person, *, key: str) -> None:
    """Write a log-out into the trail and close its session."""
    with transaction.atomic():
        sessions.end(LoginSession.objects.filter(person=person, key=key))
        audit.append(person, "org.log_out", person)


def end_sessions(actor: Actor, person: Person, *, only: LoginSession | None = None, keep: str | None = None) -> int:
    """End a person's sessions: one, or all (but the one with the key `keep`). How many there were."""
    facts: dict[str, int] = {}
    with change(actor, person, "org.end_sessions", ended=facts) as person:
        rows = person.logins.filter(ended_at=None)
        if only is not None:
            rows = rows.filter(pk=only.pk)
        if keep:
            rows = rows.exclude(key=keep)
        facts["sessions"] = sessions.end(rows)
    return facts["sessions"]


def unlock(actor: Actor, person: Person) -> Person:
    """Let a person try to log in again at once."""
    with change(actor, person, "org.unlock") as person:
        if not login_guard.forget(person.username):
            raise WrongState(_("这个账号没有被锁定。"), remedy=_("可能刚刚解除，请刷新页面。"))
    return person


def set_up_codes(actor: Person, *, secret: str, code: str) -> Person:
    """Ask for a code of one's phone app from now on; a first code shows that the app has the secret."""
    with change(actor, actor, "org.set_up_codes") as person:
        if person.totp_secret:
            raise WrongState(_("动态口令已经启用。"), remedy=_("更换手机请联系安全管理员清除后重设。"))
        step = totp.matching_step(secret, code)
        if step is None:
            raise Invalid(_("动态口令不正确。"), fields={"code": _("请核对密钥，并确认手机时间准确。")})
        person.totp_secret, person.totp_step = secret, step
    return person


def take_code(person: Person, code: str) -> bool:
    """Whether the code is right and new; it is used up."""
    with transaction.atomic():
        fresh = locked(Person.objects.filter(pk=person.pk)).get()
        step = totp.matching_step(fresh.totp_secret, code, after=fresh.totp_step)
        if step is None:
            return False
        Person.objects.filter(pk=fresh.pk).update(totp_step=step)
    return True


def remove_codes(actor: Actor, person: Person) -> Person:
    """Forget a person's phone app: it is set up anew at the next log-in where the setting asks for it."""
    with change(actor, person, "org.remove_codes") as person:
        if not person.totp_secret:
            raise WrongState(_("这个账号没有启用动态口令。"))
        person.totp_secret, person.totp_step = "", 0
    return person
