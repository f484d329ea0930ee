"""Reads of org that pages, API and higher rooms share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Count, Prefetch, Q, QuerySet

from lantian import rulebook
from lantian.rulebook.schemas.access import Exclusion, RoleExclusions
from lantian.site.core import clock
from lantian.site.core.policy import Actor
from lantian.site.org.models import (
    Area,
    Person,
    Reorganisation,
    RoleGrant,
    RoleProposal,
    SuggestionVerdict,
    Unit,
    UnitName,
)
from lantian.site.org.register import Register


def root_area() -> Area | None:
    """The area of this deployment."""
    return Area.objects.filter(parent=None).order_by("pk").first()


def units_by_name(names: Iterable[str], *, on: dt.date | None = None) -> dict[str, Unit]:
    """Known units by exact name or alias; names that no unit has are left out. Two SQL queries.

    With a day, an alias counts only while it held. A unit's own name comes before another's alias. A name that was
    found to be another writing of a unit gives that unit.
    """
    names = set(names)
    aliases = UnitName.objects.filter(name__in=names).select_related("unit__same_as").order_by("pk")
    if on is not None:
        aliases = aliases.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on))
    found = {alias.name: alias.unit for alias in aliases}
    found |= {unit.name: unit for unit in Unit.objects.filter(name__in=names).select_related("same_as")}
    return {name: _meant(unit) for name, unit in found.items()}


def _meant(unit: Unit) -> Unit:
    while unit.same_as is not None:
        unit = unit.same_as
    return unit


def expand(units: Iterable[Unit], *, on: dt.date | None = None) -> list[Unit]:
    """Units with every group opened and every predecessor followed to today's unit: at most five SQL queries.

    Examples
    --------
    >>> expand([Unit.objects.get(name="各镇街（不含柳湾镇）")])            # doctest: +SKIP
    [<Unit: 松溪镇政府>, <Unit: 北桥街道办事处>]
    """
    register = Register(on)
    return [register.units[pk] for pk in register.expand(unit.pk for unit in units)]


def units(actor: Actor, where: Q | None = None) -> QuerySet[Unit]:
    """Units with what their list shows: two SQL queries."""
    return (
        Unit.objects.visible_to(actor)
        .filter(where or Q())
        .distinct()
        .select_related("parent", "area")
        .prefetch_related("names")
        .annotate(n_people=Count("people", filter=Q(people__is_active=True), distinct=True))
    )


def unit(actor: Actor, pk: int) -> Unit | None:
    """One unit with its surroundings."""
    return (
        Unit.objects.visible_to(actor).select_related("parent", "area").prefetch_related("names").filter(pk=pk).first()
    )


def people(actor: Actor, where: Q | None = None) -> QuerySet[Person]:
    """People with unit and roles: two SQL queries."""
    grants = RoleGrant.objects.select_related("unit", "area")
    return (
        Person.objects.filter(where or Q())
        .distinct()
        .select_related("unit")
        .prefetch_related(Prefetch("grants", queryset=grants))
    )


def area(actor: Actor, pk: int) -> Area | None:
    """One area, if the person may see it."""
    found: Area | None = Area.objects.visible_to(actor).filter(pk=pk).first()
    return found


def areas(actor: Actor) -> list[Area]:
    """Areas that the actor may see, each with its `depth`, in the order of the tree: one SQL query."""
    visible = list(Area.objects.visible_to(actor).select_related("parent").annotate(n_units=Count("units")))
    return in_tree_order(visible)


def unit_tree(actor: Actor) -> list[Unit]:
    """Units of today as a tree, each with its `depth`: one SQL query."""
    return in_tree_order(list(Unit.objects.visible_to(actor).current().select_related("area")))


def reorganisations() -> QuerySet[Reorganisation]:
    """Reorganisations as their list shows them, latest first: two SQL queries."""
    return Reorganisation.objects.select_related("created_by").prefetch_related("before", "after")


def verdicts() -> QuerySet[SuggestionVerdict]:
    """What was decided about suggestions, latest first."""
    return SuggestionVerdict.objects.select_related("decided_by", "unit", "reorganisation")


def proposals() -> QuerySet[RoleProposal]:
    """Proposed administrators' roles, latest first: one SQL query."""
    return RoleProposal.objects.select_related("person", "proposed_by", "decided_by")


def role_clashes() -> list[tuple[Person, str, str, Exclusion]]:
    """People who hold roles that exclude each other, as before the administrator was split: one SQL query."""
    rule = rulebook.get("role-exclusions", as_=RoleExclusions, on=clock.today())
    held: dict[Person, list[str]] = {}
    grants = RoleGrant.objects.filter(Q(until=None) | Q(until__gte=clock.today()), person__is_active=True)
    for grant in grants.select_related("person"):
        held.setdefault(grant.person, []).append(grant.role)
    found = []
    for person, names in held.items():
        for place, role in enumerate(names):
            if clash := rule.between(role, names[place + 1 :]):
                found.append((person, role, *clash))
    return found


T = TypeVar("T", Area, Unit)


def in_tree_order(rows: list[T]) -> list[T]:
    """Rows with parents before children, siblings in their order; sets `depth` (0 at the top)."""
    known = {row.pk for row in rows}
    below: dict[int | None, list[T]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    ordered: list[T] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        row.depth = depth
        ordered.append(row)
        waiting += [(child, depth + 1) for child in reversed(below.get(row.pk, []))]
    return ordered
