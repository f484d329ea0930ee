"""Roles said as a clause instead of a line: '（由区住建局牵头，区交通局、区水利局等配合）'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lantian.plandoc.parse.units import split_units
from lantian.plandoc.rebuild.marks import ends_like_unit, grammar, roles
from lantian.plandoc.rebuild.plain import plain
from lantian.plandoc.traced import Traced

SHORTEST_LIST = 4  # characters
# A bracket with at most one bracket inside (a unit's remark).
BRACKET = re.compile(r"\((?P<inside>(?:[^()]|\([^()]*\))+)\)|\[(?P<square>[^\[\]]+)\]")
# What may stand behind a clause in its bracket: 以下各项均需各镇街落实，不再列出。
ASIDE = re.compile(r"。\s*(?:以下|其他|其它|下同|各项)")


@dataclass(frozen=True)
class Clause:
    """Who does what by a clause; `at` are the stretches of the paragraph that say so."""

    at: list[tuple[int, int]]
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
    """The clauses in brackets of a paragraph, or the one that is the whole paragraph; None where none is.

    Only what says nothing but units and what they do counts: every name must end as names of units do. A bracket of
    mere units that closes the paragraph (（区住建局、区城管局）) names those responsible.

    >>> clause = find_clause(Traced.of("淘汰锅炉。（由区住建局牵头，区交通局等配合）"))
    >>> clause.at, {role: [u.text for u in units] for role, units in clause.roles.items()}
    ([(5, 22)], {'lead': ['区住建局'], 'assist': ['区交通局']})
    """
    shadow = plain(paragraph.text)
    at: list[tuple[int, int]] = []
    roles: dict[str, list[Traced]] = {}
    for m in BRACKET.finditer(shadow):
        inside = paragraph[slice(*m.span("inside" if m["inside"] else "square"))]
        aside = ASIDE.search(plain(inside.text))
        said = _read(inside[: aside.start()] if aside else inside)
        if not said and not shadow[m.end() :].strip("。;. "):
            said = _bare_units(inside)
        if said:
            at.append(m.span())
            for role, units in said.items():
                known = {u.text for u in roles.setdefault(role, [])}
                roles[role] += [u for u in units if u.text not in known]
    if at:
        return Clause(at, roles)
    said = _read(paragraph)
    return Clause([(0, len(paragraph))], said) if said else None


def _bare_units(text: Traced) -> dict[str, list[Traced]] | None:
    units = split_units(text)
    full = all(ends_like_unit(u.text) and u.text.startswith(grammar().prefixes) for u in units)
    return {"responsible": units} if units and full and len(text) > SHORTEST_LIST else None


def _read(text: Traced) -> dict[str, list[Traced]] | None:
    shadow, at = plain(text.text), 0
    said: dict[str, list[Traced]] = {}
    while at < len(shadow):
        m = _part().match(shadow, at)
        if not m:
            return None
        units = split_units(text[m.start("units") : m.end("units")])
        if not units or not all(ends_like_unit(u.text) or u.text.startswith("各") for u in units):
            return None
        said.setdefault(_role_of_verb()[m["verb"]], []).extend(units)
        at = m.end()
    return said or None
