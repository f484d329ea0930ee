"""The outbox: deliveries are claimed one by one, sent, and their end written down.

What can be promised. A delivery is claimed by one conditional update, so two workers never send the same one. Between
the receiver's taking a letter and our writing that down lies a moment that no program can close: a worker killed in it
leaves a claimed row, and nobody can know whether the letter went. So nothing is guessed:

- a channel whose receiver knows the letter's key (`idempotent`) gets it again with the same key, and takes it once;
- on any other channel the delivery becomes `unknown` and waits for a person, who sends it again or lets it be.

The same holds where the connection breaks before the answer. A letter may thus be late, never doubled.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.models import Delivery
from lantian.site.core.notify import config, letters, senders
from lantian.site.core.policy import Actor
from lantian.site.core.states import DELIVERY

log = logging.getLogger(__name__)

# A sending worker ends within its time-outs; one that has not after this is dead.
LEASE = dt.timedelta(minutes=10)
WAITING = Q(state__in=("queued", "failed"))

policy.declare(
    {"core.see_deliveries": policy.roles("system_admin")}, titles={"core.see_deliveries": gettext_lazy("查看外发消息")}
)


def send_due(*, budget_s: float = 45, lease: dt.timedelta = LEASE) -> int:
    """Send what is due, until nothing is or the time is spent; how many letters left. Any number may run at once."""
    sweep(lease=lease)
    started, sent = time.monotonic(), 0
    while time.monotonic() - started < budget_s and (delivery := claim()):
        sent += deliver(delivery)
    return sent


def claim() -> Delivery | None:
    """The next due delivery, now ours alone; None when nothing is due."""
    while True:
        now, token = clock.real_now(), uuid.uuid4().hex
        pk = Delivery.objects.filter(WAITING, next_try_at__lte=now).order_by("next_try_at", "pk").values_list("pk")[:1]
        found = pk.first()
        if found is None:
            return None
        claimed = Delivery.objects.filter(WAITING, pk=found[0], next_try_at__lte=now).update(
            state="sending", claimed_by=token, claimed_at=now, tries=F("tries") + 1
        )
        if claimed:
            return Delivery.objects.get(pk=found[0])


def deliver(delivery: Delivery) -> bool:
    """Send a claimed delivery and write down how it ended; whether the receiver took it."""
    channels = config.channels()
    channel = channels.find(delivery.channel)
    if channel is None:
        return _ended(delivery, "given_up", _("通知方式 {name} 已不在设置中。").format(name=delivery.channel))
    try:
        letter = letters.write(delivery, channel, channels)
    except Exception as error:
        # A mistake of ours: it is told where the administrator looks, and the others go on.
        log.exception("delivery %s over %s", delivery.pk, delivery.channel)
        return _ended(delivery, "given_up", f"{type(error).__name__}: {error}")
    try:
        senders.send(channel, letter)
    except senders.NotTaken as error:
        return _again(delivery, channel, str(error)) if error.again else _ended(delivery, "given_up", str(error))
    except senders.Unsure as error:
        return _again(delivery, channel, str(error)) if channel.idempotent else _ended(delivery, "unknown", str(error))
    except Exception as error:
        log.exception("delivery %s over %s", delivery.pk, delivery.channel)
        return _ended(delivery, "unknown", f"{type(error).__name__}: {error}")
    _ended(delivery, "sent", "")
    return True


def sweep(*, lease: dt.timedelta = LEASE) -> int:
    """Deal with deliveries whose worker died while sending; how many there were."""
    channels = config.channels()
    repeatable = [channel.name for channel in channels.channel if channel.idempotent]
    now = clock.real_now()
    dead = Delivery.objects.filter(state="sending", claimed_at__lte=now - lease)
    again = dead.filter(channel__in=repeatable).update(
        state="failed", claimed_by="", next_try_at=now, last_error=_("发送进程中断，用同一编号重发。")
    )
    lost = dead.exclude(channel__in=repeatable).update(
        state="unknown", claimed_by="", last_error=_("发送进程中断，不能确定对方是否已收到。")
    )
    return again + lost


def _again(delivery: Delivery, channel: config.Channel, why: str) -> bool:
    """Try again later, or give up after the last try."""
    if delivery.tries > len(channel.retry_minutes):
        return _ended(delivery, "given_up", why)
    pause = dt.timedelta(minutes=channel.retry_minutes[delivery.tries - 1])
    return _ended(delivery, "failed", why, next_try_at=clock.real_now() + pause)


def _ended(delivery: Delivery, state: str, why: str, **fields: object) -> bool:
    """Write down how it ended, if the claim is still ours. What was surely sent is written over a doubt, too."""
    if state == "sent":
        fields["sent_at"] = clock.real_now()
    mine = Q(pk=delivery.pk, state="sending", claimed_by=delivery.claimed_by)
    if state == "sent":
        mine |= Q(pk=delivery.pk, state="unknown", tries=delivery.tries)
    Delivery.objects.filter(mine).update(state=state, claimed_by="", last_error=why[:500], **fields)
    return False


# What a person decides


def resend(actor: Actor, delivery: Delivery) -> Delivery:
    """Send a delivery again that was given up or whose fate is not known; its tries count anew."""
    with change(actor, delivery, "core.delivery.resend") as delivery:
        DELIVERY.step(delivery, "resend", actor=actor)
        delivery.tries, delivery.next_try_at, delivery.last_error = 0, clock.real_now(), ""
    return delivery


def drop(actor: Actor, delivery: Delivery) -> Delivery:
    """Send a delivery no more."""
    with change(actor, delivery, "core.delivery.drop") as delivery:
        DELIVERY.step(delivery, "drop", actor=actor)
    return delivery
