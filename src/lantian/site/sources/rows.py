"""A listing as the library reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lantian.site.sources.models import Listing

READ = (
    "pk", "ledger", "attributes", "listed_on", "due_on", "state", "means", "source__name", "source__firm",
    "source__credit_code", "source__area__name", "source__address", "source__opened", "source__ended",
    "source__longitude", "source__latitude",
)  # fmt: skip


def day(value: Any) -> str | None:
    """A day as the library reads it."""
    return value.isoformat() if value else None


def row_of_values(found: Mapping[str, Any]) -> dict[str, Any]:
    """The same as `row_of` from bare values of `READ`: of tens of thousands no objects are made."""
    return found["attributes"] | {
        "name": found["source__name"],
        "firm": found["source__firm"],
        "credit_code": found["source__credit_code"],
        "area": found["source__area__name"],
        "address": found["source__address"],
        "opened": day(found["source__opened"]),
        "ended": day(found["source__ended"]),
        "listed_on": day(found["listed_on"]),
        "due_on": day(found["due_on"]),
        "state": found["state"],
        "means": found["means"],
    }


def row_of(listing: Listing) -> dict[str, Any]:
    """A listing as the library reads it: fixed columns and attributes, days as text."""
    source = listing.source
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
