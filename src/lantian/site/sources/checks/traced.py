"""Listings of which their ledger says that they are to be traced: a failed sample, to its dealer and deliveries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import ledgers
from lantian.site.core.checking import Hit
from lantian.site.core.policy import System
from lantian.site.sources import reading, tables
from lantian.site.sources.models import Listing
from lantian.site.sources.queries.traces import Lead, leads
from lantian.site.sources.rows import row_of
from lantian.site.sources.zoning import Zones


def to_trace(day: dt.date) -> Iterable[Hit]:
    """Every such listing until it is settled, with what it leads to as its evidence."""
    zones, system = Zones(day), System()
    for ledger in reading.all_ledgers():
        if not ledger.trace_when or ledger.trace_says is None:
            continue
        rows = Listing.objects.filter(ledger=ledger.name, means__in=("open", "stopped"))
        for one in rows.select_related("source", "source__area").order_by("pk").iterator(chunk_size=2000):
            inside = zones.around(one.source.place)
            row = row_of(one)
            known = row | ledgers.derived(ledger, row, on=day, inside=inside)
            if ledgers.all_hold(ledger.trace_when, known, inside):
                found = leads(system, one, ledger)
                said = reading.said_later(ledger.trace_says)
                text = format_lazy(_("“{name}”：{said}。"), name=one.source.name, said=said)
                things = (one, *(row for lead in found for row in lead.rows))
                yield Hit(str(one.pk), one.source.area_id, text, things, _facts(found))


def _facts(found: Iterable[Lead]) -> dict[Any, Any]:
    """How many each trace leads to, none as well, and what they add up to."""
    told: dict[Any, Any] = {}
    for lead in found:
        label = reading.said_later(lead.trace.label)
        told[label] = lead.count
        for field, total in lead.sums:
            told[format_lazy(_("{trace}：{field}"), trace=label, field=tables.label_of(field))] = total
    return told
