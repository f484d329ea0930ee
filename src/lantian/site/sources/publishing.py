"""What a list of a ledger tells those outside its offices, the public or whoever it is filed with: its columns without
personal values, in both languages, and what has changed since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from lantian.ledgers import unit_label, words
from lantian.rulebook.schemas.ledgers import NUMBERS, Ledger, Publication
from lantian.site.org.models import Area
from lantian.site.sources import reading
from lantian.site.sources.models import Listing
from lantian.site.sources.queries.listings import added
from lantian.site.sources.rows import row_of

FILED = ("name", "firm", "credit_code", "area", "address")  # columns before the ledger's own; "state" and day behind
LANGUAGES: tuple[words.Language, ...] = ("zh", "en")
SHOWN = 20  # differences of a kind that a page tells one by one
Row = dict[str, Any]  # `of`: the listing's key; `zh`, `en`: its cells


@dataclass(frozen=True)
class Difference:
    """How a released list and the ledger differ: rows by what became of them."""

    released: int
    now: int
    added: list[Row]
    gone: list[Row]
    changed: list[tuple[Row, Row]]

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed)

    @property
    def more(self) -> int:
        """How many are left out where only the first of each kind are shown."""
        return sum(max(0, len(rows) - SHOWN) for rows in (self.added, self.gone, self.changed))


def publication_of(ledger: Ledger, name: str) -> Publication | None:
    """A publication of a ledger by its name."""
    return next((one for one in ledger.publish if one.name == name), None)


def whole_list(ledger: Ledger) -> Publication:
    """A list with all that the ledger holds of each listing, as it is filed with other offices: no personal values and
    none of single years."""
    own = tuple(one.name for one in ledger.field if not one.personal and not one.yearly)
    return Publication(name="filed", label=ledger.label, columns=(*FILED, *own, "listed_on", "due_on", "state"))


def columns_of(ledger: Ledger, publication: Publication) -> list[str]:
    """The columns that the public sees: never a personal one."""
    personal = {one.name for one in ledger.field if one.personal}
    return [one for one in publication.columns if one not in personal]


def heads_of(ledger: Ledger, publication: Publication) -> list[dict[str, str]]:
    """Heads of the columns in both languages, with their unit."""
    heads = []
    for name in columns_of(ledger, publication):
        field = ledger.named(name)
        label = unit_label(field.unit if field else "")
        unit = {"zh": f"（{label.zh}）" if label.zh else "", "en": f" ({label.en})" if label.en else ""}
        heads.append({"name": name} | {one: _head(words.name_of(ledger, name, one)) + unit[one] for one in LANGUAGES})
    return heads


def _head(label: str) -> str:
    return label[:1].upper() + label[1:]


def listings_of(ledger: Ledger, publication: Publication, within: Q | None = None) -> QuerySet[Listing]:
    """Listings that belong on the list, by town and name; of some towns or keepers where it is theirs alone."""
    rows = Listing.objects.filter(within or Q(), ledger=ledger.name, means__in=publication.means)
    return rows.select_related("source", "source__area").order_by("source__area__code", "source__name", "pk")


def within(area: Area | None) -> Q | None:
    """What lies in a town and its villages; None for the whole district."""
    if area is None or area.parent_id is None:
        return None
    inside = Area.objects.filter(Q(pk=area.pk) | Q(parent=area.pk) | Q(parent__parent=area.pk))
    return Q(source__area__in=inside.values("pk"))


def rows_of(ledger: Ledger, publication: Publication, within: Q | None = None) -> list[Row]:
    """The list as it stands: one SQL query."""
    columns = columns_of(ledger, publication)
    states = {one.name: one.label for one in reading.life(ledger).state}
    rows = []
    for one in listings_of(ledger, publication, within).iterator(chunk_size=2000):
        known = row_of(one)
        if one.state in states:
            known["state"] = states[one.state]
        rows.append(
            {"of": one.pk}
            | {language: [_cell(ledger, name, known.get(name), language) for name in columns] for language in LANGUAGES}
        )
    return rows


def _cell(ledger: Ledger, name: str, value: Any, language: words.Language) -> Any:
    """A value as the public reads it; numbers stay numbers, with their unit in the head."""
    if value is None or value in ("", []):
        return ""
    if name == "state":
        return getattr(value, language, value)
    field = ledger.named(name)
    if field is not None and field.type in NUMBERS:
        return value
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(str(part) for part in value)
    return words.value_of(ledger, name, value, language)


def digest_of(rows: Iterable[Row]) -> str:
    """SHA-256 of a list: the same rows have the same, any other row another."""
    return hashlib.sha256(json.dumps(list(rows), ensure_ascii=False, default=str, sort_keys=True).encode()).hexdigest()


def mark_of(rows: Iterable[Row]) -> str:
    """Tells a list from one that reads otherwise: what a person saw before releasing it."""
    return digest_of(rows)[:16]


def sums_of(ledger: Ledger, heads: list[dict[str, str]], rows: Iterable[Row]) -> list[dict[str, Any]]:
    """What the ledger's sum fields add up to in a list, under their heads."""
    rows, found = list(rows), []
    for k, head in enumerate(heads):
        field = ledger.named(head["name"])
        if field is not None and field.sum:
            numbers = [row["zh"][k] for row in rows if isinstance(row["zh"][k], int | float)]
            found += [head | {"total": added(sum(numbers))}] if numbers else []
    return found


def difference(released: list[Row], now: list[Row]) -> Difference:
    """What became of a list since it was released."""
    before, after = {one["of"]: one for one in released}, {one["of"]: one for one in now}
    return Difference(
        released=len(before),
        now=len(after),
        added=[one for key, one in after.items() if key not in before],
        gone=[one for key, one in before.items() if key not in after],
        changed=[(before[key], one) for key, one in after.items() if key in before and before[key]["zh"] != one["zh"]],
    )
