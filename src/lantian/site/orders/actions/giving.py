"""Handing orders out: made, changed while a draft, issued, handed on to another unit, copied, withdrawn."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.working_time import closing_time
from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.core.refs import ref_to
from lantian.site.core.registries import origins
from lantian.site.orders import kinds
from lantian.site.orders.actions.common import Files, inform, lapse, looked_over, tell
from lantian.site.orders.models import Order, OrderUnit
from lantian.site.orders.origins import BY_HAND
from lantian.site.orders.people import People
from lantian.site.orders.states import HANDLERS, ORDER
from lantian.site.org.models import Area, Person, Unit, person_of

FIELDS = ("area", "unit", "person", "title", "text", "place", "longitude", "latitude")
FARTHEST = 400  # days from today: a deadline that lies farther is a slip
PUNCTUATION = re.compile(r"[\W_]+")


def create_order(
    actor: Actor,
    *,
    kind: str,
    area: Area,
    unit: Unit,
    title: str,
    origin: str = BY_HAND,
    cause: models.Model | None = None,
    from_unit: Unit | None = None,
    copies: Iterable[Unit] = (),
    due: dt.date | None = None,
    files: Files = (),
    **fields: Any,
) -> Order:
    """Make an order as a draft.

    Parameters
    ----------
    origin, cause : what led to it, of the registry, and the very thing
    from_unit : who gives it, where that is not the air office; it may check the answer as well
    copies : units that see it and may say something
    due : day of the answer, where the kind's own deadline does not fit; the end of office hours counts
    fields : text, place, longitude, latitude, person

    Raises
    ------
    Refused : the actor hands no orders out, or not of this kind
    Invalid : no such kind or origin, a unit that cannot have orders, a day that has passed
    """
    rule = kinds.kind_of(kind)
    if origin not in origins:
        raise Invalid(_("没有这种来源。"), fields={"origin": _("请从列表中选择。")})
    looked_over(files)
    made = Order(kind=rule.id, content=rule.model_dump(mode="json"), area=area, unit=unit, from_unit=from_unit)
    with change(actor, made, "orders.order.create") as order:
        order.made_by, order.made_at, order.origin = person_of(actor), clock.now(), origin
        order.cause = ref_to(cause) if cause is not None else None
        _fill(order, due, title=title, **fields)
        order.full_clean(validate_constraints=False)
        order.save()
        _add_copies(order, copies)
        tell(actor, order, "create", files=files)
    return made


def edit_order(
    actor: Actor, order: Order, *, copies: Iterable[Unit] = (), due: dt.date | None = None, **fields: Any
) -> Order:
    """Change a draft: its fields as for `create_order`; kind and origin stay."""
    with change(actor, order, "orders.order.edit") as current:
        ORDER.step(current, "edit")
        _fill(current, due, **fields)
        current.others.filter(role="copy").delete()
        _add_copies(current, copies)
    return current


def issue_order(actor: Actor, order: Order) -> Order:
    """Hand an order out: it gets its number and deadlines, and its unit is told.

    Raises
    ------
    WrongState : it was handed out already
    Invalid : the day that was chosen for the answer has passed meanwhile
    """
    with change(actor, order, "orders.order.issue") as current:
        ORDER.step(current, "issue")
        _number(current)
        current.issued_by, current.issued_at = person_of(actor), clock.now()
        current.repeat_of = repeated(current).first()
        chosen = current.due_at
        _set_deadlines(current)
        if chosen is not None:
            if chosen <= clock.now():
                raise Invalid(_("草稿里选定的反馈期限已经过去。"), fields={"due": _("请修改草稿，另选日期。")})
            current.due_at, current.accept_by = chosen, min(chosen, current.accept_by or chosen)
        current.save()
        tell(actor, current, "issue", due_at=current.due_at, unit=current.unit)
        _tell_unit(current)
        copies = [one.unit for one in current.others.filter(role="copy").select_related("unit")]
        _tell_copies(current, copies)
    return current


def transfer_order(
    actor: Actor, order: Order, unit: Unit, *, reason: str, area: Area | None = None, copies: Iterable[Unit] = ()
) -> Order:
    """Hand an order on to another unit, which starts anew: its time to accept and to answer begins now, and what the
    unit before it did late is not counted against it. That one keeps seeing the order.

    Raises
    ------
    Invalid : no reason, or the unit has it already
    """
    with change(actor, order, "orders.order.transfer", note=reason) as current:
        ORDER.step(current, "transfer", unit=unit, reason=reason.strip())
        if unit.pk == current.unit_id:
            raise Invalid(_("这张工单已在这个单位。"), fields={"unit": _("请选择另一个单位。")})
        _require_fit(current, unit)
        OrderUnit.objects.get_or_create(order=current, unit=current.unit, role="former")
        lapse(current)
        current.unit, current.person = unit, None
        current.area = area or current.area
        current.reason, current.accepted_at = reason.strip()[:500], None
        current.answered_by = current.answered_at = current.check_by = None
        current.answer, current.late = "", False
        _set_deadlines(current)
        _add_copies(current, copies)
        current.save()
        tell(actor, current, "transfer", reason, due_at=current.due_at, unit=unit)
        _tell_unit(current)
    return current


def copy_order(actor: Actor, order: Order, units: Iterable[Unit]) -> Order:
    """Let further units see an order (抄送)."""
    units = list(units)
    with change(actor, order, "orders.order.copy", units=[unit.name for unit in units]) as current:
        ORDER.step(current, "copy", units=units)
        made = _add_copies(current, units)
        if not made:
            raise Invalid(_("所选单位都已在抄送名单里。"), fields={"units": _("请选择别的单位。")})
        tell(actor, current, "copy", "、".join(unit.name for unit in made))
        _tell_copies(current, made)
    return current


def withdraw_order(actor: Actor, order: Order, *, reason: str) -> Order:
    """Take an order back that is not needed, or should not have been given."""
    with change(actor, order, "orders.order.withdraw", note=reason) as current:
        was_out = current.state != "draft"
        ORDER.step(current, "withdraw", reason=reason.strip())
        lapse(current)
        current.reason, current.closed_at = reason.strip()[:500], clock.now()
        current.closed_by = person_of(actor)
        event = tell(actor, current, "withdraw", reason)
        if was_out:
            people = People().of(current, ("handler", "unit"))
            inform(people, current, "orders.told", _("工单已撤销：{order}"), reason, key=f"withdraw:{event.pk}")
    return current


def place_key(place: str) -> str:
    """A place as it is compared: without spaces, punctuation and width.

    >>> place_key("广安门外大街 12号（工地）") == place_key("广安门外大街１２号工地")
    True
    """
    return PUNCTUATION.sub("", unicodedata.normalize("NFKC", place)).lower()


def repeated(order: Order) -> QuerySet[Order]:
    """Earlier orders of the same cause, or of the same kind at the same place, within the days that the kind says; the
    latest first."""
    same = Q(pk__in=[])
    if order.cause_id:
        same |= Q(cause=order.cause_id)
    if order.place_key:
        same |= Q(kind=order.kind, place_key=order.place_key, area=order.area_id)
    since = clock.now() - dt.timedelta(days=order.rule.repeats)
    rows = Order.objects.filter(same, issued_at__gte=since).exclude(state__in=("withdrawn", "merged"))
    return rows.exclude(pk=order.pk).order_by("-issued_at", "-pk")


def _fill(order: Order, due: dt.date | None, **fields: Any) -> None:
    for name in FIELDS:
        if name in fields:
            setattr(order, name, fields[name].strip() if isinstance(fields[name], str) else fields[name])
    order.place_key = place_key(order.place)[:200]
    _require_fit(order, order.unit)
    _require_person(order)
    order.due_at = _closing(due) if due else None


def _closing(due: dt.date) -> dt.datetime:
    """The end of office hours of the day that was chosen."""
    if not clock.today() <= due <= clock.today() + dt.timedelta(days=FARTHEST):
        raise Invalid(_("反馈期限不对。"), fields={"due": _("请填今天或以后的日期，不超过 400 天。")})
    return closing_time(due, timezone.localtime(clock.now()))


def _require_fit(order: Order, unit: Unit) -> None:
    firm = unit.kind == Unit.Kind.FIRM
    officials = unit.kind in (Unit.Kind.DEPARTMENT, Unit.Kind.TOWN, Unit.Kind.OTHER)
    if not (firm or officials) or unit.same_as_id:
        raise Invalid(_("工单只能派给部门、镇街或企业。"), fields={"unit": _("请选择部门、镇街或企业。")})
    if firm and order.from_unit_id:
        raise Invalid(_("移交的线索由部门或镇街办理。"), fields={"unit": _("请选择部门或镇街。")})
    if firm and not People().unit(unit, order.area_id):
        raise Invalid(
            _("这个企业没有能办理工单的账号。"), fields={"unit": _("请派给企业所在的镇街，或先为企业开通账号。")}
        )
    if unit.valid_to and unit.valid_to < clock.today():
        raise Invalid(_("这个单位已撤销。"), fields={"unit": _("请选择现在的单位。")})
    if order.from_unit_id == unit.pk:
        raise Invalid(_("不能派给交办单位自己。"), fields={"unit": _("请选择另一个单位。")})


def _require_person(order: Order) -> None:
    if order.person and not (order.person.is_active and handles(order.person, order)):
        raise Invalid(
            _("经办人不能办理这张工单。"), fields={"person": _("请选择主办单位的联络员，或负责该网格的网格员。")}
        )


def handles(person: Person, order: Order) -> bool:
    """Whether a person may deal with an order of a unit."""
    return policy.roles(*HANDLERS).check(person, order)


def _number(order: Order) -> None:
    """The next number of the year, over all or in the district, as the rule says; the area whose orders are counted is
    locked, so that numbers are given one after the other."""
    rule, year, area = kinds.numbers(), clock.today().year, _counted_in(order.area)
    list(locked(Area.objects.filter(parent=None) if rule.per == "all" else Area.objects.filter(pk=area.pk)))
    order.series = "" if rule.per == "all" else area.code or str(area.pk)
    last = Order.objects.filter(series=order.series, year=year).aggregate(last=Max("serial"))["last"] or 0
    order.year, order.serial = year, last + 1
    order.number = rule.of(year=year, serial=order.serial, code=area.code or str(area.pk), name=area.name)[:80]


def _counted_in(area: Area) -> Area:
    """The district that an area lies in; the root where it lies in none."""
    while area.kind != Area.Kind.DISTRICT and area.parent is not None:
        area = area.parent
    return area


def _set_deadlines(order: Order) -> None:
    now = clock.now()
    order.accept_by, order.due_at = kinds.after(now, order.rule.accept), kinds.after(now, order.rule.answer)


def _add_copies(order: Order, units: Iterable[Unit]) -> list[Unit]:
    there = set(order.others.filter(role="copy").values_list("unit", flat=True))
    new = {unit.pk: unit for unit in units if unit.pk not in there and unit.pk != order.unit_id}
    OrderUnit.objects.bulk_create(OrderUnit(order=order, unit=unit, role="copy") for unit in new.values())
    return list(new.values())


def _tell_unit(order: Order) -> None:
    body = format_lazy(
        _("{kind}。请在 {accept} 前接单，{due} 前反馈。{text}"),
        kind=order.kind_label,
        accept=_shown(order.accept_by),
        due=_shown(order.due_at),
        text=order.text[:300],
    )
    key = f"todo:{order.unit_id}:{order.accept_by:%Y%m%d%H%M%S}"
    inform(People().handlers(order), order, "orders.todo", _("新工单：{order}"), body, key=key)


def _tell_copies(order: Order, units: Iterable[Unit]) -> None:
    people = People()
    for unit in units:
        found = people.unit(unit, order.area_id)
        inform(found, order, "orders.told", _("抄送工单：{order}"), order.text[:300], key=f"copy:{unit.pk}")


def _shown(moment: dt.datetime | None) -> str:
    return f"{timezone.localtime(moment):%m-%d %H:%M}" if moment else ""
