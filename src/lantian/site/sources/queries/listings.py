"""Listings of a ledger: rows, sums, one of them whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from lantian.rulebook.schemas.ledgers import Ledger, LedgerField
from lantian.site.core.policy import Actor
from lantian.site.sources.models import Listing, ListingValue, ProofShown, Signature, Source, StepTaken


def listings(person: Actor, ledger: str = "") -> QuerySet[Listing]:
    """Listings that the person may see, of a ledger or of all, with what a list shows: one SQL query."""
    rows = Listing.objects.visible_to(person).select_related("source", "source__area", "source__unit", "keeper")
    return rows.filter(ledger=ledger) if ledger else rows


def listing(person: Actor, pk: int) -> Listing | None:
    """One listing with its steps, proofs and signatures: five SQL queries."""
    steps = StepTaken.objects.select_related("by").prefetch_related(
        Prefetch("proofs", ProofShown.objects.select_related("attachment")),
        Prefetch("signatures", Signature.objects.select_related("by", "unit")),
    )
    rows = listings(person).select_related("parent", "parent__source")
    return rows.prefetch_related(Prefetch("steps", steps), "years").filter(pk=pk).first()


def sums(rows: QuerySet[Listing], ledger: Ledger) -> list[tuple[LedgerField, float | None, int]]:
    """What the ledger's sum fields add up to over these rows, with how many rows have a value: one SQL query."""
    wanted = [one for one in ledger.field if one.sum and not one.yearly]
    if not wanted:
        return []
    values = ListingValue.objects.filter(
        ledger=ledger.name, field__in=[one.name for one in wanted], listing__in=rows.order_by().values("pk")
    )
    found = {
        row["field"]: (added(row["total"]), row["number"])
        for row in values.values("field").annotate(total=Sum("number"), number=Count("pk"))
    }
    return [(one, *found.get(one.name, (None, 0))) for one in wanted]


def added(total: float) -> float:
    """A sum without the dust that adding binary fractions leaves."""
    return round(total, 6)


def counts(rows: QuerySet[Listing]) -> dict[str, dict[str, int]]:
    """Listings by ledger and by what their state means: one SQL query."""
    found: dict[str, dict[str, int]] = {}
    for row in rows.order_by().values("ledger", "means").annotate(n=Count("pk")):
        found.setdefault(row["ledger"], {})[row["means"]] = row["n"]
    return found


@dataclass(frozen=True)
class Standing:
    """How many listings of a ledger there are by what their state means, and of them those whose day is past."""

    counts: dict[str, int]
    late: int


NOTHING = Standing({}, 0)


def standings(rows: QuerySet[Listing], on: Any) -> dict[str, Standing]:
    """Listings by ledger: one SQL query."""
    counts: dict[str, dict[str, int]] = {}
    overdue: dict[str, int] = {}
    by = rows.order_by().values("ledger", "means")
    for row in by.annotate(n=Count("pk"), overdue=Count("pk", filter=late(on))):
        name = row["ledger"]
        counts.setdefault(name, {})[row["means"]] = row["n"]
        overdue[name] = overdue.get(name, 0) + row["overdue"]
    return {name: Standing(counts[name], overdue[name]) for name in counts}


def placed(rows: QuerySet[Listing]) -> dict[str, tuple[int, int]]:
    """Listings by ledger, and how many of them have no place: one SQL query."""
    nowhere = Source.objects.filter(longitude=None).order_by()  # asked apart: no listing is joined to its source
    without = Count("pk", filter=Q(source__in=nowhere.values("pk")))
    by = rows.order_by().values("ledger").annotate(n=Count("pk"), without=without)
    return {row["ledger"]: (row["n"], row["without"]) for row in by}


def by_area(rows: QuerySet[Listing]) -> dict[int, dict[str, int]]:
    """Listings by area and state: one SQL query."""
    found: dict[int, dict[str, int]] = {}
    for row in rows.order_by().values("source__area", "state").annotate(n=Count("pk")):
        found.setdefault(row["source__area"], {})[row["state"]] = row["n"]
    return found


def late(on: Any) -> Q:
    """Listings whose day is past and whose work is not done."""
    return Q(due_on__lt=on, means__in=("open", "stopped"))


def proof(person: Actor, pk: int) -> ProofShown | None:
    """A proof's file, if the person may see the listing."""
    rows = ProofShown.objects.filter(taken__listing__in=Listing.objects.visible_to(person).values("pk"))
    return rows.exclude(attachment=None).select_related("attachment").filter(pk=pk).first()
