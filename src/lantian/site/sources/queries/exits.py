"""What a listing says of its trade and process, the line of the catalogue of exits that it looks like, and the form."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from lantian.ledgers.exits import entry_for, exit_rules
from lantian.rulebook import RuleError
from lantian.rulebook.schemas.exit_catalogue import ExitCatalogue, ExitEntry
from lantian.site.core import clock
from lantian.site.sources import fields, reading
from lantian.site.sources.models import Listing
from lantian.site.sources.rows import row_of


def written_in(rules: ExitCatalogue, listing: Listing) -> str:
    """What it says of trade, process and equipment, as its page shows it."""
    ledger = reading.ledger_of(listing.ledger)
    names = next((one.fields for one in rules.written if one.ledger == ledger.name), ())
    shown = (
        fields.column(one).shown(fields.value_of(one, listing.attributes)) for one in map(ledger.named, names) if one
    )
    return " ".join(str(text) for text in shown if text)


def entry_of(rules: ExitCatalogue, listing: Listing, on: dt.date) -> ExitEntry | None:
    """The line of the catalogue that it looks like, by what is written and by its names."""
    text = f"{written_in(rules, listing)} {listing.source.name} {listing.source.firm}"
    return entry_for(rules.entry, reading.ledger_of(listing.ledger), row_of(listing), text, on)


def form_for(listing: Listing) -> tuple[str, str] | None:
    """The list of exits, and its form with what is known of a candidate filled in; None where the rule is gone."""
    today = clock.today()
    try:
        rules = exit_rules(today)
        ledger = reading.ledger_of(rules.exits)
    except RuleError:
        return None
    entry, source = entry_of(rules, listing, today), listing.source
    process, line = rules.fills
    known: dict[str, Any] = {
        "name": source.name, "firm": source.firm, "credit_code": source.credit_code, "address": source.address,
        "area": source.area_id, f"x_{process}": written_in(rules, listing)[:200],
        f"x_{line}": f"{entry.label.zh}（{entry.plan} {entry.clause}）" if entry else "",
    }  # fmt: skip
    asked = urlencode({name: value for name, value in known.items() if value})
    return reading.said(ledger.label), f"{reverse('sources:listing_new', args=[ledger.name])}?{asked}"
