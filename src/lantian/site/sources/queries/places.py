"""Where listings lie: single ones, or how many in a square of the map, for the part of it that is looked at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.db.models import Avg, Count, F, Min, Q, QuerySet
from django.db.models.functions import Floor
from numpy.typing import NDArray

from lantian import geo
from lantian.site.sources.models import Listing, Source

MANY = 400  # listings that are drawn one by one; more are drawn as squares with their number
ACROSS = 14  # squares across the part that is looked at


@dataclass(frozen=True)
class Box:
    """The part of the map that is looked at, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of(cls, text: str) -> Box | None:
        """The box of an address, `west,south,east,north`; None where it is none."""
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            return None
        finite = all(map(math.isfinite, (west, south, east, north)))
        return cls(west, south, east, north) if finite and west < east and south < north else None


@dataclass(frozen=True)
class Square:
    """Listings that lie close together: their number, their middle, one of them."""

    number: int
    longitude: float
    latitude: float
    listing: int


def located(rows: QuerySet[Listing], box: Box) -> QuerySet[Listing]:
    """Rows whose place lies in a part of the map."""
    return rows.filter(
        source__longitude__gte=box.west,
        source__longitude__lte=box.east,
        source__latitude__gte=box.south,
        source__latitude__lte=box.north,
    )


def inside(ground: Any) -> Q:
    """Listings whose place lies in a ground (a geometry of shapely): one SQL query of what lies in its bounds."""
    rows = _in_bounds(*ground.bounds)
    shapely.prepare(ground)
    return Q(source__in=[int(pk) for pk in rows[shapely.intersects_xy(ground, rows[:, 1], rows[:, 2]), 0]])


def around(longitude: float, latitude: float, metres: float) -> Q:
    """Listings within metres of a place: one SQL query."""
    rows = _in_bounds(*box_around(longitude, latitude, metres))
    off = geo.distances((longitude, latitude), rows[:, 1], rows[:, 2])
    return Q(source__in=[int(pk) for pk in rows[off <= metres, 0]])


def box_around(longitude: float, latitude: float, metres: float) -> tuple[float, float, float, float]:
    """West, south, east and north of what lies within metres of a place."""
    high = float(np.degrees(metres / geo.EARTH))
    wide = high / float(np.cos(np.radians(latitude)))
    return longitude - wide, latitude - high, longitude + wide, latitude + high


def _in_bounds(west: float, south: float, east: float, north: float) -> NDArray[np.float64]:
    """Keys and places of the sources in a box."""
    rows = Source.objects.filter(longitude__range=(west, east), latitude__range=(south, north)).order_by()
    return np.array(list(rows.values_list("pk", "longitude", "latitude")), dtype=float).reshape(-1, 3)


def squares(rows: QuerySet[Listing], box: Box) -> list[Square]:
    """Rows counted by squares: one SQL query, whose answer is bounded by the number of squares."""
    size = max(box.east - box.west, box.north - box.south) / ACROSS
    cells = (
        rows.order_by()
        .annotate(column=Floor(F("source__longitude") / size), line=Floor(F("source__latitude") / size))
        .values("column", "line")
        .annotate(number=Count("pk"), x=Avg("source__longitude"), y=Avg("source__latitude"), one=Min("pk"))
    )
    return [Square(cell["number"], cell["x"], cell["y"], cell["one"]) for cell in cells]


def seen(rows: QuerySet[Listing], box: Box) -> tuple[list[Listing], list[Square]]:
    """What a part of the map shows: listings one by one where they are few, else squares. Two SQL queries."""
    inside = located(rows, box)
    few: list[Any] = list(inside.select_related("source").order_by()[: MANY + 1])  # unsorted: it stops where many begin
    return (sorted(few, key=lambda one: one.pk), []) if len(few) <= MANY else ([], squares(inside, box))
