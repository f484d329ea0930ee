"""Reads from a plan's text when reports are due: 每月25日前向区大气办报送进展情况.

What is found is a suggestion with the sentence it comes from; the air office confirms it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lantian import rulebook
from lantian.rulebook.schemas.progress import Every, ReportCycles

SENTENCE = re.compile(r"[^。；;！!\n]+")
DAY = re.compile(r"(?<!\d)(\d{1,2})\s*[日号]")
SAID = 6  # characters behind the verb that may say whose report it is: 报送上月情况
LAST_DAY = ("月底", "月末", "季末", "季度末")


@dataclass(frozen=True)
class Suggestion:
    """A cycle that a sentence asks for. `quote` is '' where the text asks for none and the default stands in.

    `sure` is False where the text names no day, so that the day is the default's.
    """

    name: str
    every: Every
    due_day: int
    after: int = 0
    quote: str = ""
    start: int = 0
    end: int = 0
    sure: bool = True


@dataclass(frozen=True)
class _Words:
    rule: ReportCycles
    period: re.Pattern[str]
    verb: re.Pattern[str]


@lru_cache(maxsize=4)
def _words(rule: ReportCycles) -> _Words:
    def either(words: tuple[str, ...]) -> str:
        return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))

    blind = f"(?!{either(rule.not_verbs)})" if rule.not_verbs else ""
    return _Words(
        rule,
        re.compile(either(tuple(p.word for p in rule.period))),
        re.compile(rf"{blind}(?:{either(rule.verbs)})"),
    )


def suggest(text: str) -> list[Suggestion]:
    """Cycles that a plan's text asks for, each rhythm once; the default one where it asks for none.

    Examples
    --------
    >>> [(s.every, s.due_day) for s in suggest("各单位于每月24日前报送进展。")]
    [('month', 24)]
    """
    words = _words(rulebook.get("report-cycles", as_=ReportCycles))
    found: dict[tuple[str, int, int], Suggestion] = {}
    for sentence in SENTENCE.finditer(text):
        for one in _in_sentence(sentence.group(), sentence.start(), words):
            found.setdefault((one.every, one.due_day, one.after), one)
    # a rhythm with a day of its own stands for the same rhythm that names none
    named = {one.every for one in found.values() if one.sure}
    kept = [one for one in found.values() if one.sure or one.every not in named]
    if kept:
        return kept
    default = words.rule.default
    return [Suggestion(default.name, default.every, default.due_day, sure=False)]


def _in_sentence(sentence: str, offset: int, words: _Words) -> list[Suggestion]:
    found = []
    starts = list(words.period.finditer(sentence))
    for k, period in enumerate(starts):
        until = starts[k + 1].start() if k + 1 < len(starts) else len(sentence)
        verb = words.verb.search(sentence, period.end(), min(until, period.end() + words.rule.reach))
        if verb is None:
            continue
        every = next(p.every for p in words.rule.period if p.word == period.group())
        between = sentence[period.end() : verb.end()]
        day = _day(between, every, words.rule)
        found.append(
            Suggestion(
                name=_name(sentence, every, words.rule),
                every=every,
                due_day=day or _default_day(every, words.rule),
                after=int(any(word in sentence[period.end() : verb.end() + SAID] for word in words.rule.next_words)),
                quote=sentence.strip(),
                start=offset + period.start(),
                end=offset + verb.end(),
                sure=day is not None,
            )
        )
    return found


def _day(between: str, every: str, rule: ReportCycles) -> int | None:
    if every == "week":
        weekday = re.match(rf"([{''.join(rule.weekday)}])", between)
        return rule.weekday.index(weekday.group(1)) + 1 if weekday else None
    if any(word in f"月{between}" for word in LAST_DAY):
        return 31
    day = DAY.search(between)
    return int(day.group(1)) if day and 1 <= int(day.group(1)) <= 31 else None


def _default_day(every: str, rule: ReportCycles) -> int:
    return 5 if every == "week" else rule.default.due_day


def _name(sentence: str, every: str, rule: ReportCycles) -> str:
    """What the sentence calls it, else the rhythm's first usual name."""
    sign = {"month": "月", "quarter": "季", "week": "周"}[every]
    usual = [name for name in rule.names if name.startswith(sign)]
    return next((name for name in usual if name in sentence), usual[0] if usual else rule.default.name)
