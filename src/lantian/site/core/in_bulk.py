"""Rows by the ten thousand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

SOME = 2000
Rows = list[tuple[Any, ...]]


def create(things: Sequence[models.Model]) -> None:
    """Insert new things of one model. They do not learn their keys, as those of `bulk_create` do; for that PostgreSQL
    gets them as a copy, and nobody writes a statement of all their values."""
    if things:
        fields: list[Any] = [one for one in things[0]._meta.concrete_fields if not one.primary_key]
        rows = [
            tuple(one.get_db_prep_save(one.pre_save(thing, True), connection) for one in fields) for thing in things
        ]
        insert(type(things[0]), [one.column for one in fields], rows)


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert rows of plain values (text, numbers, None) as they are, keys of relations by their column's name.

    Without an object for each, as `bulk_create` wants, it takes a tenth of the time: for what mirrors or indexes other
    rows, is made by code alone and asks for no validation and no default.
    """
    named, all_of_them = f"{_table(model)} ({', '.join(map(_quoted, columns))})", list(rows)
    if connection.vendor == "postgresql":
        _copy(f"COPY {named} FROM STDIN", all_of_them)
    else:
        _execute(f"INSERT INTO {named} VALUES ({', '.join(['%s'] * len(columns))})", all_of_them)


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


@contextmanager
def as_written() -> Iterator[None]:
    """Store what was just written as JSON without SQLite's second look whether it is: parsing a bulk event once more
    takes five times its size."""
    if connection.vendor != "sqlite":
        yield
        return
    _check_constraints(on=False)
    try:
        yield
    finally:
        _check_constraints(on=True)


def _check_constraints(*, on: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA ignore_check_constraints = {'OFF' if on else 'ON'}")


def _copy(statement: str, rows: Rows) -> None:
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _execute(statement: str, rows: Rows) -> None:
    if connection.vendor == "postgresql":
        _prepared(statement, rows)
        return
    with connection.cursor() as cursor:
        for first in range(0, len(rows), SOME):
            cursor.executemany(statement, rows[first : first + SOME])


def _prepared(statement: str, rows: Rows) -> None:
    """One prepared statement for all rows; Django's own cursor writes their values into the text of each."""
    from psycopg import Cursor  # where the database is PostgreSQL it is there

    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.executemany(statement, rows)


def _table(model: type[models.Model]) -> str:
    return _quoted(model._meta.db_table)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
