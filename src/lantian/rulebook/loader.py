"""Finds, checks and serves rule files: the shipped ones, and a district's own directory laid over them."""

from __future__ import annotations

import importlib
import os
import pkgutil
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from lantian.rulebook import schemas
from lantian.rulebook.entry import SCHEMAS, Entry

DATA = Path(__file__).parent / "data"
OVERLAY = "LANTIAN_RULES"


class RuleError(LookupError):
    """A rule that is missing, ambiguous or not well-formed; names the file and the field."""


@dataclass(frozen=True)
class Loaded:
    entry: Entry
    file: Path


def _load(file: Path) -> Loaded:
    for module in pkgutil.iter_modules(schemas.__path__):
        importlib.import_module(f"{schemas.__name__}.{module.name}")
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
        return Loaded(SCHEMAS[raw["schema"]].model_validate(raw), file)
    except (tomllib.TOMLDecodeError, KeyError, ValidationError, UnicodeDecodeError) as error:
        raise RuleError(f"{file}: {error}") from error


@lru_cache(maxsize=8)
def _entries(overlay: str | None) -> tuple[Loaded, ...]:
    found: dict[tuple[str, str], Loaded] = {}
    for directory in [DATA, *([Path(overlay)] if overlay else [])]:
        for file in sorted(directory.rglob("*.toml")):
            loaded = _load(file)
            found[loaded.entry.id, loaded.entry.edition] = loaded
    return tuple(found.values())


def all_entries() -> tuple[Loaded, ...]:
    """Every rule that is shipped or laid over, with its file."""
    return _entries(os.environ.get(OVERLAY) or None)


@lru_cache(maxsize=512)
def _get(overlay: str | None, id: str, on: date | None, area: str | None, edition: str | None) -> Entry:
    found = [
        x.entry
        for x in _entries(overlay)
        if x.entry.id == id and x.entry.holds(on, area) and edition in (None, x.entry.edition)
    ]
    if not found:
        raise RuleError(f"no rule {id!r} on {on or 'any day'}, area {area or 'any'}, edition {edition or 'any'}")
    return max(found, key=lambda e: (bool(e.areas), e.valid_from or date.min, e.edition))


def get(id: str, *, on: date | None = None, area: str | None = None, edition: str | None = None) -> Entry:
    """The rule `id` as it holds on a day in an area: the most special area first, then the latest.

    Raises
    ------
    RuleError
        when no such rule holds.
    """
    return _get(os.environ.get(OVERLAY) or None, id, on, area, edition)
