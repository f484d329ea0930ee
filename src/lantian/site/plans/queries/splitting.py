"""What a task may double, for the page that joins tasks; what a task can give away, for the one that splits it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.check.likeness import likenesses
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor
from lantian.site.plans import duties
from lantian.site.plans.models import Task, TaskQuantity, TaskRole
from lantian.site.plans.queries.ledger import QuantityGroup, quantity_groups

MOST_ALIKE = 6  # of the tasks that read alike; a likeness knows itself what is not worth a look
SHOWN = 12


@dataclass(frozen=True)
class Candidate:
    """A task that another may be joined with, and why it is offered."""

    task: Task
    why: Text


def candidates(person: Actor, task: Task, q: str = "") -> list[Candidate]:
    """Open tasks of the same plan: those that a finding names with it, then those that read alike; what is searched
    for before all. Four SQL queries."""
    rows = Task.objects.visible_to(person).whole().filter(plan=task.plan_id, state="open").exclude(pk=task.pk)
    every = {one.pk: one for one in rows.defer("spans", "inherited").prefetch_related("roles")}
    found: dict[int, Text] = {}
    if q := q.strip():
        hits = (one for one in every.values() if q == one.number or q in one.title or q in one.text)
        found = dict.fromkeys((one.pk for one in hits), _("符合搜索"))
    doubled = rows.filter(findings__in=task.findings.filter(code="duplicate_row")).order_by("position", "pk")
    found |= {pk: _("疑点指出是重复行") for pk in doubled.values_list("pk", flat=True) if pk not in found}
    keys = list(every)
    alike = likenesses((_words(task),), tuple(_words(one) for one in every.values())).of(0)
    for n in sorted(alike, key=lambda n: -alike[n].score)[:MOST_ALIKE]:
        found.setdefault(keys[n], _("文字相近"))
    return [Candidate(every[pk], why) for pk, why in list(found.items())[:SHOWN]]


def _words(task: Task) -> str:
    return f"{task.title} {task.text}"


@dataclass(frozen=True)
class Leaving:
    """A task that is to be joined into another, and what stays with it."""

    task: Task
    reports: int
    parts: int

    @property
    def funded(self) -> bool:
        return any(value is not None for value in (self.task.budget, self.task.allotted, self.task.paid))


def leaving(person: Actor, task: Task, keys: Iterable[int]) -> list[Leaving]:
    """Tasks by key, of the plan of `task`, with roles and quantities: three SQL queries."""
    rows = Task.objects.visible_to(person).filter(plan=task.plan_id, pk__in=list(keys)).exclude(pk=task.pk)
    accepted = Count("reports", filter=Q(reports__state="accepted"), distinct=True)
    parts = Count("parts", filter=Q(parts__origin="breakdown") & ~Q(parts__state="withdrawn"), distinct=True)
    rows = rows.annotate(n_reports=accepted, n_parts=parts).order_by("position", "pk")
    return [Leaving(one, one.n_reports, one.n_parts) for one in rows.prefetch_related("roles", "quantities")]


def family(tasks: Iterable[Task]) -> list[Task]:
    """Tasks with all that lies below them and has not been withdrawn: one SQL query."""
    keys = [one.pk for one in tasks]
    where = Q(pk__in=keys)
    for above in duties.ABOVE:
        where |= Q(**{f"{above}__in": keys})
    return list(Task.objects.filter(where).exclude(state="withdrawn").only("plan", "number", "title", "text", "state"))


def lacking_roles(task: Task, others: Sequence[Task]) -> list[TaskRole]:
    """Roles of others that a task has not, each once."""
    has = {(one.role, one.unit_id, one.name) for one in task.roles.all()}
    found = []
    for role in (role for other in others for role in other.roles.all()):
        if (key := (role.role, role.unit_id, role.name)) not in has:
            has.add(key)
            found.append(role)
    return found


def lacking_numbers(task: Task, others: Sequence[Task]) -> list[QuantityGroup]:
    """Numbers of others that a task has not: another value or another unit of measure."""
    has = {(q.value, q.unit) for q in task.quantities.all()}
    groups = [g for o in others for g in quantity_groups(q for q in o.quantities.all() if q.kind != "withdrawn")]
    return [g for g in groups if any((q.value, q.unit) not in has for q in (*g.headline, *g.towns))]


def fixed(task: Task) -> set[int]:
    """Numbers that cannot leave their task: reported on, or given out in parts. One SQL query."""
    held = Q(reported__isnull=False) | Q(shares__isnull=False)
    return set(TaskQuantity.objects.filter(held, task=task).values_list("pk", flat=True))
