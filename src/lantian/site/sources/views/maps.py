"""All ledgers on one map, for the part that is looked at."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lantian.rulebook import RuleError
from lantian.site.core import clock
from lantian.site.core.map import feature, own_map
from lantian.site.core.page import room
from lantian.site.core.request import Request
from lantian.site.core.table import list_page
from lantian.site.org.models import AreaOutline
from lantian.site.sources import reading, tables
from lantian.site.sources.map_filter import map_filter
from lantian.site.sources.models import Listing
from lantian.site.sources.queries import finding, places
from lantian.site.sources.queries import listings as queries
from lantian.site.sources.views.zones import zone_feature

# Colours of symbols as maps draw them, by the names that ledgers use.
COLOURS = {
    "grey": "#7b8794", "red": "#c0392b", "orange": "#d9822b", "yellow": "#e0b400", "green": "#2e8b57",
    "teal": "#1f8a8a", "blue": "#1f6fb2", "purple": "#7a4ea3", "pink": "#c2578a", "brown": "#8a6d4b",
}  # fmt: skip
CLUSTER, INK = "#17588f", "#ffffff"


@room("sources", "map", policy="sources.see", menu=_("清单地图"), icon="map-2", order=15)
def map_page(request: Request) -> HttpResponseBase:
    """The map, whose points are fetched for the part that is looked at, with the same listings as a table."""
    asked = map_filter(request.person, request.GET)
    rows = queries.listings(request.person).filter(asked.where()).exclude(means="gone")
    outlines = [one.feature for one in AreaOutline.objects.visible_to(request.person).select_related("area")]
    outlines += [zone_feature(one) for one in asked.zones]
    ledger = asked.asked["ledger"]
    placed = queries.placed(rows)
    query = request.GET.copy()
    query.pop("page", None)
    return list_page(
        request,
        "sources/map.html",
        table=tables.ALL,
        rows=rows,
        title=_("清单地图"),
        asked=asked,
        map=own_map([], outlines),
        points=f"{reverse('sources:map_points')}?{query.urlencode()}",
        count=sum(n for n, _without in placed.values()),
        without=sum(without for _n, without in placed.values()),
        counts=[_counted(request, name, n) for name, (n, _w) in sorted(placed.items(), key=lambda one: -one[1][0])],
        sums=[(tables.label_of(field), n) for field, n, _number in _sums(rows, ledger) if n is not None],
        today=clock.today(),
        picture=_picture(),
    )


def _picture() -> str:
    """What stands around the map where it is kept as a picture."""
    drawn = own_map([])
    note = _now("资料来源：本平台清单台账")
    approval = f"　{_now('审图号')}：{drawn.approval}" if drawn.approval else ""
    told = {"title": _now("清单地图"), "day": date_format(clock.today(), "DATE_FORMAT"), "note": f"{note}{approval}"}
    return json.dumps(told, ensure_ascii=False)


def _counted(request: Request, name: str, n: int) -> tuple[str, str, int, str]:
    """A ledger among what is shown: its title, its colour, how many, and the map cut to it."""
    query = request.GET.copy()
    query["ledger"] = name
    query.pop("page", None)
    return reading.title_of(name), _colour(name), n, f"?{query.urlencode()}"


def _sums(rows: QuerySet[Listing], name: str) -> list[Any]:
    return queries.sums(rows, reading.ledger_of(name)) if name else []


@room("sources", "map_points", policy="sources.see")
def points(request: Request) -> HttpResponseBase:
    """What lies in a part of the map, as GeoJSON: listings one by one where they are few, else squares."""
    box = places.Box.of(request.GET.get("bbox", ""))
    if box is None:
        return JsonResponse({"type": "FeatureCollection", "features": []})
    asked = map_filter(request.person, request.GET)
    rows = Listing.objects.visible_to(request.person).filter(asked.where()).exclude(means="gone")
    single, squares = places.seen(rows, box)
    drawn = [_point(one) for one in single] + [_square(one) for one in squares]
    return JsonResponse({"type": "FeatureCollection", "features": drawn})


@room("sources", "map_find", policy="sources.see")
def find(request: Request) -> HttpResponseBase:
    """Sources, stations, zones and areas by a few letters, each with where it is."""
    return JsonResponse({"found": finding.find(request.person, request.GET.get("q", ""))})


def _colour(name: str) -> str:
    try:
        return COLOURS[reading.ledger_of(name).symbol.colour]
    except RuleError:
        return COLOURS["grey"]


def _point(listing: Listing) -> dict[str, Any]:
    source, colour = listing.source, _colour(listing.ledger)
    words = f"{reading.title_of(listing.ledger)} · {reading.standing(listing).label}"
    place = (source.longitude or 0.0, source.latitude or 0.0)
    return feature(place, title=source.name, colour=colour, words=words, url=listing.get_absolute_url(), small=True)


def _square(square: places.Square) -> dict[str, Any]:
    title = _now("{n} 条").format(n=square.number)
    place = (square.longitude, square.latitude)
    return feature(place, title=title, label=str(square.number), colour=CLUSTER, ink=INK, words="", many=True)
