"""What the rulebook holds and where from: the data behind `lantian rules`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lantian.rulebook.entry import Entry
from lantian.rulebook.loader import DATA, Loaded, all_entries, editions, find


@dataclass(frozen=True)
class Row:
    """One edition of one rule.

    `place` is the file in short (`plandoc/roles.toml` for a shipped one, the whole path for a district's); `origin` is
    'shipped', 'replaced' (a district's file in the place of the shipped one), 'extended' (laid over it key by key) or
    'own' (a rule that only the district has); `over` the shipped file below.
    """

    id: str
    edition: str
    title: str
    schema: str
    valid_from: date | None
    valid_to: date | None
    areas: tuple[str, ...]
    clause: str
    sure: str
    origin: str
    place: str
    file: Path
    over: Path | None


@dataclass(frozen=True)
class Shown:
    """A rule as it holds: its row, its content without the head, and the other editions.

    `changed` names the keys in which a district's file differs from the shipped one ('words.lead.labels').
    """

    row: Row
    content: dict[str, Any]
    others: tuple[Row, ...]
    changed: tuple[str, ...]


def rules(*, on: date | None = None, area: str | None = None) -> list[Row]:
    """Every edition that holds on a day in an area (None: any), by id and edition.

    Raises
    ------
    RuleError
        for a rule file that is not well-formed.
    """
    rows = [_row(loaded) for loaded in all_entries() if loaded.entry.holds(on, area)]
    return sorted(rows, key=lambda row: (row.id, row.edition))


def rule(id: str, *, on: date | None = None, area: str | None = None, edition: str | None = None) -> Shown:
    """The rule `id` as `rulebook.get` finds it, with its source.

    Raises
    ------
    RuleError
        where no such rule holds or a file is not well-formed.

    Examples
    --------
    >>> rule("plan-roles").row.place
    'plandoc/roles.toml'
    """
    loaded = find(id, on=on, area=area, edition=edition)
    others = tuple(_row(other) for other in editions(id) if other is not loaded)
    return Shown(_row(loaded), _content(loaded.entry), others, _changed(loaded))


def _row(loaded: Loaded) -> Row:
    entry = loaded.entry
    if not loaded.overlay:
        origin = "shipped"
    elif loaded.over is None:
        origin = "own"
    else:
        origin = "extended" if entry.extends else "replaced"
    return Row(
        id=entry.id,
        edition=entry.edition,
        title=entry.title,
        schema=entry.schema_name,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        areas=entry.areas,
        clause=entry.clause,
        sure=entry.sure,
        origin=origin,
        place=str(loaded.file) if loaded.overlay else loaded.file.relative_to(DATA).as_posix(),
        file=loaded.file,
        over=loaded.over,
    )


def _content(entry: Entry) -> dict[str, Any]:
    return entry.model_dump(mode="json", exclude=set(Entry.model_fields), exclude_none=True)


def _changed(loaded: Loaded) -> tuple[str, ...]:
    if loaded.below is None:
        return ()
    return tuple(sorted(_differences(_content(loaded.below), _content(loaded.entry))))


def _differences(a: dict[str, Any], b: dict[str, Any], at: str = "") -> list[str]:
    found = []
    for key in {*a, *b}:
        below, above = a.get(key), b.get(key)
        if isinstance(below, dict) and isinstance(above, dict):
            found += _differences(below, above, f"{at}{key}.")
        elif below != above:
            found.append(f"{at}{key}")
    return found
