"""Fixtures that lay rows down once for each module; every further test gets the same rows and fresh objects back.

    @pytest.fixture
    @kept
    def campaign(people, plan): ...

A world made through the actions costs up to a second, as every action asks its policy, validates and extends the audit
trail; its rows laid back cost some milliseconds. They are laid back only where the test stands where it stood when they
were made: the same kept fixtures before it, the same frozen clock or the same day, and nothing else written. Otherwise,
and in tests with transactions of their own, the fixture builds as it is written.
"""

from __future__ import annotations

import functools
import inspect
import io
import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import Model, QuerySet

from lantian.site.core import clock

P = ParamSpec("P")
R = TypeVar("R")
Rows = dict[Any, tuple[Any, ...]]  # by primary key

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE|CREATE|DROP|ALTER|REPLACE|COPY)\b", re.IGNORECASE)
NOT_KEPT = {"django_migrations"}
CHUNK = 400
RUNS_ON = clock.now  # as it is when no test has set it


@dataclass
class Table:
    """What has to be done to one table."""

    columns: list[str]
    key: str
    put: list[tuple[Any, ...]] = field(default_factory=list)
    changed: list[tuple[Any, ...]] = field(default_factory=list)
    gone: list[Any] = field(default_factory=list)


@dataclass
class Snapshot:
    """What one fixture wrote and what it gave."""

    tables: dict[str, Table]
    files: dict[str, bytes]
    content: bytes


