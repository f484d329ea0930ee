"""Terms that are over and in which fewer were reached than the ledger's file asks: too few sites sampled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ledgers.coverage import term_before
from lantian.site.core.checking import Hit
from lantian.site.org.queries import root_area
from lantian.site.sources import reading
from lantian.site.sources.models import Listing
from lantian.site.sources.queries import coverage as queries


def too_few(day: dt.date) -> Iterable[Hit]:
    """Every share that stayed below its least in the last term that is over."""
    root = root_area()
    if root is None:
        return
    for ledger in reading.all_ledgers():
        for one in ledger.coverage:
            term = term_before(one, day)
            found = queries.covered(ledger, one, term, Listing.objects.all())
            if not found.lacking or not queries.began(ledger, term.last):
                continue
            label = reading.said_later(one.label)
            text = format_lazy(_("{share}：{term} 没有达到要求。"), share=label, term=term.name)
            facts: dict[Any, Any] = {
                label: f"{found.share:.1f}%",
                _("应达到"): f"{one.least:g}%",
                _("已覆盖"): len(found.found),
                _("总数"): len(found.things),
            }
            facts |= {_("依据"): one.clause} if one.clause else {}
            yield Hit(f"{ledger.name}-{one.name}-{term.name}", root.pk, text, (), facts)
