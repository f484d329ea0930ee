"""Who speaks for a unit: its liaisons, or who else holds a role for it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from lantian.site.org.models import Person, RoleGrant, Unit
from lantian.site.org.register import Register

REPORTERS = ("liaison",)


class Liaisons:
    """Liaisons by unit (or who else speaks for it), as they stand on a day: the roster is read once."""

    def __init__(self, on: dt.date, roles: Iterable[str] = REPORTERS, register: Register | None = None) -> None:
        self.register = register or Register(on)
        self._by_unit: dict[int, list[Person]] = defaultdict(list)
        grants = RoleGrant.objects.filter(Q(until=None) | Q(until__gte=on), role__in=roles, person__is_active=True)
        for grant in grants.filter(unit__isnull=False).select_related("person"):
            self._by_unit[grant.unit_id].append(grant.person)  # type: ignore[index]

    def of(self, units: Iterable[Unit]) -> list[Person]:
        """Liaisons of the units as they are today, groups opened; where a unit has none, those of the unit above."""
        found: dict[int, Person] = {}
        for pk in self.register.expand(unit.pk for unit in units):
            above: int | None = pk
            while above is not None and above not in self._by_unit:
                above = self.register.units[above].parent_id
            found |= {person.pk: person for person in self._by_unit.get(above, [])} if above is not None else {}
        return list(found.values())
