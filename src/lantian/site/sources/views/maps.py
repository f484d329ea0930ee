"""All ledgers on one map, for the part that is looked at."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lantian.rulebook import RuleError
from lantian.site.core import filters
from lantian.site.core.map import feature, own_map
from lantian.site.core.page import page, room
from lantian.site.core.request import Request
from lantian.site.org.models import AreaOutline
from lantian.site.sources import reading
from lantian.site.sources.filters import ListingFilter, ledger_choices
from lantian.site.sources.models import Listing, Source
from lantian.site.sources.queries import listings as queries
from lantian.site.sources.queries import places, zones
from lantian.site.sources.views.zones import zone_feature

# Colours of symbols as maps draw them, by the names that ledgers use.
COLOURS = {
    "grey": "#7b8794", "red": "#c0392b", "orange": "#d9822b", "yellow": "#e0b400", "green": "#2e8b57",
    "teal": "#1f8a8a", "blue": "#1f6fb2", "purple": "#7a4ea3", "pink": "#c2578a", "brown": "#8a6d4b",
}  # fmt: skip
CLUSTER, INK = "#17588f", "#ffffff"


class MapFilter(ListingFilter):
    """Listings of one ledger or of all, by what the list can be cut to."""

    ledger = filters.choice(_("清单"), ledger_choices)

    def where(self) -> Q:
        asked = self.asked["ledger"]
        return super().where() & (Q(ledger=asked) if asked else Q())


@room("sources", "map", policy="sources.see", menu=_("清单地图"), icon="map-2", order=15)
def map_page(request: Request) -> HttpResponseBase:
    """The map; what it shows is fetched for the part that is looked at."""
    asked = MapFilter.from_query(request.GET)
    rows = queries.listings(request.person).filter(asked.where()).exclude(means="gone")
    outlines = [one.feature for one in AreaOutline.objects.visible_to(request.person).select_related("area")]
    outlines += [zone_feature(one) for one in zones.holding(zones.zones(request.person))]
    total = rows.order_by().count()
    nowhere = Source.objects.filter(longitude=None).order_by()
    without = rows.order_by().filter(source__in=nowhere.values("pk")).count()
    query = request.GET.copy()
    query.pop("page", None)
    return page(
        request,
        "sources/map.html",
        title=_("清单地图"),
        asked=asked,
        map=own_map([], outlines),
        points=f"{reverse('sources:map_points')}?{query.urlencode()}",
        total=total,
        with_place=total - without,
        without=without,
    )


@room("sources", "map_points", policy="sources.see")
def points(request: Request) -> HttpResponseBase:
    """What lies in a part of the map, as GeoJSON: listings one by one where they are few, else squares."""
    box = places.Box.of(request.GET.get("bbox", ""))
    if box is None:
        return JsonResponse({"type": "FeatureCollection", "features": []})
    asked = MapFilter.from_query(request.GET)
    rows = Listing.objects.visible_to(request.person).filter(asked.where()).exclude(means="gone")
    single, squares = places.seen(rows, box)
    drawn = [_point(one) for one in single] + [_square(one) for one in squares]
    return JsonResponse({"type": "FeatureCollection", "features": drawn})


def _point(listing: Listing) -> dict[str, Any]:
    try:
        colour = COLOURS[reading.ledger_of(listing.ledger).symbol.colour]
    except RuleError:
        colour = COLOURS["grey"]
    source = listing.source
    words = f"{reading.title_of(listing.ledger)} · {reading.standing(listing).label}"
    place = (source.longitude or 0.0, source.latitude or 0.0)
    return feature(place, title=source.name, colour=colour, words=words, url=listing.get_absolute_url(), small=True)


def _square(square: places.Square) -> dict[str, Any]:
    title = _now("{n} 条").format(n=square.number)
    place = (square.longitude, square.latitude)
    return feature(place, title=title, label=str(square.number), colour=CLUSTER, ink=INK, words="", many=True)
