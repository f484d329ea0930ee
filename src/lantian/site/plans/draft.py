"""The draft of a plan under review, and corrections to it that can be taken back. Pure: no database."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from lantian.plandoc.plan import ROLES, Finding, Goal, Plan, Span, Task

HEAD_FIELDS = ("title", "notice_title", "issuer", "doc_number", "issued_on", "district", "period_start", "period_end")
Check = Callable[[Plan], list[Finding]]
M = TypeVar("M", bound=BaseModel)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DraftTask(Strict):
    """A task with an identity of its own: numbers repeat between body and annex, and places shift."""

    id: int
    task: Task


class Decision(Strict):
    """What a person said about a finding."""

    state: Literal["accepted", "dismissed"]
    reason: str
    person: int | None
    person_name: str
    at: datetime


class Patch(Strict):
    """One value changed: a field of the head (`task` None), a field of a task, or (no `field`) a whole task
    put in at `index` or taken out from there."""

    task: int | None = None
    field: str | None = None
    index: int | None = None
    before: Any = None
    after: Any = None

    def reversed(self) -> Patch:
        return self.model_copy(update={"before": self.after, "after": self.before})


class Draft(Strict):
    """A plan under review. `plan` holds head, goals and passages; its tasks are in `tasks`.

    `first_findings` are those of the document as it was read: what has gone since was corrected.
    """

    plan: Plan
    tasks: list[DraftTask]
    next_id: int
    findings: list[Finding] = Field(default_factory=list)
    first_findings: list[Finding] = Field(default_factory=list)
    decisions: dict[str, Decision] = Field(default_factory=dict)
    warnings: list[str] = Field(default_factory=list)

    @classmethod
    def of(cls, plan: Plan, findings: list[Finding], *, warnings: Iterable[str] = ()) -> Draft:
        """The draft of a freshly parsed plan; `warnings` are the reader's."""
        tasks = [DraftTask(id=k, task=task) for k, task in enumerate(plan.tasks, 1)]
        head = plan.model_copy(update={"tasks": [], "findings": []})
        return cls(
            plan=head,
            tasks=tasks,
            next_id=len(tasks) + 1,
            findings=findings,
            first_findings=findings,
            warnings=list(warnings),
        )

    def whole(self) -> Plan:
        """The plan as it stands, in the shape of the contract."""
        return self.plan.model_copy(update={"tasks": [t.task for t in self.tasks], "findings": self.findings})

    def find(self, task: int) -> DraftTask | None:
        return next((t for t in self.tasks if t.id == task), None)

    def decided(self, finding: Finding) -> Decision | None:
        return self.decisions.get(finding_key(finding))

    def open_findings(self) -> list[Finding]:
        return [f for f in self.findings if finding_key(f) not in self.decisions]

    def corrected_findings(self) -> list[Finding]:
        """What the document had at first and the draft has no more."""
        now = {finding_key(f) for f in self.findings}
        return [f for f in self.first_findings if finding_key(f) not in now]


def finding_key(finding: Finding) -> str:
    """A finding's identity over re-checks: its code, its words and its place."""
    places = ",".join(f"{s.start}-{s.end}" for s in finding.spans)
    said = f"{finding.code}|{finding.message}|{','.join(finding.task_numbers)}|{places}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class Stale(ValueError):
    """A correction that no longer fits: somebody has changed the same place since."""


def apply(draft: Draft, patches: Iterable[Patch], check: Check) -> Draft:
    """A new draft with the patches applied in order and the checks run again; raises `Stale` and changes nothing
    when a value found differs from the value expected. What no patch touches is shared with the draft given."""
    draft = draft.model_copy(update={"tasks": list(draft.tasks)})
    for patch in patches:
        if patch.task is None:
            draft.plan = _with(draft.plan, patch)
        elif patch.field is not None:
            found = draft.find(patch.task)
            if not found:
                raise Stale(f"task {patch.task} is gone")
            draft.tasks[draft.tasks.index(found)] = DraftTask(id=found.id, task=_with(found.task, patch))
        else:
            _put(draft, patch)
    draft.findings = check(draft.whole().model_copy(update={"findings": []}))
    return draft


def undo(draft: Draft, patches: list[Patch], check: Check) -> Draft:
    """The draft before the patches."""
    return apply(draft, [p.reversed() for p in reversed(patches)], check)


def _with(model: M, patch: Patch) -> M:
    assert patch.field is not None
    now = model.model_dump(mode="json")
    if now[patch.field] != patch.before:
        raise Stale(patch.field)
    return type(model).model_validate({**now, patch.field: patch.after})


def _put(draft: Draft, patch: Patch) -> None:
    assert patch.task is not None
    assert patch.index is not None
    if patch.after is None:
        found = draft.find(patch.task)
        if not found:
            raise Stale(f"task {patch.task} is gone")
        draft.tasks.remove(found)
        return
    if draft.find(patch.task):
        raise Stale(f"task {patch.task} is there already")
    draft.tasks.insert(patch.index, DraftTask(id=patch.task, task=Task.model_validate(patch.after)))
    draft.next_id = max(draft.next_id, patch.task + 1)


