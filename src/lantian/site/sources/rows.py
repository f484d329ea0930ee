"""A listing as the library reads it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from lantian.site.sources.models import Listing

# Columns that every listing has, by the name under which conditions ask for them.
TEXTS = {
    "name": "source__name", "firm": "source__firm", "credit_code": "source__credit_code", "area": "source__area__name",
    "address": "source__address", "state": "state", "means": "means",
}  # fmt: skip
DAYS = {"opened": "source__opened", "ended": "source__ended", "listed_on": "listed_on", "due_on": "due_on"}

READ = ("pk", "ledger", "attributes", "source__longitude", "source__latitude", *TEXTS.values(), *DAYS.values())


def day(value: Any) -> str | None:
    """A day as the library reads it."""
    return value.isoformat() if value else None


def row_of_values(found: Mapping[str, Any]) -> dict[str, Any]:
    """The same as `row_of` from bare values of `READ`: of tens of thousands no objects are made."""
    texts = {name: found[column] for name, column in TEXTS.items()}
    row: dict[str, Any] = found["attributes"] | texts | {name: day(found[column]) for name, column in DAYS.items()}
    return row


def rows_with(asked: Collection[str]) -> tuple[list[str], Callable[[Sequence[Any]], dict[str, Any]]]:
    """What to read of listings where only some names are asked for, and what makes a row of the values: no
    column is read, and no other table, that nobody asks for."""
    texts = [name for name in TEXTS if name in asked or name == "means"]
    days = [name for name in DAYS if name in asked]

    def row(values: Sequence[Any]) -> dict[str, Any]:
        found: dict[str, Any] = values[0]
        found.update(zip(texts, values[1:], strict=False))
        found.update(zip(days, map(day, values[1 + len(texts) :]), strict=True))
        return found

    return ["attributes", *(TEXTS[name] for name in texts), *(DAYS[name] for name in days)], row


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
