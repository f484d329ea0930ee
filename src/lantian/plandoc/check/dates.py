"""Deadlines that lie before the document itself, or outside the time it plans for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from lantian.plandoc.check.clauses import due_phrases, time_context
from lantian.plandoc.check.context import Check, Context, Item
from lantian.plandoc.plan import Finding, Plan, Span

Named = tuple[date, str, list[Span]]


def before_issue(plan: Plan, context: Context) -> Iterator[Finding]:
    """Something was to be done before the document was issued. One finding a task, with all such dates."""
    if plan.issued_on is None:
        return
    for item in context.items:
        early = [named for named in _due_dates(item, plan, context) if named[0] < plan.issued_on]
        if early:
            listed = "、".join(f"{day}（“{words}”）" for day, words, _ in early)
            yield Finding(
                code="before_issue",
                severity="warning",
                message=f"{item.zh}的时限 {listed} 早于文件印发日期 {plan.issued_on}。",
                message_en=f"{item.en} is due {listed}, before the document was issued on {plan.issued_on}.",
                task_numbers=[item.label],
                spans=[span for _, _, spans in early for span in spans],
            )


def outside_period(plan: Plan, context: Context) -> Iterator[Finding]:
    """A deadline after the plan's end, or so long before its beginning that it cannot be a preparation."""
    for item in context.items:
        for day, words, spans in _due_dates(item, plan, context)[:1]:
            late = plan.period_end and day > plan.period_end
            lead = timedelta(days=context.rules.dates.days_before_period)
            early = plan.period_start and day < plan.period_start - lead
            if not late and not early:
                continue
            bound, zh, en = (
                (plan.period_end, "晚于方案截止日期", "after the plan's end")
                if late
                else (plan.period_start, "远早于方案起始日期", "long before the plan's beginning")
            )
            yield Finding(
                code="outside_period",
                severity="warning",
                message=f"{item.zh}的时限 {day}（“{words}”）{zh} {bound}。",
                message_en=f"{item.en} is due {day} (“{words}”), {en} {bound}.",
                task_numbers=[item.label],
                spans=spans,
            )


def _due_dates(item: Item, plan: Plan, context: Context) -> list[Named]:
    """The task's deadline first, then other dates by which its text wants something done."""
    task = item.task
    named: list[Named] = []
    if task.deadline:
        named.append((task.deadline, task.deadline_text or "", context.where(item, "deadline_text")))
    for phrase in due_phrases(task.text, time_context(plan)):
        if phrase.date and phrase.kind == "by" and phrase.date not in [day for day, _, _ in named]:
            named.append((phrase.date, phrase.text, context.place(task.spans.get("text"), phrase.text)))
    return named


CHECKS: tuple[Check, ...] = (before_issue, outside_period)
