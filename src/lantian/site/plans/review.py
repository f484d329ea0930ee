"""What the review page shows of a draft: cards of tasks, findings, units, and the marked document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from lantian.plandoc.plan import ROLES, Finding, Plan, Quantity, Span, Task
from lantian.site.core.faults import Text
from lantian.site.org.models import Unit
from lantian.site.org.names import kind_of_unit, similar_names
from lantian.site.org.queries import units_by_name
from lantian.site.plans import source_view, words
from lantian.site.plans.draft import Decision, Draft, DraftTask, Touching, finding_key, unit_counts

ROLE_LABELS = dict(words.ROLES)
CODES = dict(words.FINDING_CODES)
SEVERITIES = dict(words.SEVERITIES)
RECURRENCES = dict(words.RECURRENCES)
# the field of a task whose form helps against a finding of a code
FIX = {
    "split_sum": "quantities",
    "body_annex_number": "quantities",
    "body_annex_date": "deadline",
    "missing_unit": "responsible",
    "missing_deadline": "deadline",
    "before_issue": "deadline",
    "outside_period": "deadline",
    "role_conflict": "assist",
    "count_mismatch": "text",
    "unit_typo": "lead",
}
USUAL = 3  # how many times as often the right spelling stands


@dataclass(frozen=True)
class Chip:
    """A name in a role, with its place in the document."""

    name: str
    spans: str


@dataclass(frozen=True)
class RoleLine:
    role: str
    label: Text
    chips: list[Chip]


@dataclass
class Note:
    """A finding as shown: with its key, its decision and the tasks it is about."""

    key: str
    finding: Finding
    decision: Decision | None
    spans: str
    task_ids: list[int]

    @property
    def code(self) -> Text:
        return CODES[self.finding.code]

    @property
    def severity(self) -> Text:
        return SEVERITIES[self.finding.severity]

    @property
    def said(self) -> str:
        return self.finding.message_en if get_language() == "en" else self.finding.message

    @property
    def fix(self) -> str:
        """Name of the form that helps against it."""
        return FIX.get(self.finding.code, "text")


@dataclass
class Card:
    """A task as shown in review."""

    id: int
    place: int
    task: Task
    spans: str
    notes: list[Note] = field(default_factory=list)

    def _of(self, *names: str) -> str:
        return spans_of(self.task.spans[name] for name in names if name in self.task.spans)

    @property
    def title_spans(self) -> str:
        return self._of("title", "number")

    @property
    def text_spans(self) -> str:
        return self._of("text")

    @property
    def deadline_spans(self) -> str:
        return self._of("deadline_text", "deadline")

    @property
    def roles(self) -> list[RoleLine]:
        lines = []
        for role in ROLES:
            names: list[str] = getattr(self.task, role)
            chips = [
                Chip(name, self._of(f"{role}[{k}]", *([role] if len(names) == 1 else [])))
                for k, name in enumerate(names)
            ]
            lines.append(RoleLine(role, ROLE_LABELS[role], chips))
        return lines

    @property
    def quantities(self) -> list[tuple[Quantity, str]]:
        return [(q, spans_of([q.span] if q.span else [])) for q in self.task.quantities]

    @property
    def recurrence(self) -> Text:
        return RECURRENCES.get(self.task.recurrence or "", "")

    @property
    def due_rule(self) -> Text:
        return words.DUE_RULES.get(self.task.due_rule or "", "")


@dataclass(frozen=True)
class UnitLine:
    """A unit of the draft: how often it stands there, whether the register knows it, what it looks like."""

    name: str
    count: int
    known: bool
    similar: list[str]


def spans_of(spans: Iterable[Span]) -> str:
    """Stretches as the page's script reads them: '10-20,33-40'."""
    return ",".join(f"{s.start}-{s.end}" for s in spans)


def cards(draft: Draft, found: list[Note]) -> list[Card]:
    """All tasks, each with its findings."""
    by_task: dict[int, list[Note]] = {}
    for note in found:
        for id in note.task_ids:
            by_task.setdefault(id, []).append(note)
    return [_card(k, t, by_task.get(t.id, [])) for k, t in enumerate(draft.tasks, 1)]


def card(draft: Draft, task: int) -> Card | None:
    """One task with its findings."""
    found = notes(draft)
    return next((c for c in cards(draft, found) if c.id == task), None)


def _card(place: int, task: DraftTask, found: list[Note]) -> Card:
    return Card(task.id, place, task.task, spans_of(task.task.spans.values()), found)


def notes(draft: Draft) -> list[Note]:
    """Findings: open ones first, within that the severe ones."""
    touching = Touching([t.task for t in draft.tasks])
    out = [
        Note(
            finding_key(f),
            f,
            draft.decided(f),
            spans_of(f.spans),
            [draft.tasks[k].id for k in touching.of(f)],
        )
        for f in draft.findings
    ]
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(out, key=lambda n: (n.decision is not None, order[n.finding.severity]))


def units(draft: Draft) -> list[UnitLine]:
    """Units of the draft; those that the register does not know come first, with names that they may stand for."""
    counts = unit_counts(draft)
    known = units_by_name(list(counts))
    register = list(Unit.objects.values_list("name", flat=True))
    lines = []
    for name, n in counts.items():
        alike: list[str] = []
        # towns differ by one character and are different all the same: 东塔街道, 西塔街道
        if name not in known and kind_of_unit(name) != "town":
            usual = [other for other, m in counts.items() if m >= USUAL * n]
            alike = similar_names(name, dict.fromkeys([*register, *usual]))
        lines.append(UnitLine(name, n, name in known, alike))
    return sorted(lines, key=lambda line: (line.known, not line.similar, -line.count))


def document(draft: Draft, source: str, blocks: Any) -> list[source_view.ShownBlock]:
    """The document cut at all places of tasks, fields and findings."""
    tasks = [t.task for t in draft.tasks]
    return source_view.shown(source, blocks, marks(draft.plan, tasks, [*draft.findings, *draft.first_findings]))


def marks(plan: Plan, tasks: list[Task], findings: list[Finding]) -> dict[str, list[Span]]:
    """Places by kind: these become the classes of the pieces."""
    fields = [s for task in tasks for name, s in task.spans.items() if name != "text"]
    fields += [q.span for task in tasks for q in task.quantities if q.span]
    goals = [g.span for g in plan.goals if g.span]
    return {
        "m-task": [task.spans["text"] for task in tasks if "text" in task.spans],
        "m-field": [*fields, *goals, *plan.spans.values()],
        "m-finding": [s for f in findings for s in f.spans],
    }
