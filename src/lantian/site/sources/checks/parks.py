"""Parks whose firms emit more than the park may, or other than it is said to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ledgers.similar import core_of, rules
from lantian.rulebook.schemas.ledger_checks import ParkSum
from lantian.site.core.checking import Hit
from lantian.site.sources.models import Listing
from lantian.site.sources.queries.listings import added
from lantian.site.sources.reading import ledger_of, with_unit


def park_sums(day: dt.date) -> Iterable[Hit]:
    """Each park against the sum of the firms that name it, in the unit of the park; one that no firm names says
    nothing."""
    rule = rules()
    park = rule.park
    unit, factor = _measured(park)
    if factor is None:
        return
    emitted: dict[str, list[float]] = {}
    firms = Listing.objects.filter(ledger=park.firms).exclude(means="gone").order_by("pk")
    for attributes in firms.values_list("attributes", flat=True).iterator(chunk_size=2000):
        within, value = attributes.get(park.within), attributes.get(park.emits)
        if within and value is not None:
            emitted.setdefault(core_of(str(within)), []).append(float(value) * factor)
    parks = Listing.objects.filter(ledger=park.ledger).exclude(means="gone").select_related("source")
    for one in parks.order_by("pk").iterator(chunk_size=500):
        firms_of = emitted.get(core_of(one.source.name), [])
        total = added(sum(firms_of))
        cap, told = (one.attributes.get(name) for name in (park.cap, park.told))
        facts: dict[Any, Any] = {_("企业数"): len(firms_of), with_unit(_("企业排放量合计"), unit): total}
        if firms_of and cap is not None and total > float(cap):
            text = format_lazy(_("“{park}”内企业排放量合计超过园区总量。"), park=one.source.name)
            said = facts | {with_unit(_("园区总量"), unit): float(cap)}
            yield Hit(f"{one.pk}-over", one.source.area_id, text, (one,), said)
        if firms_of and told is not None:
            apart = max(rule.reported_least, rule.reported_share * total)
            if abs(float(told) - total) > apart:
                text = format_lazy(_("“{park}”的实际排放量与园内企业合计不一致。"), park=one.source.name)
                said = facts | {with_unit(_("园区填报"), unit): float(told)}
                yield Hit(f"{one.pk}-apart", one.source.area_id, text, (one,), said)


def _measured(park: ParkSum) -> tuple[str, float | None]:
    """The unit in which parks are counted, and what firms' figures are multiplied by to be in it; None where the two
    cannot be held against each other."""
    of_park, of_firm = ledger_of(park.ledger).named(park.cap), ledger_of(park.firms).named(park.emits)
    if of_park is None or of_firm is None:
        return "", None
    return of_park.unit, 1.0 if of_firm.unit == of_park.unit else dict(of_park.units).get(of_firm.unit)
