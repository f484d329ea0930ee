"""Machines of high emission that a gate's log places in a zone which keeps them out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from shapely.geometry import Point, shape
from shapely.prepared import prep

from lantian.ledgers import all_hold
from lantian.ledgers.conditions import day_of, missing
from lantian.ledgers.similar import rules
from lantian.ledgers.words import value_of
from lantian.rulebook.schemas.ledger_checks import Visits
from lantian.rulebook.schemas.ledgers import Duty, Ledger, LedgerField
from lantian.site.core.checking import Hit
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, Zone
from lantian.site.sources.queries.related import called
from lantian.site.sources.rows import row_of

AGES = (dt.date.min, dt.date.max)


def kept_out(day: dt.date) -> Iterable[Hit]:
    """Every visit on whose days a zone held that keeps such a machine out; the place is that of the entry, or of the
    site that it names. What is not known of machine or place says nothing."""
    rule = rules().visit
    register, log = reading.ledger_of(rule.roll), reading.ledger_of(rule.log)
    duty = next((one for one in register.owing if one.name == rule.duty), None)
    field, at = log.named(rule.of), log.named(rule.at)
    grounds = list(_grounds(duty)) if duty else []
    if duty is None or field is None or not grounds:
        return
    barred = _barred(register, duty, field)
    sites = _sites(at) if barred else {}
    rows = Listing.objects.filter(ledger=rule.log).exclude(means="gone").select_related("source")
    for one in (rows if barred else rows.none()).order_by("pk").iterator(chunk_size=2000):
        machine = barred.get(str(one.attributes.get(rule.of) or ""))
        site = sites.get(str(one.attributes.get(rule.at) or ""))
        place = one.source.place or (site.source.place if site else None)
        stay = _stay(one.attributes, rule, day)
        if machine is None or place is None or stay is None:
            continue
        for zone, ground, holds in grounds:
            first, last = max(stay[0], holds[0]), min(stay[1], holds[1])
            if first <= last and ground.covers(Point(*place)):
                yield _hit(one, machine, site, zone, (first, last), rule, log, register, duty)


def _grounds(duty: Duty) -> Iterator[tuple[Zone, Any, tuple[dt.date, dt.date]]]:
    """The zones that the duty asks for, with the days on which both hold."""
    since, until = duty.valid_from or AGES[0], duty.valid_to or AGES[1]
    kinds = [one.zone for one in duty.when if one.zone and one.inside]
    for zone in Zone.objects.filter(kind__in=kinds).order_by("pk"):
        holds = max(zone.valid_from or AGES[0], since), min(zone.valid_to or AGES[1], until)
        yield zone, prep(shape(zone.geometry)), holds


def _barred(register: Ledger, duty: Duty, field: LedgerField) -> dict[str, Listing]:
    """Those on the register that do not have what the duty says, by what a log may call them."""
    assert field.refers is not None
    found: dict[str, Listing] = {}
    rows = Listing.objects.filter(ledger=register.name).exclude(means="gone").select_related("source__area")
    for one in rows.order_by("pk").iterator(chunk_size=2000):
        if all_hold(duty.must, row_of(one)) is False:
            found |= dict.fromkeys(called(one, field.refers), one)
    return found


def _sites(at: LedgerField | None) -> dict[str, Listing]:
    if at is None or at.refers is None:
        return {}
    rows = Listing.objects.filter(ledger=at.refers.ledger).exclude(means="gone").select_related("source")
    return {name: one for one in rows.order_by("pk").iterator(chunk_size=2000) for name in called(one, at.refers)}


def _stay(attributes: Mapping[str, Any], rule: Visits, day: dt.date) -> tuple[dt.date, dt.date] | None:
    """The days of a visit; one that is not ended lasts."""
    came, left = attributes.get(rule.came), attributes.get(rule.left)
    try:
        return day_of(came), day if missing(left) else day_of(left)
    except ValueError:
        return None


def _hit(
    one: Listing,
    machine: Listing,
    site: Listing | None,
    zone: Zone,
    days: tuple[dt.date, dt.date],
    rule: Visits,
    log: Ledger,
    register: Ledger,
    duty: Duty,
) -> Hit:
    facts: dict[Any, Any] = {
        reading.said_later(log.named(name).label): one.attributes.get(name) or "—"  # type: ignore[union-attr]
        for name in (rule.of, rule.at, rule.came, rule.left)
    }
    for condition in duty.must:
        if (value := machine.attributes.get(condition.field)) is not None and (own := register.named(condition.field)):
            facts[reading.said_later(own.label)] = value_of(register, own.name, value)
    facts[_("管控区")] = zone.name
    facts[_("在区内的日期")] = " – ".join(dict.fromkeys(one.isoformat() for one in days))
    text = format_lazy(
        _("{duty}：“{machine}”进过“{site}”。"),
        duty=reading.said_later(duty.label), machine=one.attributes.get(rule.of), site=one.attributes.get(rule.at),
    )  # fmt: skip
    things = [one, machine, *([site] if site else [])]
    return Hit(f"{one.pk}-{zone.pk}", one.source.area_id, text, things, facts)
