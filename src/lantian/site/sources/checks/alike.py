"""Listings that look like one another: listed twice, closed here and open there, moved to another town."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ledgers.similar import Entry, Pair, look_alikes
from lantian.rulebook.schemas.ledgers import Ledger
from lantian.site.core.checking import Hit, once
from lantian.site.sources import reading
from lantian.site.sources.models import Listing

CODE = _("统一社会信用代码")


def _pairs() -> list[tuple[Pair, Listing, Listing]]:
    """Look-alikes of every ledger, the older listing first: worked out once for the three checks."""
    return once("sources.alike", lambda: [pair for ledger in reading.all_ledgers() for pair in _of(ledger)])


def _of(ledger: Ledger) -> list[tuple[Pair, Listing, Listing]]:
    found = look_alikes(_entries(ledger))
    rows = Listing.objects.select_related("source").defer("attributes")
    named = rows.in_bulk({entry.key for pair in found for entry in (pair.one, pair.other)})
    return [(pair, named[pair.one.key], named[pair.other.key]) for pair in found]


def _entries(ledger: Ledger) -> list[Entry]:
    """What stands on a ledger, as it is compared; read as bare values, as a ledger may hold tens of thousands."""
    rows = Listing.objects.filter(ledger=ledger.name).exclude(means="gone").order_by("pk")
    marks = [f"attributes__{name}" for name in ledger.keys]
    columns = ("pk", "source__name", "source__credit_code", "source__longitude", "source__latitude", *marks)
    return [
        Entry(pk, name, code, None if x is None or y is None else (x, y), tuple(str(one) for one in own if one))
        for pk, name, code, x, y, *own in rows.values_list(*columns).iterator(chunk_size=2000)
    ]


def _hit(text: Any, pair: Pair, one: Listing, other: Listing) -> Hit:
    facts: dict[Any, Any] = {_("名称相近程度"): f"{pair.names:.0%}"}
    if pair.metres is not None:
        facts[_("相距")] = f"{pair.metres:.0f} m"
    if pair.same_code:
        facts[CODE] = one.source.credit_code
    said = format_lazy(
        text,
        ledger=reading.said_later(reading.ledger_of(one.ledger).label),
        one=one.source.name,
        other=other.source.name,
    )
    return Hit(f"{one.pk}-{other.pk}", other.source.area_id, said, (other, one), facts)


def twice(day: dt.date) -> Iterable[Hit]:
    """Two listings of one ledger, both open or both done, that may be one thing."""
    for pair, one, other in _pairs():
        if (one.means == "done") == (other.means == "done") and one.source.area_id == other.source.area_id:
            yield _hit(_("{ledger}：“{one}”与“{other}”疑似同一个。"), pair, one, other)


def revived(day: dt.date) -> Iterable[Hit]:
    """One is closed, and another in the same town, listed since, may be the same under a new name."""
    for closed, running, pair in _closed_and_open():
        if closed.source.area_id == running.source.area_id:
            yield _hit(_("{ledger}：“{one}”已销号，“{other}”疑似换名再开。"), pair, closed, running)


def moved(day: dt.date) -> Iterable[Hit]:
    """The same in another town."""
    for closed, running, pair in _closed_and_open():
        if closed.source.area_id != running.source.area_id:
            yield _hit(_("{ledger}：“{one}”已销号，“{other}”疑似转移到另一镇街。"), pair, closed, running)


def _closed_and_open() -> Iterator[tuple[Listing, Listing, Pair]]:
    for pair, one, other in _pairs():
        if (one.means == "done") != (other.means == "done"):
            closed, running = (one, other) if one.means == "done" else (other, one)
            yield closed, running, pair
