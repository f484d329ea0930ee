"""Which tasks a unit has to do: its own, its predecessors', those of its groups, those with a number for its town."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lantian.site.org.models import Unit
from lantian.site.org.register import Register
from lantian.site.plans import words
from lantian.site.plans.models import Task, TaskQuantity, TaskRole

ABOVE = ("parent", "parent__parent", "parent__parent__parent")  # how deep tasks are broken down: rule `breakdown`
# Who answers for a task; those who assist do not.
DUTY = ("lead", "responsible")
CHOICES = [*words.ROLES[:3], ("duty", _("牵头或责任"))]


def roles_of(name: str) -> tuple[str, ...]:
    """Roles that a choice stands for; '' for all of units."""
    if name == "duty":
        return DUTY
    return (name,) if name else tuple(role for role, _label in words.ROLES[:3])


def roles_of_units(register: Register, units: set[int], role: str = "") -> QuerySet[TaskRole]:
    """Entries in tasks by which units have something to do: also as predecessors' heirs and members of groups."""
    return TaskRole.objects.filter(unit__in=register.answering_for(units), role__in=roles_of(role))


def of_unit(register: Register, unit: int, role: str = "") -> Q:
    """The condition for tasks of a unit, in one role or any: whole ones of which it has a part among them."""
    where = with_part_in(roles_of_units(register, {unit}, role).exclude(task__origin="instruction").values("task"))
    town = town_of(register.units.get(unit))
    if town and role in ("", "duty"):
        where |= with_part_in(TaskQuantity.objects.filter(town=town).values("task"))
    return where


def with_part_in(tasks: QuerySet[Any, Any]) -> Q:
    """The condition for these tasks (a query of their keys) and what they are parts of."""
    return Q(pk__in=tasks) | above(tasks)


def above(tasks: QuerySet[Any, Any]) -> Q:
    """The condition for what these tasks are parts of, at any depth."""
    where = Q(pk__in=[])
    for name in ABOVE:
        where |= Q(pk__in=Task.objects.filter(pk__in=tasks, **{f"{name}__isnull": False}).values(name))
    return where


def own(register: Register, units: set[int]) -> Q:
    """The condition for what units answer for themselves: where they have a part of a task, the part and not the
    whole, unless they lead it. Without instructions, which are answered by themselves."""
    roles = roles_of_units(register, units, "duty").exclude(task__origin="instruction")
    tasks = roles.values("task")
    led = roles.filter(role="lead").values("task")
    return Q(pk__in=tasks) & (Q(pk__in=led) | ~above(tasks))


def once(roles: Mapping[int, str], above: Mapping[int, tuple[int, ...]]) -> set[int]:
    """Of a unit's tasks, each by its role, those to count, so that none is counted twice: a whole that it leads stands
    for its parts, another whole gives way to the unit's own part."""
    kept = set(roles)
    for part, chain in above.items():
        if any(roles.get(one) == "lead" for one in chain):
            kept.discard(part)
        elif part in roles:
            kept -= set(chain)
    return kept


def town_of(unit: Any) -> int | None:
    """The town whose share of a number is the unit's to do."""
    return unit.area_id if unit is not None and unit.kind == Unit.Kind.TOWN else None


class Bearers:
    """Who has to do a task, of loaded rows: the same answer as `of_unit`, task by task."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self._opened: dict[int, list[int]] = {}
        self._of_town: dict[int, list[int]] = {}
        for unit in register.units.values():
            if (town := town_of(unit)) and register.exists(unit):
                self._of_town.setdefault(town, []).append(unit.pk)

    def today(self, unit: int) -> list[int]:
        """Today's units behind one that a task names, groups opened."""
        if unit not in self._opened:
            self._opened[unit] = self.register.expand([unit])
        return self._opened[unit]

    def of_town(self, town: int) -> list[int]:
        """Units that answer for a town."""
        return self._of_town.get(town, [])
