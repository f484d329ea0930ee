"""What the map, and the list below it, can be cut to: ledgers, their fields, a zone, a drawn area, round a place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Self

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from shapely.errors import ShapelyError
from shapely.geometry import Polygon, shape

from lantian import ledgers as library
from lantian.coordinates import Unreadable, spot
from lantian.site.core import clock, filters
from lantian.site.core.policy import Actor
from lantian.site.sources import reading
from lantian.site.sources.filters import ListingFilter, filter_of, ledger_choices
from lantian.site.sources.models import Zone
from lantian.site.sources.queries import places, zones

MOST_CORNERS = 400
FARTHEST = 100_000  # metres round a place


def _groups() -> list[tuple[str, Any]]:
    return [(one.name, reading.said(one.label)) for one in library.groups()]


class PlaceFilter(ListingFilter):
    """Listings of one ledger or of all, by where they are."""

    group = filters.choice(_("分组"), _groups)
    ledger = filters.choice(_("清单"), ledger_choices)
    zone = filters.choice(_("管控区"), ())
    near = filters.text(_("附近"), placeholder=_("116.36, 39.91, 500 米"))
    within = forms.CharField(required=False, max_length=12_000, widget=forms.HiddenInput(), label=_("画出的范围"))
    order_of = ("q", "group", "ledger", "area", "zone", "near")

    zones: Sequence[Zone] = ()

    @classmethod
    def for_person(cls, person: Actor, query: QueryDict) -> Self:
        """The filter as asked, offering the zones that hold and that the person may see: one SQL query."""
        form = cls.from_query(query)
        form.zones = list(zones.holding(zones.zones(person)))
        choices = [("", _("全部")), *((one.pk, one.name) for one in form.zones)]
        form.fields["zone"].choices = choices  # type: ignore[attr-defined]
        form.order_fields(cls.order_of)
        form.full_clean()
        return form

    def clean_near(self) -> str:
        """A place and metres, or nothing."""
        text: str = self.cleaned_data["near"]
        return text if circle(text) else ""

    def clean_within(self) -> str:
        """Corners, or nothing."""
        text: str = self.cleaned_data["within"]
        return text if corners(text) else ""

    def where(self) -> Q:
        asked, where = self.asked, super().where()
        if asked["ledger"]:
            where &= Q(ledger=asked["ledger"])
        if asked["group"]:
            names = [one.name for one in library.all_ledgers(clock.today()) if one.group == asked["group"]]
            where &= Q(ledger__in=names)
        if asked["zone"]:
            zone = next(one for one in self.zones if str(one.pk) == asked["zone"])
            where &= places.inside(shape(zone.geometry))
        if found := circle(asked["near"]):
            where &= places.around(*found)
        if ground := corners(asked["within"]):
            where &= places.inside(ground)
        return where

    @property
    def chips(self) -> list[filters.Chip]:
        """As of any filter; a drawn area is too long for its corners to be said."""
        drawn = _("已画")
        label = self.fields["within"].label
        return [filters.Chip(one.label, drawn, one.without) if one.label == label else one for one in super().chips]


def circle(text: str) -> tuple[float, float, float] | None:
    """Longitude, latitude and metres of a text like `116.36, 39.91, 500 米`; None where it is none."""
    first, _comma, metres = text.replace("，", ",").rstrip(" 米mM").rpartition(",")
    try:
        found, radius = spot(first), float(metres)
    except (Unreadable, ValueError):
        return None
    return (found.longitude, found.latitude, radius) if 0 < radius <= FARTHEST else None


def corners(text: str) -> Polygon | None:
    """The polygon of a text like `116.3,39.9;116.4,39.9;116.4,40`; None where it is none."""
    try:
        ring = [tuple(float(part) for part in one.split(",")) for one in text.split(";")]
        if not 3 <= len(ring) <= MOST_CORNERS or any(len(one) != 2 for one in ring):
            return None
        found = Polygon(ring)
    except (ValueError, ShapelyError):
        return None
    if not found.is_valid or found.is_empty:
        return None
    west, south, east, north = found.bounds
    return found if west >= -180 and south >= -90 and east <= 180 and north <= 90 else None


def map_filter(person: Actor, query: QueryDict) -> PlaceFilter:
    """The filter of the map, with the fields of the ledger that is asked for."""
    return _class_of(query.get("ledger", "")).for_person(person, query)


def _class_of(name: str) -> type[PlaceFilter]:
    ledger = next((one for one in reading.all_ledgers() if one.name == name), None)
    return PlaceFilter if ledger is None else _with_fields(filter_of(ledger))


@lru_cache(maxsize=256)
def _with_fields(base: type[ListingFilter]) -> type[PlaceFilter]:
    return type("LedgerPlaceFilter", (PlaceFilter, base), {"of": base.of})
