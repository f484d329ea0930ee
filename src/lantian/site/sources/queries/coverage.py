"""What a ledger's entries reach of another ledger within days: sites that were sampled, of all that stood."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from lantian.ledgers.coverage import Term, Thing, reached, term_of
from lantian.rulebook.schemas.ledgers import Coverage, Ledger
from lantian.site.core import clock
from lantian.site.core.policy import Actor
from lantian.site.sources.models import Listing, ListingValue
from lantian.site.sources.rows import READ, row_of_values


@dataclass(frozen=True)
class Covered:
    """A share as it stands in a term, with how many of how many, and the area of each."""

    coverage: Coverage
    term: Term
    things: dict[int, int]
    found: set[int]

    @property
    def share(self) -> float | None:
        """In per cent; None where there is nothing to reach."""
        return 100 * len(self.found) / len(self.things) if self.things else None

    @property
    def lacking(self) -> int:
        """How many more are to be reached in the term."""
        return max(0, math.ceil(round(self.coverage.least * len(self.things) / 100, 6)) - len(self.found))


def covered(ledger: Ledger, coverage: Coverage, term: Term, things: QuerySet[Listing]) -> Covered:
    """How many of these listings of the other ledger the entries of a term reach: two SQL queries."""
    named = [(Thing(pk, name, firm), area) for pk, name, firm, area in _stood(coverage, term, things)]
    found = reached(coverage, _entries(ledger, coverage, term), (one for one, _area in named), term)
    return Covered(coverage, term, {one.key: area for one, area in named}, found)


def standing(person: Actor, ledger: Ledger) -> list[Covered]:
    """Every share of a ledger in the running term, of what the person may see."""
    today = clock.today()
    rows = Listing.objects.visible_to(person)
    return [covered(ledger, one, term_of(one, today), rows) for one in ledger.coverage]


def began(ledger: Ledger, before: dt.date) -> bool:
    """Whether the ledger had entries by a day: one that nobody kept yet owes nothing."""
    return Listing.objects.filter(ledger=ledger.name, listed_on__lt=before).exclude(means="gone").exists()


def _stood(coverage: Coverage, term: Term, things: QuerySet[Listing]) -> Iterator[tuple[int, str, str, int]]:
    """What stood on the other ledger within the term, also what was taken off it since."""
    gone = Q(means="gone", since__date__lt=term.first)
    rows = things.filter(ledger=coverage.of, listed_on__lte=term.last).exclude(gone).order_by()
    yield from rows.values_list("pk", "source__name", "source__firm", "source__area").iterator(chunk_size=2000)


def _entries(ledger: Ledger, coverage: Coverage, term: Term) -> Iterator[dict[str, Any]]:
    values = ListingValue.objects.filter(
        ledger=ledger.name, field=coverage.on, text__gte=term.first.isoformat(), text__lte=term.last.isoformat()
    )
    rows = Listing.objects.filter(pk__in=values.values("listing")).exclude(means="gone").order_by()
    for one in rows.values(*READ).iterator(chunk_size=2000):
        yield row_of_values(one)
