"""The hourly look at orders that run late."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core.jobs import Progress
from lantian.site.core.schedules import SYSTEM, schedule
from lantian.site.orders.actions.escalating import escalate, steps_due
from lantian.site.orders.models import Order, OrderEvent
from lantian.site.orders.people import People
from lantian.site.orders.states import OPEN


@schedule("orders.escalation", title=_("工单催办升级"), every="hour", at="00:10")
def look_over(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Take what is due now, whenever it runs."""
    return take_steps(progress)


def take_steps(say: Callable[[float], None] = lambda share: None) -> dict[str, Any]:
    """Take every step of every open order that is due. What a crash left undone is taken by the next run: a step is
    known by its trace, which stands when its notices do."""
    rows = list(Order.objects.filter(state__in=OPEN).select_related("unit", "person", "from_unit", "issued_by"))
    taken, since = _told()
    people, steps, orders = People(), 0, 0
    for done, order in enumerate(rows):
        say(done / len(rows))
        if steps_due(order, taken[order.pk], since.get(order.pk)):
            found = escalate(SYSTEM, order, people)
            steps, orders = steps + len(found), orders + bool(found)
    return {"open": len(rows), "orders": orders, "steps": steps}


def _told() -> tuple[dict[int, set[str]], dict[int, dt.datetime]]:
    """Of open orders the steps that were taken, and when their deadlines were last set: one SQL query."""
    taken: dict[int, set[str]] = defaultdict(set)
    since: dict[int, dt.datetime] = {}
    rows = OrderEvent.objects.filter(order__state__in=OPEN).order_by("pk")
    for order, kind, key, at, due_at in rows.values_list("order", "kind", "key", "at", "due_at"):
        if key:
            taken[order].add(key)
        if due_at and kind != "escalate":
            since[order] = at
    return taken, since
