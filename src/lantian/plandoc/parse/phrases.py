"""Time phrases of a text: found, dated, and judged whether they are a duty or describe something else."""

from __future__ import annotations

import re
from dataclasses import replace
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
    number,
    pattern,
    words,
)
from lantian.rulebook.calendar import working_day_after
from lantian.rulebook.schemas.deadlines import DeadlineWords

Groups = dict[str, str | None]
_TITLE = re.compile(r"《[^》《]{0,200}》")
# 每小时35蒸吨, 每日运输量: a capacity, no frequency; 每日2次 is one.
_AMOUNT = re.compile(r"\d[\d.]{0,6}(?![\d.]|[次遍轮趟])|.{0,3}[量均]")
_CLAUSE = re.compile(f"[{re.escape(CLAUSE_END)}]")
_POINTS = ("short", "dotted", "year", "month", "quarter", "half", "heating", "season", "this_year")


def find(text: str, c: Compact, context: Context) -> list[TimePhrase]:
    """All time phrases of a text, in order, outside of titles in 《》."""
    known = words()
    resolver = Resolver(context, known)
    titles = [m.span() for m in _TITLE.finditer(c.text)]
    found: list[TimePhrase] = []
    k = last = 0
    for m in pattern(known).finditer(c.text):
        while k < len(titles) and titles[k][1] <= m.start():
            k += 1
        if m.start() == m.end() or (k < len(titles) and titles[k][0] <= m.start()):
            continue
        if any(stop in c.text[last : m.start()] for stop in "。\n"):
            resolver.sentence_ends()
        last = m.end()
        phrase = _phrase(m, c, text, resolver)
        if phrase:
            found.append(phrase)
            # 到2025年 sets a horizon; the dates after it lie in the plan's own year again.
            horizon = phrase.kind == "by" and phrase.rule == "year-end"
            if phrase.named_year and phrase.duty and not horizon:
                resolver.remember(phrase.named_year)
    return found


def _phrase(m: re.Match[str], c: Compact, text: str, resolver: Resolver) -> TimePhrase | None:
    start, end = c.at[m.start()], c.at[m.end() - 1] + 1
    before = c.text[max(0, m.start() - NEAR) : m.start()]
    after = c.text[m.end() : m.end() + NEAR]
    g: Groups = m.groupdict()
    lead = _CLAUSE.split(before)[-1]
    opens = not lead or lead in resolver.words.lead_in
    bare = TimePhrase(text[start:end], start, end, "in", opens=opens)
    if g["every"]:
        return _every(bare, g, before, after, resolver)
    if g["count"]:
        return _within(bare, g, before, resolver)
    if g["this_month"]:
        return _this_month(bare, resolver.context)
    named = _named(g, resolver)
    if named is None:
        return None
    first, last = named
    suffix = g["suffix"] or ""
    kind = _kind(g["prefix"] or "", suffix, before, first is not last, resolver.words)
    dated = _dated(bare, kind, first, last, suffix, resolver)
    if dated.date and (g["year"] or g["dotted"] or g["year2"] or g["span_year"]):
        dated = replace(dated, named_year=dated.date.year)
    return replace(dated, duty=_is_duty(dated, before, after, resolver))


# -------------------------------------------------------------------------------------------------- dates of a phrase


def _named(g: Groups, resolver: Resolver) -> tuple[Named, Named] | None:
    """First and last date of a phrase; the same object twice where it is no span; None where it is no date."""
    if g["span_month"] and g["span_month2"]:
        return _months_span(number(g["span_month"]), number(g["span_month2"]), g["span_month_year"], resolver)
    if g["span_quarter"] and g["span_quarter2"]:
        first_month, last_month = number(g["span_quarter"]) * 3 - 2, number(g["span_quarter2"]) * 3
        return _months_span(first_month, last_month, g["span_quarter_year"], resolver)
    if g["span_year"] and g["span_year2"]:
        return _years_span(g["span_year"], g["span_year2"], g["span_season"], resolver)
    first = resolver.named(g)
    if first is None:
        return None
    second = _second(first, g, resolver)
    return (first, second) if second else (first, first)


def _second(first: Named, g: Groups, resolver: Resolver) -> Named | None:
    """The last date of a span (10月15日至次年3月15日)."""
    if g["day_only2"]:
        return resolver.day_of(first.first, number(g["day_only2"]))
    if not any(g[name + "2"] for name in _POINTS):
        return None
    if first.first and (g["year"] or g["dotted"]):
        resolver.remember(first.first.year)
    second = resolver.named(g, "2")
    if second and first.first and second.last and second.last < first.first and not (g["year2"] or g["dotted2"]):
        return replace(second, last=_year_later(second.last))
    return second


def _year_later(day: date) -> date:
    """The same day a year on; the last of February stays the last."""
    following = day + timedelta(days=1)
    return following.replace(year=following.year + 1) - timedelta(days=1)


def _months_span(a: int, b: int, year_text: str | None, resolver: Resolver) -> tuple[Named, Named] | None:
    if not (1 <= a <= 12 and 1 <= b <= 12):
        return None
    year = resolver.year_of(year_text) or resolver.year_for(a if a > b else b)
    if year is None:
        return Named(None, None, "month-end"), Named(None, None, "month-end")
    return resolver.month(year, a), resolver.month(year + (a > b), b)


