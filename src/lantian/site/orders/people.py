"""Whom an order concerns: who deals with it, who gave it, who is told when it runs late."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from django.db.models import Q

from lantian.rulebook.schemas.orders import Told
from lantian.site.core import clock
from lantian.site.core.policy import OUTSIDE
from lantian.site.orders.models import Order
from lantian.site.orders.states import DESK
from lantian.site.org.liaisons import Liaisons
from lantian.site.org.models import Area, Person, RoleGrant, Unit
from lantian.site.org.models.tree import subtree
from lantian.site.org.register import Register


class People:
    """The roster of a day: each part is read once, when it is first asked for."""

    def __init__(self) -> None:
        self.on = clock.today()
        self.register = Register(self.on)

    def of(self, order: Order, told: Iterable[Told]) -> list[Person]:
        """Those whom some words of a rule mean for an order, each once."""
        ask = {
            "handler": self.handlers,
            "unit": lambda one: self.unit(one.unit, one.area_id),
            "unit_leader": lambda one: self._leaders_of_units.of([one.unit]),
            "giver": self.givers,
            "office": self.office,
            "leader": self.leaders,
        }
        found = {person.pk: person for word in told for person in ask[word](order)}
        return list(found.values())

    def handlers(self, order: Order) -> list[Person]:
        """The person of an order, else its unit."""
        return [order.person] if order.person else self.unit(order.unit, order.area_id)

    def unit(self, unit: Unit, area_id: int) -> list[Person]:
        """Who deals with orders of a unit: its liaisons and grid officers of the area's grid; of a firm its people."""
        if unit.kind == Unit.Kind.FIRM:
            return self._of_firms.of([unit])
        found = {person.pk: person for person in self._liaisons.of([unit])}
        grants = [one for one in self._grants if one.role == "grid_officer" and one.unit_id == unit.pk]
        found |= {one.person_id: one.person for one in grants if one.area_id in (None, area_id)}
        return list(found.values())

    def givers(self, order: Order) -> list[Person]:
        """Who handed an order out, and the liaisons of the unit that gave it; the air office where there is neither."""
        found = {order.issued_by.pk: order.issued_by} if order.issued_by else {}
        if order.from_unit is not None:
            found |= {person.pk: person for person in self._liaisons.of([order.from_unit])}
        return list(found.values()) or self.office(order)

    def office(self, order: Order) -> list[Person]:
        """The air office and the duty desk of the order's area."""
        return [one.person for one in self._grants if one.role in DESK and self._covers(one, order)]

    def leaders(self, order: Order) -> list[Person]:
        """Leaders of the district, not of a single unit."""
        found = (one for one in self._grants if one.role == "leader" and one.unit_id is None)
        return [one.person for one in found if self._covers(one, order)]

    @cached_property
    def _liaisons(self) -> Liaisons:
        return Liaisons(self.on, register=self.register)

    @cached_property
    def _of_firms(self) -> Liaisons:
        return Liaisons(self.on, OUTSIDE, self.register)

    @cached_property
    def _leaders_of_units(self) -> Liaisons:
        return Liaisons(self.on, ("leader",), self.register)

    @cached_property
    def _grants(self) -> list[RoleGrant]:
        roles = (*DESK, "leader", "grid_officer")
        rows = RoleGrant.objects.filter(Q(until=None) | Q(until__gte=self.on), role__in=roles, person__is_active=True)
        return list(rows.select_related("person"))

    @cached_property
    def _parents(self) -> dict[int, int | None]:
        return dict(Area.objects.values_list("pk", "parent_id"))

    def _covers(self, grant: RoleGrant, order: Order) -> bool:
        return grant.area_id is None or order.area_id in subtree(self._parents, {grant.area_id})
