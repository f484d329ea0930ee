"""Reads that pages and exports share, cut to what the person may see; a bounded number of SQL queries each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Count, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Cast, Coalesce, RowNumber

from lantian.site.core import audit, clock
from lantian.site.core.models import AuditEvent
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area
from lantian.site.org.register import register_of
from lantian.site.plans import lights
from lantian.site.plans.models import (
    Clause,
    Correction,
    Finding,
    Goal,
    Plan,
    PlanImport,
    PlanVersion,
    RevisionPiece,
    Task,
    TaskQuantity,
    TaskRole,
)

LONG_OF_VERSION = ("version__content", "version__tasks", "version__source", "version__blocks")
BEHIND_ALL = 2**31 - 1  # no area has such a key: names that only plans write come last


def imports(person: Actor) -> QuerySet[PlanImport]:
    """Imports, latest first."""
    return (
        PlanImport.objects.visible_to(person)
        .select_related("created_by", "plan", "job", "version")
        .defer(*LONG_OF_VERSION)
    )


def plan(person: Actor, pk: int) -> Plan | None:
    """One plan without its document."""
    return Plan.objects.visible_to(person).defer("source", "blocks", "spans").filter(pk=pk).first()


def plans(person: Actor) -> QuerySet[Plan]:
    """Plans with the counts their list shows."""
    today = clock.today()
    tasks = Task.objects.whole().exclude(state="withdrawn").order_by().values("plan").annotate(n=Count("pk"))
    return (
        Plan.objects.visible_to(person)
        .defer("source", "blocks", "spans")
        .annotate(
            task_count=_count(tasks),
            overdue_count=_count(tasks.filter(lights.UNDER_WAY, due__lt=today)),
            goal_count=_count(Goal.objects.values("plan").annotate(n=Count("pk"))),
            open_findings=_count(Finding.objects.filter(state="open").values("plan").annotate(n=Count("pk"))),
        )
    )


def ledger(person: Actor, where: Q) -> QuerySet[Task]:
    """Tasks as the ledger shows them: two SQL queries, whatever the size."""
    return (
        Task.objects.visible_to(person)
        .filter(where)
        .select_related("plan", "clause")
        .defer("spans", "inherited", "plan__source", "plan__blocks", "plan__spans", "clause__text", "clause__span")
        .prefetch_related("roles")
    )


def task(person: Actor, pk: int) -> Task | None:
    """One task with all that its page shows."""
    return (
        Task.objects.visible_to(person)
        .filter(pk=pk)
        .select_related("plan", "clause", "version", "joined_into", "split_from")
        .defer("version__content", "version__tasks", "joined_into__spans", "split_from__spans")
        .prefetch_related(
            Prefetch("roles", TaskRole.objects.select_related("unit")),
            Prefetch("quantities", TaskQuantity.objects.select_related("town")),
            "findings",
        )
        .first()
    )


def akin(task: Task) -> list[Task]:
    """What was split off from a task, and what was joined into it: one SQL query."""
    rows = Task.objects.filter(Q(split_from=task) | Q(joined_into=task)).order_by("pk")
    return list(rows.only("plan", "number", "title", "text", "joined_into"))


@dataclass
class QuantityGroup:
    """Numbers of a task that belong together: a headline and its split over towns, with their sum."""

    what: str
    unit: str
    headline: list[TaskQuantity] = field(default_factory=list)
    towns: list[TaskQuantity] = field(default_factory=list)

    @property
    def sum(self) -> float | None:
        """What the towns add up to, rounded as written."""
        return round(sum(q.value for q in self.towns), 6) if self.towns else None

    @property
    def agrees(self) -> bool | None:
        """Whether headline and sum are equal; None when there is only one of them."""
        if not self.towns or len(self.headline) != 1:
            return None
        return abs(self.headline[0].value - (self.sum or 0)) < 1e-6 * max(1.0, abs(self.headline[0].value))


def quantity_groups(quantities: Iterable[TaskQuantity]) -> list[QuantityGroup]:
    """Numbers with a town under the headline of the same unit that stands before them; others alone."""
    groups: list[QuantityGroup] = []
    for q in quantities:
        if not q.town_name:
            groups.append(QuantityGroup(q.what, q.unit, headline=[q]))
            continue
        fitting = next((g for g in reversed(groups) if g.unit == q.unit), None)
        if fitting is None:
            fitting = QuantityGroup(q.what, q.unit)
            groups.append(fitting)
        fitting.towns.append(q)
    return groups


def findings(plan: Plan) -> QuerySet[Finding]:
    """Findings of a plan, open ones first, with their tasks."""
    return (
        plan.findings.select_related("decided_by")
        .prefetch_related(Prefetch("tasks", Task.objects.only("pk", "number", "title", "text", "plan_id")))
        .order_by("position")
    )


def sections(plan: Plan) -> QuerySet[Clause]:
    """Sections of a plan with the number of their tasks."""
    return (
        plan.clauses.filter(kind="section")
        .annotate(task_count=Count("tasks", filter=Q(tasks__parent=None)))
        .order_by("position")
    )


def plan_choices(person: Actor) -> list[tuple[Any, str]]:
    return list(Plan.objects.visible_to(person).values_list("pk", "title"))


def unit_choices(person: Actor, *, asked: str = "") -> list[tuple[Any, str]]:
    """Today's units of all tasks, most frequent first, and the one that is asked for, whatever became of it."""
    register = register_of(person)
    rows = (
        TaskRole.objects.filter(task__in=Task.objects.visible_to(person), unit__isnull=False)
        .values_list("unit")
        .annotate(n=Count("pk"))
    )
    counts: Counter[int] = Counter()
    for unit, n in rows:
        counts.update(dict.fromkeys(register.today(unit), n))
    if asked.isdigit() and int(asked) in register.units:
        counts.update({int(asked): 0})
    named = {unit: register.name(unit) for unit in counts}
    return sorted(named.items(), key=lambda item: (-counts[item[0]], item[1]))


