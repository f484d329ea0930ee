"""Deadlines of tasks: a table's deadline cell, or the first duty with a date in running text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lantian.plandoc.parse.dates import (
    CLAUSE_END,
    NEAR,
    Compact,
    Context,
    Kind,
    Named,
    Resolver,
    TimePhrase,
    compact,
    number,
    pattern,
    words,
)
from lantian.plandoc.plan import Recurrence
from lantian.rulebook.calendar import heating_season, working_day_after
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


def time_phrases(text: str, context: Context) -> list[TimePhrase]:
    """All by/from/in/until dates and spans of a text, in order; titles in 《》 are passed over.

    Frequencies (每月10日前) are not among them.

    Examples
    --------
    >>> [(p.text, p.kind, p.date) for p in time_phrases("6月底前完成排查，自9月1日起执行", Context(year=2020))]
    [('6月底前', 'by', datetime.date(2020, 6, 30)), ('自9月1日起', 'from', datetime.date(2020, 9, 1))]
    """
    return [p for p in _find(text, compact(text), context) if p.kind != "every"]


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
    whole = (start, start + len(text.strip()))
    found = _judge_cell(c.text, _find(text, c, context), context, known)
    return replace(found, text=text.strip(), at=whole)


def _judge_cell(text: str, phrases: list[TimePhrase], context: Context, known: DeadlineWords) -> Deadline:
    every = next((p for p in phrases if p.kind == "every"), None)
    long_term = any(w in text for w in (*known.long_term, *known.from_now))
    for p in phrases:
        dated = p.kind in ("by", "until") or (p.kind == "in" and p.date)
        if dated and not (long_term and p.kind == "in" and p.rule == "year-end"):
            open_start = p.kind != "every" and any(w in text[: p.start] for w in known.from_now)
            return _once(p) if not open_start else replace(_once(p), recurrence=None)
    for p in phrases:
        if p.kind == "span":
            return replace(_once(p), recurrence=every.recurrence if every else None)
    if every:
        return _recurring(every, context)
    for p in phrases:
        if p.recurrence == "heating-season":
            return Deadline(due=p.due, due_rule=p.rule, recurrence="heating-season")
    if any(p.kind == "from" for p in phrases):
        return _lasting("long-term", context)
    if counted := _counted(text, context, known):
        return counted
    if any(w in text for w in known.at_once):
        rule = "at-once" if context.issued_on else None
        return Deadline(due=context.issued_on, due_rule=rule, recurrence="once")
    return _lasting("long-term", context) if long_term else NONE


def deadline_of_prose(text: str, context: Context) -> Deadline:
    """The deadline of a prose item: its first completion phrase that is a duty, else its start or its frequency.

    Examples
    --------
    >>> deadline_of_prose("对应于年底前退出的企业，10月底前全面停产。", Context(year=2020)).deadline
    datetime.date(2020, 10, 31)
    """
    known, c = words(), compact(text)
    phrases = _find(text, c, context)
    for p in phrases:
        if p.duty and (p.kind == "by" or (p.kind == "in" and p.opens and p.date)):
            return replace(_once(p), text=p.text, at=(p.start, p.end))
    every = next((p for p in phrases if p.kind == "every" and p.duty), None)
    since = next((p for p in phrases if p.kind == "from" and p.duty), None)
    if since:
        lasting = _recurring(every, context) if every else _lasting("long-term", context)
        return replace(lasting, text=since.text, at=(since.start, since.end))
    if every:
        at = (every.start, every.end)
        return replace(_recurring(every, context), text=every.text, at=at)
    for p in phrases:
        if p.recurrence == "heating-season" and p.duty:
            return Deadline(due=p.due, due_rule=p.rule, recurrence="heating-season")
        if p.kind == "span" and p.opens and p.duty:
            return replace(_once(p), text=p.text, at=(p.start, p.end), recurrence=None)
    if lasting_words := re.search("|".join(map(re.escape, known.long_term_prose)), c.text):
        start, end = c.at[lasting_words.start()], c.at[lasting_words.end() - 1] + 1
        return replace(_lasting("long-term", context), text=text[start:end], at=(start, end))
    return NONE


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


_COUNT = re.compile(r"(\d{1,3}|[一二三四五六七八九十]{1,3})个?(工作日|自然日|日|天|月|周)(?:之|以)?内")


def _counted(text: str, context: Context, known: DeadlineWords) -> Deadline | None:
    """A number of days: computed where it is counted from the issue of the document."""
    m = _COUNT.search(text)
    if not m:
        return None
    issued = context.issued_on if any(w in text for w in known.since_issue) else None
    n = number(m[1])
    if issued is None or not n:
        return Deadline(recurrence="once")
    if m[2] == "工作日":
        due = working_day_after(issued, n).day
    else:
        due = issued + timedelta(days=n * {"月": 30, "周": 7}.get(m[2], 1))
    return Deadline(due=due, due_rule="days-after-issue", recurrence="once")


# ---------------------------------------------------------------------------------------------------- finding phrases


def _find(text: str, c: Compact, context: Context) -> list[TimePhrase]:
    known = words()
    resolver = Resolver(context, known)
    titles = [m.span() for m in re.finditer(r"《[^》《]{0,200}》", c.text)]
    found: list[TimePhrase] = []
    k = 0
    for m in pattern(known).finditer(c.text):
        while k < len(titles) and titles[k][1] <= m.start():
            k += 1
        if m.start() == m.end() or (k < len(titles) and titles[k][0] <= m.start()):
            continue
        phrase = _phrase(m, c, text, resolver)
        if phrase:
            found.append(phrase)
            if phrase.named_year and phrase.duty:
                resolver.named_year = phrase.named_year
    return found


def _phrase(m: re.Match[str], c: Compact, text: str, resolver: Resolver) -> TimePhrase | None:
    start, end = c.at[m.start()], c.at[m.end() - 1] + 1
    before = c.text[max(0, m.start() - NEAR) : m.start()]
    after = c.text[m.end() : m.end() + NEAR]
    g = m.groupdict()
    bare = TimePhrase(text[start:end], start, end, "in", opens=not before or before[-1] in CLAUSE_END)
    if g["every"]:
        return _every(bare, g, before, after, resolver)
    if g["count"]:
        return None
    if g["this_month"]:
        issued = resolver.context.issued_on
        due = date(issued.year + issued.month // 12, issued.month % 12 + 1, 1) - timedelta(days=1) if issued else None
        return replace(bare, kind="by", due=due, rule="month-end")
    prefix, suffix = g["prefix"] or "", g["suffix"] or ""
    named = _named(m, g, resolver)
    if named is None:
        return None
    first, last = named
    kind = _kind(prefix, suffix, before, first is not last, resolver.words)
    dated = _dated(bare, kind, first, last, suffix, resolver)
    if (g["year"] or g["dotted"] or g["year2"] or g["span_year"]) and dated.date:
        dated = replace(dated, named_year=dated.date.year)
    if g["heating"] and kind == "in":
        return _in_heating_season(dated, g, before, after, resolver)
    return replace(dated, duty=_is_duty(dated, before, after, resolver))


def _named(m: re.Match[str], g: dict[str, str | None], resolver: Resolver) -> tuple[Named, Named] | None:
    """First and last date of a phrase; the same object twice where it is no span."""
    if g["span_month"] and g["span_month2"]:
        return _months_span(number(g["span_month"]), number(g["span_month2"]), g["span_month_year"], resolver)
    if g["span_quarter"] and g["span_quarter2"]:
        a, b = number(g["span_quarter"]) * 3 - 2, number(g["span_quarter2"]) * 3
        return _months_span(a, b, g["span_quarter_year"], resolver)
    if g["span_year"] and g["span_year2"]:
        return _years_span(g["span_year"], g["span_year2"], g["span_season"], resolver)
    first = resolver.named(g)
    if first is None:
        return None
    second = None
    if g["day_only2"]:
        if first.first and 1 <= number(g["day_only2"]) <= 31:
            try:
                day = first.first.replace(day=number(g["day_only2"]))
            except ValueError:
                return None
            second = Named(day, day, "text-date")
    elif any(g[k + "2"] for k in ("dotted", "year", "month", "quarter", "half", "heating", "season", "this_year")):
        if first.first and (g["year"] or g["dotted"]):
            resolver.named_year = first.first.year
        second = resolver.named(g, "2")
    if second is None:
        return first, first
    if first.first and second.last and second.last < first.first and not g["year2"] and not g["dotted2"]:
        second = replace(second, last=_year_later(second.last))
    return first, second


def _year_later(day: date) -> date:
    ends_month = (day + timedelta(days=1)).day == 1
    if ends_month:
        after = day + timedelta(days=1)
        return after.replace(year=after.year + 1) - timedelta(days=1)
    return day.replace(year=day.year + 1)


def _months_span(a: int, b: int, year_text: str | None, resolver: Resolver) -> tuple[Named, Named] | None:
    if not (1 <= a <= 12 and 1 <= b <= 12):
        return None
    year = resolver.year_of(year_text) or resolver.year_for(a if a > b else b)
    if year is None:
        return Named(None, None, "month-end"), Named(None, None, "month-end")
    first = resolver.month(year, a)
    return first, resolver.month(year + (a > b), b)


def _years_span(a: str, b: str, season: str | None, resolver: Resolver) -> tuple[Named, Named] | None:
    first, last = resolver.year_of(a + "年"), resolver.year_of(b + "年")
    if first is None or last is None or not first < last <= first + 50:
        return None
    if season:
        end = resolver.season_end(season, first)
        return Named(date(first, 1, 1), None, "season-end"), Named(None, None, "season-end", due=end)
    return Named(date(first, 1, 1), None, "year-end"), Named(date(last, 1, 1), date(last, 12, 31), "year-end")


def _kind(prefix: str, suffix: str, before: str, span: bool, known: DeadlineWords) -> Kind:
    if suffix.endswith("前"):
        return "by"
    if prefix in ("到", "至", "直至") and before.endswith(known.kept_until):
        return "until"
    if suffix in ("起", "开始", "以来") or suffix.endswith("后"):
        return "from"
    if span:
        return "span"
    if prefix in ("自", "自从", "从", "由"):
        return "from"
    if prefix:
        return "by"
    return "until" if suffix in ("止", "为止") else "in"


def _dated(bare: TimePhrase, kind: Kind, first: Named, last: Named, suffix: str, resolver: Resolver) -> TimePhrase:
    """The phrase with its days: 前 after a month or year without 底 leaves that month or year out."""
    if kind == "from":
        return replace(bare, kind=kind, date=first.first, rule=first.rule)
    day, rule, due = last.last, last.rule, last.due
    if suffix.endswith("前") and day and last.first and not last.precise:
        earlier = last.first - timedelta(days=1)
        base = resolver.context.base_year
        if base is None or earlier >= date(base, 1, 1):
            day, rule = earlier, "before-year" if rule == "year-end" else "before-month"
    span = first.first if first is not last else None
    return replace(bare, kind=kind, date=day, first=span, due=day or due, rule=rule)


def _in_heating_season(
    p: TimePhrase, g: dict[str, str | None], before: str, after: str, resolver: Resolver
) -> TimePhrase:
    """采暖季 as the time of a measure; not as part of a description (对采暖季暂未改造的村)."""
    known, context = resolver.words, resolver.context
    year = p.named_year or context.base_year
    due = heating_season(context.city, year).end if year else None
    closed = not after or after[0] in CLAUSE_END
    measure = after.startswith(known.heating_measures) or (p.opens and closed) or before.endswith(("保证", "确保"))
    return replace(
        p, date=None, due=due, rule="heating-season-end" if due else None, recurrence="heating-season", duty=measure
    )


def _every(p: TimePhrase, g: dict[str, str | None], before: str, after: str, resolver: Resolver) -> TimePhrase:
    recurrence = next(e.recurrence for e in resolver.words.every if g["every"] in e.words)
    due = None
    if recurrence == "yearly" and g["every_month"]:
        named = resolver.yearly(number(g["every_month"]), number(g["every_day"] or ""))
        due = named.last if named else None
    conditional = before.endswith(("期间", "时", "季", "期", "内", "下"))
    core = not conditional and not after.startswith(resolver.words.records)
    rule = "text-date" if due else None
    return replace(p, kind="every", recurrence=recurrence, due=due, rule=rule, duty=core)


def _is_duty(p: TimePhrase, before: str, after: str, resolver: Resolver) -> bool:
    known, context = resolver.words, resolver.context
    clause_after = re.split(f"[{re.escape(CLAUSE_END)}]", after.lstrip("，, "), maxsplit=1)[0]
    if p.kind == "until":
        return False
    if p.kind == "from":
        return not p.text.endswith(("后", "以来")) and not clause_after.startswith(known.consequence)
    base = context.base_year
    if p.date and base and p.date.year < base:
        return False
    if p.kind == "in":
        return _names_period(p, before, clause_after, context)
    if clause_after.startswith("的") or (before.endswith(known.attribute_before) and "的" in clause_after):
        return False
    return not re.match(f"(?:{'|'.join(known.attribute_verbs)}){{1,3}}的", clause_after)


def _names_period(p: TimePhrase, before: str, clause_after: str, context: Context) -> bool:
    """A period in which something is to be done (2020年，压减…), not one that is reported or compared."""
    if clause_after.startswith(("的", "是", "为", "以来", "版", "度", "和", "以及")):
        return False
    return not (context.issued_on and p.date and p.date < context.issued_on.replace(day=1))
