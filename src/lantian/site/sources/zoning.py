"""Whether a place lies in a zone of a kind on a day, and how far listed places are. Read once, prepared once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray
from shapely.geometry import Point, shape
from shapely.ops import unary_union
from shapely.prepared import prep

from lantian import geo, rulebook
from lantian.ledgers import Around
from lantian.rulebook.schemas.zones import ZoneKind, ZoneKinds
from lantian.site.core import clock
from lantian.site.sources.models import Listing, Zone

Place = tuple[float, float] | None
Ground = tuple[str, dict[str, Any]]  # a kind and a geometry


def kinds() -> tuple[ZoneKind, ...]:
    """Kinds of zones."""
    return rulebook.get("zone-kinds", as_=ZoneKinds).kind


def kind_of(name: str) -> ZoneKind | None:
    """A kind by its name."""
    return next((one for one in kinds() if one.name == name), None)


class Zones:
    """The zones that hold on a day: one SQL query, however many places are asked."""

    def __init__(self, on: dt.date | None = None, *, without: int | None = None, plus: Ground | None = None) -> None:
        """`without` and `plus`: as if one zone were not there, and another ground were."""
        self.on = on or clock.today()
        self.without, self.plus = without, plus
        self._places: dict[str, tuple[NDArray[np.float64], list[Any]]] = {}

    @cached_property
    def shapes(self) -> dict[str, Any]:
        """By kind, all ground that such zones cover, prepared for asking."""
        rows = Zone.objects.filter(
            Q(valid_from=None) | Q(valid_from__lte=self.on), Q(valid_to=None) | Q(valid_to__gte=self.on)
        )
        found: dict[str, list[Any]] = {}
        if self.plus:
            found[self.plus[0]] = [shape(self.plus[1])]
        for one in rows.exclude(pk=self.without) if self.without else rows:
            found.setdefault(one.kind, []).append(shape(one.geometry))
        return {kind: prep(unary_union(parts)) for kind, parts in found.items()}

    def around(self, place: Place) -> Around:
        """What is known of a place: zones that it lies in, and how far listed places are."""
        return Surrounded(self, place)

    def places(self, ledger: str) -> tuple[NDArray[np.float64], list[Any]]:
        """Longitudes and latitudes of what stands on a ledger, with the kind of each: one SQL query a ledger."""
        if ledger not in self._places:
            rows = Listing.objects.filter(ledger=ledger).exclude(means="gone").exclude(source__longitude=None)
            found = list(rows.order_by().values_list("source__longitude", "source__latitude", "attributes__kind"))
            where = np.array([one[:2] for one in found], dtype=float).reshape(-1, 2)
            self._places[ledger] = (where, [one[2] for one in found])
        return self._places[ledger]


@dataclass(frozen=True)
class Surrounded:
    """A place among zones and listed places. None where it is not known, where no zone of the kind is drawn for the
    day, or where nothing of the ledger has a place: nobody can tell."""

    zones: Zones
    place: Place

    def __call__(self, kind: str) -> bool | None:
        if self.place is None or kind not in self.zones.shapes:
            return None
        return bool(self.zones.shapes[kind].covers(Point(*self.place)))

    def nearest(self, ledger: str, kinds: tuple[str, ...]) -> float | None:
        """Metres to the nearest place on a ledger."""
        if self.place is None:
            return None
        where, which = self.zones.places(ledger)
        if kinds:
            where = where[[one in kinds for one in which]]
        return float(geo.distances(self.place, where[:, 0], where[:, 1]).min()) if len(where) else None
