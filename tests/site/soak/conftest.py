"""A served district for each module, ended with it; nothing of it touches the tests' own database."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from tests.site.soak.laid import Laid
from tests.site.soak.served import Served

SOAK = bool(os.environ.get("LANTIAN_SOAK"))


@pytest.fixture(scope="module")
def open_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., SimpleNamespace]]:
    """Lays a district down: `stored` (the database), `served` (not yet started), `world` (who and what is there)."""
    if not sys.platform.startswith("linux"):
        pytest.skip("looks at processes in /proc")
    with ExitStack() as stack:

        def made(world: str = "tests.site.soak.world", many: int = 10 if SOAK else 3, **given: str) -> SimpleNamespace:
            """`many` is how much there is to work on; what else is given are settings to serve by."""
            directory = tmp_path_factory.mktemp("soak")
            settings = {"SOAK_MANY": str(many)}
            stored, found = stack.enter_context(Laid(tmp_path_factory, world, settings).copy(directory))
            served = Served(directory, stored, **settings, **given)
            stack.callback(served.stop)
            return SimpleNamespace(stored=stored, served=served, world=found)

        yield made
