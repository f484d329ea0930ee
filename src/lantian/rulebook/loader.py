"""Finds, checks and serves rule files: the shipped ones, and a district's own directory laid over them."""

from __future__ import annotations

import importlib
import os
import pkgutil
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, overload

from pydantic import ValidationError

from lantian.rulebook import schemas
from lantian.rulebook.entry import E_, SCHEMAS, Entry
from lantian.rulebook.source import RuleError, RuleFile, laid_over, not_well_formed, parse, rule_files

DATA = Path(__file__).parent / "data"
OVERLAY = "LANTIAN_RULES"

__all__ = ["DATA", "OVERLAY", "Loaded", "RuleError", "all_entries", "editions", "forget", "get", "ids"]


@dataclass(frozen=True)
class Loaded:
    """A rule, the file that says it, and the shipped file (and what it says) that it replaces or is laid over."""

    entry: Entry
    file: Path
    overlay: bool = False
    over: Path | None = None
    below: Entry | None = None


def _overlay() -> str | None:
    return os.environ.get(OVERLAY) or None


@lru_cache(maxsize=8)
def _index(overlay: str | None) -> dict[str, tuple[RuleFile, ...]]:
    """Rule files by id, unparsed: a command line that needs three rules parses three files."""
    found: dict[str, list[RuleFile]] = {}
    layers = [rule_files(DATA, overlay=False)]
    if overlay:
        layers.append(rule_files(Path(overlay), overlay=True))
    for file in (f for layer in layers for f in layer):
        found.setdefault(file.id, []).append(file)
    return {id: tuple(files) for id, files in found.items()}


def _shape(file: RuleFile, raw: dict[str, Any]) -> type[Entry]:
    name = raw.get("schema")
    if name not in SCHEMAS:  # whoever asks for a rule has mostly imported its shape already
        for module in pkgutil.iter_modules(schemas.__path__):
            importlib.import_module(f"{schemas.__name__}.{module.name}")
    if name not in SCHEMAS:
        known = "、".join(sorted(SCHEMAS))
        raise RuleError(
            f"{file.path}：schema “{name}”不存在。可用：{known}。",
            f"{file.path}: there is no schema {name!r}; known are {known}.",
        )
    return SCHEMAS[str(name)]


def _checked(file: RuleFile, raw: dict[str, Any]) -> Entry:
    try:
        return _shape(file, raw).model_validate(raw)
    except ValidationError as error:
        raise not_well_formed(file, error) from error


@lru_cache(maxsize=512)
def _editions(overlay: str | None, id: str) -> tuple[Loaded, ...]:
    """Every edition of a rule, the district's file laid over or in the place of the shipped one."""
    raws: dict[str, dict[str, Any]] = {}
    found: dict[str, Loaded] = {}
    for file in _index(overlay).get(id, ()):
        raw = parse(file)
        edition = str(raw.get("edition", "1"))
        below = found.get(edition)
        if below and below.overlay == file.overlay:
            raise RuleError(
                f"{file.path}：规则“{id}”版本“{edition}”已在 {below.file} 中。请改版本号或删去其一。",
                f"{file.path}: rule {id!r}, edition {edition!r}, is in {below.file} too; rename or remove one.",
            )
        if raw.get("extends"):
            if not below:
                raise _nothing_below(file, edition, [*raws])
            raw = laid_over(raws[edition], raw, _shape(file, {**raws[edition], **raw}).NAMED)
        raws[edition] = raw
        entry = _checked(file, raw)
        found[edition] = Loaded(
            entry, file.path, file.overlay, below.file if below else None, below.entry if below else None
        )
    return tuple(found.values())


def _nothing_below(file: RuleFile, edition: str, shipped: list[str]) -> RuleError:
    return RuleError(
        f"{file.path}：extends = true，但没有版本为“{edition}”的自带规则“{file.id}”可覆盖"
        f"（自带版本：{'、'.join(shipped) or '无'}）。请改 edition 或删去 extends。",
        f"{file.path}: extends = true, but no shipped rule {file.id!r} has edition {edition!r}"
        f" (shipped: {', '.join(shipped) or 'none'}); correct edition or remove extends.",
    )


