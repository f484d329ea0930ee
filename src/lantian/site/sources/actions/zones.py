"""Zones: drawn on the map or from a file, changed, ended, drawn anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian import geo
from lantian.site.core import clock
from lantian.site.core.change import change, change_many
from lantian.site.core.faults import Invalid
from lantian.site.core.geojson import polygons_of
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area
from lantian.site.sources import zoning
from lantian.site.sources.models import Zone

FIELDS = ("name", "act", "source", "valid_from", "valid_to")
DAY = dt.timedelta(days=1)


def add_zone(
    actor: Actor, *, kind: str, name: str, area: Area, content: bytes, datum: geo.Datum = "wgs84", **fields: Any
) -> Zone:
    """Enter a zone from GeoJSON. `fields` are act, source, valid_from, valid_to.

    Raises
    ------
    Refused : the actor may not for this area
    Invalid : no such kind, or the file holds no usable polygon: see `polygons_of`
    """
    if zoning.kind_of(kind) is None:
        raise Invalid(_("没有这种管控区。"), fields={"kind": _("请从列表中选择。")})
    made = Zone(kind=kind, name=name.strip(), area=area)
    with change(actor, made, "sources.zone.add") as made:
        made.geometry = polygons_of(content, datum)
        _set(made, fields)
    return made


def change_zone(actor: Actor, zone: Zone, **fields: Any) -> Zone:
    """Change what is known of a zone, but its ground: see `redraw_zone`. It ends by `valid_to`, and stays known."""
    with change(actor, zone, "sources.zone.change") as current:
        _set(current, fields)
    return current


def redraw_zone(
    actor: Actor, zone: Zone, *, content: bytes, datum: geo.Datum = "wgs84", begins: dt.date, **fields: Any
) -> Zone:
    """Give a zone another ground from a day on. What it covered before stays known: the zone ends the day before, and
    a new one begins. One that has not held on any day before today is changed itself. One audit event.

    Parameters
    ----------
    begins : the first day of the new ground
    fields : act, source of the new ground; what is not given is as before

    Raises
    ------
    Refused : the actor may not for this area
    Invalid : the day lies before the zone or after its end, or the ground is none: see `polygons_of`
    """
    if zone.valid_to is not None and begins > zone.valid_to:
        raise Invalid(_("范围未改。"), fields={"begins": _("晚于这个区的结束日期。")})
    if not zone.held_before(clock.today()):
        with change(actor, zone, "sources.zone.change") as current:
            current.geometry = polygons_of(content, datum)
            _set(current, fields | {"valid_from": begins})
        return current
    if zone.valid_from is not None and begins <= zone.valid_from:
        raise Invalid(_("范围未改。"), fields={"begins": _("须晚于原范围的开始日期。")})
    made = Zone(kind=zone.kind, name=zone.name, area=zone.area, act=zone.act, source=zone.source)
    with change_many(actor, made, "sources.zone.add", replaces=zone.pk) as made:
        with change(actor, zone, "sources.zone.change") as old:
            made.valid_from, made.valid_to, old.valid_to = begins, old.valid_to, begins - DAY
        made.previous, made.geometry = old, polygons_of(content, datum)
        _set(made, fields)
    return made


def _set(zone: Zone, fields: dict[str, Any]) -> None:
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"a zone has no {sorted(unknown)} that could be set")
    for name, value in fields.items():
        setattr(zone, name, value.strip() if isinstance(value, str) else value)
