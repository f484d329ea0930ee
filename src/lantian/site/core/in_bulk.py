"""Rows by the ten thousand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection, models

SOME = 2000


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of plain values (text, numbers, None) as they are, keys of relations by their column's name.

    Without an object for each, as `bulk_create` wants, it takes a tenth of the time: for what mirrors or indexes other
    rows, is made by code alone and asks for no validation and no default.
    """
    marks = ", ".join(["%s"] * len(columns))
    _execute(f"INSERT INTO {_table(model)} ({', '.join(map(_quoted, columns))}) VALUES ({marks})", list(rows))


def update(things: Iterable[tuple[models.Model, Collection[str]]]) -> None:
    """Store of each thing, all of one model, those fields that changed, by `attname`. `bulk_update` would make a case
    for each thing and field, and have the database look through all of them."""
    alike: dict[tuple[str, ...], list[models.Model]] = defaultdict(list)
    for thing, names in things:
        alike[tuple(names)].append(thing)
    for names, some in alike.items():
        by_name = {one.attname: one for one in some[0]._meta.concrete_fields}
        fields: list[Any] = [by_name[name] for name in names]
        told = ", ".join(f"{_quoted(one.column)} = %s" for one in fields)
        key = _quoted(str(some[0]._meta.pk.column))
        rows = [
            (*(one.get_db_prep_save(getattr(thing, one.attname), connection) for one in fields), thing.pk)
            for thing in some
        ]
        if fields:
            _execute(f"UPDATE {_table(type(some[0]))} SET {told} WHERE {key} = %s", rows)


def _execute(statement: str, rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        for first in range(0, len(rows), SOME):
            cursor.executemany(statement, rows[first : first + SOME])


def _table(model: type[models.Model]) -> str:
    return _quoted(model._meta.db_table)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
