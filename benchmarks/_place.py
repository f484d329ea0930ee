"""A place of its own for a benchmark of the site."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_place() -> Iterator[Path]:
    """An empty directory for database and files, gone afterwards. Enter it before anything of the site is loaded."""
    with tempfile.TemporaryDirectory(prefix="lantian-bench-") as directory:
        os.environ |= {
            "LANTIAN_VAR": directory,
            "LANTIAN_JOBS": "inline",
            "LANTIAN_HOSTS": "testserver",
            "LANTIAN_LOG": "ERROR",
            "DJANGO_SETTINGS_MODULE": "lantian.site.settings",
        }
        yield Path(directory)


def processor() -> float:
    """Seconds of processor that this process took, with those of the PostgreSQL process that serves it where that is
    seen on this machine; parallel workers of a query are not seen."""
    from django.db import connection

    spent = time.process_time()
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        seen = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        if seen.exists():
            spent += int(seen.read_text().split()[0]) / 1e9
    return spent
