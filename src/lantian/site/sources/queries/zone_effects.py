"""What a zone would change: which listings' duties come out otherwise with another ground than without it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress, islice
from typing import Any

import numpy as np
import shapely
from django.db.models import QuerySet
from shapely.geometry import shape

from lantian import ledgers
from lantian.rulebook.schemas.ledgers import Duty, Ledger
from lantian.site.core.policy import Actor
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, Zone
from lantian.site.sources.queries.listings import listings
from lantian.site.sources.queries.places import Box, located
from lantian.site.sources.rows import READ, row_of_values
from lantian.site.sources.zoning import Zones

CHUNK = 2000  # listings that are looked at together
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
    """What comes out otherwise: for how many listings, and the first of them."""

    number: int
    first: list[Effect]


def effects(person: Actor, kind: str, geometry: dict[str, Any], on: dt.date, replaced: Zone | None = None) -> Effects:
    """What duties become when ground of a kind is added, and that of another zone taken away: four SQL queries, however
    many listings there are; only the first are made into objects."""
    before = Zones(on)
    after = Zones(on, without=replaced.pk if replaced else None, plus=(kind, geometry))
    asked = {one.name: _that_ask(one, kind) for one in reading.all_ledgers() if _asks_for(one, kind)}
    rows = listings(person).filter(ledger__in=asked).exclude(means="gone").exclude(source__longitude=None)
    ground = None
    if kind in before.shapes:  # else nobody could tell of any place whether it lies inside
        ground = shape(geometry)
        if replaced:
            ground = ground.symmetric_difference(shape(replaced.geometry))
        if ground.is_empty:
            return Effects(0, [])
        rows = located(rows, Box(*ground.bounds))
        shapely.prepare(ground)
    number = 0
    first: list[tuple[int, str, str, str]] = []
    for found in _within(rows, ground):
        changed = list(_of(asked[found["ledger"]], found, before, after, on))
        number += bool(changed)
        if changed and len(first) < SHOWN:
            first += [(found["pk"], *one) for one in changed]
    shown = {one.pk: one for one in listings(person).filter(pk__in={pk for pk, *_rest in first})}
    return Effects(number, [Effect(shown[pk], *rest) for pk, *rest in first[:SHOWN] if pk in shown])


def _within(rows: QuerySet[Listing], ground: Any) -> Iterator[dict[str, Any]]:
    """Values of the listings that lie in the ground; of all where there is none."""
    values = rows.select_related(None).order_by("pk").values(*READ).iterator(chunk_size=CHUNK)
    while some := list(islice(values, CHUNK)):
        if ground is None:
            yield from some
            continue
        places = np.array([(one["source__longitude"], one["source__latitude"]) for one in some], float)
        yield from compress(some, shapely.intersects_xy(ground, places[:, 0], places[:, 1]))


def _of(
    ledger: Ledger, found: dict[str, Any], before: Zones, after: Zones, on: dt.date
) -> Iterator[tuple[str, str, str]]:
    row, place = row_of_values(found), (found["source__longitude"], found["source__latitude"])
    was, now = ({one.duty.name: one for one in ledgers.owed(ledger, row, on=on, inside=zones.around(place))}
                for zones in (before, after))  # fmt: skip
    for duty in ledger.duty:
        first, second = _stands(was.get(duty.name)), _stands(now.get(duty.name))
        if first != second:
            yield reading.said(duty.label), first, second


def _stands(owed: ledgers.Owed | None) -> str:
    if owed is None:
        return ""
    if owed.applies is None:
        return "unknown"
    return "met" if owed.met else "owed"


def _asks_for(ledger: Ledger, kind: str) -> bool:
    """Whether anything in the ledger depends on zones of a kind."""
    return _derives_from(ledger, kind) or any(_asks(duty, kind) for duty in ledger.duty)


def _that_ask(ledger: Ledger, kind: str) -> Ledger:
    """The ledger with those duties alone that may come out otherwise."""
    if _derives_from(ledger, kind):
        return ledger
    return ledger.model_copy(update={"duty": tuple(duty for duty in ledger.duty if _asks(duty, kind))})


def _asks(duty: Duty, kind: str) -> bool:
    return any(one.zone == kind for one in (*duty.when, *duty.unless, *duty.must))


def _derives_from(ledger: Ledger, kind: str) -> bool:
    return any(one.zone == kind for derived in ledger.derived for case in derived.case for one in case.when)
