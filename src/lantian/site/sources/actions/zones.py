"""Zones: drawn from a file, changed, ended."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian import geo
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid
from lantian.site.core.geojson import polygons_of
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area
from lantian.site.sources import zoning
from lantian.site.sources.models import Zone

FIELDS = ("name", "act", "source", "valid_from", "valid_to")


def add_zone(
    actor: Actor, *, kind: str, name: str, area: Area, content: bytes, datum: geo.Datum = "wgs84", **fields: Any
) -> Zone:
    """Enter a zone from a GeoJSON file. `fields` are act, source, valid_from, valid_to.

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


def change_zone(actor: Actor, zone: Zone, *, content: bytes = b"", datum: geo.Datum = "wgs84", **fields: Any) -> Zone:
    """Change what is known of a zone, its ground too where a file is given. It ends by `valid_to`, and stays known."""
    with change(actor, zone, "sources.zone.change") as current:
        if content:
            current.geometry = polygons_of(content, datum)
        _set(current, fields)
    return current


def _set(zone: Zone, fields: dict[str, Any]) -> None:
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"a zone has no {sorted(unknown)} that could be set")
    for name, value in fields.items():
        setattr(zone, name, value.strip() if isinstance(value, str) else value)
