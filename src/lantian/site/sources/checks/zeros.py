"""Towns that list nothing where the others do."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ledgers.similar import rules
from lantian.site.core.checking import Hit
from lantian.site.org.models import Area
from lantian.site.sources import reading
from lantian.site.sources.models import Listing
from lantian.site.sources.queries.boards import towns_of


def zeros(day: dt.date) -> Iterable[Hit]:
    """Ledgers on which most towns have something, and a town that has nothing."""
    rule, town_of = rules(), towns_of()
    towns = [one for one in Area.objects.filter(kind=Area.Kind.TOWN) if not one.valid_to or one.valid_to >= day]
    listed: dict[str, Counter[int]] = {}
    for name, area in Listing.objects.values_list("ledger", "source__area").order_by():
        listed.setdefault(name, Counter())[town_of[area].pk] += 1
    for ledger in reading.all_ledgers():
        counts = listed.get(ledger.name, Counter())
        others = sum(1 for one in towns if counts[one.pk])
        if sum(counts.values()) < rule.zero_least or others < rule.zero_share * len(towns):
            continue
        for town in towns:
            if not counts[town.pk]:
                label = reading.said_later(ledger.label)
                text = format_lazy(_("{ledger}：{town}一条也没有上账。"), ledger=label, town=town.name)
                facts = {_("有上账的镇街"): f"{others}/{len(towns)}", _("全部上账"): sum(counts.values())}
                yield Hit(f"{ledger.name}-{town.pk}", town.pk, text, (town,), facts)
