"""What a reorganisation would touch, told before it is entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lantian.site.org.models import Person, RoleGrant, Unit, UnitName
from lantian.site.org.register import Register
from lantian.site.org.uses import Use, uses


@dataclass(frozen=True)
class Consequences:
    """What hangs on units today: people with an account, roles, names, groups, and where their names stand."""

    people: list[Person]
    grants: int
    names: list[str]
    children: list[str]
    groups: list[str]
    uses: list[Use]

    @property
    def tasks(self) -> int:
        """How often the units stand anywhere."""
        return sum(use.count for use in self.uses)


def consequences(units: Sequence[Unit], register: Register) -> Consequences:
    """What hangs on units and their predecessors: at most six SQL queries beside the register's."""
    own = [unit.pk for unit in units]
    all_of_them = register.predecessors(own)
    return Consequences(
        people=list(Person.objects.filter(unit__in=own, is_active=True)),
        grants=RoleGrant.objects.filter(unit__in=own).count(),
        names=list(UnitName.objects.filter(unit__in=own).values_list("name", flat=True)),
        children=[unit.name for unit in register.units.values() if unit.parent_id in own],
        groups=sorted({register.units[pk].name for unit in own for pk in register.groups_of(unit)}),
        uses=uses(all_of_them),
    )
