"""Clauses of tasks with the dates that govern them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lantian.plandoc.check.context import Context, Item
from lantian.plandoc.parse import deadlines
from lantian.plandoc.plan import Plan

SENTENCE = re.compile(r"[^。；;\n]+")
COMMA = re.compile(r"[，,：:](?=[^，,：:]*$)")


@dataclass(frozen=True, eq=False)
class Clause:
    """A piece of a task's text under one date, or under none. `words` has the time phrase cut out."""

    item: Item
    text: str
    words: str
    date: date | None = None
    phrase: str = ""
    kind: str = ""


def time_context(plan: Plan) -> deadlines.Context:
    """What dates without a year refer to in this plan."""
    return deadlines.Context(
        period_start=plan.period_start, period_end=plan.period_end, issued_on=plan.issued_on, city=plan.district
    )


def due_phrases(item: Item, context: Context) -> list[deadlines.TimePhrase]:
    """Time phrases in a task's text by which something is to be done, with a calendar date."""
    if item not in context.dated:
        found = deadlines.time_phrases(item.task.text, time_context(context.plan))
        context.dated[item] = [p for p in found if p.kind in ("by", "in") and p.date and p.duty]
    return context.dated[item]


def clauses(item: Item, context: Context) -> Iterator[Clause]:
    """The sentences of a task, cut where a new date begins: that date governs up to the next, or the sentence's end.

    Examples
    --------
    '完善台账，6月底前完成4台改造，9月底前完成6台改造。' gives '完善台账' without a date and two clauses with one.
    """
    text = item.task.text
    phrases = due_phrases(item, context)
    for sentence in SENTENCE.finditer(text):
        inside = [p for p in phrases if sentence.start() <= p.start < sentence.end()]
        starts = [_clause_start(text, sentence.start(), p.start) for p in inside]
        ends = [*starts, sentence.end()][1:]
        head = text[sentence.start() : starts[0] if starts else sentence.end()]
        if head.strip():
            yield Clause(item, head, head)
        for phrase, start, end in zip(inside, starts, ends, strict=True):
            whole = text[start:end]
            yield Clause(item, whole, whole.replace(phrase.text, ""), phrase.date, phrase.text, phrase.kind)


def _clause_start(text: str, sentence: int, phrase: int) -> int:
    comma = COMMA.search(text[sentence:phrase])
    return sentence + comma.end() if comma else sentence
