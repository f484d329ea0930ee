"""Body against annex: the annex restates the body's measures row by row, and must state the same dates and numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lantian.plandoc.check.amounts import Amount, amounts, show
from lantian.plandoc.check.clauses import Clause, clauses
from lantian.plandoc.check.context import Check, Context, Item
from lantian.plandoc.check.likeness import Likeness, likenesses
from lantian.plandoc.plan import Finding, Plan

MARKS = "，。；：、,;:\n（）()“”"


def body_annex_date(plan: Plan, context: Context) -> Iterator[Finding]:
    """A clause of the body and the same clause in the annex are due on different days."""
    body = [clause for item in context.body for clause in clauses(item, context)]
    annex = [clause for item in context.annex for clause in clauses(item, context)]
    alike = likenesses(tuple(c.words for c in annex), tuple(c.words for c in body))
    done: set[Item] = set()
    for k, (j, likeness) in alike.mutual_best().items():
        mine, theirs = annex[k], body[j]
        day = mine.date or mine.item.task.deadline
        same = _same(likeness, context) or (
            likeness.score >= context.rules.pairs.same_clause and _titled_alike(mine.item, theirs.item)
        )
        if mine.item in done or theirs.date is None or not same:
            continue
        if day is not None and day != theirs.date:
            done.add(mine.item)
            yield _date_finding(mine, theirs, context)
        elif day is None and _is_vague(mine.item):
            done.add(mine.item)
            yield _vague_finding(mine.item, theirs, context)
    for item in context.annex:
        own = next((c for c in clauses(item, context) if c.date and c.kind == "by"), None)
        if own and item not in done and _is_vague(item):
            yield _vague_finding(item, own, context)


def _titled_alike(one: Item, other: Item) -> bool:
    """Whether two items carry the same heading: then a few words in common are enough."""
    return bool(one.task.title) and _short(one.task.title or "") == _short(other.task.title or "")


def _same(likeness: Likeness, context: Context) -> bool:
    rules = context.rules.pairs
    return likeness.score >= rules.same_clause and likeness.shared >= rules.shared


def _date_finding(annex: Clause, body: Clause, context: Context) -> Finding:
    written = annex.phrase or annex.item.task.deadline_text or ""
    day = annex.date or annex.item.task.deadline
    return Finding(
        code="body_annex_date",
        severity="warning",
        message=(
            f"同一措施时限不一：{body.item.zh}为 {body.date}（“{body.phrase}”），"
            f"{annex.item.zh}为 {day}（“{written}”）：{_short(annex.words)}。"
        ),
        message_en=(
            f"One measure, two dates: {body.item.en} says {body.date} (“{body.phrase}”), "
            f"{annex.item.en} says {day} (“{written}”): {_short(annex.words)}."
        ),
        task_numbers=list(dict.fromkeys([body.item.label, annex.item.label])),
        spans=[
            *context.place(body.item.task.spans.get("text"), body.phrase),
            *(
                context.place(annex.item.task.spans.get("text"), annex.phrase)
                if annex.date
                else context.where(annex.item, "deadline_text")
            ),
        ],
    )


def _is_vague(item: Item) -> bool:
    """A deadline cell that names no time and no rhythm (按要求执行)."""
    task = item.task
    return bool(task.deadline_text) and not (task.deadline or task.due or task.recurrence)


def _vague_finding(item: Item, dated: Clause, context: Context) -> Finding:
    """The deadline cell names no time, though the row's own text or the body does."""
    where, where_en = ("任务内容", "its text") if dated.item is item else (dated.item.zh, dated.item.en)
    cell = item.task.deadline_text
    return Finding(
        code="body_annex_date",
        severity="note",
        message=f"{item.zh}的完成时限写“{cell}”，{where}却写明 {dated.date}（“{dated.phrase}”）。",
        message_en=f"{item.en}: the deadline reads “{cell}”, but {where_en} names {dated.date} (“{dated.phrase}”).",
        task_numbers=list(dict.fromkeys([dated.item.label, item.label])),
        spans=[
            *context.where(item, "deadline_text"),
            *context.place(dated.item.task.spans.get("text"), dated.phrase),
        ],
    )


