"""Listings of one ledger made and changed many at once, as a large file brings them: by the rules of `add_listing` and
`change_listing`, with what they tell, but read, locked and stored together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from lantian.site.core.change import Told, change_among, hold_relations
from lantian.site.core.faults import Fault
from lantian.site.core.in_bulk import insert, update
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.org.models import Person
from lantian.site.sources import reading
from lantian.site.sources.actions.listings import begun, fill, indexed
from lantian.site.sources.actions.sources import filled
from lantian.site.sources.models import Listing, ListingValue, Source
from lantian.site.sources.states import owns

# How a listing and its source stand: what was made ready holds as long as nothing of it is otherwise.
STANDS = {one.attname: attrgetter(one.attname) for one in Listing._meta.concrete_fields} | {
    f"source__{one.attname}": attrgetter(f"source.{one.attname}") for one in Source._meta.concrete_fields
}


@dataclass(frozen=True)
class ListingRow:
    """What a row of a file says of a source and its listing; `listing` is the one to change, None for a new one.

    `personal` are values that count only where they are the actor's to read: what goes out masked does not come in.
    """

    listing: int | None
    source: Mapping[str, Any]
    attributes: Mapping[str, Any]
    personal: Mapping[str, Any]
    columns: Mapping[str, Any]

    @property
    def whole(self) -> dict[str, Any]:
        """The values of a new listing."""
        return {**self.attributes, **self.personal}

    def counting(self, actor: Actor, listing: Listing) -> dict[str, Any]:
        """The values that count for a listing that is there."""
        return self.whole if owns(actor, listing) else dict(self.attributes)


def prepare_listings(actor: Actor, ledger: str, rows: Sequence[ListingRow]) -> Callable[[], list[Fault | None]]:
    """Make rows of a ledger ready, before the transaction; what it gives stores them, within `change_many`.

    Returns
    -------
    What stores them, and says for each row what it is refused for. Refused rows hold the others not up.
    """
    return _Many(actor, ledger, rows).store


class _Many:
    def __init__(self, actor: Actor, ledger: str, rows: Sequence[ListingRow]) -> None:
        self.actor, self.rule = actor, reading.ledger_of(ledger)
        self.faults: list[Fault | None] = [None] * len(rows)
        self.told: dict[int, list[Told]] = {}
        self.places = {row.listing: place for place, row in enumerate(rows) if row.listing is not None}
        self.rows = {place: rows[place] for place in self.places.values()}  # of listings to change
        for place, row in enumerate(rows):
            if row.listing is None:
                self._take(place, partial(self._make, row))
        self.stood = self._change_all(Listing.objects.filter(pk__in=self.places))

    def store(self) -> list[Fault | None]:
        self._store_new([told for place, told in self.told.items() if place not in self.rows])
        self._store_changed()
        for _place, told in sorted(self.told.items()):
            for one in told:
                one.tell()
        return self.faults

    def _take(self, place: int, act: Callable[[list[Told]], None]) -> None:
        """Do what a row asks for: what is to be told of it, or what it is refused for."""
        told: list[Told] = []
        self.told.pop(place, None)
        self.faults[place] = None
        try:
            act(told)
        except Fault as fault:
            self.faults[place] = fault
        else:
            self.told[place] = told

    def _make(self, row: ListingRow, told: list[Told]) -> None:
        source = filled(Source(made_by=self.actor if isinstance(self.actor, Person) else None), row.source)
        with change_among(self.actor, source, "sources.listing.add", told, ledger=self.rule.name):
            pass
        with change_among(self.actor, begun(self.actor, source, self.rule), "sources.listing.add", told) as made:
            fill(made, self.rule, row.whole, row.columns)

    def _store_new(self, made: list[list[Told]]) -> None:
        sources, listings = [one[0].obj for one in made], [one[1].obj for one in made]
        hold_relations(sources)
        Source.objects.bulk_create(sources)
        hold_relations(listings)
        Listing.objects.bulk_create(listings)
        self._insert_index(listings)

    def _store_changed(self) -> None:
        there = locked(Listing.objects.filter(pk__in=self.places))
        list(locked(Source.objects.filter(pk__in=there.order_by().values("source"))).values_list("pk"))
        now = {pk: kept for pk, *kept in there.values_list("pk", *STANDS)}
        self._change_all(there.filter(pk__in=[pk for pk, stood in self.stood.items() if stood != now.get(pk)]))
        told = [self.told[place] for place in self.places.values() if place in self.told]
        hold_relations([one[0].obj for one in told])
        hold_relations([one[1].obj for one in told])
        update((one[1].obj, one[1].after) for one in told)
        update((one[0].obj, one[0].after) for one in told)
        again = [one[0].obj for one in told if not one[0].after.keys().isdisjoint(("attributes", "edition"))]
        ListingValue.objects.filter(listing__in=again).delete()
        self._insert_index(again)

    def _change_all(self, rows: QuerySet[Listing]) -> dict[int, list[Any]]:
        """Change listings as their rows say, but store nothing yet; how each of them stood."""
        stood = {}
        for listing in rows.select_related("parent", "source__area"):
            stood[listing.pk] = [read(listing) for read in STANDS.values()]
            place = self.places[listing.pk]
            self._take(place, partial(self._change, self.rows[place], listing))
        return stood

    def _change(self, row: ListingRow, listing: Listing, told: list[Told]) -> None:
        attributes = row.counting(self.actor, listing)
        with change_among(self.actor, listing, "sources.listing.change", told):
            listing.revision += 1
            with change_among(self.actor, listing.source, "sources.source.change", told):
                filled(listing.source, row.source)
            fill(listing, self.rule, attributes, row.columns)

    def _insert_index(self, listings: list[Listing]) -> None:
        rows = (
            (one.pk, one.ledger, field, number, text)
            for one in listings
            for field, number, text in indexed(one, self.rule)
        )
        insert(ListingValue, ("listing_id", "ledger", "field", "number", "text"), rows)
