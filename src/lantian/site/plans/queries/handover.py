"""Tasks whose unit has ended without saying who takes them over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.urls import reverse

from lantian.site.core.policy import Actor
from lantian.site.org.models import Unit
from lantian.site.org.register import Register, register_of
from lantian.site.org.uses import Use
from lantian.site.plans import lights
from lantian.site.plans.models import Task, TaskRole
from lantian.site.plans.states import TASK


def open_roles() -> QuerySet[TaskRole]:
    """Roles of units in tasks that are not closed."""
    return TaskRole.objects.exclude(unit=None).filter(task__state__in=[s for s in TASK.labels if s not in lights.OVER])


@dataclass(frozen=True)
class Waiting:
    """A unit that was split or abolished, how many roles wait, and who may take them over."""

    unit: Unit
    count: int
    successors: tuple[Unit, ...]


def waiting(person: Actor) -> list[Waiting]:
    """Units with open tasks that nobody has taken over, most tasks first: one SQL query beside the register's."""
    register = register_of(person)
    roles = open_roles().filter(task__in=Task.objects.visible_to(person))
    counts = Counter(dict(roles.values_list("unit").annotate(n=Count("pk")).order_by()))
    found = [
        Waiting(register.units[pk], n, successors(register, pk)) for pk, n in counts.items() if ended(register, pk)
    ]
    return sorted(found, key=lambda one: (-one.count, one.unit.name))


def ended(register: Register, pk: int) -> bool:
    """Whether a unit's tasks wait for somebody: it was split, or ended without a successor."""
    leaves = register.today(pk)
    return len(leaves) > 1 or register.ended(leaves[0])


def successors(register: Register, pk: int) -> tuple[Unit, ...]:
    """Who may take over first: those that it was split into."""
    return tuple(register.units[one] for one in register.today(pk) if not register.ended(one))


def of_unit(person: Actor, unit: Unit) -> QuerySet[TaskRole]:
    """Open roles that stand under a unit's own name."""
    tasks = Task.objects.visible_to(person)
    roles = open_roles().filter(unit=unit, task__in=tasks).select_related("task", "task__plan")
    deferred = ("task__plan__source", "task__plan__blocks", "task__plan__spans", "task__spans")
    return roles.defer(*deferred).order_by("task__plan", "task__position", "position")


def uses(units: Collection[int] | None) -> list[Use]:
    """Which names of units stand in which plan, in how many open tasks: one SQL query."""
    roles = open_roles() if units is None else open_roles().filter(unit__in=units)
    rows = (
        roles.values_list("unit", "name", "task__plan", "task__plan__title", "task__plan__issued_on")
        .annotate(n=Count("task", distinct=True))
        .order_by("-n", "name")
    )
    return [
        Use(unit, name, n, title, f"{reverse('plans:ledger')}?plan={plan}&unit={unit}", on)
        for unit, name, plan, title, on, n in rows
    ]