@dataclass
class Trace:
    """How far the running test is: which kept fixtures it has, and whether anything else was written."""

    module: str
    names: tuple[str, ...] = ()
    known: list[Model] = field(default_factory=list)
    writes: int = 0
    accounted: int = 0

    def watch(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(str(sql)):
            self.writes += 1
        return execute(sql, params, many, context)


_snapshots: dict[Any, Snapshot] = {}
_trace = Trace("")


def begin(module: str) -> Trace:
    """A test begins; what the module before it kept is dropped."""
    global _trace
    if module != _trace.module:
        _snapshots.clear()
    _trace = Trace(module)
    connection.execute_wrappers.append(_trace.watch)
    return _trace


def end(trace: Trace) -> None:
    if trace.watch in connection.execute_wrappers:
        connection.execute_wrappers.remove(trace.watch)


def kept(build: Callable[P, R]) -> Callable[P, R]:
    """Decorates a fixture that writes rows and gives them as model instances, plain or in a dataclass or namespace."""
    assert not inspect.isgeneratorfunction(build), "a fixture that cleans up cannot be kept"
    name = f"{build.__module__}.{build.__qualname__}"

    @functools.wraps(build)
    def fixture(*args: P.args, **kwargs: P.kwargs) -> R:
        trace = _trace
        if not connection.in_atomic_block or trace.writes != trace.accounted:
            return build(*args, **kwargs)
        frozen = clock.today() if clock.now is RUNS_ON else clock.now()
        key = (trace.names, name, frozen, settings.LANTIAN_JOBS)
        found = _snapshots.get(key)
        value = _laid_back(trace, found) if found else _made(trace, key, lambda: build(*args, **kwargs))
        trace.names += (f"{name} {frozen}",)
        trace.accounted = trace.writes
        return value  # type: ignore[no-any-return]

    return fixture


def _made(trace: Trace, key: Any, build: Callable[[], Any]) -> Any:
    before, files = _rows(), _files()
    value = build()
    try:
        content, fresh = _packed(value, trace.known)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise AssertionError(f"what {key[1]} gives cannot be kept: {error}") from error
    root = Path(settings.MEDIA_ROOT)
    new = {path: (root / path).read_bytes() for path in _files() - files}
    _snapshots[key] = Snapshot(_differences(before, _rows()), new, content)
    trace.known += fresh
    return value


def _laid_back(trace: Trace, snapshot: Snapshot) -> Any:
    with connection.cursor() as cursor:
        for name, table in snapshot.tables.items():
            _lay(cursor, name, table)
    for path, content in snapshot.files.items():
        to = Path(settings.MEDIA_ROOT) / path
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(content)
    unpickler = _Unpickler(io.BytesIO(snapshot.content))
    unpickler.known = trace.known
    fresh, value = unpickler.load()
    trace.known = trace.known + fresh
    return value


# Rows


@functools.cache
def _tables() -> dict[str, tuple[list[str], str]]:
    """Columns and key of every table."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name not in NOT_KEPT:
                columns = [c.name for c in connection.introspection.get_table_description(cursor, name)]
                key = connection.introspection.get_primary_key_column(cursor, name)
                assert key, f"{name} has no primary key of one column"
                found[name] = (columns, key)
    return found


def _rows() -> dict[str, Rows]:
    """All rows of the database, as its driver gives them."""
    quote = connection.ops.quote_name
    found = {}
    with connection.cursor() as cursor:
        for name, (columns, key) in _tables().items():
            cursor.execute(f"SELECT {', '.join(map(quote, columns))} FROM {quote(name)} ORDER BY {quote(key)}")
            at = columns.index(key)
            found[name] = {row[at]: tuple(row) for row in cursor.fetchall()}
    return found


def _differences(before: dict[str, Rows], after: dict[str, Rows]) -> dict[str, Table]:
    found = {}
    for name, (columns, key) in _tables().items():
        old, new = before[name], after[name]
        if old == new:
            continue
        table = found[name] = Table(columns, key)
        table.put = [row for pk, row in new.items() if pk not in old]
        table.changed = [row for pk, row in new.items() if pk in old and old[pk] != row]
        table.gone = [pk for pk in old if pk not in new]
    return found


def _lay(cursor: Any, name: str, table: Table) -> None:
    quote = connection.ops.quote_name
    for pk in table.gone:
        cursor.execute(f"DELETE FROM {quote(name)} WHERE {quote(table.key)} = %s", [pk])
    told = ", ".join(f"{quote(column)} = %s" for column in table.columns)
    at = table.columns.index(table.key)
    for row in table.changed:
        cursor.execute(f"UPDATE {quote(name)} SET {told} WHERE {quote(table.key)} = %s", [*row, row[at]])
    columns, marks = ", ".join(map(quote, table.columns)), f"({', '.join(['%s'] * len(table.columns))})"
    chunk = max(1, CHUNK // len(table.columns))
    for first in range(0, len(table.put), chunk):
        rows = table.put[first : first + chunk]
        values = ", ".join([marks] * len(rows))
        cursor.execute(
            f"INSERT INTO {quote(name)} ({columns}) VALUES {values}", [value for row in rows for value in row]
        )


def _files() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


# Objects: what an earlier fixture gave stays the very same object in what a later one gives


class _Pickler(pickle.Pickler):
    """Known instances are named by their place; new ones are noted."""

    known: dict[int, int]
    fresh: dict[int, Model]

    def persistent_id(self, obj: Any) -> int | None:
        if isinstance(obj, QuerySet):
            raise pickle.PicklingError("a query set would be turned into its rows")
        if not isinstance(obj, Model):
            return None
        if id(obj) in self.known:
            return self.known[id(obj)]
        self.fresh.setdefault(id(obj), obj)
        return None


class _Unpickler(pickle.Unpickler):
    known: list[Model]

    def persistent_load(self, place: int) -> Model:
        return self.known[place]


def _packed(value: Any, known: list[Model]) -> tuple[bytes, list[Model]]:
    places = {id(one): place for place, one in enumerate(known)}
    found = _Pickler(io.BytesIO())
    found.known, found.fresh = places, {}
    found.dump(value)
    fresh = list(found.fresh.values())
    into = io.BytesIO()
    pickler = _Pickler(into)
    pickler.known, pickler.fresh = places, {}
    pickler.dump((fresh, value))
    return into.getvalue(), fresh
