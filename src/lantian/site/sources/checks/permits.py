"""Firms on ledgers that need a discharge permit, and are not on the list of permits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ledgers.similar import core_of, rules
from lantian.site.core.checking import Hit
from lantian.site.sources import reading
from lantian.site.sources.models import Listing
from lantian.site.sources.queries.outside import counting
from lantian.site.sources.queries.outside import held as held_against


def without_permit(day: dt.date) -> Iterable[Hit]:
    """Each firm once, by its code or else the core of its name. Where no permit is listed at all, nothing is said: the
    list has not come in yet. A permit that holds on an outside list (排污许可名单) counts like one on the ledger."""
    rule = rules()
    kept = Listing.objects.exclude(means="gone").select_related("source").defer("attributes")
    permits = kept.filter(ledger=rule.permit_ledger).order_by("pk")
    known = {mark for one in permits.iterator(chunk_size=2000) for mark in _marks(one)} | _on_lists(day)
    if not known:
        return
    seen: set[str] = set()
    for one in kept.filter(ledger__in=rule.permit_of).order_by("pk").iterator(chunk_size=2000):
        marks = _marks(one)
        if not marks or known & set(marks) or seen & set(marks):
            continue
        seen |= set(marks)
        firm = one.source.firm or one.source.name
        text = format_lazy(_("“{firm}”在{ledger}上，但不在排污许可清单上。"), firm=firm, ledger=_title(one.ledger))
        yield Hit(marks[0], one.source.area_id, text, (one,), {})


def _marks(one: Listing) -> list[str]:
    source = one.source
    return [mark for mark in (source.credit_code, core_of(source.firm or source.name)) if mark]


def _on_lists(day: dt.date) -> set[str]:
    """Marks of those who hold a permit by the last lists of permits."""
    found: set[str] = set()
    for of in counting(day):
        if of.kind == rules().permit_list and (held := held_against(of, day)):
            running = (one for one in held.entries if not one.ended(held.kind, day))
            found |= {mark for one in running for mark in (one.credit_code, core_of(one.name)) if mark}
    return found


def _title(ledger: str) -> str:
    return reading.title_of(ledger)
