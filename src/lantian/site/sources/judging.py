"""A listing held against the duties of its ledger, by the library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from lantian import ledgers
from lantian.ledgers import Owed, words
from lantian.rulebook.schemas.ledgers import Ledger
from lantian.site.core import clock
from lantian.site.sources import fields, reading
from lantian.site.sources.models import Listing

Inside = Callable[[str], bool | None]


@dataclass(frozen=True)
class Judged:
    """A duty for the reader. `stands`: met, late, owed, unknown."""

    owed: Owed
    label: str
    stands: str
    asks: tuple[str, ...]


def row_of(listing: Listing) -> dict[str, Any]:
    """A listing as the library reads it: fixed columns and attributes, days as text."""
    source = listing.source

    def day(value: Any) -> str | None:
        return value.isoformat() if value else None

    return listing.attributes | {
        "name": source.name,
        "firm": source.firm,
        "credit_code": source.credit_code,
        "area": source.area.name,
        "address": source.address,
        "opened": day(source.opened),
        "ended": day(source.ended),
        "listed_on": day(listing.listed_on),
        "due_on": day(listing.due_on),
        "state": listing.state,
        "means": listing.means,
    }


def duties_of(ledger: Ledger, listing: Listing, inside: Inside | None = None) -> list[Judged]:
    """What the listing owes today, each as it stands."""
    today = clock.today()
    given = {"inside": inside} if inside is not None else {}
    found = ledgers.owed(ledger, row_of(listing), on=today, **given)
    return [
        Judged(one, reading.said(one.duty.label), _stands(one, today), tuple(_label(ledger, name) for name in one.asks))
        for one in found
    ]


def derived_of(ledger: Ledger, listing: Listing, inside: Inside | None = None) -> list[tuple[str, str]]:
    """What follows from what is filled in, with its name, in the reader's language; '' where it is unknown."""
    given = {"inside": inside} if inside is not None else {}
    found = ledgers.derived(ledger, row_of(listing), on=clock.today(), **given)
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


def _label(ledger: Ledger, name: str) -> str:
    field = ledger.named(name)
    return str(fields.column(field).label) if field else name