def ids() -> tuple[str, ...]:
    """The ids of all rules, sorted."""
    return tuple(sorted(_index(_overlay())))


def editions(id: str) -> tuple[Loaded, ...]:
    """Every edition of a rule with its file; empty for an unknown id."""
    return _editions(_overlay(), id)


def all_entries() -> tuple[Loaded, ...]:
    """Every rule that is shipped or laid over, with its file: parses and checks all of them."""
    return tuple(loaded for id in ids() for loaded in editions(id))


def forget() -> None:
    """Forget what was read, so that changed rule files are read again."""
    for cache in (_index, _editions, _find):
        cache.cache_clear()


@lru_cache(maxsize=512)
def _find(overlay: str | None, id: str, on: date | None, area: str | None, edition: str | None) -> Loaded:
    known = _editions(overlay, id)
    found = [x for x in known if x.entry.holds(on, area) and edition in (None, x.entry.edition)]
    if found:
        return max(
            found,
            key=lambda x: (
                bool(x.entry.areas) == bool(area),
                x.entry.valid_from or date.min,
                x.overlay,
                x.entry.edition,
            ),
        )
    if not known:
        raise RuleError(
            f"没有规则“{id}”。用 lantian rules list 查看全部规则。",
            f"There is no rule {id!r}; lantian rules list shows all.",
        )
    zh = "；".join(f"版本 {x.entry.edition}（{_span(x.entry, '至')}）" for x in known)
    en = "; ".join(f"edition {x.entry.edition} ({_span(x.entry, 'to')})" for x in known)
    asked_zh = f"{on or '任何一天'}、行政区{area or '不限'}、版本{edition or '不限'}"
    asked_en = f"on {on or 'any day'}, area {area or 'any'}, edition {edition or 'any'}"
    raise RuleError(
        f"规则“{id}”在{asked_zh}下没有生效的条文。已有：{zh}。",
        f"Rule {id!r} does not hold {asked_en}; known: {en}.",
    )


def _span(entry: Entry, to: str) -> str:
    return f"{entry.valid_from or '…'} {to} {entry.valid_to or '…'}"


def find(id: str, *, on: date | None = None, area: str | None = None, edition: str | None = None) -> Loaded:
    """As `get`, with the file that the rule comes from."""
    return _find(_overlay(), id, on, area, edition)


@overload
def get(id: str, *, on: date | None = None, area: str | None = None, edition: str | None = None) -> Entry: ...
@overload
def get(
    id: str, *, as_: type[E_], on: date | None = None, area: str | None = None, edition: str | None = None
) -> E_: ...
def get(
    id: str,
    *,
    as_: type[Entry] = Entry,
    on: date | None = None,
    area: str | None = None,
    edition: str | None = None,
) -> Entry:
    """The rule `id` as it holds on a day in an area: the rule of the area first, then the latest, then the district's.

    Parameters
    ----------
    as_ : the shape that the caller expects; the result has this type
    on, area, edition : None asks for any; without an area a general rule goes before one of some area

    Raises
    ------
    RuleError
        when no such rule holds, its file is not well-formed, or it has another shape.

    Examples
    --------
    >>> from lantian.rulebook.schemas.plandoc import PlanRoles
    >>> get("plan-roles", as_=PlanRoles).words["lead"].labels[0]
    '牵头部门'
    """
    loaded = find(id, on=on, area=area, edition=edition)
    if not isinstance(loaded.entry, as_):
        has = loaded.entry.schema_name
        raise RuleError(
            f"{loaded.file}：规则“{id}”的 schema 是“{has}”，程序要的是 {as_.__name__}。请改回原来的 schema。",
            f"{loaded.file}: rule {id!r} has schema {has!r}, {as_.__name__} is needed; restore its schema.",
        )
    return loaded.entry
