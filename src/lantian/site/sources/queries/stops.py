"""Proposals to stop, and the peak-shift list."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from lantian.site.core.policy import Actor
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, PeakShiftEntry, StopProposal


def stops(person: Actor) -> QuerySet[StopProposal]:
    """Proposals that the person may see, with what their list shows."""
    rows = StopProposal.objects.visible_to(person)
    return rows.select_related("listing", "listing__source", "listing__source__area", "decided_by", "taken", "entry")


def by_ledger(rows: QuerySet[StopProposal]) -> list[tuple[str, str, int]]:
    """Name, title and number of each ledger: one SQL query."""
    found = rows.order_by().values("listing__ledger").annotate(n=Count("pk")).order_by("-n", "listing__ledger")
    return [(one["listing__ledger"], reading.title_of(one["listing__ledger"]), one["n"]) for one in found]


def of_listing(person: Actor, listing: Listing) -> list[StopProposal]:
    """Proposals about a listing, the latest first."""
    return list(stops(person).filter(listing=listing)[:10])


def entries(person: Actor) -> QuerySet[PeakShiftEntry]:
    """The peak-shift list as far as the person may see it."""
    rows = PeakShiftEntry.objects.visible_to(person)
    return rows.select_related("source", "source__area", "proposal", "proposal__listing")
