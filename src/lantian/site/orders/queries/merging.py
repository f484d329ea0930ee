"""Orders that may be about one matter: suggested by cause, place and title; a person decides."""

from __future__ import annotations

import math

from django.db.models import Q, QuerySet

from lantian.site.core.policy import Actor
from lantian.site.orders.models import Order
from lantian.site.orders.states import OPEN

NEAR = 200.0  # metres within which two orders of a kind may be one
SHOWN = 6
DEGREE = 111_320.0  # metres of a degree of latitude


def alike(person: Actor, order: Order) -> list[Order]:
    """Open orders that the person may see and that may be about the same matter, the latest first: one SQL query."""
    same = Q(title__iexact=order.title, area=order.area_id)
    if order.cause_id:
        same |= Q(cause=order.cause_id)
    if order.place_key:
        same |= Q(place_key=order.place_key, area=order.area_id)
    if order.longitude is not None and order.latitude is not None:
        high = NEAR / DEGREE
        wide = high / max(math.cos(math.radians(order.latitude)), 0.01)
        same |= Q(
            kind=order.kind,
            longitude__range=(order.longitude - wide, order.longitude + wide),
            latitude__range=(order.latitude - high, order.latitude + high),
        )
    rows = others(person, order).filter(same)
    return [one for one in rows[: 4 * SHOWN] if _is_near(order, one)][:SHOWN]


def others(person: Actor, order: Order) -> QuerySet[Order]:
    """Open orders that an order could be merged into."""
    rows = Order.objects.visible_to(person).filter(state__in=OPEN).exclude(pk=order.pk)
    return rows.select_related("unit").order_by("-issued_at", "-pk")


def _is_near(order: Order, other: Order) -> bool:
    """Whether nothing speaks against it: two points far apart do, unless one thing led to both."""
    if order.cause_id is not None and order.cause_id == other.cause_id:
        return True
    distance = metres(order, other)
    return distance is None or distance <= NEAR


def metres(one: Order, two: Order) -> float | None:
    """Metres between two orders; None where one has no point."""
    if one.longitude is None or one.latitude is None or two.longitude is None or two.latitude is None:
        return None
    wide = (one.longitude - two.longitude) * math.cos(math.radians((one.latitude + two.latitude) / 2))
    return DEGREE * math.hypot(wide, one.latitude - two.latitude)
