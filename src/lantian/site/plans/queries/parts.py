"""What a task is broken down into, for its page, its form and the API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from lantian.site.core.policy import Actor
from lantian.site.plans import duties, shares, standing
from lantian.site.plans.models import Task
from lantian.site.plans.queries.progress import BIG


def with_roles(person: Actor) -> QuerySet[Any]:
    """Tasks with plan, roles and quantities: three SQL queries."""
    rows = Task.objects.visible_to(person).select_related("plan", "parent").defer("spans", *BIG, "parent__spans")
    return rows.prefetch_related("roles", "quantities")


def direct(task: Task) -> list[Task]:
    """Parts of a task itself, in the order in which they were made: three SQL queries."""
    rows = Task.objects.filter(parent=task, origin="breakdown").defer("spans", "inherited")
    return list(rows.prefetch_related("roles", "quantities").order_by("pk"))


@dataclass(frozen=True)
class Branch:
    """A part as drawn: how deep it lies, whose it is, its share, how it stands."""

    task: Task
    depth: int
    standing: standing.Standing

    @property
    def unit(self) -> str:
        return "、".join(role.name for role in self.task.roles.all() if role.role == "responsible")

    @property
    def quantities(self) -> list[Any]:
        return list(self.task.quantities.all())


def tree(person: Actor, task: Task) -> list[Branch]:
    """All parts of a task, each under what it is a part of: three SQL queries."""
    below = Q()
    for name in duties.ABOVE:
        below |= Q(**{name: task.pk})
    rows = list(with_roles(person).filter(below, origin="breakdown").order_by("pk"))
    return list(_branches(rows, task.pk, 0))


def _branches(rows: list[Task], above: int, depth: int) -> Iterator[Branch]:
    for row in rows:
        if row.parent_id == above:
            yield Branch(row, depth, standing.of_task(row))
            yield from _branches(rows, row.pk, depth + 1)


def given(parts: Iterable[Task], numbers: Sequence[shares.Number]) -> list[dict[int, float]]:
    """The shares of each part by the whole's number."""
    return [{n.key: q.value for n in numbers for q in part.quantities.all() if q.of_id in n.rows} for part in parts]


def gaps(task: Task, parts: Sequence[Task]) -> list[shares.Sum]:
    """Numbers of a task that are not given out in full to its parts: empty where nothing is, or all."""
    if not parts:
        return []
    found = shares.numbers(task.quantities.all())
    return [one for one in shares.sums(found, given(parts, found)) if not one.agrees]