def change_fields(task: DraftTask, values: dict[str, Any]) -> list[Patch]:
    """Patches that give a task's fields new values (JSON values); unchanged fields give none."""
    now = task.task.model_dump(mode="json")
    return [Patch(task=task.id, field=k, before=now[k], after=v) for k, v in values.items() if now[k] != v]


def change_head(draft: Draft, values: dict[str, Any]) -> list[Patch]:
    """Patches that give the plan's head new values; unchanged fields give none."""
    now = draft.plan.model_dump(mode="json")
    return [Patch(field=k, before=now[k], after=v) for k, v in values.items() if now[k] != v]


def remove_task(draft: Draft, task: DraftTask) -> list[Patch]:
    return [Patch(task=task.id, index=draft.tasks.index(task), before=task.task.model_dump(mode="json"))]


def add_task(draft: Draft, new: Task, *, after: int | None) -> list[Patch]:
    """Put a task behind the task `after`, or at the front."""
    behind = draft.find(after) if after is not None else None
    index = draft.tasks.index(behind) + 1 if behind else 0
    return [Patch(task=draft.next_id, index=index, after=new.model_dump(mode="json"))]


def split_task(draft: Draft, task: DraftTask, texts: list[str]) -> list[Patch]:
    """Put several tasks in the place of one: the first stays it, the others stand behind it with the same units and
    deadline; each number goes to the part whose text has it."""
    now, place = task.task, draft.tasks.index(task)
    left = [q.model_dump(mode="json") for q in now.quantities]
    patches: list[Patch] = []
    for k, text in enumerate(texts):
        last = k == len(texts) - 1
        mine = [q for q in left if last or q["text"] in text]
        left = [q for q in left if q not in mine]
        if k == 0:
            patches += change_fields(task, {"text": text, "quantities": mine})
            continue
        part = now.model_copy(update={"number": None, "title": None, "text": text, "quantities": [], "inherited": []})
        after = part.model_dump(mode="json") | {"quantities": mine}
        patches.append(Patch(task=draft.next_id + k - 1, index=place + k, after=after))
    return patches


def join_tasks(draft: Draft, first: DraftTask, second: DraftTask) -> list[Patch]:
    """Make one task of two: texts one below the other, units and numbers of both; the first's title and deadline, or
    the second's where it has none."""
    one, other = first.task.model_dump(mode="json"), second.task.model_dump(mode="json")
    values: dict[str, Any] = {
        "text": f"{one['text']}\n{other['text']}",
        "quantities": [*one["quantities"], *other["quantities"]],
        **{role: list(dict.fromkeys([*one[role], *other[role]])) for role in ROLES},
    }
    if not one["title"]:
        values["title"] = other["title"]
    if not one["deadline_text"]:
        values |= {name: other[name] for name in ("deadline_text", "deadline", "due", "due_rule", "recurrence")}
    return [*change_fields(first, values), *remove_task(draft, second)]


def change_goals(draft: Draft, goals: list[Goal]) -> list[Patch]:
    """Patches that give the plan other goals."""
    return change_head(draft, {"goals": [goal.model_dump(mode="json") for goal in goals]})


def rename_unit(draft: Draft, old: str, new: str) -> list[Patch]:
    """Patches that write a unit's name anew in every role where it stands exactly so."""
    patches: list[Patch] = []
    for task in draft.tasks:
        for role in ROLES:
            names: list[str] = getattr(task.task, role)
            if old in names:
                renamed = list(dict.fromkeys(new if name == old else name for name in names))
                patches.append(Patch(task=task.id, field=role, before=names, after=renamed))
    return patches


def unit_counts(draft: Draft) -> dict[str, int]:
    """Units (no leaders) by the number of their mentions, most frequent first."""
    counts: dict[str, int] = {}
    for task in draft.tasks:
        for role in ROLES[:3]:
            for name in getattr(task.task, role):
                counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda x: (-x[1], x[0])))


class Touching:
    """Which tasks findings are about: those whose spans meet a finding's, else those that it names."""

    def __init__(self, tasks: list[Task]) -> None:
        spans = sorted((s.start, s.end, k) for k, task in enumerate(tasks) for s in task.spans.values())
        self._spans = spans
        self._starts = [start for start, _end, _k in spans]
        self._longest = max((end - start for start, end, _k in spans), default=0)
        self._named: dict[str, list[int]] = {}
        row = 0
        for k, task in enumerate(tasks):
            row += task.part == "annex-table"
            names = {task.number or "", f"annex:{row}" if task.part == "annex-table" else ""}
            for name in names - {""}:
                self._named.setdefault(name, []).append(k)

    def of(self, finding: Finding) -> list[int]:
        """Indices of the tasks."""
        met = {k for span in finding.spans for k in self._meeting(span)}
        return sorted(met or {k for name in finding.task_numbers for k in self._named.get(name, ())})

    def _meeting(self, span: Span) -> Iterator[int]:
        first = bisect_right(self._starts, span.start - self._longest)
        for start, end, k in self._spans[first : bisect_left(self._starts, span.end)]:
            if start < span.end and span.start < end:
                yield k


def touched_tasks(tasks: list[Task], finding: Finding) -> list[int]:
    """Indices of the tasks that one finding is about."""
    return Touching(tasks).of(finding)
