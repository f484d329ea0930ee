"""What a revised document would change in a plan, as pieces, and how an accepted piece is applied to the plan's rows.
Called by actions inside their transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from lantian.plandoc import plan as contract
from lantian.plandoc.revise import FieldChange, Revision, TaskDifference, pair_quantities, revise
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.org import actions as org
from lantian.site.org.models import Area
from lantian.site.plans import confirming
from lantian.site.plans.models import (
    Clause,
    ExtensionRequest,
    Goal,
    GoalBinding,
    GoalEvaluation,
    Plan,
    PlanVersion,
    RevisionPiece,
    Task,
    TaskQuantity,
    TaskRole,
)
from lantian.site.plans.states import GOAL, TASK

LENGTHS = {"number": 40, "upstream_number": 40, "title": 300, "deadline_text": 200, "due_rule": 200}
HEAD_LENGTHS = {"title": 300, "notice_title": 300, "issuer": 200, "doc_number": 100, "district": 100}
DUE = ("due", "due_rule")
MOVES = ("number", "section")  # after these a task stands where the revised document has it


@dataclass(frozen=True)
class Written:
    """A plan as its documents say it: the contract, the stored tasks and goals in its order, and for tasks whose date
    was put off the day that was granted."""

    whole: contract.Plan
    tasks: list[Task]
    goals: list[Goal]
    granted: dict[int, dt.date]


def as_written(plan: Plan) -> Written:
    """A plan for comparison: dates as the documents have them, not as extensions have moved them. What a task that was
    joined into another says is still in the document."""
    kept = ~Q(state="withdrawn") | Q(joined_into__isnull=False)
    tasks = list(_loaded(plan.tasks.whole().filter(kept)).order_by("position", "pk"))
    goals = list(plan.goals.all())
    granted, first = _extensions(plan)
    contracts = []
    for task in tasks:
        made = confirming.task_contract(task)
        if granted.get(task.pk) is not None and granted[task.pk] == task.due:
            made.due = first[task.pk]
        else:
            granted.pop(task.pk, None)
        contracts.append(made)
    whole = confirming.head_contract(plan)
    whole.tasks = contracts
    return Written(whole, tasks, goals, granted)


def _extensions(plan: Plan) -> tuple[dict[int, dt.date], dict[int, dt.date | None]]:
    """By task the day granted last, and the date before the first grant."""
    rows = ExtensionRequest.objects.filter(task__plan=plan, kind="extension", state="granted")
    last: dict[int, dt.date] = {}
    first: dict[int, dt.date | None] = {}
    for task, old, until in rows.order_by("decided_at", "pk").values_list("task", "old_due", "until"):
        first.setdefault(task, old)
        if until is not None:
            last[task] = until
    return last, first


def _loaded(tasks: Any) -> Any:
    return tasks.select_related("clause").prefetch_related(
        Prefetch("roles", TaskRole.objects.order_by("position")), Prefetch("quantities", TaskQuantity.objects.all())
    )


def compare(plan: Plan, version: PlanVersion) -> tuple[list[RevisionPiece], dict[str, int]]:
    """The pieces in which a revised document differs, unsaved, and which stored task each of its tasks is."""
    written = as_written(plan)
    new = contract.Plan.model_validate(version.content)
    found = revise(written.whole, new)
    pieces = [*_head(found), *_goals(found, written, new), *_tasks(found, written, new)]
    for position, piece in enumerate(pieces):
        piece.version, piece.position = version, position
    return pieces, {str(j): written.tasks[k].pk for k, j in found.pairs.items()}


def _head(found: Revision) -> Iterator[RevisionPiece]:
    for one in found.head:
        yield RevisionPiece(kind="head", op="changed", field=one.name, before=one.before, after=one.after)


def _goals(found: Revision, written: Written, new: contract.Plan) -> Iterator[RevisionPiece]:
    for one in found.goals:
        yield RevisionPiece(
            kind="goal",
            op=one.kind,
            goal=None if one.old is None else written.goals[one.old],
            new=one.new,
            before=None if one.old is None else _shown(written.whole.goals[one.old]),
            after=None if one.new is None else _shown(new.goals[one.new]),
        )


def _tasks(found: Revision, written: Written, new: contract.Plan) -> Iterator[RevisionPiece]:
    there = {written.tasks[k].pk for k in found.pairs.values()}
    for one in found.tasks:
        task = None if one.old is None else written.tasks[one.old]
        near = _near(one, written, new)
        if one.kind == "added":
            assert one.new is not None
            yield RevisionPiece(kind="task", op="added", new=one.new, near=near, after=_shown(new.tasks[one.new]))
        elif task is not None and one.kind == "removed":
            if task.joined_into_id or task.split_from_id in there:
                continue  # withdrawn already; or made here from a task that the document still has
            assert one.old is not None
            before = _shown(written.whole.tasks[one.old])
            yield RevisionPiece(kind="task", op="removed", task=task, near=near, before=before)
        elif task is not None:
            for field, granted in _split_off_due(one.fields, written.granted.get(task.pk), task):
                yield RevisionPiece(
                    kind="task",
                    op="changed",
                    field=field.name,
                    task=task,
                    new=one.new,
                    before=field.before,
                    after=field.after,
                    granted=granted,
                )


def _split_off_due(
    fields: Iterable[FieldChange], granted: dt.date | None, task: Task
) -> Iterator[tuple[FieldChange, dt.date | None]]:
    """A deadline whose date was put off falls in two: its wording, and the date, so that nobody overwrites what was
    granted by accepting the wording."""
    for one in fields:
        if one.name != "deadline" or granted is None:
            yield one, None
            continue
        words = [{k: v for k, v in side.items() if k not in DUE} for side in (one.before, one.after)]
        if words[0] != words[1]:
            yield FieldChange("deadline", *words), None
        if one.before["due"] != one.after["due"]:
            due = {"due": granted.isoformat(), "due_rule": task.due_rule or None}
            yield FieldChange("due", due, {k: one.after[k] for k in DUE}), granted


def _near(one: TaskDifference, written: Written, new: contract.Plan) -> str:
    if one.near is None:
        return ""
    task = written.whole.tasks[one.near] if one.old is None else new.tasks[one.near]
    return " ".join(x for x in (task.number, task.title or task.text[:40]) if x)[:300]


def _shown(piece: contract.Task | contract.Goal) -> dict[str, Any]:
    """A whole task or goal as a piece shows it: without its places in the document."""
    out: dict[str, Any] = piece.model_dump(mode="json", exclude={"spans", "span", "inherited"})
    for quantity in out.get("quantities", ()):
        quantity.pop("span")
    return out


class Applying:
    """Applies accepted pieces of one version to its plan. `done` and `stale` tell what became of them; a stale one
    finds another value in the plan than it was compared with, and changes nothing."""

    def __init__(self, actor: Actor, version: PlanVersion, pieces: list[RevisionPiece]) -> None:
        self.actor, self.version = actor, version
        self.plan = locked(Plan.objects.filter(pk=version.plan_id)).get()
        self.new = contract.Plan.model_validate(version.content)
        wanted = [piece.task_id for piece in pieces if piece.task_id]
        list(locked(Task.objects.filter(pk__in=wanted)).only("pk"))
        self.tasks: dict[int, Task] = {task.pk: task for task in _loaded(Task.objects.filter(pk__in=wanted))}
        self.moved: set[int] = set()
        self.done: list[RevisionPiece] = []
        self.stale: list[RevisionPiece] = []
        for piece in pieces:
            (self.done if self._apply(piece) else self.stale).append(piece)
        self._save()

    def _apply(self, piece: RevisionPiece) -> bool:
        if piece.kind == "head":
            return self._head(piece)
        if piece.kind == "goal":
            return self._goal(piece)
        if piece.op == "added":
            return self._add(piece)
        task = self.tasks.get(piece.task_id or 0)
        if task is None or (task.state == "withdrawn" and task.joined_into_id is None):
            return False
        if piece.op == "removed":
            return self._strike(task)
        return self._change(task, piece)

    def _strike(self, task: Task) -> bool:
        """Withdraw a task with its parts, unless somebody waits for an answer to one of them."""
        parts = with_parts(task)[1:]
        if any(one.state == "closing" for one in (task, *parts)):
            return False
        for one in (task, *parts):
            TASK.step(one, "strike", reason=str(self.version))
        Task.objects.bulk_update(parts, ["state"])
        return True

    @cached_property
    def towns(self) -> dict[str, Area]:
        return confirming.towns_of(self.plan.area, self.new)

    def _head(self, piece: RevisionPiece) -> bool:
        current = getattr(self.plan, piece.field) or None
        if (current.isoformat() if isinstance(current, dt.date) else current) != piece.before:
            return False
        value = getattr(self.new, piece.field)
        setattr(self.plan, piece.field, value[: HEAD_LENGTHS[piece.field]] if isinstance(value, str) else value)
        return True

    def _goal(self, piece: RevisionPiece) -> bool:
        if piece.op == "added":
            assert piece.new is not None
            position = self.plan.goals.count()
            values = confirming.goal_values(self.new.goals[piece.new], self.towns)
            piece.goal = Goal.objects.create(plan=self.plan, position=position, **(values | {"span": None}))
            return True
        goal = piece.goal
        if goal is None or _shown(confirming.goal_contract(goal)) != piece.before:
            return False
        if piece.op == "removed":
            goal.delete()
            piece.goal = None
            return True
        assert piece.new is not None
        for name, value in confirming.goal_values(self.new.goals[piece.new], self.towns).items():
            setattr(goal, name, None if name == "span" else value)
        goal.save()
        self._loosen(goal)
        return True

    @staticmethod
    def _loosen(goal: Goal) -> None:
        """What a goal was evaluated by may not fit its new words: a person looks at it again."""
        binding = GoalBinding.objects.filter(goal=goal, state="bound").first()
        if binding is not None:
            GOAL.step(binding, "loosen")
            binding.save()
            GoalEvaluation.objects.filter(goal=goal).delete()

    def _add(self, piece: RevisionPiece) -> bool:
        assert piece.new is not None
        made = self.new.tasks[piece.new]
        whole = contract.Plan(tasks=[made])
        clauses = {made.section: self._clause(made.section)} if made.section else {}
        (task,) = confirming.store_tasks(self.plan, whole, [None], clauses)
        task.version, task.position = self.version, self.plan.tasks.count()
        task.save(update_fields=["version", "position"])
        confirming.store_roles(self.actor, self.plan.area, [task], whole)
        confirming.store_quantities([task], whole, self.towns)
        self.version.tasks = {**self.version.tasks, str(piece.new): task.pk}
        piece.task = task
        self.moved.add(piece.new)
        return True

    def _change(self, task: Task, piece: RevisionPiece) -> bool:
        assert piece.new is not None
        now = confirming.task_contract(task).model_dump(mode="json")
        made = self.new.tasks[piece.new]
        field = piece.field
        if field in ("deadline", "due"):
            before, after = piece.before or {}, piece.after or {}
            if any(now[name] != value for name, value in before.items()):
                return False
            for name in after:
                value = getattr(made, name)
                setattr(task, name, value if name in ("deadline", "due") else (value or "")[: LENGTHS.get(name, 200)])
            return True
        if _comparable(now[field]) != _comparable(piece.before):
            return False
        if field in contract.ROLES:
            self._roles(task, field, getattr(made, field))
        elif field == "quantities":
            self._quantities(task, made)
        elif field == "section":
            task.clause = self._clause(made.section) if made.section else None
        else:
            value = getattr(made, field) or ""
            setattr(task, field, value[: LENGTHS[field]] if field in LENGTHS else value)
        if field == "text":
            self._point(task, made)
        if field in MOVES:
            self.moved.add(piece.new)
        return True

    def _clause(self, section: str) -> Clause:
        last = self.plan.clauses.count()
        clause, _made = Clause.objects.get_or_create(
            plan=self.plan, kind="section", section=section[:300], defaults={"position": last}
        )
        return clause

    def _roles(self, task: Task, role: str, names: list[str]) -> None:
        """A unit that stays keeps its row, and with it whoever took the task over from it."""
        kept = {row.name: row for row in task.roles.all() if row.role == role}
        rows = {other: [row for row in task.roles.all() if row.role == other] for other in contract.ROLES}
        units = org.ensure_units(self.actor, names, self.plan.area).units if role in confirming.UNIT_ROLES else {}
        rows[role] = [
            kept.get(name[:200]) or TaskRole(task=task, role=role, unit=units.get(name.strip()), name=name[:200])
            for name in names
        ]
        TaskRole.objects.filter(task=task, role=role).exclude(pk__in=[r.pk for r in rows[role] if r.pk]).delete()
        for position, row in enumerate(row for other in contract.ROLES for row in rows[other]):
            row.position = position
            row.save()
        self._reload(task, "roles")

    def _quantities(self, task: Task, made: contract.Task) -> None:
        """Numbers change in place, so that what was reported on them stays; one that the document has no more goes,
        or is withdrawn where it was reported on or given out in parts."""
        rows = [q for q in task.quantities.all() if q.kind != "withdrawn"]
        old = confirming.task_contract(task).quantities
        pairs = {j: rows[k] for k, j in pair_quantities(old, made.quantities).items()}
        for gone in [row for row in rows if row not in pairs.values()]:
            if gone.reported.exists() or gone.shares.exists():
                gone.kind, gone.position = "withdrawn", len(made.quantities) + gone.position
                gone.save(update_fields=["kind", "position"])
            else:
                gone.delete()
        own = task.version_id == self.version.pk
        for j, quantity in enumerate(made.quantities):
            row = pairs.get(j) or TaskQuantity(task=task)
            values = confirming.quantity_values(quantity, self.towns)
            for name, value in (values | {"position": j, "span": values["span"] if own else None}).items():
                setattr(row, name, value)
            row.save()
        self._reload(task, "quantities")

    def _point(self, task: Task, made: contract.Task) -> None:
        """The wording is the revised document's now: so are the places."""
        task.version = self.version
        task.spans = {name: confirming.json_of(span) for name, span in made.spans.items()}
        old = confirming.task_contract(task).quantities
        pairs = pair_quantities(old, made.quantities)
        for k, row in enumerate(q for q in task.quantities.all() if q.kind != "withdrawn"):
            row.span = confirming.json_of(made.quantities[pairs[k]].span) if k in pairs else None
            row.save(update_fields=["span"])

    def _reload(self, task: Task, related: str) -> None:
        task._prefetched_objects_cache.pop(related, None)  # type: ignore[attr-defined]

    def _save(self) -> None:
        self.plan.full_clean(exclude=["source", "blocks"])
        self.plan.save()
        for task in self.tasks.values():
            task.save()
        if self.moved:
            self._place()

    def _place(self) -> None:
        """Put what was added, renumbered or put under another heading behind the task that stands before it in the
        revised document."""
        rows = {task.pk: task for task in self.plan.tasks.order_by("position", "pk").only("pk", "position")}
        order = placed(list(rows), {int(j): pk for j, pk in self.version.tasks.items()}, self.moved)
        changed = []
        for position, pk in enumerate(order):
            if rows[pk].position != position:
                rows[pk].position = position
                changed.append(rows[pk])
        Task.objects.bulk_update(changed, ["position"], batch_size=500)


