"""Which listings are to stop: those that owe what their ledger's rules make a reason to, past its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from lantian import ledgers
from lantian.ledgers import Inside, Owed
from lantian.rulebook import RuleError
from lantian.rulebook.schemas.ledgers import Ledger, LifeStep
from lantian.site.sources import reading
from lantian.site.sources.models import Listing
from lantian.site.sources.rows import row_of
from lantian.site.sources.zoning import Zones


def late_stops(ledger: Ledger, listing: Listing, on: dt.date, inside: Inside) -> list[Owed]:
    """What a listing did not do by its day, and must stop for. Whoever was accepted is not stopped for an empty cell:
    only for what is known not to be so, as a permit that has run out."""
    return [
        one
        for one in ledgers.owed(ledger, row_of(listing), on=on, inside=inside)
        if one.duty.late == "stop" and one.late(on) and (one.met is False or listing.means != "done")
    ]


def all_late(on: dt.date) -> Iterator[tuple[Listing, Ledger, list[Owed]]]:
    """Every listing that is to stop on a day and does not stand still yet."""
    zones = Zones(on)
    for ledger in reading.all_ledgers():
        if not any(one.late == "stop" for one in ledger.owing):
            continue
        rows = Listing.objects.filter(ledger=ledger.name, means__in=("open", "done"))
        for one in rows.select_related("source", "source__area").order_by("pk").iterator(chunk_size=2000):
            if found := late_stops(ledger, one, on, zones.around(one.source.place)):
                yield one, ledger, found


def still_late(listing: Listing, on: dt.date, zones: Zones) -> bool:
    """Whether what a listing was to stop for is still not done. A ledger that is gone asks for nothing."""
    try:
        ledger = reading.ledger_of(listing.ledger)
    except RuleError:
        return False
    return bool(late_stops(ledger, listing, on, zones.around(listing.source.place)))


def step_to_stop(ledger: Ledger, listing: Listing) -> LifeStep | None:
    """The step by which the listing would stand still, if its life cycle has one from its state."""
    life = reading.life(ledger)
    if life.means(listing.state) == "stopped":
        return None
    rows = (one for one in life.step if listing.state in one.source and life.means(one.target) == "stopped")
    return next(rows, None)


def needs_proof(ledger: Ledger, step: LifeStep) -> bool:
    """Whether a step cannot be taken by a decision alone: something must be shown, or others must sign."""
    return bool(reading.proofs_of(ledger, step.name) or reading.signers_of(ledger, step.name))
