"""Who is told about a filing: the people of the units or roles that have it in hand."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from lantian.site.core import clock
from lantian.site.org.models import Person, RoleGrant
from lantian.site.org.register import Register
from lantian.site.plans import chains
from lantian.site.plans.models import Filing

HELD_BY = {"office": "air_office", "outside": "air_office", "assign": "air_office", "leader": "leader"}


def having(filing: Filing) -> list[Person]:
    """Whoever has a filing in hand now."""
    if filing.turn in HELD_BY:
        return of_role(HELD_BY[filing.turn], filing)
    step = filing.step
    if step is None or filing.turn not in ("owner", "party"):
        return []
    return of_units(filing.units_at(step.name), chains.ROLES[step.by])


def owners(filing: Filing) -> list[Person]:
    """Whoever files for its owner; for what was gathered, whoever gathered it."""
    first = filing.steps[0]
    return of_units(filing.units_at(first.name), chains.ROLES[first.by])


def of_units(units: Iterable[int], roles: Iterable[str]) -> list[Person]:
    """People who hold one of the roles for one of the units, or for a unit that does its work today."""
    register = Register()
    today = {leaf for unit in units for leaf in register.today(unit)} | set(units)
    return _people(Q(unit__in=today, role__in=tuple(roles)))


def of_role(role: str, filing: Filing) -> list[Person]:
    """People who hold a role where the filing lies."""
    found = _people(Q(role=role))
    return [person for person in found if person.holds(role, area_id=filing.deliverable.area_id)]


def _people(where: Q) -> list[Person]:
    grants = RoleGrant.objects.filter(Q(until=None) | Q(until__gte=clock.today()), where, person__is_active=True)
    return list({grant.person_id: grant.person for grant in grants.select_related("person")}.values())
