"""Evidence in bulk: one's own batches, and the entries of a ledger that files may belong to."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from lantian.ledgers.filing import Entry, Slot
from lantian.rulebook.schemas.ledgers import Ledger
from lantian.site.core import policy
from lantian.site.core.policy import Actor
from lantian.site.sources.models import Listing, ProofBatch, ProofFile, ProofShown
from lantian.site.sources.queries import listings as queries


def batches(person: Actor) -> QuerySet[ProofBatch]:
    """What the person handed in."""
    return ProofBatch.objects.filter(made_by=getattr(person, "pk", None)).select_related("job", "archive")


def slots(ledger: Ledger) -> tuple[Slot, ...]:
    """Files that a ledger asks for; readings are no files."""
    return tuple(Slot(one.name, one.label.zh, one.kind == "photo") for one in ledger.proof if one.kind != "reading")


def entries(person: Actor, ledger: Ledger) -> list[Entry]:
    """Entries of a ledger on which the person works, with all proofs that it asks for."""
    asked = slots(ledger)
    rows = queries.listings(person, ledger.name).exclude(means="gone").defer("attributes").order_by("pk")
    return [
        Entry(one.pk, one.source.name, one.source.firm, one.source.area.name, asked)
        for one in rows.iterator(chunk_size=2000)
        if policy.may(person, "sources.listing.step", one)
    ]


def digests(person: Actor, ledger: Ledger) -> dict[str, int]:
    """Files that listings of a ledger have as proof, or ready for a step, by their content, each with the listing."""
    shown = ProofShown.objects.filter(taken__listing__ledger=ledger.name).exclude(attachment=None)
    ready = ProofFile.objects.filter(listing__ledger=ledger.name).exclude(filed_at=None)
    found = dict(shown.values_list("attachment__sha256", "taken__listing"))
    return found | dict(ready.values_list("attachment__sha256", "listing"))


def waiting_for(listing: Listing, names: Iterable[str]) -> list[ProofFile]:
    """Files that lie ready for proofs of a listing: one SQL query."""
    rows = ProofFile.objects.filter(listing=listing, name__in=list(names), used_by=None).exclude(filed_at=None)
    return list(rows.select_related("attachment", "attachment__meta", "batch").order_by("pk"))


def ready(person: Actor, pk: int) -> ProofFile | None:
    """A file of a batch: of the own one, or of a listing that the person may see."""
    rows = ProofFile.objects.select_related("attachment", "batch").exclude(attachment=None)
    row = rows.filter(pk=pk).first()
    if row is None or row.batch.made_by_id == getattr(person, "pk", 0):
        return row
    if row.filed_at is None or row.listing_id is None:
        return None
    seen = queries.listings(person).filter(pk=row.listing_id).exists()
    return row if seen else None