def plain(version: PlanVersion) -> QuerySet[RevisionPiece]:
    """Open pieces that can be accepted unseen: no date that a unit was granted otherwise, no task that was split, which
    would get back what was split off from it."""
    split = Task.objects.filter(plan=version.plan_id, split_from__isnull=False).exclude(state="withdrawn")
    rows = version.pieces.filter(state="open", granted=None)
    return rows.filter(Q(task=None) | ~Q(task__in=split.values("split_from")))


def with_parts(task: Task, *, state: str = "") -> list[Task]:
    """A task and all parts below it: those still in the ledger, or in a `state`."""
    found, level = [task], [task.pk]
    rows = Task.objects.filter(state=state) if state else Task.objects.exclude(state="withdrawn")
    while level:
        parts = list(locked(rows.filter(parent__in=level)))
        found += parts
        level = [one.pk for one in parts]
    return found


def placed(order: list[int], stored: dict[int, int], moved: Iterable[int]) -> list[int]:
    """Keys of tasks in a new order: those at the indices `moved` of the document (`stored`: index → key) stand behind
    their nearest forerunner there; all others stay.

    >>> placed([10, 11, 12, 99], {0: 10, 1: 99, 2: 11, 3: 12}, [1])
    [10, 99, 11, 12]
    """
    order = list(order)
    for j in sorted(moved):
        if j not in stored or stored[j] not in order:
            continue
        order.remove(stored[j])
        before = next((stored[i] for i in range(j - 1, -1, -1) if stored.get(i) in order), None)
        order.insert(order.index(before) + 1 if before is not None else 0, stored[j])
    return order


def _comparable(value: Any) -> Any:
    """A field's value without places, for the question whether it is still what it was."""
    if isinstance(value, list):
        return [{k: v for k, v in x.items() if k != "span"} if isinstance(x, dict) else x for x in value]
    return value or None
