"""What can be done to areas, units and people. Nothing else writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.policy import Actor, anyone, oneself, roles
from lantian.site.org import login_guard
from lantian.site.org.models import Area, Person, RoleGrant, Unit, UnitName
from lantian.site.org.names import kind_of_unit, similar_names
from lantian.site.org.queries import units_by_name

OFFICE = roles("administrator", "air_office")
ADMINISTRATOR = roles("administrator")

policy.declare(
    {
        "org.see": anyone(),
        "org.own_profile": anyone(),
        "org.see_people": ADMINISTRATOR,
        "org.add_area": OFFICE,
        "org.change_area": OFFICE,
        "org.add_unit": OFFICE,
        "org.change_unit": OFFICE,
        "org.add_unit_name": OFFICE,
        "org.remove_unit_name": OFFICE,
        "org.add_person": ADMINISTRATOR,
        "org.change_person": ADMINISTRATOR,
        "org.disable_person": ADMINISTRATOR,
        "org.enable_person": ADMINISTRATOR,
        "org.reset_password": ADMINISTRATOR,
        "org.grant_role": ADMINISTRATOR,
        "org.revoke_role": ADMINISTRATOR,
        "org.change_profile": oneself(),
        "org.change_password": oneself(),
    },
    titles={
        "org.add_area": _("新增行政区"),
        "org.change_area": _("修改行政区"),
        "org.add_unit": _("新增单位"),
        "org.change_unit": _("修改单位"),
        "org.add_unit_name": _("添加单位名称"),
        "org.remove_unit_name": _("去掉单位名称"),
        "org.add_person": _("新增人员"),
        "org.change_person": _("修改人员"),
        "org.disable_person": _("停用账号"),
        "org.enable_person": _("启用账号"),
        "org.reset_password": _("重置口令"),
        "org.grant_role": _("授予角色"),
        "org.revoke_role": _("收回角色"),
        "org.change_profile": _("修改本人资料"),
        "org.change_password": _("修改本人口令"),
    },
)


# Areas


def add_area(
    actor: Actor,
    *,
    name: str,
    kind: str,
    parent: Area | None = None,
    code: str = "",
    aliases: Sequence[str] = (),
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> Area:
    """Add an area. Only one has no parent: the root of this deployment."""
    area = Area(
        name=name,
        kind=kind,
        parent=parent,
        code=code,
        aliases=_clean_names(aliases, name),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    with change(actor, area, "org.add_area") as area:
        _one_root(area)
    return area


def change_area(
    actor: Actor,
    area: Area,
    *,
    name: str,
    kind: str,
    parent: Area | None = None,
    code: str = "",
    aliases: Sequence[str] = (),
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> Area:
    """Change what is known of an area."""
    with change(actor, area, "org.change_area") as area:
        area.name, area.kind, area.parent, area.code = name, kind, parent, code
        area.aliases, area.valid_from, area.valid_to = _clean_names(aliases, name), valid_from, valid_to
        _one_root(area)
    return area


def _one_root(area: Area) -> None:
    if area.parent_id is None and Area.objects.filter(parent=None).exclude(pk=area.pk).exists():
        raise Invalid(_("一套系统只有一个最上级行政区。"), fields={"parent": _("请选择上级。")})


# Units


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
    members: Iterable[Unit] = (),
) -> Unit:
    """Change a unit. Its name as it was stays known as an alias, so that old documents still find it."""
    members = list(members)
    with change(actor, unit, "org.change_unit", members=[str(member) for member in members]) as unit:
        _members_of_groups_only(unit, members)
        old, name = unit.name, name.strip()
        if name != old:
            UnitName.objects.get_or_create(unit=unit, name=old, defaults={"valid_to": clock.today()})
            UnitName.objects.filter(unit=unit, name=name).delete()
        unit.name, unit.kind, unit.parent, unit.area = name, kind, parent, area
        unit.valid_from, unit.valid_to = valid_from, valid_to
        unit.members.set(members)
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


# People


def add_person(
    actor: Actor, *, username: str, name: str, password: str, unit: Unit | None = None, phone: str = ""
) -> Person:
    """Add a person with a first password, which must be changed at the first log-in."""
    person = Person(username=username, name=name, unit=unit, phone=phone, must_change_password=True)
    with change(actor, person, "org.add_person") as person:
        _set_password(person, password)
    return person


def change_person(actor: Actor, person: Person, *, name: str, unit: Unit | None = None, phone: str = "") -> Person:
    """Change what is known of a person."""
    with change(actor, person, "org.change_person") as person:
        person.name, person.unit, person.phone = name, unit, phone
    return person


def change_profile(actor: Person, *, name: str, phone: str = "") -> Person:
    """Change one's own name and phone."""
    with change(actor, actor, "org.change_profile") as person:
        person.name, person.phone = name, phone
    return person


