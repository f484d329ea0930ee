"""A place of its own for a benchmark of the site."""

from __future__ import annotations

import os
import tempfile
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
