"""Listings of one ledger made and changed many at once, as a large file brings them: by the rules of `add_listing` and
`change_listing`, with what they tell, but read, locked and stored together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
        self.actor, self.rule, self.rows = actor, reading.ledger_of(ledger), rows
        self.faults: list[Fault | None] = [None] * len(rows)
        self.told: dict[int, list[Told]] = {}
        self._each((place for place, row in enumerate(rows) if row.listing is None), self._make)

    def store(self) -> list[Fault | None]:
        self._store_new(list(self.told.values()))
        self._store_changed()
        for _place, told in sorted(self.told.items()):
            for one in told:
                one.tell()
        return self.faults

    def _each(self, places: Iterable[int], act: Callable[[ListingRow, list[Told]], None]) -> None:
        for place in places:
            told: list[Told] = []
            try:
                act(self.rows[place], told)
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
        places = {row.listing: place for place, row in enumerate(self.rows) if row.listing is not None}
        there = {one.pk: one for one in locked(Listing.objects.filter(pk__in=places)).select_related("parent")}
        sources = locked(Source.objects.filter(pk__in={one.source_id for one in there.values()}))
        by_key = {one.pk: one for one in sources.select_related("area")}
        for one in there.values():
            one.source = by_key[one.source_id]

        def change(row: ListingRow, told: list[Told]) -> None:
            self._change(row, there[row.listing], told)

        self._each(places.values(), change)
        told = [self.told[place] for place in places.values() if place in self.told]
        hold_relations([one[0].obj for one in told])
        hold_relations([one[1].obj for one in told])
        update((one[1].obj, one[1].after) for one in told)
        update((one[0].obj, one[0].after) for one in told)
        again = [one[0].obj for one in told if not one[0].after.keys().isdisjoint(("attributes", "edition"))]
        ListingValue.objects.filter(listing__in=again).delete()
        self._insert_index(again)

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
