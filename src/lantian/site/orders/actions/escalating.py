"""The ladder of an order that runs late: who is told, step by step, each step once for a deadline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from django.utils import timezone

from lantian.rulebook.schemas.orders import LadderStep
from lantian.rulebook.working_time import span_before, span_past
from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.policy import Actor
from lantian.site.orders import kinds
from lantian.site.orders.actions.common import inform, tell
from lantian.site.orders.models import Order
from lantian.site.orders.people import People
from lantian.site.orders.states import WITH_UNIT
from lantian.site.org.models import Person


def deadline(order: Order, of: str) -> dt.datetime | None:
    """When what a step waits for is due; None where nothing of the kind is waited for."""
    if of == "accept":
        return order.accept_by if order.state == "issued" else None
    if of == "answer":
        return order.due_at if order.state in WITH_UNIT else None
    return order.check_by if order.state == "answered" else None


def key_of(step: LadderStep, due: dt.datetime) -> str:
    """Once-only for step and deadline: a deadline that was moved has steps of its own."""
    return f"{step.name}:{timezone.localtime(due):%Y%m%d%H%M}"


def steps_due(order: Order, taken: Collection[str], since: dt.datetime | None) -> list[LadderStep]:
    """Steps of an order's ladder whose moment has come and that were not taken, in the ladder's order.

    Parameters
    ----------
    taken : keys of the steps that were taken
    since : when the deadline was set: who was told then is not reminded of what lay before
    """
    ladder = kinds.ladder_of(order.rule)
    return [step for step in ladder.step if _is_due(order, step, taken, since)] if ladder else []


def _is_due(order: Order, step: LadderStep, taken: Collection[str], since: dt.datetime | None) -> bool:
    due = deadline(order, step.of)
    if due is None or key_of(step, due) in taken:
        return False
    now, local = clock.now(), timezone.localtime(due)
    if step.side == "before" and step.span:
        moment = span_before(local, step.span)
        return moment <= now < due and (since is None or moment > since)
    return (span_past(local, step.span) if step.span else local) <= now


def escalate(actor: Actor, order: Order, people: People) -> list[str]:
    """Take the steps of an order that are due, all in one transaction: a trace on the order for each, one notice a
    person. Gives their names; it may be run twice.
    """
    with change(actor, order, "orders.escalate", steps=(names := [])) as current:
        events = list(current.events.values_list("kind", "key", "at", "due_at"))
        taken = {key for _kind, key, _at, _due in events if key}
        since = max((at for kind, _key, at, due in events if due and kind != "escalate"), default=None)
        steps = steps_due(current, taken, since)
        told: dict[int, tuple[Person, LadderStep]] = {}
        for step in steps:
            due = deadline(current, step.of)
            assert due is not None  # of steps that are due
            tell(actor, current, "escalate", step.label.zh, step=step.name, key=key_of(step, due))
            told |= {person.pk: (person, step) for person in people.of(current, step.tell)}
        for step, reached in _by_step(told):
            due = deadline(current, step.of)
            title = f"{step.label.zh}：{{order}}"
            body = f"{current.unit.name}，{timezone.localtime(due):%Y-%m-%d %H:%M}" if due else current.unit.name
            inform(reached, current, "orders.escalated", title, body, key=f"ladder:{key_of(step, due or clock.now())}")
        names += [step.name for step in steps]
    return names


def _by_step(told: dict[int, tuple[Person, LadderStep]]) -> Iterator[tuple[LadderStep, list[Person]]]:
    steps = {step.name: step for _person, step in told.values()}
    for name, step in steps.items():
        yield step, [person for person, one in told.values() if one.name == name]
