"""Listings that look like one another: listed twice, closed here and open there, moved to another town."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ledgers.similar import Entry, Pair, look_alikes
from lantian.site.core.checking import Hit
from lantian.site.sources import reading
from lantian.site.sources.models import Listing

CODE = _("统一社会信用代码")


def _rows(ledger: str) -> QuerySet[Listing]:
    rows = Listing.objects.filter(ledger=ledger).exclude(means="gone")
    return rows.select_related("source", "source__area").order_by("pk")


def _pairs() -> Iterator[tuple[Pair, Listing, Listing]]:
    """Look-alikes of every ledger, the older listing first."""
    for ledger in reading.all_ledgers():
        rows = {one.pk: one for one in _rows(ledger.name)}
        entries = [
            Entry(
                one.pk,
                one.source.name,
                one.source.credit_code,
                one.source.place,
                tuple(str(one.attributes[key]) for key in ledger.keys if one.attributes.get(key)),
            )
            for one in rows.values()
        ]
        for pair in look_alikes(entries):
            yield pair, rows[pair.one.key], rows[pair.other.key]


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
