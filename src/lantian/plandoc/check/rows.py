"""Rows of a task list: printed twice, without a unit or a date, one unit in two roles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from lantian.plandoc.check.context import Check, Context, Item
from lantian.plandoc.plan import Finding, Plan


def duplicate_row(plan: Plan, context: Context) -> Iterator[Finding]:
    """The same measure twice in one table: same text, title, units and deadline."""
    first: dict[tuple[object, ...], Item] = {}
    for item in context.items:
        task = item.task
        words = _squash(task.text) or _squash(task.title or "")
        if not words:
            continue
        key = (
            task.part, words, _squash(task.title or ""), tuple(task.lead), tuple(task.responsible),
            tuple(task.assist), _squash(task.deadline_text or ""),
        )  # fmt: skip
        before = first.setdefault(key, item)
        if before is not item:
            yield Finding(
                code="duplicate_row",
                severity="warning",
                message=f"{_twice(before.zh, item.zh, '与', '出现了两次')}：内容、单位、时限完全相同，可能重复。",
                message_en=f"{_twice(before.en, item.en, ' and ', ' stands twice')}: same text, units and deadline.",
                task_numbers=_both(before.label, item.label),
                spans=[*context.where(before, "text"), *context.where(item, "text")],
            )


def missing_unit(plan: Plan, context: Context) -> Iterator[Finding]:
    """No unit at all where the neighbours have one, and the text names none either."""
    known = {name for item in context.items for name in (*item.task.lead, *item.task.responsible)}
    for group in _neighbours(context):
        if not _usual(context, [bool(i.task.lead or i.task.responsible) for i in group]):
            continue
        for item in group:
            task = item.task
            if task.lead or task.responsible or _names_actor(task.text, known, context):
                continue
            yield Finding(
                code="missing_unit",
                severity="warning",
                message=f"{item.zh}没有牵头单位和责任单位，而同类任务都有。",
                message_en=f"{item.en} names neither a lead nor a responsible unit, unlike its neighbours.",
                task_numbers=[item.label],
                spans=context.where(item, "title"),
            )


def missing_deadline(plan: Plan, context: Context) -> Iterator[Finding]:
    """An empty deadline cell where the rows around have one.

    Prose is not judged by its neighbours: many of its items are standing duties.
    """
    for group in _neighbours(context):
        tables = [item for item in group if item.task.part != "body"]
        if not tables or not _usual(context, [bool(i.task.deadline_text) for i in tables]):
            continue
        for item in tables:
            task = item.task
            if task.deadline_text or task.deadline or task.recurrence:
                continue
            yield Finding(
                code="missing_deadline",
                severity="warning",
                message=f"{item.zh}没有完成时限，而同表其他任务都有。",
                message_en=f"{item.en} has no deadline, unlike the other rows of the table.",
                task_numbers=[item.label],
                spans=context.where(item, "title"),
            )


def role_conflict(plan: Plan, context: Context) -> Iterator[Finding]:
    """One unit leads or answers for a task and assists in it as well."""
    for item in context.items:
        task = item.task
        for k, unit in enumerate(task.assist):
            for role, zh, en in (("lead", "牵头", "lead"), ("responsible", "责任", "responsible")):
                units: list[str] = getattr(task, role)
                if unit in units:
                    yield Finding(
                        code="role_conflict",
                        severity="warning",
                        message=f"{item.zh}：{unit}既是{zh}单位又是协办（配合）单位。",
                        message_en=f"{item.en}: {unit} is both {en} and assisting unit.",
                        task_numbers=[item.label],
                        spans=[
                            *context.where(item, f"{role}[{units.index(unit)}]"),
                            *context.where(item, f"assist[{k}]"),
                        ],
                    )


def _neighbours(context: Context) -> list[list[Item]]:
    """Tasks of the same part under the same first heading: other parts of a document may be laid out otherwise."""
    groups: defaultdict[object, list[Item]] = defaultdict(list)
    for item in context.items:
        section = (item.task.section or "").split("/")[0]
        groups[item.task.part, section].append(item)
    return list(groups.values())


def _usual(context: Context, has: list[bool]) -> bool:
    rules = context.rules.neighbours
    return len(has) >= rules.rows and sum(has) >= rules.share * len(has)


def _names_actor(text: str, known: set[str], context: Context) -> bool:
    if any(len(name) > 2 and name in text for name in known):
        return True
    endings = "|".join(re.escape(e) for e in context.rules.units.endings if len(e) > 1)
    groups = "|".join(re.escape(g) for g in context.rules.units.groups)
    return bool(
        re.search(
            rf"(?:{groups})[^，。；、]{{0,6}}(?:镇|街|乡|部门|单位|企业|属地)|[区县市旗][^，。；、]{{1,10}}(?:局|委|办|{endings})",
            text,
        )
    )


def _squash(text: str) -> str:
    return re.sub(r"\s", "", text)


def _twice(a: str, b: str, join: str, twice: str) -> str:
    return f"{a}{twice}" if a == b else f"{a}{join}{b}"


def _both(a: str, b: str) -> list[str]:
    return [a] if a == b else [a, b]


CHECKS: tuple[Check, ...] = (duplicate_row, missing_unit, missing_deadline, role_conflict)
