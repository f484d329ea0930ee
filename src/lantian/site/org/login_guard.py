"""Slows down guessing of passwords: after too many failures a name, and an address, have to wait.

Counts on the wall clock, as a replay must not open the door.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.faults import Refused
from lantian.site.org.models import FailedLogins

WINDOW = dt.timedelta(minutes=15)
PER_NAME = 8
PER_ADDRESS = 40


def check(username: str, ip: str) -> None:
    """Raise `Refused` when the name (from this address) or the address has failed too often within the window."""
    limits = _limits(username, ip)
    for row in FailedLogins.objects.filter(key__in=limits):
        if row.count >= limits[row.key] and not row.is_old(WINDOW):
            raise Refused(_("登录失败次数过多，已暂停登录。"), remedy=_("请 15 分钟后再试，或联系管理员重置口令。"))


def failed(username: str, ip: str) -> None:
    """Count a failure."""
    now = clock.real_now()
    with transaction.atomic():
        FailedLogins.objects.filter(since__lt=now - WINDOW).delete()
        for key in _limits(username, ip):
            row, _made = FailedLogins.objects.select_for_update().get_or_create(key=key, defaults={"since": now})
            row.count += 1
            row.save(update_fields=["count"])


def passed(username: str, ip: str) -> None:
    """Forget the failures of a name after a right password; those of the address stay."""
    FailedLogins.objects.filter(key=_name_key(username, ip)).delete()


def forget(username: str) -> None:
    """Forget the failures of a name from anywhere, when its password was reset."""
    FailedLogins.objects.filter(key__startswith=f"name:{username.lower()[:50]}@").delete()


def _name_key(username: str, ip: str) -> str:
    return f"name:{username.lower()[:50]}@{ip[:40]}"


def _limits(username: str, ip: str) -> dict[str, int]:
    return {_name_key(username, ip): PER_NAME, f"ip:{ip[:45]}": PER_ADDRESS}
