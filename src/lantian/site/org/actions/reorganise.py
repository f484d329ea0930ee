"""What an authority does to units on a day: rename, merge, split, abolish. And taking it back when it was wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import attachments, clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor, roles
from lantian.site.org.models import Person, Reorganisation, RoleGrant, SuggestionVerdict, Unit, UnitName

OFFICE = roles("system_admin", "air_office")
DAY = dt.timedelta(days=1)

policy.declare(
    {"org.reorganise": OFFICE, "org.withdraw_reorganisation": OFFICE},
    titles={"org.reorganise": _("登记机构变动"), "org.withdraw_reorganisation": _("撤回机构变动")},
)


def rename_unit(
    actor: Actor,
    unit: Unit,
    *,
    name: str,
    on: dt.date,
    document: str = "",
    note: str = "",
    file: attachments.Upload | None = None,
    file_name: str = "",
) -> Reorganisation:
    """Give a unit another name from a day; it stays the same unit, and the old name stays known.

    Raises
    ------
    Refused, WrongState : the unit has ended
    Invalid : the name is taken (then it is a merger), the day is to come or before the unit's last reorganisation
    """

    def act(event: Reorganisation) -> None:
        current = _locked([unit], on)[0]
        old, new = current.name, name.strip()
        if new == old:
            raise Invalid(_("新名称与现名称相同。"), fields={"name": _("请填写新的名称。")})
        _free(new, but=current)
        since = UnitName.objects.filter(unit=current, valid_to__lt=on).order_by("-valid_to").first()
        UnitName.objects.filter(unit=current, name=new).delete()
        former, _made = UnitName.objects.get_or_create(unit=current, name=old)
        former.valid_from = since.valid_to + DAY if since and since.valid_to else former.valid_from
        former.valid_to = on - DAY
        former.full_clean()
        former.save()
        current.name = new
        current.full_clean()
        current.save()
        _record(event, [current], [current], names=([old], [new]))

    return _reorganise(actor, "rename", act, on=on, document=document, note=note, file=file, file_name=file_name)


def merge_units(
    actor: Actor,
    units: Iterable[Unit],
    *,
    on: dt.date,
    into: Unit | None = None,
    name: str = "",
    document: str = "",
    note: str = "",
    file: attachments.Upload | None = None,
    file_name: str = "",
) -> Reorganisation:
    """Several units become one from a day: `into`, an existing one (which may be among them), or a new one.

    Their people, roles and lower units move along; tasks keep the name they were written with and are the one's.
    """
    units = list(dict.fromkeys(units))

    def act(event: Reorganisation) -> None:
        sources = _locked(units, on)
        if into is not None:
            target = next((one for one in sources if one.pk == into.pk), None) or _receiver(into, on)
        else:
            target = _founded(name, like=sources[0], on=on)
        ending = [one for one in sources if one.pk != target.pk]
        if not ending or (len(sources) == 1 and into is None):
            raise Invalid(_("合并至少要有两个单位。"), fields={"units": _("请再选一个单位；只改名称请用“更名”。")})
        for one in ending:
            _end(one, on)
        event.effects = move(ending, target) | event.effects
        _record(event, sources, [target], founded=[target] if into is None else [])

    return _reorganise(actor, "merge", act, on=on, document=document, note=note, file=file, file_name=file_name)


def split_unit(
    actor: Actor,
    unit: Unit,
    *,
    on: dt.date,
    into: Iterable[Unit] = (),
    names: Iterable[str] = (),
    stays: bool = False,
    document: str = "",
    note: str = "",
    file: attachments.Upload | None = None,
    file_name: str = "",
) -> Reorganisation:
    """One unit's work goes to several from a day: existing ones, new ones, and (`stays`) the unit itself.

    Whose each open task becomes is not guessed: until the air office has said so, all successors see it.
    """
    into, names = list(dict.fromkeys(into)), list(dict.fromkeys(one.strip() for one in names if one.strip()))

    def act(event: Reorganisation) -> None:
        source = _locked([unit], on)[0]
        targets = [_receiver(one, on) for one in into if one.pk != source.pk]
        founded = [_founded(one, like=source, on=on) for one in names]
        after = [*([source] if stays else []), *targets, *founded]
        if len(after) < 2:
            raise Invalid(_("拆分后至少要有两个单位。"), fields={"names": _("请选择或填写承接职能的单位。")})
        if not stays:
            _end(source, on)
        _record(event, [source], after, founded=founded)

    return _reorganise(actor, "split", act, on=on, document=document, note=note, file=file, file_name=file_name)


def abolish_unit(
    actor: Actor,
    unit: Unit,
    *,
    on: dt.date,
    document: str = "",
    note: str = "",
    file: attachments.Upload | None = None,
    file_name: str = "",
) -> Reorganisation:
    """A unit ends on a day and nobody takes over; its open tasks wait to be handed over by the air office."""

    def act(event: Reorganisation) -> None:
        source = _locked([unit], on)[0]
        _end(source, on)
        _record(event, [source], [])

    return _reorganise(actor, "abolish", act, on=on, document=document, note=note, file=file, file_name=file_name)


def withdraw_reorganisation(actor: Actor, reorganisation: Reorganisation, *, reason: str) -> None:
    """Take back a reorganisation that was entered wrongly: everything it changed is as before.

    Raises
    ------
    Invalid : without a reason
    WrongState : one of its units took part in a later one, or a unit that it founded is in use by now
    """
    if not reason.strip():
        raise Invalid(_("请写明撤回的理由。"), fields={"reason": _("必填。")})
    with change(actor, reorganisation, "org.withdraw_reorganisation", note=reason) as event:
        before, after = list(event.before.all()), list(event.after.all())
        _nothing_later(event, [*before, *after])
        effects = event.effects
        move_back(effects, after)
        if event.kind == Reorganisation.Kind.RENAME:
            _named_back(before[0], event.names_before[0])
        ended = [unit.pk for unit in before if unit not in after]
        Unit.objects.filter(pk__in=ended).update(valid_to=None)
        SuggestionVerdict.objects.filter(reorganisation=event).delete()
        event.before.clear()
        event.after.clear()
        _unfound(effects.get("founded", []))
        event.delete()


def _reorganise(
    actor: Actor,
    kind: str,
    act: Callable[[Reorganisation], None],
    *,
    on: dt.date,
    document: str,
    note: str,
    file: attachments.Upload | None,
    file_name: str,
) -> Reorganisation:
    """One transaction and one event around what a kind of reorganisation does."""
    facts: dict[str, Any] = {}
    told: AbstractContextManager[Reorganisation] = change(
        actor,
        Reorganisation(kind=kind, on=on, document=document.strip(), note=note.strip(), created_at=clock.now()),
        "org.reorganise",
        note=note,
        units=facts,
    )
    with told as event:
        if on > clock.today():
            raise Invalid(_("生效日期还没有到。"), fields={"on": _("请在生效当天或之后登记。")})
        event.created_by = actor if isinstance(actor, models.Model) else None  # type: ignore[assignment]
        if file is not None:
            event.attachment = attachments.take(file, file_name or "document", actor)
        act(event)
        facts |= {"before": event.names_before, "after": event.names_after, "effects": event.effects}
    return event


def _record(
    event: Reorganisation,
    before: Sequence[Unit],
    after: Sequence[Unit],
    *,
    names: tuple[list[str], list[str]] | None = None,
    founded: Sequence[Unit] = (),
) -> None:
    event.names_before, event.names_after = names or ([u.name for u in before], [u.name for u in after])
    event.effects = event.effects | {"founded": [unit.pk for unit in founded]}
    event.full_clean()
    event.save()
    event.before.set(before)
    event.after.set(after)


def _locked(units: Sequence[Unit], on: dt.date) -> list[Unit]:
    """The units under a row lock, in the order given; each exists, and nothing later is known of it."""
    rows = {unit.pk: unit for unit in locked(Unit.objects.filter(pk__in=[u.pk for u in units]))}
    if not rows:
        raise Invalid(_("没有选择单位。"), fields={"units": _("请选择单位。")})
    current = [rows[unit.pk] for unit in units if unit.pk in rows]
    for unit in current:
        exists(unit, on)
        last = Reorganisation.objects.filter(Q(before=unit) | Q(after=unit), on__gt=on).order_by("-on").first()
        if last is not None:
            raise Invalid(
                format_lazy(_("“{unit}”在 {on} 还有一次变动，不能登记更早的变动。"), unit=unit, on=last.on),
                fields={"on": _("请核对日期，或先撤回较晚的那次变动。")},
            )
    return current


def _receiver(unit: Unit, on: dt.date) -> Unit:
    """An existing unit that takes work over, under a row lock."""
    current: Unit = locked(Unit.objects.filter(pk=unit.pk)).get()
    exists(current, on)
    return current


def exists(unit: Unit, on: dt.date) -> None:
    if unit.valid_to is not None:
        raise WrongState(
            format_lazy(_("“{unit}”已于 {on} 撤销。"), unit=unit, on=unit.valid_to + DAY),
            found="ended",
            expected=["current"],
            remedy=_("请选择承接其职能的单位。"),
        )
    if unit.same_as_id is not None:
        raise WrongState(
            format_lazy(_("“{unit}”只是“{other}”的另一种写法。"), unit=unit, other=unit.same_as),
            found="writing",
            expected=["current"],
            remedy=_("请直接选择该单位。"),
        )
    if unit.valid_from and unit.valid_from > on:
        raise Invalid(
            format_lazy(_("“{unit}”到 {on} 才设立。"), unit=unit, on=unit.valid_from),
            fields={"on": _("生效日期早于单位的设立日期。")},
        )


def _free(name: str, *, but: Unit | None = None) -> None:
    """Raise if the name is empty or leads to another unit."""
    if not name:
        raise Invalid(_("请填写新的名称。"), fields={"name": _("必填。")})
    taken = Unit.objects.filter(Q(name=name) | Q(names__name=name)).exclude(pk=but.pk if but else None).first()
    if taken is not None:
        raise Invalid(
            format_lazy(_("“{name}”已经是“{unit}”的名称。"), name=name, unit=taken),
            fields={"name": _("如职能并入该单位，请用“合并”并选择它。")},
        )


def _founded(name: str, *, like: Unit, on: dt.date) -> Unit:
    """A new unit of the same kind and place."""
    name = name.strip()
    _free(name)
    unit = Unit(name=name, kind=like.kind, parent=like.parent, area=like.area, valid_from=on)
    unit.full_clean()
    unit.save()
    return unit


def _end(unit: Unit, on: dt.date) -> None:
    unit.valid_to = on - DAY
    unit.full_clean()
    unit.save()


def move(ending: Sequence[Unit], target: Unit) -> dict[str, Any]:
    """People, roles and lower units follow to the one unit; gives where each was."""
    pks = [unit.pk for unit in ending]
    people = {str(pk): unit for pk, unit in Person.objects.filter(unit__in=pks).values_list("pk", "unit")}
    Person.objects.filter(pk__in=people).update(unit=target)
    children = Unit.objects.filter(parent__in=pks)
    moved = {str(pk): parent for pk, parent in children.values_list("pk", "parent")}
    above = next((unit.parent_id for unit in ending if unit.parent_id not in (*pks, target.pk)), None)
    children.filter(pk=target.pk).update(parent=above)
    children.exclude(pk=target.pk).update(parent=target)
    grants = {}
    roles_there = RoleGrant.objects.filter(unit=target).values_list("person", "role", "area")
    held: set[tuple[int, str, int | None]] = set(roles_there)
    for grant in RoleGrant.objects.filter(unit__in=pks):
        if (grant.person_id, grant.role, grant.area_id) not in held:
            held.add((grant.person_id, grant.role, grant.area_id))
            grants[str(grant.pk)] = grant.unit_id
    RoleGrant.objects.filter(pk__in=grants).update(unit=target)
    return {"people": people, "grants": grants, "children": moved}


def move_back(effects: dict[str, Any], targets: Sequence[Unit]) -> None:
    """Undo `move`; whoever went elsewhere since then stays there."""
    for pk, unit in effects.get("people", {}).items():
        Person.objects.filter(pk=pk, unit__in=targets).update(unit=unit)
    for pk, unit in effects.get("grants", {}).items():
        RoleGrant.objects.filter(pk=pk, unit__in=targets).update(unit=unit)
    for pk, unit in effects.get("children", {}).items():
        Unit.objects.filter(pk=pk).update(parent=unit)


def _nothing_later(event: Reorganisation, units: Sequence[Unit]) -> None:
    later = Reorganisation.objects.filter(Q(before__in=units) | Q(after__in=units)).exclude(pk=event.pk)
    last = later.filter(Q(on__gt=event.on) | Q(on=event.on, pk__gt=event.pk)).order_by("on", "pk").first()
    if last is not None:
        raise WrongState(
            format_lazy(_("其后还有变动“{last}”（{on}）。"), last=last, on=last.on),
            remedy=_("请先撤回较晚的变动。"),
        )


def _named_back(unit: Unit, name: str) -> None:
    UnitName.objects.filter(unit=unit, name=name).delete()
    unit.name = name
    unit.full_clean()
    unit.save()


def _unfound(founded: Sequence[int]) -> None:
    """Remove units that only this reorganisation made."""
    for unit in Unit.objects.filter(pk__in=founded):
        try:
            unit.delete()
        except models.ProtectedError as error:
            raise WrongState(
                format_lazy(_("新设立的“{unit}”已经有人员、任务或记录，不能撤回。"), unit=unit),
                remedy=_("请另行登记一次变动来更正。"),
            ) from error
