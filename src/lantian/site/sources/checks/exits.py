"""Firms on ledgers whose process stands in the catalogue of what is to go, and that are on no list of exits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ledgers.exits import exit_rules
from lantian.ledgers.similar import core_of
from lantian.site.core.checking import Hit
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, Source
from lantian.site.sources.queries.exits import entry_of, written_in

EXIT = "sources.exit"  # the name of the check


def candidates(day: dt.date) -> Iterable[Hit]:
    """Each firm once for a line of the catalogue; whoever is on the list of exits, done or not, is none."""
    rules = exit_rules(day)
    leaving = {mark for one in _listings(rules.exits) for mark in _marks(one.source)}
    seen: set[tuple[str, str]] = set()
    for one in (row for written in rules.written for row in _listings(written.ledger)):
        marks = _marks(one.source)
        if not leaving.isdisjoint(marks) or (entry := entry_of(rules, one, day)) is None:
            continue
        firm = {(entry.name, mark) for mark in marks}
        if not seen.isdisjoint(firm):
            continue
        seen |= firm
        label = reading.said_later(entry.label)
        text = format_lazy(
            _("“{name}”疑属淘汰目录“{entry}”，建议列入淘汰退出清单。"), name=one.source.name, entry=label
        )
        facts: dict[Any, Any] = {
            _("清单所写"): written_in(rules, one),
            _("目录"): f"{entry.plan} {entry.clause}".strip(),
        }
        facts = {what: value for what, value in facts.items() if value}
        yield Hit(f"{entry.name}-{one.pk}", one.source.area_id, text, (one,), facts)


def _listings(ledger: str) -> Iterator[Listing]:
    rows = Listing.objects.filter(ledger=ledger).exclude(means="gone").select_related("source", "source__area")
    return rows.order_by("pk").iterator(chunk_size=2000)


def _marks(source: Source) -> set[str]:
    return {mark for mark in (source.credit_code, core_of(source.firm or source.name)) if mark}
