"""What every check needs to know of a plan: its tasks by part, what to call them, where their words stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from lantian import rulebook
from lantian.plandoc.parse.dates import TimePhrase
from lantian.plandoc.plan import Finding, Passage, Plan, Quantity, Span, Task
from lantian.rulebook.schemas.checks import PlanChecks


@dataclass(frozen=True, eq=False)
class Item:
    """A task and what a finding calls it: `label` for programs, `zh` and `en` for readers."""

    task: Task
    label: str
    zh: str
    en: str

    @property
    def annex(self) -> bool:
        return self.task.part == "annex-table"


@dataclass(frozen=True, eq=False)
class Stretch:
    """A piece of running text that checks read: of a task (`item`), or a passage."""

    text: str
    item: Item | None = None
    span: Span | None = None


class Context:
    """A plan as the checks see it."""

    def __init__(self, plan: Plan, source: str | None) -> None:
        self.plan = plan
        self.source = source
        rules = rulebook.get("plan-checks", area=plan.district)
        if not isinstance(rules, PlanChecks):
            raise rulebook.RuleError("plan-checks: another schema than plan-checks")
        self.rules = rules
        self.dated: dict[Item, list[TimePhrase]] = {}  # kept by `clauses.due_phrases`: finding dates is not cheap

    @cached_property
    def items(self) -> list[Item]:
        row = 0
        items = []
        for task in self.plan.tasks:
            row += task.part == "annex-table"
            items.append(_item(task, row))
        return items

    @cached_property
    def annex(self) -> list[Item]:
        return [item for item in self.items if item.annex]

    @cached_property
    def body(self) -> list[Item]:
        return [item for item in self.items if not item.annex]

    @cached_property
    def stretches(self) -> list[Stretch]:
        """All texts of the plan: tasks, then passages."""
        passages: list[Passage] = self.plan.passages
        return [
            *(Stretch(item.task.text, item, item.task.spans.get("text")) for item in self.items),
            *(Stretch(passage.text, None, passage.span) for passage in passages),
        ]

    def where(self, item: Item, field: str) -> list[Span]:
        """Where a field of a task stands; where that is not known, its text."""
        span = item.task.spans.get(field) or item.task.spans.get("text")
        return [span] if span else []

    def of(self, item: Item, quantity: Quantity) -> list[Span]:
        """Where a quantity of a task stands."""
        return [quantity.span] if quantity.span else self.place(item.task.spans.get("text"), quantity.text)

    def place(self, span: Span | None, words: str) -> list[Span]:
        """Where `words` stand inside a span, layout blanks aside; the whole span when they are not found there."""
        if span is None:
            return []
        letters = [re.escape(c) for c in words if not c.isspace()]
        if self.source is None or not letters or len(letters) > 200:
            return [span]
        found = re.search(r"\s*".join(letters), self.source[span.start : span.end])
        if not found:
            return [span]
        # page, line and cell of a span are those of its beginning; they still hold for a piece of the same cell
        # or line, not after a line break
        same_line = "\n" not in self.source[span.start : span.start + found.start()]
        base = span if same_line else Span(start=0, end=0, page=None)
        return [base.model_copy(update={"start": span.start + found.start(), "end": span.start + found.end()})]


def _item(task: Task, row: int) -> Item:
    title = f"“{task.title}”" if task.title else ""
    title_en = f" “{task.title}”" if task.title else ""
    if task.part == "annex-table":
        label = task.number or f"annex:{row}"
        number = f"（序号 {task.number}）" if task.number else ""
        return Item(task, label, f"附件第 {row} 行{number}{title}", f"annex row {row}{title_en}")
    label = task.number or task.title or task.text[:20]
    number = f"第 {task.number} 项" if task.number else "未编号的任务"
    return Item(task, label, f"{number}{title}", f"item {task.number or '(no number)'}{title_en}")


Check = Callable[[Plan, Context], Iterator[Finding]]
