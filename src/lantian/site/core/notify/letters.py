"""What a delivery says: subject, text, and each notice with its link. The same at every try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lantian.site.core.models import Delivery, Notice, NoticeSettings
from lantian.site.core.notify import addresses, kinds
from lantian.site.core.notify.config import Channel, Channels, DingTalk, WeCom

SHOWN = 20  # notices told in full in one message; the inbox has them all


@dataclass(frozen=True)
class Told:
    """One notice of a letter; `names` are those it is for, where a group reads it."""

    title: str
    body: str
    link: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """A message on its way. `key` is the same at every try; `mentions` are mobile numbers of those concerned."""

    key: str
    kind: str
    subject: str
    address: str
    notices: tuple[Told, ...]
    mentions: tuple[str, ...] = ()
    settings_link: str = ""

    def text(self, form: str) -> str:
        """The text in one of the forms `mail`, `chat`, `sms`."""
        context = {"subject": self.subject, "notices": self.notices, "settings_link": self.settings_link}
        with translation.override(settings.LANGUAGE_CODE):
            return render_to_string(f"core/notify/{form}.txt", context).strip()


def write(delivery: Delivery, channel: Channel, channels: Channels) -> Letter:
    """The letter of a delivery: three queries."""
    notices = list(delivery.notices.select_related("person").order_by("pk"))
    site = channels.site_url.rstrip("/")
    told = _together(notices, site, named=not channel.personal)
    with translation.override(settings.LANGUAGE_CODE):
        kind = str(kinds.title(delivery.kind))
        more = _("{kind}：{n} 条消息").format(kind=kind, n=len(told))
    return Letter(
        key=str(delivery.key),
        kind=delivery.kind,
        subject=told[0].title if len(told) == 1 else more,
        address=delivery.address,
        notices=told[:SHOWN],
        mentions=_mentions(notices) if isinstance(channel, DingTalk | WeCom) and channel.mention else (),
        settings_link=site + reverse("core:notice_settings") if site else "",
    )


def _together(notices: list[Notice], site: str, *, named: bool) -> tuple[Told, ...]:
    """Notices of the same words are told once, with the names of all they are for."""
    same: dict[tuple[str, str, str], list[Any]] = {}
    for notice in notices:
        link = f"{site}{notice.url or notice.get_absolute_url()}" if site else ""
        if named and not notice.url:
            link = ""  # each one's own inbox page, of no use to the others
        same.setdefault((notice.title, notice.body, link), []).append(notice.person)
    return tuple(
        Told(title, body, link, tuple(person.name for person in people) if named else ())
        for (title, body, link), people in same.items()
    )


def _mentions(notices: list[Notice]) -> tuple[str, ...]:
    people = {notice.person_id: notice.person for notice in notices}
    own = {one.person_id: one for one in NoticeSettings.objects.filter(person__in=people)}
    numbers = (addresses.mobile_of(person, own.get(pk)) for pk, person in people.items())
    return tuple(dict.fromkeys(number for number in numbers if number))
