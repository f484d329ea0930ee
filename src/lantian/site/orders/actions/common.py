"""What several actions of this room share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import attachments, clock, notify
from lantian.site.core.faults import Invalid, Text
from lantian.site.core.policy import Actor
from lantian.site.orders import words
from lantian.site.orders.models import Order, OrderEvent, OrderFile
from lantian.site.orders.states import EXTENSION
from lantian.site.org.models import Person, person_of

notify.declare("orders.todo", _("工单待办"))
notify.declare("orders.told", _("工单进展"))
notify.declare("orders.escalated", _("工单催办升级"), urgent=True)

MANY = 20  # files of one step
Files: TypeAlias = "Sequence[UploadedFile[Any]]"


@dataclass(frozen=True)
class Spot:
    """Where something was done, and when where it waited for a network: as the device says, or in words."""

    longitude: float | None = None
    latitude: float | None = None
    words: str = ""
    accuracy: float | None = None
    noted_at: dt.datetime | None = None


def looked_over(files: Files) -> Files:
    """The files, checked before the transaction begins: a scanner may take a minute; see `attachments.look_over`."""
    if len(files) > MANY:
        raise Invalid(_("文件太多，一次最多 20 个。"), fields={"files": _("请减少文件。")})
    for file in files:
        attachments.look_over(file, file.name or "file")
    return files


def tell(
    actor: Actor,
    order: Order,
    kind: str,
    text: str = "",
    *,
    files: Files = (),
    spot: Spot | None = None,
    **fields: Any,
) -> OrderEvent:
    """What happens, for the timeline, with its files: part of an action, inside its transaction."""
    person, spot = person_of(actor), spot or Spot()
    made = OrderEvent(order=order, kind=kind, text=text.strip(), at=clock.now(), **fields)
    made.person, made.person_name = person, person.name if person else actor.title[:150]
    made.unit_name = person.unit_name[:200] if person else ""
    made.longitude, made.latitude, made.place = spot.longitude, spot.latitude, spot.words.strip()[:200]
    made.accuracy, made.noted_at = spot.accuracy, spot.noted_at
    made.full_clean(exclude=["order", "person", "unit"], validate_unique=False, validate_constraints=False)
    made.save()
    for file in files:
        stored = attachments.take(file, file.name or "file", actor)
        OrderFile.objects.create(event=made, attachment=stored, kind="photo" if stored.is_picture else "document")
    return made


def inform(people: Iterable[Person], order: Order, kind: str, title: Text, body: Text = "", *, key: str) -> None:
    """Tell people of an order; `key` with the order makes it once-only."""
    notify.notify(
        people,
        kind,
        title=format_lazy(title, order=str(order)),
        body=body,
        url=order.get_absolute_url(),
        key=f"orders:{order.pk}:{key}",
    )


def lapse(order: Order) -> None:
    """Let an open request for a later deadline fall: the order has gone on without it."""
    for one in order.extensions.filter(state="asked"):
        EXTENSION.step(one, "lapse")
        one.decided_at = clock.now()
        one.save(update_fields=["state", "decided_at"])


def missing(order: Order, event: OrderEvent) -> list[str]:
    """Names of the evidence that the kind asks for and an answer does not bring: what was noted since the order was
    accepted counts as well."""
    since = order.events.filter(kind__in=("note", "answer"), pk__lte=event.pk)
    if order.accepted_at:
        since = since.filter(at__gte=order.accepted_at)
    there = set(OrderFile.objects.filter(event__in=since).values_list("kind", flat=True))
    if any(one.has_place or one.place for one in since) or OrderFile.objects.filter(
        event__in=since, attachment__meta__latitude__isnull=False
    ):
        there.add("place")
    return [str(label) for name, label in words.EVIDENCE if name in order.rule.needs and name not in there]