def town_choices(person: Actor) -> list[tuple[Any, str]]:
    """Towns by name: those of the register in its order, then those that plans split numbers to. One query."""
    registered = Area.objects.visible_to(person).filter(kind="town").order_by().values_list("pk", "name")
    written = (
        TaskQuantity.objects.filter(task__in=Task.objects.visible_to(person))
        .exclude(town_name="")
        .order_by()
        .values_list(Value(BEHIND_ALL), "town_name")
    )
    return [(name, name) for name in dict.fromkeys(name for _pk, name in sorted(registered.union(written)))]


def section_choices(person: Actor, *, plan: str) -> list[tuple[Any, str]]:
    rows = Clause.objects.filter(kind="section", plan__in=Plan.objects.visible_to(person))
    if plan.isdecimal():
        rows = rows.filter(plan=int(plan))
    return [(name, name) for name in dict.fromkeys(rows.values_list("section", flat=True))]


def trail(task: Task) -> tuple[list[AuditEvent], list[Correction]]:
    """What was done to a task: breaking it down, decisions on its findings, the plan's import, corrections in review.

    Two SQL queries, and one for the findings where they are not there yet.
    """
    findings = [str(finding.pk) for finding in task.findings.all()]
    wanted = Q(kind=audit.kind_of(Finding), ident__in=findings)
    origin = PlanImport.objects.filter(plan=task.plan_id)
    mine: list[Correction] = []
    wanted |= Q(kind=audit.kind_of(Task), ident=str(task.pk))
    if task.joined_into_id is not None:
        wanted |= Q(kind=audit.kind_of(Task), ident=str(task.joined_into_id), action="plans.task.join")
    if task.split_from_id is not None:
        wanted |= Q(kind=audit.kind_of(Task), ident=str(task.split_from_id), action="plans.task.split")
    taken_in = Q(kind=audit.kind_of(PlanImport), action__in=("plans.import", "plans.import.confirm"))
    wanted |= taken_in & Q(ident__in=origin.annotate(ident=Cast("pk", CharField())).values("ident"))
    if task.draft_task:
        corrections = Correction.objects.filter(plan_import__in=origin, undone_at=None).select_related("person")
        mine = [c for c in corrections if any(p["task"] == task.draft_task for p in c.patches)]
    accepted = RevisionPiece.objects.filter(task=task, state="accepted").annotate(ident=Cast("version", CharField()))
    decided = Q(kind=audit.kind_of(PlanVersion), action="plans.version.decide")
    wanted |= decided & Q(ident__in=accepted.values("ident"))
    wanted |= Q(kind=audit.kind_of(task), ident=str(task.pk), action="plans.task.restore")
    return list(AuditEvent.objects.filter(wanted).order_by("-seq")[:40]), mine


def due_counts(tasks: QuerySet[Task]) -> dict[str, int]:
    """How many tasks are overdue, due soon, due later and without date: one SQL query."""
    counted = {state: Count("pk", filter=lights.where(state)) for state, _label in lights.STATES}
    counts: dict[str, int] = tasks.aggregate(**counted)
    return counts


def of_unit(person: Actor, unit: Any, *, shown: int) -> tuple[dict[str, int], dict[str, list[Task]]]:
    """How many tasks a unit and its predecessors have by role, and the `shown` of each that are due first.

    Two SQL queries beside the register's.
    """
    units = register_of(person).predecessors({unit.pk})
    roles = TaskRole.objects.filter(unit__in=units, task__in=Task.objects.visible_to(person))
    counts = dict(roles.values_list("role").annotate(n=Count("task", distinct=True)))
    place = Window(RowNumber(), partition_by="role", order_by=[F("task__due").asc(nulls_last=True), F("task").asc()])
    first = roles.annotate(place=place).filter(place__lte=shown).order_by("place").select_related("task")
    by_role: dict[str, list[Task]] = defaultdict(list)
    for role in first.only("role", "task__number", "task__title", "task__text", "task__due"):
        by_role[role.role].append(role.task)
    return counts, by_role


def _count(grouped: QuerySet[Any]) -> Any:
    """A correlated count that does not multiply rows, unlike joined ones."""
    return Coalesce(Subquery(grouped.filter(plan=OuterRef("pk")).values("n"), output_field=IntegerField()), 0)
