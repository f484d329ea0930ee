"""Deadlines that lie before the document itself, or outside the time it plans for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from lantian.plandoc.check.clauses import due_phrases
from lantian.plandoc.check.context import Check, Context, Item
from lantian.plandoc.plan import Finding, Plan, Span

Named = tuple[date, str, list[Span]]


def before_issue(plan: Plan, context: Context) -> Iterator[Finding]:
    """Something was to be done before the document was issued. One finding a task, with all such dates."""
    if plan.issued_on is None:
        return
    for item in context.items:
        early = [named for named in _due_dates(item, context) if named[0] < plan.issued_on]
        if early:
            listed = "、".join(f"{day}（“{words}”）" for day, words, _ in early)
            yield Finding(
                code="before_issue",
                severity="warning",
                message=f"{item.zh}的时限 {listed}早于文件印发日期 {plan.issued_on}。",
                message_en=f"{item.en} is due {listed}, before the document was issued on {plan.issued_on}.",
                task_numbers=[item.label],
                spans=[span for _, _, spans in early for span in spans],
            )


def outside_period(plan: Plan, context: Context) -> Iterator[Finding]:
    """A deadline after the plan's end, or so long before its beginning that it cannot be a preparation."""
    lead = timedelta(days=context.rules.dates.days_before_period)
    for item in context.items:
        day = item.task.deadline
        if day and plan.period_end and day > plan.period_end:
            yield _outside(
                item, day, f"晚于方案截止日期 {plan.period_end}", f"after the plan's end {plan.period_end}", context
            )
        elif day and plan.period_start and day < plan.period_start - lead:
            start = plan.period_start
            yield _outside(
                item, day, f"远早于方案起始日期 {start}", f"long before the plan's beginning {start}", context
            )


def _outside(item: Item, day: date, zh: str, en: str, context: Context) -> Finding:
    words = item.task.deadline_text or ""
    return Finding(
        code="outside_period",
        severity="warning",
        message=f"{item.zh}的时限 {day}（“{words}”）{zh}。",
        message_en=f"{item.en} is due {day} (“{words}”), {en}.",
        task_numbers=[item.label],
        spans=context.where(item, "deadline_text"),
    )


def _due_dates(item: Item, context: Context) -> list[Named]:
    """The task's deadline first, then other dates by which its text wants something done."""
    task = item.task
    named: list[Named] = []
    if task.deadline:
        named.append((task.deadline, task.deadline_text or "", context.where(item, "deadline_text")))
    for phrase in due_phrases(item, context):
        if phrase.date and phrase.kind == "by" and phrase.date not in [day for day, _, _ in named]:
            named.append((phrase.date, phrase.text, context.place(task.spans.get("text"), phrase.text)))
    return named


CHECKS: tuple[Check, ...] = (before_issue, outside_period)
