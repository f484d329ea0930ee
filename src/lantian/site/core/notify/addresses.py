"""Where people are reached, and what of it a page may show."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Invalid
from lantian.site.core.models import NoticeSettings
from lantian.site.core.notify.config import Channel, Channels, Email

MOBILE = re.compile(r"\+?\d{6,15}")


def of(people: Iterable[Any], kind: str, channels: Channels) -> dict[tuple[int, str], str]:
    """Addresses by (person's key, channel's name) for a kind of notice: one query, whoever is told.

    A channel that a person does not want, or has no address for, is not there. A group's robot has the address ''.
    """
    people = list(people)
    settings = {one.person_id: one for one in NoticeSettings.objects.filter(person__in=people)}
    default = channels.default_for(kind)
    found = {}
    for person in people:
        own = settings.get(person.pk)
        wanted = own.choices.get(kind, {}) if own else {}
        for channel in channels.channel:
            address = address_on(channel, person, own)
            on = wanted.get(channel.name, channel.name in default) if channel.personal else channel.name in default
            if on and address is not None:
                found[person.pk, channel.name] = address
    return found


def address_on(channel: Channel, person: Any, own: NoticeSettings | None) -> str | None:
    """A person's address on a channel; None where there is none, '' for a group's robot."""
    if not channel.personal:
        return ""
    if isinstance(channel, Email):
        return (own.email if own else "") or None
    return mobile_of(person, own) or None


def mobile_of(person: Any, own: NoticeSettings | None) -> str:
    """The mobile number chosen for messages, else the person's telephone where that is one."""
    try:
        return (own.mobile if own else "") or plain_mobile(person.phone)
    except Invalid:
        return ""


def plain_mobile(number: str) -> str:
    """A number without the spaces and hyphens people write.

    >>> plain_mobile("138 0000-0000")
    '13800000000'
    """
    plain = re.sub(r"[\s()（）-]", "", number)
    if plain and not MOBILE.fullmatch(plain):
        raise Invalid(
            _("手机号不正确。"), fields={"mobile": _("请填 6 至 15 位数字，可以加国际区号，如 13800000000。")}
        )
    return plain


def masked(address: str) -> str:
    """An address as lists show it.

    >>> masked("13800001234"), masked("zhangsan@office.example")
    ('138****1234', 'z***@office.example')
    """
    if "@" in address:
        name, host = address.split("@", 1)
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 7 else "****" if address else ""
