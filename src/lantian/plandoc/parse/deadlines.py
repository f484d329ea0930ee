"""Deadlines of tasks: a table's deadline cell, or the first duty with a date in running text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from lantian.plandoc.parse.dates import Context, TimePhrase, compact, words
from lantian.plandoc.parse.phrases import find
from lantian.plandoc.plan import Recurrence
from lantian.rulebook.schemas.deadlines import DeadlineWords

__all__ = ["Context", "Deadline", "TimePhrase", "deadline_of_cell", "deadline_of_prose", "time_phrases"]


@dataclass(frozen=True)
class Deadline:
    """When a task is due.

    `text` as written and `at`, its offsets; `deadline` a calendar date that the text names; `due` the computed date
    (equal to `deadline` where there is one); `due_rule` how it was computed ('text-date', 'month-end', 'year-end',
    'quarter-end', 'half-year-end', 'ten-days-end', 'before-month', 'before-year', 'before-heating-season',
    'heating-season-end', 'before-season', 'before-holiday', 'days-after-issue', 'at-once', 'plan-end').
    """

    text: str | None = None
    at: tuple[int, int] | None = None
    deadline: date | None = None
    due: date | None = None
    due_rule: str | None = None
    recurrence: Recurrence | None = None


NONE = Deadline()
_REMARK = re.compile(r"[（(][^（()）]{0,80}[）)][，。；,;\s]{0,4}$")


def time_phrases(text: str, context: Context) -> list[TimePhrase]:
    """All by/from/in/until dates and spans of a text, in order; titles in 《》 are passed over.

    Frequencies (每月10日前) and numbers of days (10个工作日内) are not among them.

    Examples
    --------
    >>> [(p.text, p.kind, str(p.date)) for p in time_phrases("6月底前完成排查，自9月1日起执行", Context(year=2020))]
    [('6月底前', 'by', '2020-06-30'), ('自9月1日起', 'from', '2020-09-01')]
    """
    return [p for p in find(text, compact(text), context) if p.kind not in ("every", "within")]


def deadline_of_cell(text: str, context: Context) -> Deadline:
    """The deadline that a table's deadline cell, or a deadline line under an item, states.

    Examples
    --------
    >>> deadline_of_cell("年底前", Context(year=2020)).deadline
    datetime.date(2020, 12, 31)
    >>> deadline_of_cell("长期坚持", Context(year=2020)).recurrence
    'long-term'
    """
    known, c = words(), compact(text)
    if not c.text.strip("".join(known.blank) + "\n "):
        return NONE
    start = len(text) - len(text.lstrip())
    stripped = text.strip()
    # A remark in brackets at the end counts only where the cell says nothing before it: 10月底前（年底前）.
    remark = _REMARK.search(c.text)
    phrases = find(text, c, context)
    outside = [p for p in phrases if not remark or p.start < c.at[remark.start()]]
    found = _judge_cell(c.text[: remark.start()] if remark else c.text, outside, context, known)
    if found == NONE and remark:
        found = _judge_cell(c.text, phrases, context, known)
    return replace(found, text=stripped, at=(start, start + len(stripped)))


def _judge_cell(text: str, phrases: list[TimePhrase], context: Context, known: DeadlineWords) -> Deadline:
    every = next((p for p in phrases if p.kind == "every"), None)
    from_now = any(w in text for w in known.from_now)
    long_term = from_now or any(w in text for w in known.long_term)
    for p in phrases:
        whole_year = p.kind == "in" and p.rule == "year-end" and long_term  # 2020年全年
        if p.kind in ("by", "until") or (p.kind == "in" and p.date and not whole_year):
            open_start = from_now and not p.text.endswith("前")  # 即日起至12月底 is a span
            return replace(_once(p), recurrence=None if open_start else "once")
    for p in phrases:
        if p.kind == "span" and p.date:
            return replace(_once(p), recurrence=every.recurrence if every else None)
    if every:
        return _recurring(every, context)
    for p in phrases:
        if p.kind in ("in", "span") and "season" in (p.rule or ""):
            return Deadline(due=p.due, due_rule=p.rule if p.due else None, recurrence=p.recurrence)
        if p.kind == "within" or (p.kind == "in" and not p.date):
            return _once(p)
    if long_term or any(p.kind == "from" for p in phrases):
        return _lasting("long-term", context)
    if any(w in text for w in known.at_once):
        rule = "at-once" if context.issued_on else None
        return Deadline(due=context.issued_on, due_rule=rule, recurrence="once")
    return NONE


def deadline_of_prose(text: str, context: Context) -> Deadline:
    """The deadline of a prose item: its first completion phrase that is a duty, else its start or its frequency.

    Examples
    --------
    >>> deadline_of_prose("对应于年底前退出的企业，10月底前全面停产。", Context(year=2020)).deadline
    datetime.date(2020, 10, 31)
    """
    c = compact(text)
    duties = [p for p in find(text, c, context) if p.duty]
    for p in duties:
        if p.kind in ("by", "within") or (p.kind == "in" and p.date):
            return _at(p, _once(p))
    every = next((p for p in duties if p.kind == "every"), None)
    since = next((p for p in duties if p.kind == "from"), None)
    if since:
        return _at(since, _recurring(every, context) if every else _lasting("long-term", context))
    if every:
        return _at(every, _recurring(every, context))
    for p in duties:
        if p.recurrence and "heating" in (p.rule or ""):
            return Deadline(due=p.due, due_rule=p.rule if p.due else None, recurrence="heating-season")
        if p.kind == "span":
            return _at(p, replace(_once(p), recurrence=None))
    if lasting := re.search("|".join(map(re.escape, words().long_term_prose)), c.text):
        start, end = c.at[lasting.start()], c.at[lasting.end() - 1] + 1
        return replace(_lasting("long-term", context), text=text[start:end], at=(start, end))
    return NONE


def _at(p: TimePhrase, deadline: Deadline) -> Deadline:
    return replace(deadline, text=p.text, at=(p.start, p.end))


def _once(p: TimePhrase) -> Deadline:
    due = p.date or p.due
    return Deadline(deadline=p.date, due=due, due_rule=p.rule if due else None, recurrence="once")


def _lasting(recurrence: Recurrence, context: Context) -> Deadline:
    end = context.period_end
    return Deadline(due=end, due_rule="plan-end" if end else None, recurrence=recurrence)


def _recurring(p: TimePhrase, context: Context) -> Deadline:
    if p.due:
        return Deadline(due=p.due, due_rule=p.rule, recurrence=p.recurrence)
    return _lasting(p.recurrence or "long-term", context)
