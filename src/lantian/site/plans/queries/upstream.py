"""Which task of a plan answers which item of the upper plan, and what nobody answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.upstream import gaps, named
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor
from lantian.site.plans.models import Plan, Task, UpperAnswer, UpperItem, UpperPlan

STANDING_OR_JOINED = ~Q(state="withdrawn") | Q(joined_into__isnull=False)
STATES: list[tuple[str, Text]] = [
    ("answered", _("有任务对应")),
    ("gap", _("无任务对应")),
    ("apart", _("与本区无关")),
    ("unknown", _("上级方案无此编号")),
]


@dataclass
class Line:
    """An item of the upper plan by its number, and who answers it. `links` are answers that a person gave."""

    number: str
    items: list[UpperItem] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    links: list[UpperAnswer] = field(default_factory=list)
    apart: UpperAnswer | None = None
    known: bool = True

    @property
    def state(self) -> str:
        """answered, gap, apart, or unknown: named by a task, but no item of the upper plan."""
        if not self.known:
            return "unknown"
        if self.tasks or self.links:
            return "answered"
        return "apart" if self.apart else "gap"

    @property
    def said(self) -> Text:
        return dict(STATES)[self.state]

    @property
    def title(self) -> str:
        return self.items[0].name if self.items else ""

    @property
    def answering(self) -> list[Task]:
        """Tasks that name it, and tasks that a person linked to it."""
        linked = [link.task for link in self.links if link.task]
        return list({task.pk: task for task in (*self.tasks, *linked)}.values())


def uppers(person: Actor) -> QuerySet[UpperPlan]:
    """Upper plans, the latest first."""
    rows = UpperPlan.objects.visible_to(person).select_related("upper", "attachment", "created_by")
    return rows.annotate(item_count=Count("items"))


def lines(plan: Plan) -> list[Line]:
    """Every item by its number: those of the upper plan in its order, else all numbers up to the greatest named; then
    numbers that tasks name and the upper plan has not. Three SQL queries."""
    tasks = list(plan.tasks.whole().filter(STANDING_OR_JOINED).defer("spans", "inherited"))
    stands_for = survivors(tasks)
    by_number: defaultdict[str, list[Task]] = defaultdict(list)
    for task, numbers in zip(tasks, named([task.upstream_number for task in tasks]), strict=True):
        for number in numbers if task.pk in stands_for else ():
            by_number[number].append(stands_for[task.pk])
    found: dict[str, Line] = {}
    items = list(UpperItem.objects.filter(plan=plan.upper_id)) if plan.upper_id else []
    for item, numbers in zip(items, named([item.number for item in items]), strict=True):
        key = numbers[0] if numbers else f"#{item.position + 1}"
        found.setdefault(key, Line(key)).items.append(item)
    if not items:
        every = sorted([*map(int, by_number), *gaps(by_number)])
        found = {str(n): Line(str(n)) for n in every}
    for number, rows in by_number.items():
        found.setdefault(number, Line(number, known=not items)).tasks = list(dict.fromkeys(rows))
    for answer in plan.answers.select_related("task", "decided_by").defer("task__spans"):
        line = found.setdefault(answer.number, Line(answer.number, known=not items))
        if answer.kind == "apart":
            line.apart = answer
        else:
            answer.task = stands_for.get(answer.task_id or 0, answer.task)
            line.links.append(answer)
    return list(found.values())


def survivors(tasks: Iterable[Task]) -> dict[int, Task]:
    """The task that stands for each: itself, or the one it was joined into, at however many removes."""
    every = {task.pk: task for task in tasks}
    found = {}
    for key, task in every.items():
        stands: Task | None = task
        while stands is not None and stands.state == "withdrawn":
            stands = every.get(stands.joined_into_id or 0)
        if stands is not None:
            found[key] = stands
    return found


def chain(plan: Plan | UpperPlan) -> list[UpperPlan]:
    """The plans above, the uppermost first."""
    above: list[UpperPlan] = []
    upper = plan.upper
    while upper is not None and upper not in above:
        above.append(upper)
        upper = upper.upper
    return above[::-1]
