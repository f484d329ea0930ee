"""What a listing leads to on other ledgers, on its page: one click from a failed sample to its dealer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core.registries import Panel, panels
from lantian.site.sources import fields, reading, tables
from lantian.site.sources.models import Listing
from lantian.site.sources.queries.traces import Lead, leads

LISTING = "sources.listing"


def traces(listing: Listing) -> bool:
    """Whether its ledger says that it leads anywhere."""
    return bool(reading.ledger_of(listing.ledger).trace)


def of_listing(person: Any, listing: Listing) -> dict[str, Any] | None:
    """Where its traces lead; None for a ledger without traces."""
    if not traces(listing):
        return None
    return {"leads": [_told(one) for one in leads(person, listing, reading.ledger_of(listing.ledger))]}


def _told(lead: Lead) -> dict[str, Any]:
    return {
        "label": reading.said(lead.trace.label),
        "count": lead.count,
        "more": lead.count - len(lead.rows),
        "sums": [(tables.label_of(field), total) for field, total in lead.sums],
        "rows": [(one, _shown(lead, one), reading.standing(one)) for one in lead.rows],
    }


def _shown(lead: Lead, one: Listing) -> list[str]:
    """What tells one from another; what is personal stays masked."""
    told = {field.name: text for field, text in fields.shown(lead.ledger, one.attributes, unmasked=False)}
    return [told[name] for name in lead.trace.shows if told.get(name)]


def register() -> None:
    """Fill the registry; called once from `ready()`."""
    template = "sources/panels/traces.html"
    shown = Panel(LISTING, _("追溯和关联"), template, of_listing, 3, "sources.see", later=True, asked=traces)
    panels.register("sources.listing.traces", shown)
