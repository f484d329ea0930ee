"""What a zone would change: which listings' duties come out otherwise with another ground than without it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import shape

from lantian import ledgers
from lantian.rulebook.schemas.ledgers import Condition, Ledger
from lantian.site.core.policy import Actor
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, Zone
from lantian.site.sources.queries.listings import listings
from lantian.site.sources.queries.places import Box, located
from lantian.site.sources.rows import row_of
from lantian.site.sources.zoning import Zones

LOOKED_AT = 5000  # listings: more are not asked for a preview
SHOWN = 100


@dataclass(frozen=True)
class Effect:
    """A duty that comes out otherwise. `before`, `after`: met, owed, unknown, or '' where it is not owed."""

    listing: Listing
    duty: str
    before: str
    after: str


@dataclass(frozen=True)
class Effects:
    """All that come out otherwise: how many listings, the first of them; `whole` is false where not all were asked."""

    number: int
    first: list[Effect]
    whole: bool


def effects(person: Actor, kind: str, geometry: dict[str, Any], on: dt.date, replaced: Zone | None = None) -> Effects:
    """What duties become when ground of a kind is added, and that of another zone taken away: three SQL queries."""
    before = Zones(on)
    after = Zones(on, without=replaced.pk if replaced else None, plus=(kind, geometry))
    asked = {one.name: one for one in reading.all_ledgers() if _asks_for(one, kind)}
    rows = listings(person).filter(ledger__in=asked).exclude(means="gone").exclude(source__longitude=None)
    if kind in before.shapes:  # else nobody could tell of any place whether it lies inside
        ground = shape(geometry)
        if replaced:
            ground = ground.symmetric_difference(shape(replaced.geometry))
        if ground.is_empty:
            return Effects(0, [], whole=True)
        rows = located(rows, Box(*ground.bounds))
        shapely.prepare(ground)
        near = [one for one in rows[: LOOKED_AT + 1] if shapely.intersects_xy(ground, *_place(one))]
    else:
        near = list(rows[: LOOKED_AT + 1])
    found = [one for listing in near[:LOOKED_AT] for one in _of(asked[listing.ledger], listing, before, after, on)]
    return Effects(len({one.listing.pk for one in found}), found[:SHOWN], whole=len(near) <= LOOKED_AT)


def _place(listing: Listing) -> tuple[float, float]:
    return listing.source.longitude or 0.0, listing.source.latitude or 0.0


def _of(ledger: Ledger, listing: Listing, before: Zones, after: Zones, on: dt.date) -> Iterable[Effect]:
    row, place = row_of(listing), listing.source.place
    was, now = ({one.duty.name: one for one in ledgers.owed(ledger, row, on=on, inside=zones.around(place))}
                for zones in (before, after))  # fmt: skip
    for duty in ledger.duty:
        first, second = _stands(was.get(duty.name)), _stands(now.get(duty.name))
        if first != second:
            yield Effect(listing, reading.said(duty.label), first, second)


def _stands(owed: ledgers.Owed | None) -> str:
    if owed is None:
        return ""
    if owed.applies is None:
        return "unknown"
    return "met" if owed.met else "owed"


def _asks_for(ledger: Ledger, kind: str) -> bool:
    """Whether anything in the ledger depends on zones of a kind."""
    duties = (one for duty in ledger.duty for one in (*duty.when, *duty.unless, *duty.must))
    cases = (one for derived in ledger.derived for case in derived.case for one in case.when)
    conditions: Iterable[Condition] = (*duties, *cases)
    return any(one.zone == kind for one in conditions)
