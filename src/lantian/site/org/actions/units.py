"""What can be done to units and their names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid
from lantian.site.core.policy import OFFICIALS, OUTSIDE, Actor, roles
from lantian.site.org.models import Area, Unit, UnitName
from lantian.site.org.names import kind_of_unit, similar_names
from lantian.site.org.queries import units_by_name

OFFICE = roles("system_admin", "air_office")
STAFF = (*OFFICIALS, "system_admin", "security_admin")

policy.declare(
    {
        "org.see": roles(*STAFF),
        "org.see_unit": roles(*STAFF, *OUTSIDE),
        "org.add_unit": OFFICE,
        "org.change_unit": OFFICE,
        "org.add_unit_name": OFFICE,
        "org.change_unit_name": OFFICE,
        "org.remove_unit_name": OFFICE,
    },
    titles={
        "org.see": _("查看单位和行政区"),
        "org.see_unit": _("查看单位页"),
        "org.add_unit": _("新增单位"),
        "org.change_unit": _("修改单位"),
        "org.add_unit_name": _("添加单位名称"),
        "org.change_unit_name": _("修改单位名称的日期"),
        "org.remove_unit_name": _("去掉单位名称"),
    },
)


def add_unit(
    actor: Actor,
    *,
    name: str,
    kind: str,
    parent: Unit | None = None,
    area: Area | None = None,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    members: Iterable[Unit] = (),
) -> Unit:
    """Add a unit; a group names its members."""
    unit = Unit(name=name.strip(), kind=kind, parent=parent, area=area, valid_from=valid_from, valid_to=valid_to)
    members = list(members)
    with change(actor, unit, "org.add_unit", members=[str(member) for member in members]) as unit:
        _members_of_groups_only(unit, members)
        if members:
            unit.full_clean()
            unit.save()
            unit.members.set(members)
    return unit


def change_unit(
    actor: Actor,
    unit: Unit,
    *,
    name: str,
    kind: str,
    parent: Unit | None = None,
    area: Area | None = None,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    members: Iterable[Unit] | None = None,
) -> Unit:
    """Change a unit. Its name as it was stays known as an alias, so that old documents still find it.

    Members stay as they are unless given. A name that an authority changed on a day is a matter of `rename_unit`.
    """
    given = None if members is None else list(members)
    facts: dict[str, Any] = {} if given is None else {"members": [str(member) for member in given]}
    with change(actor, unit, "org.change_unit", **facts) as unit:
        _members_of_groups_only(unit, given or ())
        old, name = unit.name, name.strip()
        if name != old:
            until = clock.today() - dt.timedelta(days=1)
            UnitName.objects.get_or_create(unit=unit, name=old, defaults={"valid_to": until})
            UnitName.objects.filter(unit=unit, name=name).delete()
        unit.name, unit.kind, unit.parent, unit.area = name, kind, parent, area
        unit.valid_from, unit.valid_to = valid_from, valid_to
        if given is not None:
            unit.members.set(given)
    return unit


def add_unit_name(
    actor: Actor, unit: Unit, *, name: str, valid_from: dt.date | None = None, valid_to: dt.date | None = None
) -> UnitName:
    """Add another name of a unit. A name leads to one unit only."""
    name = name.strip()
    with change(actor, unit, "org.add_unit_name", name=name) as unit:
        taken = Unit.objects.filter(name=name).first() or Unit.objects.filter(names__name=name).first()
        if taken is not None:
            raise Invalid(_("这个名称已经指向“{unit}”。").format(unit=taken), fields={"name": _("名称已被使用。")})
        if valid_from and valid_to and valid_to < valid_from:
            raise Invalid(_("日期先后不对。"), fields={"valid_to": _("结束日期早于开始日期。")})
        added = UnitName(unit=unit, name=name, valid_from=valid_from, valid_to=valid_to)
        added.full_clean()
        added.save()
    return added


def change_unit_name(
    actor: Actor, name: UnitName, *, valid_from: dt.date | None = None, valid_to: dt.date | None = None
) -> UnitName:
    """Change the days on which another name of a unit held."""
    told: dict[str, Any] = {}
    with change(actor, name.unit, "org.change_unit_name", name=name.name, days=told):
        if valid_from and valid_to and valid_to < valid_from:
            raise Invalid(_("日期先后不对。"), fields={"valid_to": _("结束日期早于开始日期。")})
        told["before"] = [name.valid_from, name.valid_to]
        name.valid_from, name.valid_to = valid_from, valid_to
        told["after"] = [valid_from, valid_to]
        name.save(update_fields=["valid_from", "valid_to"])
    return name


def remove_unit_name(actor: Actor, name: UnitName) -> None:
    """Take an alias away from its unit."""
    with change(actor, name.unit, "org.remove_unit_name", name=name.name):
        name.delete()


@dataclass
class EnsuredUnits:
    """Outcome of `ensure_units`: the unit of every name, which were made, and which known ones look like a new one."""

    units: dict[str, Unit] = field(default_factory=dict)
    created: list[Unit] = field(default_factory=list)
    suggestions: dict[str, list[Unit]] = field(default_factory=dict)


def ensure_units(
    actor: Actor, names: Iterable[str], area: Area | None = None, *, kinds: dict[str, str] | None = None
) -> EnsuredUnits:
    """The unit of every name, made where neither name nor alias is known. Similar names are told, never merged.

    Parameters
    ----------
    names : as a document writes them
    area : where new units belong
    kinds : kind of a new unit by name; default: by its ending (see `org.names.kind_of_unit`)
    """
    from_document = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    found = units_by_name(from_document)
    known = {unit.name: unit for unit in Unit.objects.all()}
    outcome = EnsuredUnits(units={name: found[name] for name in from_document if name in found})
    for name in from_document:
        if name in outcome.units:
            continue
        near = similar_names(name, known)
        if near:
            outcome.suggestions[name] = [known[other] for other in near]
        unit = add_unit(actor, name=name, kind=(kinds or {}).get(name) or kind_of_unit(name), area=area)
        outcome.units[name] = unit
        outcome.created.append(unit)
        known[name] = unit
    return outcome


def _members_of_groups_only(unit: Unit, members: Sequence[Unit]) -> None:
    if members and unit.kind != Unit.Kind.GROUP:
        raise Invalid(_("只有单位组才有成员。"), fields={"members": _("请先把类别改为单位组，或清空成员。")})
    if unit in members:
        raise Invalid(_("单位组不能包含自己。"), fields={"members": _("请去掉它自己。")})
