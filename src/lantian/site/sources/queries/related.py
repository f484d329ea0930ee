"""Listings that name one another: a machine in the log of a site's gate, the deliveries of a dealer."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from lantian.rulebook.schemas.ledgers import Ledger, LedgerField, Refers
from lantian.site.core.policy import Actor
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, ListingValue


@dataclass(frozen=True)
class Naming:
    """The listings of a ledger that name a listing in a field, or lie under it (without one); those entered last come
    first."""

    ledger: Ledger
    field: LedgerField | None
    rows: QuerySet[Listing]


def naming(person: Actor, listing: Listing) -> list[Naming]:
    """What names a listing, by ledger; reads nothing yet."""
    mine = reading.ledger_of(listing.ledger)
    seen = Listing.objects.visible_to(person).exclude(means="gone").select_related("source__area").order_by("-pk")
    found = []
    for ledger, field in ways(mine):
        if field is None:
            found.append(Naming(ledger, None, seen.filter(parent=listing, ledger=ledger.name)))
        elif field.refers:
            values = ListingValue.objects.filter(ledger=ledger.name, field=field.name)
            values = values.filter(text__in=called(listing, field.refers))
            found.append(Naming(ledger, field, seen.filter(pk__in=values.values("listing"))))
    return found


def ways(ledger: Ledger) -> list[tuple[Ledger, LedgerField | None]]:
    """Ledgers with the field in which they name listings of this one; without a field those that lie under it, unless
    its traces lead there."""
    traced = {one.ledger for one in ledger.trace}
    found: list[tuple[Ledger, LedgerField | None]] = []
    for other in reading.all_ledgers():
        found += [(other, one) for one in other.field if one.refers and one.refers.ledger == ledger.name]
        if other.parent == ledger.name and other.name not in traced:
            found.append((other, None))
    return found


def called(listing: Listing, refers: Refers) -> list[str]:
    """What a listing is called where another names it."""
    names = (listing.source.name if one == "name" else listing.attributes.get(one) for one in refers.by)
    return [str(one) for one in names if one]


def named(person: Actor, listing: Listing) -> list[tuple[LedgerField, Listing]]:
    """What a listing names in its fields, as far as it is listed: one SQL query."""
    asked = [
        (field, str(value))
        for field in reading.ledger_of(listing.ledger).field
        if field.refers and (value := listing.attributes.get(field.name))
    ]
    if not asked:
        return []
    where = Q()
    for field, value in asked:
        where |= that_is(field, value)
    rows = (
        Listing.objects.visible_to(person).exclude(means="gone").filter(where).select_related("source").order_by("pk")
    )
    return [(field, one) for one in rows[: len(asked) * 5] for field, value in asked if _is(one, field, value)]


def that_is(field: LedgerField, value: str) -> Q:
    """Listings that are what a field names."""
    assert field.refers is not None
    ledger, by = field.refers.ledger, [one for one in field.refers.by if one != "name"]
    where = Q()
    if len(by) < len(field.refers.by):
        where |= Q(pk__in=Listing.objects.filter(ledger=ledger, source__name=value).order_by().values("pk"))
    if by:
        where |= Q(pk__in=ListingValue.objects.filter(ledger=ledger, field__in=by, text=value).values("listing"))
    return where


def _is(one: Listing, field: LedgerField, value: str) -> bool:
    assert field.refers is not None
    return one.ledger == field.refers.ledger and value in called(one, field.refers)
