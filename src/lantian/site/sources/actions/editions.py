"""Listings brought to the edition of their ledger that holds: its name, the names of its fields, what is indexed."""

from __future__ import annotations

import hashlib
import json

from django.db import transaction
from django.db.models import QuerySet

from lantian import ledgers
from lantian.rulebook.schemas.ledgers import Ledger
from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor, require
from lantian.site.org.queries import root_area
from lantian.site.sources import fields, reading
from lantian.site.sources.actions.listings import mirrored
from lantian.site.sources.models import LedgerFit, Listing, ListingValue, Release, YearlyValues
from lantian.site.sources.rows import row_of

CHUNK = 500


def refit_ledgers(actor: Actor) -> dict[str, int]:
    """Bring the listings of every ledger whose file has changed to what it says now: one audit event a ledger.

    Old names of the ledger and its fields give way to the new ones, values stay; what a list can be cut to or adds up
    is indexed anew. Work goes in short transactions and may be broken off: what is done is done, the rest follows.

    Returns
    -------
    How many listings of each ledger were gone through.
    """
    root, told = root_area(), {}
    require(actor, "sources.ledger.refit", root)
    shapes = dict(LedgerFit.objects.values_list("ledger", "shape"))
    for ledger in reading.all_ledgers():
        shape = shape_of(ledger)
        if root is None or (shapes.get(ledger.name) == shape and not _rows(ledger, ledger.renamed_from).exists()):
            continue
        told[ledger.name], changed = _refit(ledger)
        if not changed:
            _fitted(ledger, shape)
            continue
        with change(actor, root, "sources.ledger.refit", ledger=ledger.name, listings=changed):
            _fitted(ledger, shape)
    return told


def shape_of(ledger: Ledger) -> str:
    """What of a ledger's file its listings and their index depend on."""
    kept = [(one.name, one.was, one.type, one.filter, one.sum, one.yearly) for one in ledger.field]
    said = json.dumps([ledger.name, ledger.renamed_from, ledger.edition, kept], default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _fitted(ledger: Ledger, shape: str) -> None:
    LedgerFit.objects.update_or_create(ledger=ledger.name, defaults={"shape": shape, "at": clock.now()})


def _refit(ledger: Ledger) -> tuple[int, int]:
    """Go through the listings of a ledger; how many there were, and how many now say something else."""
    names = (ledger.name, *ledger.renamed_from)
    Release.objects.filter(ledger__in=ledger.renamed_from).update(ledger=ledger.name)
    last = number = changed = 0
    while True:
        with transaction.atomic():
            rows = list(locked(_rows(ledger, names).filter(pk__gt=last))[:CHUNK])
            if not rows:
                return number, changed
            changed += _bring(ledger, rows)
        last, number = rows[-1].pk, number + len(rows)


def _rows(ledger: Ledger, names: tuple[str, ...]) -> QuerySet[Listing]:
    return Listing.objects.filter(ledger__in=names).select_related("source", "source__area")


def _bring(ledger: Ledger, rows: list[Listing]) -> int:
    """Some listings as the ledger has them now. A source that stands under the old and the new name keeps both."""
    old = [one.source_id for one in rows if one.ledger != ledger.name]
    taken = set(Listing.objects.filter(ledger=ledger.name, source__in=old).values_list("source", flat=True))
    today, values, changed = clock.today(), [], 0
    for one in rows:
        stood = (one.ledger, one.edition, one.attributes)
        if one.source_id not in taken:
            one.ledger = ledger.name
        one.attributes, one.edition = fields.renamed(ledger, one.attributes), ledger.edition
        one.gaps = len(ledgers.gaps(ledger, row_of(one), on=today))
        changed += stood != (one.ledger, one.edition, one.attributes)
        values += mirrored(one, ledger)
    Listing.objects.bulk_update(rows, ["ledger", "attributes", "edition", "gaps"])
    ListingValue.objects.filter(listing__in=rows).delete()
    ListingValue.objects.bulk_create(values)
    years = list(YearlyValues.objects.filter(listing__in=rows))
    for year in years:
        year.attributes = fields.renamed(ledger, year.attributes)
    YearlyValues.objects.bulk_update(years, ["attributes"])
    return changed
