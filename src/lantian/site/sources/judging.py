"""A listing held against the duties of its ledger, by the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from lantian import ledgers
from lantian.ledgers import Inside, Owed, words
from lantian.rulebook.schemas.ledgers import Ledger
from lantian.site.core import clock
from lantian.site.sources import fields, reading
from lantian.site.sources.models import Listing
from lantian.site.sources.rows import row_of
from lantian.site.sources.sheets import COLUMNS, PLACES

# What columns that every listing has are called, where a duty asks for one that is empty.
COLUMNS_CALLED = {one.name: one.label for one in (*PLACES, *COLUMNS)}


@dataclass(frozen=True)
class Judged:
    """A duty for the reader. `stands`: met, late, owed, unknown."""

    owed: Owed
    label: str
    stands: str
    asks: tuple[str, ...]


def duties_of(ledger: Ledger, listing: Listing, inside: Inside) -> list[Judged]:
    """What the listing owes today, each as it stands. `inside` tells of its place, as `zoning.Zones` does."""
    today = clock.today()
    found = ledgers.owed(ledger, row_of(listing), on=today, inside=inside)
    return [
        Judged(
            one, reading.said(one.duty.label), _stands(one, today), tuple(label_of(ledger, name) for name in one.asks)
        )
        for one in found
    ]


def derived_of(ledger: Ledger, listing: Listing, inside: Inside) -> list[tuple[str, str]]:
    """What follows from what is filled in, with its name, in the reader's language; '' where it is unknown."""
    found = ledgers.derived(ledger, row_of(listing), on=clock.today(), inside=inside)
    spoken: words.Language = "en" if get_language() == "en" else "zh"
    return [
        (reading.said(one.label), "" if value is None else words.value_of(ledger, one.name, value, spoken))
        for one in ledger.derived
        for value in (found[one.name],)
    ]


def _stands(owed: Owed, today: Any) -> str:
    if owed.applies is None:
        return "unknown"
    if owed.met:
        return "met"
    return "late" if owed.late(today) else "owed"


def label_of(ledger: Ledger, name: str) -> str:
    """A field or a column by its name, for the reader."""
    field = ledger.named(name)
    return str(fields.column(field).label) if field else str(COLUMNS_CALLED.get(name, name))
