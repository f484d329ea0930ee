"""A listing as the library reads it."""

from __future__ import annotations

from typing import Any

from lantian.site.sources.models import Listing


def row_of(listing: Listing) -> dict[str, Any]:
    """A listing as the library reads it: fixed columns and attributes, days as text."""
    source = listing.source

    def day(value: Any) -> str | None:
        return value.isoformat() if value else None

    return listing.attributes | {
        "name": source.name,
        "firm": source.firm,
        "credit_code": source.credit_code,
        "area": source.area.name,
        "address": source.address,
        "opened": day(source.opened),
        "ended": day(source.ended),
        "listed_on": day(listing.listed_on),
        "due_on": day(listing.due_on),
        "state": listing.state,
        "means": listing.means,
    }
