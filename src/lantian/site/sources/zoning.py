"""Whether a place lies in a zone of a kind on a day. Zones are read once, their shapes prepared once."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

from django.db.models import Q
from shapely.geometry import Point, shape
from shapely.ops import unary_union
from shapely.prepared import prep

from lantian import rulebook
from lantian.ledgers import Inside
from lantian.rulebook.schemas.zones import ZoneKind, ZoneKinds
from lantian.site.core import clock
from lantian.site.sources.models import Zone

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

    def around(self, place: Place) -> Inside:
        """For a place: whether it lies in a zone of a kind. None where the place is not known, or no zone of the kind
        is drawn for the day: nobody can tell."""

        def inside(kind: str) -> bool | None:
            if place is None or kind not in self.shapes:
                return None
            return bool(self.shapes[kind].covers(Point(*place)))

        return inside
