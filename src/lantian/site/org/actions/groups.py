"""Who belongs to a group of units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid
from lantian.site.core.policy import Actor, roles
from lantian.site.org.models import GroupException, GroupMember, Unit

policy.declare(
    {"org.change_group": roles("system_admin", "air_office")}, titles={"org.change_group": _("修改单位组成员")}
)


@dataclass(frozen=True)
class Place:
    """A unit's place in a group: in it or an exception, with the days it holds."""

    unit: Unit
    left_out: bool = False
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


def change_group(actor: Actor, group: Unit, *, gathers: str = "", places: Iterable[Place] = ()) -> Unit:
    """Say whom a group stands for: all units of a kind (`gathers`), those named, and the exceptions.

    Raises
    ------
    Invalid : it is no group, it would hold itself (through other groups as well), a unit is named twice
    """
    places = list(places)
    told = [{"unit": str(p.unit), "left_out": p.left_out, "from": p.valid_from, "to": p.valid_to} for p in places]
    with change(actor, group, "org.change_group", places=told) as group:
        if group.kind != Unit.Kind.GROUP:
            raise Invalid(_("只有单位组才有成员。"), remedy=_("请先把类别改为单位组。"))
        doubled = {p.unit.pk for p in places if sum(q.unit.pk == p.unit.pk for q in places) > 1}
        if doubled:
            names = "、".join(dict.fromkeys(p.unit.name for p in places if p.unit.pk in doubled))
            raise Invalid(format_lazy(_("{names}填了两次。"), names=names))
        _not_in_itself(group, [p.unit for p in places if not p.left_out])
        group.gathers = gathers
        GroupMember.objects.filter(group=group).delete()
        GroupException.objects.filter(group=group).delete()
        for place in places:
            model = GroupException if place.left_out else GroupMember
            row = model(group=group, unit=place.unit, valid_from=place.valid_from, valid_to=place.valid_to)
            row.full_clean()
            row.save()
    return group


def _not_in_itself(group: Unit, members: list[Unit]) -> None:
    below: dict[int, list[int]] = {}
    for above, unit in GroupMember.objects.exclude(group=group).values_list("group", "unit"):
        below.setdefault(above, []).append(unit)
    seen: set[int] = set()
    waiting = [unit.pk for unit in members]
    while waiting:
        one = waiting.pop()
        if one == group.pk:
            raise Invalid(_("单位组不能包含自己，也不能通过其他组包含自己。"))
        if one not in seen:
            seen.add(one)
            waiting += below.get(one, [])
