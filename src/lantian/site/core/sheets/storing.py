"""Rows of a preview held against what is stored by now, and written: in batches, so that a large file stays small in
memory, and made ready before the transaction where their sheet can, so that others wait the less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from django.db import IntegrityError
from django.db.models import Count, QuerySet

from lantian.site.core.change import Parts, one_of_many
from lantian.site.core.faults import Fault, Invalid
from lantian.site.core.models import SheetImport, SheetRow
from lantian.site.core.policy import Actor
from lantian.site.core.sheets.books import Book, Change, Sheet, Store, Values, books
from lantian.site.core.sheets.comparing import key_of, loosely
from lantian.site.core.sheets.problems import Problem, both, joined
from lantian.site.core.sheets.scope import Scope

BATCH = 500
TOLD_AT_ONCE = 5000  # differences of a long file that one event of the trail tells
WRITTEN = ("new", "changed")
Counts = Iterable[tuple[str, str, int, int]]  # sheet, kind, number of the file's table, how many rows


def told(problem: Problem, columns: dict[str, str]) -> dict[str, str]:
    """What is wrong, as a row keeps it."""
    return {"field": problem.field, "column": columns.get(problem.field, ""), **both(problem.text)}


def counts_of(one: SheetImport) -> list[tuple[str, str, int, int]]:
    """Rows by sheet, kind and table of the file: one query, whatever the size."""
    rows = one.rows.order_by().values("sheet", "kind", "grid").annotate(rows=Count("pk"))
    return list(rows.values_list("sheet", "kind", "grid", "rows"))


def moved(one: SheetImport, book: Book, scope: Scope) -> int:
    """How many rows of the preview are stored otherwise by now; what is stored stays locked."""
    there = one.rows.exclude(kind="vanished").order_by()
    return sum(_moved(there.filter(sheet=sheet.name), sheet, scope) for sheet in _sheets(one, book))


def _sheets(one: SheetImport, book: Book) -> list[Sheet]:
    names = set(one.rows.order_by().values_list("sheet", flat=True).distinct())
    return [sheet for sheet in book.sheets if sheet.name in names]


def _moved(rows: QuerySet[SheetRow], sheet: Sheet, scope: Scope) -> int:
    known: dict[str, list[int]] = defaultdict(list)
    for ident, pk in rows.exclude(ident="").values_list("ident", "pk"):
        known[ident].append(pk)
    taken: set[int] = set()  # of keys
    changed, stored = 0, iter(sheet.rows(scope))
    while some := list(islice(stored, BATCH)):
        taken.update(key for row in some for key in _keys(sheet, row.values))
        found = {pk: _plain(row.values) for row in some for pk in known.pop(row.ident, ())}
        was = rows.filter(pk__in=found).values_list("pk", "was")
        changed += sum(found[pk] != value for pk, value in was)
    for values in rows.filter(kind="new", ident="").values_list("values", flat=True).iterator(chunk_size=BATCH):
        changed += any(key in taken for key in _keys(sheet, values))
    return changed + sum(map(len, known.values()))


def _keys(sheet: Sheet, values: Values) -> Iterator[int]:
    """What a row is found by, as `Stored.find` does: which of the sheet's keys, and its parts."""
    for number, key in enumerate(sheet.keys):
        if parts := key_of(sheet, key, values):
            yield hash((number, loosely(parts)))


def _plain(values: Values) -> Values:
    """Values as JSON gives them back."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


@dataclass
class Batch:
    """Rows of one sheet, by their keys; `store` where they are ready to be stored together."""

    sheet: Sheet
    keys: list[int]
    store: Store | None


def prepared(one: SheetImport, book: Book, scope: Scope, tell: Callable[[float], None]) -> list[Batch]:
    """The good rows in the order in which they can be written, those made ready whose sheet writes many at once."""
    rows = one.rows.filter(kind__in=WRITTEN).order_by("position").values_list("sheet", "pk")
    batches, number = [], 0
    keyed = list(rows)
    for name, group in groupby(keyed, key=lambda row: row[0]):
        sheet, keys = book.sheet(name), [key for _name, key in group]
        for first in range(0, len(keys), BATCH):
            some = keys[first : first + BATCH]
            number += len(some)
            batches.append(Batch(sheet, some, None if book.long else _ready(one, sheet, scope, some)))
            tell(number / len(keyed))
    return batches


def _ready(one: SheetImport, sheet: Sheet, scope: Scope, keys: list[int]) -> Store | None:
    """Rows made ready to be stored together; None where they are written one by one, so that one at fault is named."""
    if sheet.write_many is None:
        return None
    with suppress(Fault):
        return sheet.write_many(scope, [_change(one, row) for row in _rows(keys)])
    return None


def _rows(keys: Sequence[int]) -> list[SheetRow]:
    found = SheetRow.objects.in_bulk(keys)
    return [found[key] for key in keys]


def _change(one: SheetImport, row: SheetRow) -> Change:
    return Change(row.ident, (row.was or {}) | row.values, row.was, _place(one, row))


def _place(one: SheetImport, row: SheetRow) -> str:
    """Where a row stands, as evidence keeps it: 名单.xlsx 名单!17."""
    table = "" if row.grid_title == "csv" else f" {row.grid_title}"
    return f"{one.file_name[-60:]}{table[-40:]}!{row.row}"


def write(actor: Actor, one: SheetImport, batches: list[Batch], scope: Scope) -> None:
    """Write them, each batch let go of when it is done; rows that are refused stay as bad ones. Of a long file some
    thousand rows are told by an event of their own."""
    long, parts = books[one.book].long, Parts(TOLD_AT_ONCE)
    batches.reverse()
    while batches:
        batch = batches.pop()
        if long:
            batch.store = _ready(one, batch.sheet, scope, batch.keys)
        _write(one, batch, scope)
        if long:
            parts.pack()
    parts.tell(actor, one, "core.confirm_sheet", sha256=one.sha256)


def _write(one: SheetImport, batch: Batch, scope: Scope) -> None:
    faults: Iterable[Fault | None]
    try:
        if batch.store is None:
            faults = _one_by_one(one, batch, scope)
        else:
            with one_of_many():
                faults = batch.store()
    except IntegrityError:
        faults = _one_by_one(one, batch, scope)
    refused = {key: fault for key, fault in zip(batch.keys, faults, strict=True) if fault is not None}
    if refused:
        _refuse(batch.sheet, refused)


def _one_by_one(one: SheetImport, batch: Batch, scope: Scope) -> Iterator[Fault | None]:
    for row in _rows(batch.keys):
        try:
            with one_of_many():
                batch.sheet.write(scope, _change(one, row))
        except Fault as fault:
            yield fault
        else:
            yield None


def _refuse(sheet: Sheet, refused: dict[int, Fault]) -> None:
    rows = _rows(list(refused))
    for row in rows:
        row.kind, row.rank = "bad", SheetRow.RANKS["bad"]
        row.problems = _problems(sheet, refused[row.pk])
    SheetRow.objects.bulk_update(rows, ["kind", "rank", "problems"], batch_size=100)


def _problems(sheet: Sheet, fault: Fault) -> list[dict[str, str]]:
    """What an action refused, at the columns that it names."""
    known = {column.name for column in sheet.written}
    fields: dict[str, Any] = fault.fields if isinstance(fault, Invalid) else {}
    found = [told(Problem(text, name), {}) for name, text in fields.items() if name in known]
    return found or [{"field": "", "column": "", **joined(fault.message, fault.remedy, *fields.values())}]
