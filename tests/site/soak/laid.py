"""Databases laid down once for a whole run of tests, by the first process that needs one; the others take a copy."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import django
import pytest

from tests.site.soak.served import ROOT, Database, Served

TABLES = "tests.site.soak.tables"
# SQLite's tables stay from run to run, until a migration changes.
KEPT = ROOT / "build" / "tables"


def _migrations() -> str:
    """A digest of all that the tables come from."""
    site = ROOT / "src" / "lantian" / "site"
    files = [*site.glob("*/migrations/*.py"), site / "core" / "triggers.py", site / "core" / "at_once.py"]
    digest = hashlib.sha256(django.__version__.encode())
    for file in sorted(files):
        digest.update(f"{file.relative_to(site)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


class Laid:
    """A district as it was laid down: the files of its directory, its database, and who and what is there.

    Built by a module that prints what it made, on a copy of the tables alone, which take seconds. The database is one
    of `cluster`; where that is no PostgreSQL, a file of SQLite.
    """

    def __init__(
        self,
        factory: pytest.TempPathFactory,
        builder: str,
        settings: dict[str, str] | None = None,
        *,
        cluster: str | None = None,
    ) -> None:
        base = factory.getbasetemp()
        base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
        self.builder, self.settings = builder, settings or {}
        self.cluster = os.environ.get("LANTIAN_DATABASE", "") if cluster is None else cluster
        self.on_postgres = self.cluster.startswith("postgres")
        self.tables = Laid(factory, TABLES, cluster=self.cluster) if builder != TABLES else None
        of = [str(base), builder, self.settings, self.on_postgres]
        if builder == TABLES and not self.on_postgres:
            base, of = KEPT, [_migrations()]
            base.mkdir(parents=True, exist_ok=True)
        key = hashlib.sha256(json.dumps(of).encode()).hexdigest()[:16]
        self.directory = base / f"laid-down-{key}"
        self.template = f"laid_{key}"

    @contextmanager
    def copy(self, directory: Path) -> Iterator[tuple[Database, Any]]:
        """A copy in a directory, with a database of its own as long as it is used."""
        self._need()
        shutil.copytree(self.directory, directory, dirs_exist_ok=True)
        world = json.loads((directory / "world.json").read_text("utf-8"))
        if not self.on_postgres:
            yield Database(f"sqlite:///{directory / 'lantian.sqlite3'}"), world
            return
        name = f"copy_{uuid.uuid4().hex[:12]}"
        self._tell(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        try:
            yield Database(self._address(name)), world
        finally:
            self._tell(f"DROP DATABASE {name} WITH (FORCE)")

    def _need(self) -> None:
        with self.directory.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.directory.exists():
                self._lay_down()

    def _lay_down(self) -> None:
        fresh = self.directory.with_suffix(".fresh")
        shutil.rmtree(fresh, ignore_errors=True)
        if self.tables is None:
            fresh.mkdir()
        else:
            self.tables._need()
            shutil.copytree(self.tables.directory, fresh)
        if self.on_postgres:  # which lives no longer than the run, as `scripts/with_postgres.py` makes it
            self._tell(
                f"CREATE DATABASE {self.template}" + (f" TEMPLATE {self.tables.template}" if self.tables else "")
            )
        address = self._address(self.template) if self.on_postgres else f"sqlite:///{fresh / 'lantian.sqlite3'}"
        world = Served(fresh, Database(address), **self.settings).prepare(self.builder)
        (fresh / "world.json").write_text(json.dumps(world), "utf-8")
        fresh.rename(self.directory)

    def _address(self, name: str) -> str:
        return urlunsplit(urlsplit(self.cluster)._replace(path=f"/{name}"))

    def _tell(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self.cluster, autocommit=True) as connection:
            connection.execute(sql)
