"""Indicators in a clause: which of the closed vocabulary it names, and in which units they are stated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from lantian import rulebook
from lantian.plandoc.parse.quantities.lexer import FOLD
from lantian.plandoc.plan import Comparison, Indicator
from lantian.rulebook.schemas.quantities import GoalIndicators, IndicatorWords


@dataclass(frozen=True, slots=True)
class FoundGoal:
    """A goal found in a text; `at` is where `text` stands in it, or in cell (row, column) of a table."""

    text: str
    indicator: Indicator
    op: Comparison
    value: float | None
    unit: str | None
    at: tuple[int, int]
    baseline: str | None = None
    scope: str = "district"
    period_start: date | None = None
    period_end: date | None = None
    where: str | None = None
    cell: tuple[int, int] | None = None


@cache
def words() -> GoalIndicators:
    entry = rulebook.get("goal-indicators")
    assert isinstance(entry, GoalIndicators)
    return entry


@dataclass(frozen=True, slots=True)
class Mention:
    """An indicator named in a clause, `text[start:end]`."""

    start: int
    end: int
    indicator: Indicator
    rule: IndicatorWords


@cache
def _names() -> list[tuple[Indicator, IndicatorWords, re.Pattern[str]]]:
    rule = words()
    made: list[tuple[Indicator, IndicatorWords, re.Pattern[str]]] = []
    for key, spec in rule.indicators.items():
        names = [n for w in spec.names for n in (rule.pollutants[w[1:-1]] if w.startswith("{") else (w,))]
        pattern = "|".join(re.escape(n) + _border(n) for n in sorted(names, key=len, reverse=True))
        made.append((key, spec, re.compile(rf"(?<![A-Za-z])(?:{pattern})")))  # type: ignore[arg-type]
    return made


def _border(name: str) -> str:
    """What may not follow a name: CO is no part of CO2, but NOx15吨 names NOx."""
    if not name[-1].isascii() or not name[-1].isalnum():
        return ""
    return "(?![A-Za-z0-9_])" if name.isupper() else "(?![A-Za-z_])" if name[-1].isalpha() else "(?![0-9])"


def mentions_in(text: str, sentence: str = "") -> list[Mention]:
    """Indicators that a clause names, in order; what a reduction needs may stand elsewhere in its sentence."""
    found: list[Mention] = []
    for key, spec, pattern in _names():
        said = sentence or text if key.endswith("_reduction") else text
        if spec.needs and not any(w in said for w in spec.needs):
            continue
        for m in pattern.finditer(text):
            covered = text[max(0, m.start() - 4) : m.end()]
            if any(x in covered for x in spec.excludes):
                continue
            if not any(o.start < m.end() and m.start() < o.end for o in found):
                found.append(Mention(m.start(), m.end(), key, spec))
    found.sort(key=lambda x: x.start)
    # 细颗粒物（PM2.5） names one indicator twice
    return [
        m
        for k, m in enumerate(found)
        if not k or found[k - 1].indicator != m.indicator or text[found[k - 1].end : m.start].strip() not in ("（", "")
    ]


def fits(unit: str, spec: IndicatorWords) -> bool:
    """Whether an indicator is stated in a unit, however that is written."""
    return _plain(unit) in {_plain(u) for u in spec.units}


def _plain(unit: str) -> str:
    return re.sub(r"[\s（）()]", "", unit.translate(FOLD)).replace("·", "").replace("每", "/").lower()