@dataclass(frozen=True, eq=False)
class Headline:
    """A number of a task that is no town's share, with the clause it stands in."""

    item: Item
    amount: Amount
    words: str


def body_annex_number(plan: Plan, context: Context) -> Iterator[Finding]:
    """The body and the annex state different numbers of the same thing."""
    body, annex = _headlines(context.body), _headlines(context.annex)
    table = likenesses(tuple(h.words for h in annex), tuple(h.words for h in body))
    rivals: defaultdict[int, list[tuple[int, Likeness]]] = defaultdict(list)
    settled: set[int] = set()
    for k, headline in enumerate(annex):
        alike = {
            j: found
            for j, found in table.of(k).items()
            if body[j].amount.unit == headline.amount.unit and found.score >= context.rules.pairs.same_subject
        }
        equal = [j for j in alike if _consistent(body[j].amount, headline.amount, context)]
        settled.update(equal)
        if alike and not equal:
            best = max(alike, key=lambda j: alike[j].score)
            rivals[best].append((k, alike[best]))
    for j, found in rivals.items():
        # several rows for one number of the body are its parts, more likely than contradictions
        if j not in settled and len(found) == 1:
            yield _number_finding(body[j], annex[found[0][0]], context)


def _headlines(items: list[Item]) -> list[Headline]:
    return [
        Headline(item, amount, _around(item.task.text, amount) + " " + (amount.quantity.what or ""))
        for item in items
        for amount in amounts(item.task)
        if amount.quantity.kind in ("target", "limit") and not amount.quantity.town and amount.start >= 0
    ]


def _around(text: str, amount: Amount) -> str:
    """The clause in which a quantity stands."""
    start = max((text.rfind(mark, 0, amount.start) for mark in MARKS), default=-1) + 1
    ends = [at for at in (text.find(mark, amount.end) for mark in MARKS) if at >= 0]
    return text[start : min(ends, default=len(text))]


def _consistent(body: Amount, annex: Amount, context: Context) -> bool:
    if body.value == annex.value:
        return True
    above = Decimal(str(context.rules.pairs.above_minimum))
    low, high = sorted((body, annex), key=lambda a: a.value)
    if low.quantity.op in (">=", ">"):
        return high.value <= low.value * above
    if high.quantity.op in ("<=", "<"):
        return True
    return "~" in (body.quantity.op, annex.quantity.op) and high.value <= low.value * (
        1 + Decimal(str(context.rules.sums.about))
    )


def _number_finding(body: Headline, annex: Headline, context: Context) -> Finding:
    mine, theirs = annex.amount, body.amount
    unit = mine.unit if mine.unit != "个" else mine.quantity.unit
    gap = show(abs(mine.value - theirs.value))
    return Finding(
        code="body_annex_number",
        severity="warning",
        message=(
            f"同一指标数字不一：{body.item.zh}为“{theirs.quantity.text}”，{annex.item.zh}为“{mine.quantity.text}”，"
            f"{show(theirs.value)} 与 {show(mine.value)} 相差 {gap} {unit}。"
        ),
        message_en=(
            f"One thing, two numbers: {body.item.en} says “{theirs.quantity.text}”, {annex.item.en} says "
            f"“{mine.quantity.text}”; {show(theirs.value)} and {show(mine.value)} are {gap} {unit} apart."
        ),
        task_numbers=list(dict.fromkeys([body.item.label, annex.item.label])),
        spans=[*context.of(body.item, theirs.quantity), *context.of(annex.item, mine.quantity)],
    )


def _short(words: str) -> str:
    words = re.sub(r"\s", "", words).strip(MARKS)
    return f"{words[:30]}…" if len(words) > 31 else words


CHECKS: tuple[Check, ...] = (body_annex_number, body_annex_date)
