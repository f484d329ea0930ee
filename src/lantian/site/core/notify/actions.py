"""What can be done with notices: tell people, read, choose channels. Nothing else writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Text
from lantian.site.core.locks import locked
from lantian.site.core.models import Delivery, Notice, NoticeSettings
from lantian.site.core.notify import addresses, config, queries
from lantian.site.core.notify.kinds import NoticeKind, kinds
from lantian.site.core.policy import Actor

policy.declare(
    {
        "core.see_notices": policy.anyone(),
        "core.choose_channels": policy.when(
            lambda actor, obj: obj is None or isinstance(obj, type) or obj.person == actor, _("本人")
        ),
    },
    titles={"core.see_notices": _("查看消息"), "core.choose_channels": _("选择通知方式")},
)

TITLE, BODY, URL, KEY = 200, 4000, 300, 200
Receiver = tuple[int | None, str]  # person's key (None: a group's robot) and address


def notify(
    people: Any,
    kind: str,
    *,
    title: Text,
    body: Text = "",
    url: str = "",
    key: str = "",
    now: dt.datetime | None = None,
) -> list[Notice]:
    """Tell one person or several; called by actions, inside their transaction.

    The notices stand in the inbox when the transaction ends well, and their deliveries in the outbox with them.

    Parameters
    ----------
    people : a person or an iterable of them; whoever is disabled is left out, whoever stands twice is told once
    kind : a declared kind (`notify.declare`)
    title, body : kept in the installation's language, whoever's page the action came from
    url : a path of this site where the matter is dealt with
    key : makes the notice once-only for each person: who has one with this key is not told again

    Returns
    -------
    The new notices.

    Raises
    ------
    LookupError, ValueError : an unknown kind, a url outside the site, a key too long (mistakes of the caller)
    """
    known = kinds[kind]
    if url and not (url.startswith("/") and not url.startswith("//") and len(url) <= URL):
        raise ValueError(f"not a path of this site: {url!r}")
    if len(key) > KEY:
        raise ValueError(f"key of over {KEY} characters: {key!r}")
    told = {person.pk: person for person in _several(people) if person.is_active}
    with translation.override(settings.LANGUAGE_CODE):
        text = {"title": _clean(title)[:TITLE], "body": _clean(body, lines=True)[:BODY]}
    with transaction.atomic():
        made = _store(told, {"kind": kind, "url": url, "key": key, "created_at": clock.now(), **text})
        _put_out(made, told, known, clock.real_now())
    return made


def _several(people: Any) -> Iterable[Any]:
    return [people] if isinstance(people, models.Model) else people


def _clean(text: Text, *, lines: bool = False) -> str:
    """Without control characters; a title in one line."""
    plain = "".join(c if c >= " " or c == "\n" else " " for c in str(text).replace("\x7f", " "))
    return plain.strip() if lines else " ".join(plain.split())


def _store(told: Mapping[int, Any], fields: dict[str, Any]) -> list[Notice]:
    """New rows for those who have none with the key. Whoever loses a race for one reads again what the other wrote."""
    while True:
        has: set[int] = set()
        if fields["key"]:
            has = set(Notice.objects.filter(key=fields["key"], person__in=told).values_list("person_id", flat=True))
        missing = [Notice(person=person, **fields) for pk, person in told.items() if pk not in has]
        try:
            with transaction.atomic():
                return Notice.objects.bulk_create(missing)
        except IntegrityError:
            if not fields["key"]:
                raise


def _put_out(made: list[Notice], told: Mapping[int, Any], kind: NoticeKind, now: dt.datetime) -> None:
    """Rows of the outbox for what leaves the platform, joining those that still wait for company."""
    channels = config.channels()
    if not made or not channels.channel or (clock.shift() and not channels.send_during_replay):
        return
    people = [told[notice.person_id] for notice in made]
    chosen = addresses.of(people, kind.name, channels)
    for channel in channels.channel:
        wait = dt.timedelta(minutes=0 if kind.urgent else channel.digest_minutes)
        groups: dict[Receiver, list[Notice]] = {}
        for notice in made:
            address = chosen.get((notice.person_id, channel.name))
            if address is not None:
                groups.setdefault((notice.person_id if channel.personal else None, address), []).append(notice)
        if groups:
            _gather(channel.name, kind.name, groups, now=now, wait=wait)


def _gather(
    channel: str, kind: str, groups: Mapping[Receiver, list[Notice]], *, now: dt.datetime, wait: dt.timedelta
) -> None:
    """Put each receiver's notices into a delivery that still waits, or into a new one: four queries at most."""
    found = _waiting(channel, kind, list(groups), now) if wait else {}
    new = {
        (person_id, address): Delivery(
            person_id=person_id, kind=kind, channel=channel, address=address, next_try_at=now + wait
        )
        for person_id, address in groups
        if (person_id, address) not in found
    }
    Delivery.objects.bulk_create(new.values())
    found |= new
    through = Delivery.notices.through
    through.objects.bulk_create(
        through(delivery_id=found[receiver].pk, notice_id=notice.pk)
        for receiver, notices in groups.items()
        for notice in notices
    )


def _waiting(channel: str, kind: str, receivers: list[Receiver], now: dt.datetime) -> dict[Receiver, Delivery]:
    """Deliveries that still gather. Their rows stay locked to the end of the transaction, so that none leaves
    between being found and being joined; one that was tried or is sent again never changes its words."""
    rows = locked(Delivery.objects.filter(channel=channel, kind=kind, state="queued", tries=0))
    rows = rows.filter(next_try_at__gt=now)
    persons = [person_id for person_id, _address in receivers if person_id is not None]
    rows = rows.filter(person__in=persons) if persons else rows.filter(person=None)
    return {(row.person_id, row.address): row for row in rows}


# The inbox


def mark_read(actor: Actor, pks: Iterable[int] | None = None) -> int:
    """Mark one's own notices as read, all of them without `pks`; how many were unread. No audit event: it is the
    reader's own bookkeeping."""
    policy.require(actor, "core.see_notices")
    unread = Notice.objects.filter(person=queries.own_key(actor), read_at=None)
    if pks is not None:
        unread = unread.filter(pk__in=pks)
    return unread.update(read_at=clock.now())


def choose_channels(
    actor: Actor, person: Any, *, email: str, mobile: str, choices: Mapping[str, Mapping[str, bool]]
) -> NoticeSettings:
    """Say where one is reached and over which channels for which kinds; what equals the defaults is not kept."""
    channels = config.channels()
    personal = {channel.name for channel in channels.channel if channel.personal}
    for kind, wanted in choices.items():
        if kind not in kinds or not set(wanted) <= personal:
            raise Invalid(_("没有这个消息类别或通知方式，请刷新页面后重新选择。"))
    kept = {
        kind: {name: on for name, on in wanted.items() if on != (name in channels.default_for(kind))}
        for kind, wanted in choices.items()
    }
    stored = NoticeSettings.objects.filter(person=person).first() or NoticeSettings(person=person)
    with change(actor, stored, "core.choose_channels") as stored:
        stored.email, stored.mobile = email.strip(), addresses.plain_mobile(mobile)
        stored.choices = {kind: wanted for kind, wanted in kept.items() if wanted}
    return stored