def _years_span(a: str, b: str, season: str | None, resolver: Resolver) -> tuple[Named, Named] | None:
    first, last = resolver.year_of(a), resolver.year_of(b)
    if first is None or last is None or not first < last <= first + 50:
        return None
    if season:
        named = resolver.season(season, first)
        return named, replace(named)
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


def _dated(p: TimePhrase, kind: Kind, first: Named, last: Named, suffix: str, resolver: Resolver) -> TimePhrase:
    """The phrase with its days. 前 after a month or year without 底 leaves that month or year out."""
    if kind == "from":
        return replace(p, kind=kind, date=first.first, rule=first.rule)
    if last.over and kind != "by":
        rule = "heating-season-end" if last.rule.endswith("heating-season") else "season-end"
        return replace(p, kind=kind, first=last.first, due=last.over, rule=rule, recurrence=last.recurrence)
    day, rule = last.last, last.rule
    if suffix.endswith("前") and day and last.first and not last.precise:
        earlier, base = last.first - timedelta(days=1), resolver.context.base_year
        if base is None or earlier >= date(base, 1, 1):
            day, rule = earlier, "before-year" if rule == "year-end" else "before-month"
    began = first.first if first is not last else None
    recurrence = last.recurrence if kind != "by" else None
    return replace(p, kind=kind, date=day, first=began, due=day or last.due, rule=rule, recurrence=recurrence)


def _this_month(p: TimePhrase, context: Context) -> TimePhrase:
    """月底前 without a month: the month of issue, as far as that can be said."""
    if not context.issued_on:
        return replace(p, kind="by", rule="month-end")
    following = (context.issued_on.replace(day=1) + timedelta(days=31)).replace(day=1)
    return replace(p, kind="by", due=following - timedelta(days=1), rule="month-end")


def _within(p: TimePhrase, g: Groups, before: str, resolver: Resolver) -> TimePhrase:
    """A number of days; dated where it is counted from the issue of the document."""
    issued, n = resolver.context.issued_on, number(g["count"] or "")
    counted = issued and n and any(w in before for w in resolver.words.since_issue)
    if not (counted and issued):
        return replace(p, kind="within", duty=False)
    unit = (g["unit"] or "").removeprefix("个")
    days = {"周": 7, "月": 30, "年": 365}.get(unit, 1) * n
    due = working_day_after(issued, n).day if unit == "工作日" else issued + timedelta(days=days)
    return replace(p, kind="within", due=due, rule="days-after-issue")


def _every(p: TimePhrase, g: Groups, before: str, after: str, resolver: Resolver) -> TimePhrase:
    """A frequency; not the measure's own where it holds only at times (预警期间每日) or is mere book-keeping."""
    recurrence = next(e.recurrence for e in resolver.words.every if g["every"] in e.words)
    last = "2" if g["every_month2"] else ""  # 每年6月1日至11月30日 ends with its second date
    month, day = g["every_month" + last], g["every_day" + last]
    named = resolver.yearly(number(month), number(day or "")) if month else None
    due = named.last if named and recurrence == "yearly" else None
    if due and last and number(month or "") < number(g["every_month"] or ""):
        due = _year_later(due)
    conditional = before.endswith(("期间", "时", "季", "期", "内", "下"))
    core = not conditional and not before.endswith("/") and not _AMOUNT.match(after)
    core = core and not after.startswith(resolver.words.records)
    if recurrence == "yearly":
        if after.startswith(resolver.words.heating):
            return replace(p, kind="every", recurrence="heating-season", duty=core)
        core = core and (p.opens or due is not None)  # 浓度每年下降3% is no task of every year
    return replace(p, kind="every", recurrence=recurrence, due=due, rule="text-date" if due else None, duty=core)


# ---------------------------------------------------------------------------------------------------- duty or not


def _is_duty(p: TimePhrase, before: str, after: str, resolver: Resolver) -> bool:
    known, context = resolver.words, resolver.context
    closed = not after or after[0] in CLAUSE_END
    clause = _CLAUSE.split(after.lstrip("，, "), maxsplit=1)[0]
    if p.kind == "until":
        return False
    if p.kind == "from":
        return not p.text.endswith(("后", "以来")) and not clause.startswith(known.consequence)
    if p.recurrence:
        named_as_time = p.opens and (closed or before.endswith(("在", "于")))
        return named_as_time or after.startswith(known.heating_measures) or before.endswith(("保证", "确保"))
    if p.date and context.base_year and p.date.year < context.base_year:
        return False
    if p.kind in ("in", "span"):
        return p.opens and _names_period(p, clause, context)
    if p.text.startswith("截") and clause.startswith(known.reported):
        return False
    if clause.startswith(known.unmet) and "的" in clause:
        return False
    if clause.startswith("的") or (before.endswith(known.attribute_before) and "的" in clause):
        return False
    return not re.match(f"(?:{'|'.join(known.attribute_verbs)}){{1,3}}的", clause)


def _names_period(p: TimePhrase, clause: str, context: Context) -> bool:
    """A period in which something is to be done (2020年，压减…), not one that is reported on or planned for."""
    if p.date is None or clause.startswith(("的", "是", "为", "版", "度", "和", "以及")):
        return False
    return not (context.issued_on and p.date < context.issued_on.replace(day=1))
