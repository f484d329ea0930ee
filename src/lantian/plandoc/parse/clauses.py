"""Roles said as a clause instead of a line: '（由区住建局牵头，区交通局、区水利局等配合）'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lantian.plandoc.parse.units import split_units
from lantian.plandoc.rebuild.marks import ends_like_unit, roles
from lantian.plandoc.rebuild.plain import plain
from lantian.plandoc.traced import Traced

# A bracket that closes a paragraph, with at most one bracket inside (a unit's remark).
CLOSING_BRACKET = re.compile(r"\((?P<inside>(?:[^()]|\([^()]*\))+)\)[。;.]?\s*$")


@dataclass(frozen=True)
class Clause:
    """Who does what by a clause; `start` is the offset from which it stands in the paragraph."""

    start: int
    roles: dict[str, list[Traced]]


@lru_cache
def _role_of_verb() -> dict[str, str]:
    return {verb: role for role, words in roles().words.items() for verb in words.verbs}


@lru_cache
def _part() -> re.Pattern[str]:
    verbs = "|".join(sorted(map(re.escape, _role_of_verb()), key=len, reverse=True))
    return re.compile(
        rf"\s*由?(?P<units>[^。;]+?)等?(?:按照?(?:各自)?职责(?:分工)?)?(?P<verb>{verbs})(?:[,;。、]\s*|$)"
    )


def find_clause(paragraph: Traced) -> Clause | None:
    """The clause in the bracket that closes a paragraph, or that is the whole paragraph; None where none is.

    Only what says nothing but units and what they do counts: every name must end as names of units do.

    >>> clause = find_clause(Traced.of("淘汰锅炉。（由区住建局牵头，区交通局等配合）"))
    >>> clause.start, {role: [u.text for u in units] for role, units in clause.roles.items()}
    (5, {'lead': ['区住建局'], 'assist': ['区交通局']})
    """
    shadow = plain(paragraph.text)
    m = CLOSING_BRACKET.search(shadow)
    if m:
        said = _read(paragraph[m.start("inside") : m.end("inside")])
        return Clause(m.start(), said) if said else None
    said = _read(paragraph)
    return Clause(0, said) if said else None


def _read(text: Traced) -> dict[str, list[Traced]] | None:
    shadow, at = plain(text.text), 0
    said: dict[str, list[Traced]] = {}
    while at < len(shadow):
        m = _part().match(shadow, at)
        if not m:
            return None
        units = split_units(text[m.start("units") : m.end("units")])
        if not units or not all(ends_like_unit(u.text) for u in units):
            return None
        said.setdefault(_role_of_verb()[m["verb"]], []).extend(units)
        at = m.end()
    return said or None
