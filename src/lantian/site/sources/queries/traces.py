"""What a listing leads to on other ledgers, as its ledger's file says: by codes, by names, by what lies under what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from lantian.ledgers.conditions import Row
from lantian.ledgers.similar import core_of
from lantian.ledgers.traces import same_name, spellings
from lantian.rulebook import RuleError
from lantian.rulebook.schemas.ledgers import Ledger, LedgerField, Tie, Trace
from lantian.site.core.policy import Actor
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, ListingValue
from lantian.site.sources.queries import listings as queries
from lantian.site.sources.rows import row_of

MOST = 20  # that are named; of more the number and the sums are told


@dataclass(frozen=True)
class Lead:
    """Where a trace leads: the first rows, how many there are, and what those of the fields that it shows add up to."""

    trace: Trace
    ledger: Ledger
    rows: list[Listing]
    count: int
    sums: list[tuple[LedgerField, float]]


def leads(actor: Actor, listing: Listing, ledger: Ledger) -> list[Lead]:
    """Every trace of a listing, as far as the actor may see what it leads to; about two SQL queries each."""
    row = row_of(listing)
    found: dict[str, QuerySet[Listing]] = {"self": Listing.objects.filter(pk=listing.pk)}
    told: list[Lead] = []
    for trace in ledger.trace:
        try:
            other = reading.ledger_of(trace.ledger)
        except RuleError:  # its file is gone
            found[trace.name] = Listing.objects.none()
            continue
        rows = Listing.objects.visible_to(actor).filter(ledger=other.name).exclude(means="gone").exclude(pk=listing.pk)
        rows = rows.filter(_where(trace, other, row, found))
        for earlier in told:
            if earlier.ledger.name == other.name:
                rows = rows.exclude(pk__in=found[earlier.trace.name].values("pk"))
        found[trace.name] = rows
        told.append(_lead(trace, other, rows))
    return told


def _where(trace: Trace, other: Ledger, row: Row, found: dict[str, QuerySet[Listing]]) -> Q:
    where = Q(pk__in=())
    for name in trace.below:
        where |= Q(parent__in=found[name].values("pk"))
    for name in trace.above:
        where |= Q(pk__in=found[name].exclude(parent=None).values("parent"))
    for tie in trace.by:
        if row.get(tie.here):
            where |= _named(tie, other, str(row[tie.here])) if tie.names else _coded(tie, other, row[tie.here])
    return where


def _coded(tie: Tie, other: Ledger, code: Any) -> Q:
    values = ListingValue.objects.filter(ledger=other.name, field=tie.there, text__in=spellings(code))
    return Q(pk__in=values.values("listing"))


def _named(tie: Tie, other: Ledger, name: str) -> Q:
    """By name: the core of it is looked for, and what was found is held against it whole."""
    core = core_of(name)
    if tie.there in ("name", "firm"):
        column = f"source__{tie.there}"
        near = Listing.objects.filter(ledger=other.name, **{f"{column}__contains": core[:8]}).values_list("pk", column)
    else:
        values = ListingValue.objects.filter(ledger=other.name, field=tie.there, text__contains=core[:8])
        near = values.values_list("listing", "text")
    return Q(pk__in=[pk for pk, text in near if same_name(name, text)])


def _lead(trace: Trace, other: Ledger, rows: QuerySet[Listing]) -> Lead:
    first = list(rows.select_related("source", "source__area").order_by("-listed_on", "-pk")[: MOST + 1])
    if len(first) <= MOST:
        return Lead(trace, other, first, len(first), _sums(trace, other, first))
    sums = [(field, total) for field, total, _n in queries.sums(rows, other) if total and field.name in trace.shows]
    return Lead(trace, other, first[:MOST], rows.count(), sums)


def _sums(trace: Trace, other: Ledger, rows: Iterable[Listing]) -> list[tuple[LedgerField, float]]:
    """What few rows add up to, without another query."""
    kept = [one.attributes for one in rows]
    asked = [one for one in other.field if one.sum and not one.yearly and one.name in trace.shows]
    totals = [(one, queries.added(sum(float(values.get(one.name) or 0) for values in kept))) for one in asked]
    return [(field, total) for field, total in totals if total]
