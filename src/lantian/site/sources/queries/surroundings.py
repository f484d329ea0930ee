"""What lies around a source: the nearest stations of air monitoring, and sensitive places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lantian import geo, rulebook
from lantian.rulebook.schemas.surroundings import Surroundings
from lantian.site.air.models import Station
from lantian.site.core import clock, policy
from lantian.site.core.policy import Actor
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, Source
from lantian.site.sources.queries.listings import listings
from lantian.site.sources.queries.places import Box, box_around, located

MOST = 20  # sensitive places that are named


@dataclass(frozen=True)
class Near:
    """A thing near by: what it is, and how far, in metres."""

    title: str
    kind: str
    url: str
    metres: float


@dataclass(frozen=True)
class Around:
    """What lies around: `metres` is how far sensitive places were looked for, `more` how many are not named."""

    stations: list[Near]
    places: list[Near]
    metres: float
    more: int


def rules() -> Surroundings:
    """The rule as it holds here."""
    return rulebook.get("surroundings", as_=Surroundings)


def around(person: Actor, source: Source) -> Around | None:
    """What lies around a source, as far as the person may see it: two SQL queries. None without a place."""
    if source.place is None:
        return None
    rule, place = rules(), source.place
    stations = _nearest(place, _stations(person))[: rule.stations]
    rows = listings(person).filter(ledger__in=rule.ledgers).exclude(means="gone").exclude(source=source)
    near = _nearest(place, [_place_of(one) for one in located(rows, Box(*box_around(*place, rule.metres)))])
    within = [one for one in near if one.metres <= rule.metres]
    return Around(stations, within[:MOST], rule.metres, max(0, len(within) - MOST))


Located = tuple[str, str, str, float, float]


def _stations(person: Actor) -> list[Located]:
    if not policy.may(person, "air.see"):
        return []
    rows: Any = Station.objects.visible_to(person).exclude(longitude=None).exclude(valid_to__lt=clock.today())
    return [
        (one.name, str(one.get_kind_display()), one.get_absolute_url(), one.longitude, one.latitude) for one in rows
    ]


def _place_of(listing: Listing) -> Located:
    source, ledger = listing.source, reading.title_of(listing.ledger)
    return source.name, ledger, listing.get_absolute_url(), source.longitude or 0.0, source.latitude or 0.0


def _nearest(place: tuple[float, float], things: list[Located]) -> list[Near]:
    """The things by their distance, nearest first."""
    where = np.array([one[3:] for one in things], dtype=float).reshape(-1, 2)
    metres = geo.distances(place, where[:, 0], where[:, 1])
    found = [(things[k], float(metres[k])) for k in np.argsort(metres, kind="stable")]
    return [Near(title, kind, url, off) for (title, kind, url, _x, _y), off in found]
