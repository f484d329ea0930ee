"""What is different between two versions of a plan: its head, its goals, its tasks, field by field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lantian.plandoc.check.likeness import pairs_of
from lantian.plandoc.plan import ROLES, Goal, Plan, Task
from lantian.plandoc.revise.pairing import pair_tasks
from lantian.plandoc.revise.wording import plain

HEAD = ("title", "notice_title", "issuer", "doc_number", "issued_on", "district", "period_start", "period_end")
WORDS = ("number", "upstream_number", "section", "title", "text")
DEADLINE = ("deadline_text", "deadline", "due", "due_rule", "recurrence")
COUNTED = ("what", "value", "unit", "town", "op", "kind")  # of a quantity; its text and place follow from the text's
GOAL = ("text", "op", "value", "unit", "baseline", "period_start", "period_end")
SPLIT = 0.5  # share of a new task's words that an old one lost, from which it is a part of it
FEW_PAIRS = 6
Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class FieldChange:
    """A field with what it was and what it is now, as JSON keeps them. `deadline` stands for its five fields."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class TaskDifference:
    """A task that was added (`old` None), removed (`new` None) or changed.

    `near` is the index of a task that this one was probably split from (an added one; index in the old plan) or
    joined into (a removed one; index in the new plan).
    """

    old: int | None
    new: int | None
    fields: tuple[FieldChange, ...] = ()
    near: int | None = None

    @property
    def kind(self) -> Kind:
        return "added" if self.old is None else "removed" if self.new is None else "changed"


@dataclass(frozen=True)
class GoalDifference:
    """A goal that was added, removed or changed, by its index in the old and in the new plan."""

    old: int | None
    new: int | None

    @property
    def kind(self) -> Kind:
        return "added" if self.old is None else "removed" if self.new is None else "changed"


@dataclass(frozen=True)
class Revision:
    """All differences: tasks in the order of the new document, removed ones behind the task that stood before them.
    `pairs` leads from old tasks to new ones, changed or not."""

    head: tuple[FieldChange, ...] = ()
    goals: tuple[GoalDifference, ...] = ()
    tasks: tuple[TaskDifference, ...] = ()
    pairs: dict[int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.head or self.goals or self.tasks)


def revise(old: Plan, new: Plan) -> Revision:
    """The differences that a revised document makes to a plan.

    Parameters
    ----------
    old : the plan as it stands; its due dates without what was granted later
    new : the revised document as parsed and corrected

    Examples
    --------
    >>> old = Plan(tasks=[Task(number="1", text="淘汰燃煤锅炉10台"), Task(number="2", text="清洗主要道路")])
    >>> new = Plan(tasks=[Task(number="1", text="清洗主要道路"), Task(number="2", text="淘汰燃煤锅炉12台")])
    >>> [(d.old, d.new, [f.name for f in d.fields]) for d in revise(old, new).tasks]
    [(1, 0, ['number']), (0, 1, ['number', 'text'])]
    """
    pairs = pair_tasks(old.tasks, new.tasks)
    found = [TaskDifference(k, j, fields) for k, j in pairs.items() if (fields := _fields(old.tasks[k], new.tasks[j]))]
    back = {j: k for k, j in pairs.items()}
    added = [j for j in range(len(new.tasks)) if j not in back]
    removed = [k for k in range(len(old.tasks)) if k not in pairs]
    found += [TaskDifference(None, j, near=_part_of(new.tasks, j, old.tasks, pairs)) for j in added]
    found += [TaskDifference(k, None, near=_part_of(old.tasks, k, new.tasks, back)) for k in removed]
    return Revision(
        head=_head(old, new),
        goals=tuple(_goals(old.goals, new.goals)),
        tasks=tuple(sorted(found, key=lambda d: _place(d, pairs))),
        pairs=pairs,
    )


def _place(difference: TaskDifference, pairs: dict[int, int]) -> tuple[int, int, int]:
    if difference.new is not None:
        return difference.new, 0, 0
    assert difference.old is not None
    before = [pairs[k] for k in range(difference.old) if k in pairs]
    return (before[-1] if before else -1), 1, difference.old


def _head(old: Plan, new: Plan) -> tuple[FieldChange, ...]:
    """Fields of the head that the new document states otherwise; what it does not state at all stays."""
    before, after = old.model_dump(mode="json", include={*HEAD}), new.model_dump(mode="json", include={*HEAD})
    return tuple(
        FieldChange(name, before[name], after[name])
        for name in HEAD
        if after[name] is not None and plain(before[name]) != plain(after[name])
    )


def _fields(old: Task, new: Task) -> tuple[FieldChange, ...]:
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    found = [FieldChange(n, before[n], after[n]) for n in WORDS if plain(before[n]) != plain(after[n])]
    for role in ROLES:
        if [plain(name) for name in before[role]] != [plain(name) for name in after[role]]:
            found.append(FieldChange(role, before[role], after[role]))
    if _deadline(before) != _deadline(after):
        found.append(FieldChange("deadline", {n: before[n] for n in DEADLINE}, {n: after[n] for n in DEADLINE}))
    if _counted(before) != _counted(after):
        found.append(FieldChange("quantities", before["quantities"], after["quantities"]))
    return tuple(found)


def _deadline(task: dict[str, Any]) -> Hashable:
    return plain(task["deadline_text"]), task["deadline"], task["due"], task["recurrence"]


def _counted(task: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [tuple(quantity[name] or None for name in COUNTED) for quantity in task["quantities"]]


def _goals(old: Sequence[Goal], new: Sequence[Goal]) -> list[GoalDifference]:
    """Goals of the same indicator and scope belong together: those of one period first, then in their order."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    keys = (
        lambda g: (g.indicator, g.scope, g.op, g.value, g.period_start, g.period_end, plain(g.text)),
        lambda g: (g.indicator, g.scope, g.period_start, g.period_end),
        lambda g: (g.indicator, g.scope),
    )
    for key in keys:
        right: defaultdict[Hashable, list[int]] = defaultdict(list)
        for j, goal in enumerate(new):
            if j not in taken:
                right[key(goal)].append(j)
        for k, goal in enumerate(old):
            if k not in pairs and (same := right[key(goal)]):
                pairs[k] = same.pop(0)
                taken.add(pairs[k])
    found = [GoalDifference(k, j) for k, j in pairs.items() if _stated(old[k]) != _stated(new[j])]
    found += [GoalDifference(None, j) for j in range(len(new)) if j not in taken]
    found += [GoalDifference(k, None) for k in range(len(old)) if k not in pairs]
    return found


def _stated(goal: Goal) -> list[Any]:
    stated = goal.model_dump(mode="json", include={*GOAL})
    return [plain(stated[name]) if isinstance(stated[name], str) else stated[name] for name in GOAL]


def _part_of(tasks: Sequence[Task], k: int, others: Sequence[Task], pairs: dict[int, int]) -> int | None:
    """The task of the other version whose words went into this one: those that its own counterpart has no more."""
    mine = pairs_of(tasks[k].text)
    best, share = None, SPLIT
    if len(mine) < FEW_PAIRS:
        return None
    for other, counterpart in pairs.items():
        lost = pairs_of(others[other].text) - pairs_of(tasks[counterpart].text)
        if (found := len(mine & lost) / len(mine)) > share:
            best, share = other, found
    return best
