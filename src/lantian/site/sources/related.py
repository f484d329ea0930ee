"""What a listing has to do with others, on its page: what it names, and what names it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.schemas.ledgers import LedgerField
from lantian.site.core import policy
from lantian.site.core.registries import Panel, panels
from lantian.site.sources import fields, reading, states
from lantian.site.sources.models import Listing
from lantian.site.sources.queries import related as queries
from lantian.site.sources.queries.related import Naming

SHOWN, CELLS = 10, 4
PLACE = "sources.listing"  # `order_panels` says how a listing is found again


def asked(listing: Listing) -> bool:
    """Whether its ledger has to do with others."""
    ledger = reading.ledger_of(listing.ledger)
    return any(one.refers for one in ledger.field) or bool(queries.ways(ledger))


def of_listing(person: Any, listing: Listing) -> dict[str, Any] | None:
    """What it names, and what names it by ledger; None where there is nothing to show and nothing to enter."""
    named = [(reading.said(field.label), one) for field, one in queries.named(person, listing)]
    groups = [shown for one in queries.naming(person, listing) if (shown := _group(person, listing, one))]
    return {"named": named, "groups": groups} if named or groups else None


def _group(person: Any, listing: Listing, naming: Naming) -> dict[str, Any] | None:
    ledger, field = naming.ledger, naming.field
    rows = list(naming.rows[: SHOWN + 1])
    enters = ledger.log and policy.may(person, "sources.listing.add", listing.source)
    if not (rows or enters):
        return None
    heads = [one for one in ledger.field if not (one is field or one.wide or one.yearly)][:CELLS]
    more = ""
    if len(rows) > SHOWN and field and field.refers:
        name = queries.called(listing, field.refers)[0]
        more = f"{reading.address_of(ledger.name)}?{urlencode({field.name: name})}"
    return {
        "title": reading.said(ledger.label),
        "as": reading.said(field.label) if field else "",
        "heads": [reading.said(one.label) for one in heads],
        "rows": [_row(person, one, heads) for one in rows[:SHOWN]],
        "more": more,
        "new": _new(listing, naming) if enters else "",
    }


def _row(person: Any, one: Listing, heads: list[LedgerField]) -> dict[str, Any]:
    told = dict(fields.shown(reading.ledger_of(one.ledger), one.attributes, unmasked=states.owns(person, one)))
    return {"listing": one, "cells": [(reading.said(field.label), told.get(field, "")) for field in heads]}


def _new(listing: Listing, naming: Naming) -> str:
    """The form of a new entry, with what is known."""
    known: dict[str, Any] = {"area": listing.source.area_id}
    if listing.source.place:
        known["spot"] = "{:.6f}, {:.6f}".format(*listing.source.place)
    if naming.field and naming.field.refers and (names := queries.called(listing, naming.field.refers)):
        known[f"x_{naming.field.name}"] = names[0]
    elif naming.field is None:
        known["parent"] = listing.pk
    return f"{reverse('sources:listing_new', args=[naming.ledger.name])}?{urlencode(known)}"


def register() -> None:
    """Fill the registry; called once from `ready()`."""
    shown = Panel(
        PLACE, _("相关记录"), "sources/panels/related.html", of_listing, 2, "sources.see", later=True, asked=asked
    )
    panels.register("sources.listing.related", shown)
