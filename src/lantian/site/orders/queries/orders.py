"""Orders as lists and pages show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor
from lantian.site.orders.models import Order, OrderEvent, OrderExtension, OrderFile, OrderUnit
from lantian.site.orders.origins import REPORTED
from lantian.site.orders.states import DESK, HANDLERS, OPEN, UNDER_WAY, WITH_UNIT
from lantian.site.org.models import Person

SOON = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Light:
    """How an order stands: level, shape and words; days that it is late."""

    level: str
    shape: str
    words: Text
    late: int = 0


def light(order: Order) -> Light:
    """Red: past the deadline of what is waited for; amber: due within a day, or sent back; green: on its way."""
    now, due = clock.now(), waits_until(order)
    if due is not None and now > due:
        return Light("red", "■", order.get_state_display(), max((now - due).days, 0) + 1)
    if order.state in ("returned", "declined"):
        return Light("amber", "▼", order.get_state_display())
    if due is not None and due - now < SOON:
        return Light("amber", "▲", order.get_state_display())
    looks = {"closed": ("done", "✓"), "answered": ("green", "◆"), "accepted": ("green", "●"), "issued": ("green", "○")}
    return Light(*looks.get(order.state, ("grey", "○")), order.get_state_display())


def waits_until(order: Order) -> dt.datetime | None:
    """The deadline of what is waited for now; None where nothing is."""
    if order.state == "issued":
        return order.accept_by
    if order.state in UNDER_WAY:
        return order.due_at
    return order.check_by if order.state == "answered" else None


def overdue(now: dt.datetime | None = None) -> Q:
    """Orders whose answer is overdue, as a condition: what waits for the unit after its day."""
    return Q(state__in=WITH_UNIT, due_at__lt=now or clock.now())


def late_now() -> Q:
    """Orders that are past the deadline of what is waited for now, whatever that is."""
    now = clock.now()
    return overdue(now) | Q(state="issued", accept_by__lt=now) | Q(state="answered", check_by__lt=now)


def orders(person: Actor) -> QuerySet[Order]:
    """Orders that the person may see, as lists show them: one SQL query."""
    return Order.objects.visible_to(person).select_related("unit", "area", "person", "from_unit")


def order(person: Actor, pk: int) -> Order | None:
    """One order with all that happened: five SQL queries."""
    rows = Order.objects.visible_to(person).filter(pk=pk)
    rows = rows.select_related(
        "unit", "area", "person", "from_unit", "cause", "repeat_of", "merged_into", "issued_by", "made_by",
        "answered_by", "closed_by",
    )  # fmt: skip
    files = OrderFile.objects.select_related("attachment", "attachment__meta")
    events = OrderEvent.objects.visible_to(person).select_related("unit").order_by("-pk")
    asked = OrderExtension.objects.filter(state="asked").select_related("asked_by")
    return rows.prefetch_related(
        Prefetch("events", events.prefetch_related(Prefetch("files", files))),
        Prefetch("others", OrderUnit.objects.select_related("unit")),
        Prefetch("extensions", asked),
    ).first()


def colleagues(order: Order) -> QuerySet[Person]:
    """Who may deal with an order of its unit."""
    today = Q(grants__until=None) | Q(grants__until__gte=clock.today())
    areas = Q(grants__area=None) | Q(grants__area=order.area_id) | Q(grants__area=order.area.parent_id)
    held = Q(grants__role__in=HANDLERS, grants__unit=order.unit_id)
    return Person.objects.filter(today & areas & held, is_active=True).distinct()


def counts(rows: QuerySet[Order]) -> dict[str, int]:
    """How many are open, wait to be accepted or checked, and are late: one SQL query."""
    return rows.aggregate(
        open=Count("pk", filter=Q(state__in=OPEN)),
        issued=Count("pk", filter=Q(state="issued")),
        answered=Count("pk", filter=Q(state="answered")),
        overdue=Count("pk", filter=late_now()),
        closed=Count("pk", filter=Q(state="closed")),
    )


# What waits for whom


def of_handlers(person: Actor) -> QuerySet[Order]:
    """Orders of the person's units, for those who deal with them."""
    if not any(person.holds(role) for role in HANDLERS):
        return Order.objects.none()
    return Order.objects.visible_to(person).filter(unit__in=person.visible_unit_ids)


def given_by(person: Actor) -> QuerySet[Order]:
    """Orders that the person looks after: the desk those of its area, a liaison those that the own unit gave."""
    if any(person.holds(role) for role in DESK):
        return Order.objects.visible_to(person)
    if person.holds("liaison"):
        return Order.objects.visible_to(person).filter(from_unit__in=person.visible_unit_ids)
    return Order.objects.none()


def to_accept(person: Actor) -> QuerySet[Order]:
    """Orders that nobody of the unit has accepted."""
    return of_handlers(person).filter(state="issued")


def to_answer(person: Actor) -> QuerySet[Order]:
    """Accepted or returned, not overdue."""
    return of_handlers(person).filter(Q(state__in=UNDER_WAY) & ~overdue())


def late_of_unit(person: Actor) -> QuerySet[Order]:
    """What the unit should have answered."""
    return of_handlers(person).filter(overdue())


def to_check(person: Actor) -> QuerySet[Order]:
    """Answers that wait for a check."""
    return given_by(person).filter(state="answered")


def reported(person: Actor) -> QuerySet[Order]:
    """What people outside reported, and nobody has handed out."""
    rows = Order.objects.visible_to(person).filter(origin=REPORTED, state="draft")
    return rows if any(person.holds(role) for role in DESK) else rows.none()


def to_place(person: Actor) -> QuerySet[Order]:
    """Declined orders that wait for another unit."""
    return given_by(person).filter(state="declined")


def extensions_asked(person: Actor) -> QuerySet[OrderExtension]:
    """Requests for a later deadline that the person decides on."""
    return OrderExtension.objects.filter(state="asked", order__in=given_by(person).values("pk"))


def late_given(person: Actor) -> QuerySet[Order]:
    """Overdue at the unit, for those who look after it."""
    return given_by(person).filter(overdue())
