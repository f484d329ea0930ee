"""Two orders about one matter become one (并单): one of them goes on, and who asked by the other gets its answer."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.orders.actions.common import inform, lapse, tell
from lantian.site.orders.models import Order, OrderUnit
from lantian.site.orders.people import People
from lantian.site.orders.states import OPEN, ORDER
from lantian.site.org.models import person_of


def merge_order(actor: Actor, order: Order, into: Order, *, reason: str = "") -> Order:
    """Let `order` be answered with `into`. It keeps its history; its units and those that gave it see `into` from now
    on, and are told how that one ends.

    Raises
    ------
    Refused : the actor may not merge both
    WrongState : one of them is over, or still a draft
    Invalid : an order into itself
    """
    with transaction.atomic():
        # Both at once, in the order of their keys: two who merge them the other way round do not wait in a ring.
        both = {one.pk: one for one in locked(Order.objects.filter(pk__in=[order.pk, into.pk]))}
        if order.pk == into.pk or len(both) < 2:
            raise Invalid(_("请选择另一张工单。"), fields={"into": _("请选择另一张工单。")})
        other = both[into.pk]
        policy.require(actor, "orders.order.merge", other)
        with change(actor, order, "orders.order.merge", note=reason, into=other.number) as current:
            ORDER.step(current, "merge", into=other)
            if other.state not in OPEN:
                raise WrongState(
                    _("“{order}”已办结，不能再并入。").format(order=other),
                    found=other.state,
                    expected=OPEN,
                    remedy=_("请选择一张未办结的工单。"),
                )
            lapse(current)
            current.merged_into, current.reason = other, reason.strip()[:500]
            current.closed_by, current.closed_at = person_of(actor), clock.now()
            text = "\n".join(filter(None, (str(other), reason.strip())))
            event = tell(actor, current, "merge", text)
            tell(actor, other, "merged_here", "\n".join(filter(None, (str(current), current.text[:500]))))
            _let_see(other, current)
            people = People().of(current, ("handler", "giver"))
            inform(people, other, "orders.told", _("有工单并入：{order}"), str(current), key=f"merged:{event.pk}")
    return current


def tell_merged(order: Order, text: str) -> None:
    """Tell those who gave the orders that were merged into a closed one how it ended: part of closing it."""
    people = None
    for one in order.merged.select_related("unit", "from_unit", "issued_by", "person"):
        people = people or People()
        body = "\n".join(filter(None, (order.answer, text)))
        inform(people.givers(one), order, "orders.told", _("并入的工单已办结：{order}"), body, key=f"joint:{one.pk}")
        tell_merged(one, text)


def _let_see(into: Order, merged: Order) -> None:
    """Units of the merged order see the one that goes on."""
    copies = merged.others.filter(role="copy").values_list("unit", flat=True)
    asked = {pk for pk in (merged.unit_id, merged.from_unit_id, *copies) if pk is not None}
    for pk in asked - {into.unit_id, into.from_unit_id}:
        OrderUnit.objects.get_or_create(order=into, unit_id=pk, role="copy")
