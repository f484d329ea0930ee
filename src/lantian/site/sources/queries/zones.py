"""Zones, and what lies in them."""

from __future__ import annotations

from collections import Counter

from django.db.models import Q, QuerySet
from shapely import intersects_xy, prepare
from shapely.geometry import shape

from lantian.site.core import clock
from lantian.site.core.policy import Actor
from lantian.site.sources.models import Listing, Zone


def zones(person: Actor) -> QuerySet[Zone]:
    """Zones that the person may see."""
    return Zone.objects.visible_to(person).select_related("area", "previous")


def holding(rows: QuerySet[Zone]) -> QuerySet[Zone]:
    """Those that hold today."""
    today = clock.today()
    return rows.filter(Q(valid_from=None) | Q(valid_from__lte=today), Q(valid_to=None) | Q(valid_to__gte=today))


def inside(person: Actor, zone: Zone) -> list[tuple[str, int]]:
    """Listings in a zone by ledger, as far as the person may see them: one SQL query of what lies in its bounds."""
    ground = shape(zone.geometry)
    west, south, east, north = ground.bounds
    rows = Listing.objects.visible_to(person).exclude(means="gone")
    near = rows.filter(source__longitude__range=(west, east), source__latitude__range=(south, north))
    places = list(near.values_list("ledger", "source__longitude", "source__latitude").order_by())
    prepare(ground)
    covered = intersects_xy(ground, [x for _ledger, x, _y in places], [y for _ledger, _x, y in places])
    return Counter(ledger for (ledger, _x, _y), lies in zip(places, covered, strict=True) if lies).most_common()
