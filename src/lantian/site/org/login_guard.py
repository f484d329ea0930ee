"""Slows down guessing of passwords: after too many failures a name and an address wait, each time twice as long.

An attempt is counted before the password is looked at and taken back when it was right, in one locked transaction: a
thousand guesses at the same moment are a thousand counts, not one. Counts run on the wall clock, as a replay must not
open the door. Who tells of a lock does not tell whether the name exists.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lantian.site.core import audit, clock
from lantian.site.core.faults import Refused
from lantian.site.core.locks import locked
from lantian.site.core.policy import System
from lantian.site.org.models import FailedLogins, Person

FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=1)
QUIET = dt.timedelta(hours=1)  # after which failures are forgotten
# A name may fail oftener over all addresses than from one: else anybody could keep a person out from anywhere.
NAME_ANYWHERE = 6
ADDRESS = 10
DECLARATIONS = 10
GUARD = System("登录防护")


def attempt(username: str, ip: str) -> None:
    """Count an attempt; raise `Refused`, uncounted, while the name or the address waits."""
    now = clock.real_now()
    limits = _limits(username, ip)
    with transaction.atomic():
        rows = [_row(key, now) for key in sorted(limits)]
        until = max(filter(None, (_until(row, limits[row.key]) for row in rows)), default=now)
        if until <= now:
            for row in rows:
                row.count += 1
                row.since = now
                row.save(update_fields=["count", "since"])
    if until > now:
        minutes = int((until - now).total_seconds() // 60) + 1
        raise Refused(
            _("登录失败次数过多，已暂停登录。"),
            remedy=_("请 {minutes} 分钟后再试，或联系安全管理员。").format(minutes=minutes),
        )


def failed(username: str, ip: str) -> None:
    """After a wrong password: write down the locks that it led to. The attempt itself is counted already."""
    limits = _limits(username, ip)
    with transaction.atomic():
        for row in FailedLogins.objects.filter(key__in=limits):
            if until := _until(row, limits[row.key]):
                # A mistyped name may be a password: only names that exist are written down.
                known = Person.objects.filter(username=username).values_list("username", flat=True).first()
                audit.append(
                    GUARD, "org.lock_out", row, note=row.key.split(":")[0], username=known or "", until=until,
                    failures=row.count,
                )  # fmt: skip


def passed(username: str, ip: str) -> None:
    """Forget the failures of a name from an address after a right password; take this attempt out of the others."""
    own, *others = _limits(username, ip)
    with transaction.atomic():
        FailedLogins.objects.filter(key=own).delete()
        FailedLogins.objects.filter(key__in=others, count__gt=0).update(count=F("count") - 1)


def forget(username: str) -> int:
    """Forget the failures of a name from anywhere; how many counts there were."""
    return _of_name(username).delete()[0]


def locked_until(username: str) -> dt.datetime | None:
    """When a name may be tried again, from where it waits longest; None when it does not wait."""
    ends = (_until(row, _limits(username, "")[_kind(row.key, username)]) for row in _of_name(username))
    latest = max(filter(None, ends), default=None)
    return latest if latest and latest > clock.real_now() else None


def count_declaration(ip: str) -> None:
    """Count an account declared on the open page; raise `Refused` over some an hour from one address."""
    now = clock.real_now()
    with transaction.atomic():
        row = _row(f"declare:{ip[:45]}", now)
        over = row.count >= DECLARATIONS and now - row.since < QUIET
        if not over:
            row.count = 1 if row.count >= DECLARATIONS else row.count + 1
            row.since = now
            row.save(update_fields=["count", "since"])
    if over:
        raise Refused(_("这个地址申报过多。"), remedy=_("请一小时后再试，或联系所在镇街。"))


def _row(key: str, now: dt.datetime) -> FailedLogins:
    FailedLogins.objects.get_or_create(key=key, defaults={"since": now})
    row = locked(FailedLogins.objects.filter(key=key)).get()
    if now - row.since > LONGEST_WAIT + QUIET:
        row.count = 0
    return row


def _until(row: FailedLogins, limit: int) -> dt.datetime | None:
    """End of the wait that a count leads to; None below its limit."""
    if row.count < limit:
        return None
    wait: dt.timedelta = min(FIRST_WAIT * 2 ** min(row.count - limit, 10), LONGEST_WAIT)
    return row.since + wait


def _of_name(username: str) -> QuerySet[FailedLogins]:
    name = _name(username)
    return FailedLogins.objects.filter(Q(key__startswith=f"from:{name}@") | Q(key=f"name:{name}"))


def _kind(key: str, username: str) -> str:
    """The key that counts alike, without its address."""
    return f"from:{_name(username)}@" if key.startswith("from:") else key


def _name(username: str) -> str:
    return username.lower()[:44]


def _limits(username: str, ip: str) -> dict[str, int]:
    """Counts that an attempt belongs to, with how many failures each stands: the name from this address first."""
    tries = settings.LANTIAN_LOGIN_TRIES
    name, address = _name(username), ip[:45]
    return {
        f"from:{name}@{address}": tries,
        f"name:{name}": tries * NAME_ANYWHERE,
        f"ip:{address}": tries * ADDRESS,
    }
