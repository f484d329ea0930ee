"""Our own places by a few letters: sources, stations, zones, areas."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _now
from shapely.geometry import shape

from lantian.site.air.models import Station
from lantian.site.core import policy
from lantian.site.core.filters import holds
from lantian.site.core.policy import Actor
from lantian.site.org.models import AreaOutline
from lantian.site.sources.models import Source
from lantian.site.sources.queries import zones

MOST = {"sources": 8, "stations": 4, "zones": 4, "areas": 4}
LONGEST = 60

Found = dict[str, Any]


def find(person: Actor, text: str) -> list[Found]:
    """What is called so, as far as the person may see it: four SQL queries. `at` is a place, `box` the bounds of a
    ground; neither where it has no place."""
    asked = text.strip()[:LONGEST]
    if not asked:
        return []
    return [*_areas(person, asked), *_zones(person, asked), *_stations(person, asked), *_sources(person, asked)]


def _sources(person: Actor, text: str) -> list[Found]:
    named = holds(text, "name", "firm", "address")
    if len(text) >= 4 and text.isascii():
        named |= Q(credit_code__startswith=text.upper())
    first = Case(When(name__istartswith=text, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Source.objects.visible_to(person).filter(named).select_related("area").order_by(first, "pk")
    return [
        _told(_now("污染源"), one.name, one.address or one.area.name, one.get_absolute_url(), at=one.place)
        for one in rows[: MOST["sources"]]
    ]


def _stations(person: Actor, text: str) -> list[Found]:
    if not policy.may(person, "air.see"):
        return []
    rows = Station.objects.visible_to(person).filter(Q(name__icontains=text) | Q(code__istartswith=text))
    return [
        _told(_now("站点"), one.name, one.code, one.get_absolute_url(), at=_at(one)) for one in rows[: MOST["stations"]]
    ]


def _at(station: Station) -> tuple[float, float] | None:
    if station.longitude is None or station.latitude is None:
        return None
    return station.longitude, station.latitude


def _zones(person: Actor, text: str) -> list[Found]:
    rows = zones.holding(zones.zones(person)).filter(name__icontains=text)[: MOST["zones"]]
    return [
        _told(_now("管控区"), one.name, one.area.name, one.get_absolute_url(), box=shape(one.geometry).bounds)
        for one in rows
    ]


def _areas(person: Actor, text: str) -> list[Found]:
    rows = AreaOutline.objects.visible_to(person).filter(area__name__icontains=text).select_related("area")
    return [
        _told(_now("行政区"), one.area.name, one.area.code, one.get_absolute_url(), box=shape(one.geometry).bounds)
        for one in rows[: MOST["areas"]]
    ]


def _told(kind: str, title: str, words: str, url: str, **where: Any) -> Found:
    return {"kind": kind, "title": title, "words": words, "url": url} | {k: v for k, v in where.items() if v}
