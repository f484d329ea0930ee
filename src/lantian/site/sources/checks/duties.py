"""What a listing owes by its ledger's rules, and does not have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import ledgers
from lantian.site.core.checking import Hit
from lantian.site.sources import reading
from lantian.site.sources.models import Listing
from lantian.site.sources.rows import row_of
from lantian.site.sources.zoning import Zones


def late_duties(day: dt.date) -> Iterable[Hit]:
    """Every duty of every listing that is late on a day."""
    zones = Zones(day)
    for ledger in reading.all_ledgers():
        if not ledger.duty:
            continue
        rows = Listing.objects.filter(ledger=ledger.name).exclude(means="gone").select_related("source", "source__area")
        for one in rows.order_by("pk").iterator(chunk_size=2000):
            for owed in ledgers.owed(ledger, row_of(one), on=day, inside=zones.around(one.source.place)):
                if owed.late(day):
                    label = reading.said_later(owed.duty.label)
                    text = format_lazy(_("“{name}”未做到：{duty}。"), name=one.source.name, duty=label)
                    facts = {_("依据"): owed.duty.clause} if owed.duty.clause else {}
                    if owed.due:
                        facts[_("期限")] = owed.due.isoformat()
                    yield Hit(f"{one.pk}-{owed.duty.name}", one.source.area_id, text, (one,), facts)