def disable_person(actor: Actor, person: Person, *, reason: str = "") -> Person:
    """Close a person's access; at once, as every request asks. The last administrator stays."""
    with change(actor, person, "org.disable_person", note=reason) as person:
        if not person.is_active:
            raise WrongState(_("这个账号已经停用。"), found="disabled", expected=["active"])
        _administrator_left(without=person)
        person.is_active = False
    return person


def enable_person(actor: Actor, person: Person) -> Person:
    """Open a person's access again."""
    with change(actor, person, "org.enable_person") as person:
        if person.is_active:
            raise WrongState(_("这个账号正在使用。"), found="active", expected=["disabled"])
        person.is_active = True
    return person


def reset_password(actor: Actor, person: Person, *, password: str) -> Person:
    """Give a person a new first password, which must be changed at the next log-in."""
    with change(actor, person, "org.reset_password") as person:
        _set_password(person, password)
        person.must_change_password = True
    login_guard.forget(person.username)
    return person


def change_password(actor: Person, *, old: str, new: str) -> Person:
    """Change one's own password, knowing the old one."""
    with change(actor, actor, "org.change_password") as person:
        if not person.check_password(old):
            raise Invalid(_("原口令不正确。"), fields={"old": _("原口令不正确。")})
        if old == new:
            raise Invalid(_("新口令与原口令相同。"), fields={"new": _("新口令不能与原口令相同。")})
        _set_password(person, new, field_name="new")
        person.must_change_password = False
    return person


def grant_role(
    actor: Actor,
    person: Person,
    *,
    role: str,
    unit: Unit | None = None,
    area: Area | None = None,
    until: dt.date | None = None,
) -> RoleGrant:
    """Give a person a role, everywhere or within a unit or an area."""
    grant = RoleGrant(person=person, role=role, unit=unit, area=area, until=until)
    with change(actor, grant, "org.grant_role") as grant:
        if not person.is_active:
            raise WrongState(_("账号已停用，不能授予角色。"), found="disabled", expected=["active"])
    return grant


def revoke_role(actor: Actor, grant: RoleGrant) -> None:
    """Take a role away. The last administrator keeps it."""
    with change(actor, grant, "org.revoke_role") as grant:
        if grant.role == "administrator":
            _administrator_left(without_grant=grant)
        grant.delete()


def _set_password(person: Person, password: str, *, field_name: str = "password") -> None:
    try:
        password_validation.validate_password(password, person)
    except ValidationError as error:
        raise Invalid(_("口令不符合要求。"), fields={field_name: " ".join(error.messages)}) from error
    person.set_password(password)


def _administrator_left(*, without: Person | None = None, without_grant: RoleGrant | None = None) -> None:
    left = RoleGrant.objects.select_for_update().filter(role="administrator", person__is_active=True, until=None)
    if without is not None:
        if not left.filter(person=without).exists():
            return
        left = left.exclude(person=without)
    if without_grant is not None:
        left = left.exclude(pk=without_grant.pk)
    if not list(left):
        raise WrongState(_("至少要留一位管理员。"), remedy=_("请先把管理员角色授予另一位人员。"))


def _clean_names(names: Iterable[str], but: str) -> list[str]:
    return [name for name in dict.fromkeys(name.strip() for name in names) if name and name != but]


def _members_of_groups_only(unit: Unit, members: Sequence[Unit]) -> None:
    if members and unit.kind != Unit.Kind.GROUP:
        raise Invalid(_("只有单位组才有成员。"), fields={"members": _("请先把类别改为单位组，或清空成员。")})
    if unit in members:
        raise Invalid(_("单位组不能包含自己。"), fields={"members": _("请去掉它自己。")})
