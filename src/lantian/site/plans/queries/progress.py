"""Reads of progress: who must report what, who has, and what accepted reports add up to."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext

from lantian.plandoc.export.words import number_text
from lantian.site.core import clock
from lantian.site.core.policy import Actor
from lantian.site.org.models import Unit
from lantian.site.org.register import Register
from lantian.site.plans.models import (
    Closing,
    Evidence,
    ExtensionRequest,
    ProgressReport,
    ReportCycle,
    ReportedNumber,
    Task,
    TaskQuantity,
    TaskRole,
)
from lantian.site.plans.models.progress import OPEN
from lantian.site.plans.queries.counted import wanted
from lantian.site.plans.windows import Window, windows

DOING = ("lead", "responsible")
ABOVE = ("pk", "parent", "parent__parent", "parent__parent__parent")  # a task itself, and what it is a part of
BIG = ("plan__source", "plan__blocks", "plan__spans")
TASK_BIG = tuple(f"task__{name}" for name in ("spans", "inherited", "plan__source", "plan__blocks", "plan__spans"))
Key = tuple[int, int | None]  # a quantity and the town whose share of it is meant
HANDED_IN = ("accepted", "submitted", "exempt")
OWED = ("missing", "waiting", "draft", "returned")
# Of several reports of one pair and window the one that tells where it stands: work in hand before what is done.
RANK = {"returned": 0, "draft": 1, "submitted": 2, "accepted": 3}


def cycles(person: Actor) -> QuerySet[ReportCycle]:
    """Cycles of all plans that the person sees."""
    return ReportCycle.objects.visible_to(person).select_related("plan").defer(*BIG)


def active_cycles(person: Actor, *, units: Iterable[int] = ()) -> list[ReportCycle]:
    """Cycles by which units report now, the latest plan first. Of each it is known (`asks`) whether any of `units` has
    a role in its plan that it asks."""
    own = TaskRole.objects.filter(task__plan=OuterRef("plan"), unit__in=list(units)).order_by()
    has = {f"has_{role}": Exists(own.filter(role=role)) for role in ("lead", "responsible", "assist")}
    has["has_part"] = Exists(own.filter(role="responsible", task__origin="breakdown"))
    found = list(cycles(person).filter(state="active").annotate(**has).order_by("-plan", "pk"))
    for cycle in found:
        cycle.asks = any(getattr(cycle, f"has_{role}", True) for role in (*cycle.reporters, "part"))
    return found


def tasks_of(cycle: ReportCycle) -> QuerySet[Task]:
    """Tasks that a cycle asks about and their parts, with their roles: two SQL queries.

    Instructions are answered by themselves, in no cycle.
    """
    rows = Task.objects.filter(plan=cycle.plan_id).exclude(origin="instruction").exclude(state="withdrawn")
    rows = rows.select_related("plan", "clause")
    rows = rows.defer("spans", "inherited", *BIG, "clause__text", "clause__span")
    chosen = ReportCycle.tasks.through.objects.filter(reportcycle=cycle)
    named = Q()
    for above in ABOVE:
        named |= Q(**{f"{above}__in": chosen.values("task")})
    rows = rows.filter(~Exists(chosen) | named)
    roles = TaskRole.objects.order_by("position")
    return rows.prefetch_related(Prefetch("roles", roles)).order_by("position", "pk")


Parts = Mapping[int | None, Sequence[Task]]  # by the key of the task that was broken down


def parts_among(tasks: Iterable[Task]) -> Parts:
    """Parts of tasks, found among the tasks of their cycle."""
    found: dict[int | None, list[Task]] = defaultdict(list)
    for task in tasks:
        if task.origin == "breakdown":
            found[task.parent_id].append(task)
    return found


def reporters(cycle: ReportCycle, task: Task, parts: Parts, register: Register) -> list[int]:
    """Today's units that report on a task: those of the cycle's roles, groups opened.

    A part is reported on by whoever is responsible for it, whatever roles the cycle asks; its unit need not report on
    the whole then, unless it leads.
    """
    asked = asked_of(cycle.reporters, part=task.origin == "breakdown")
    roles = [r for r in task.roles.all() if r.unit_id]
    found = register.expand(r.unit_id for r in roles if r.role in asked and r.unit_id)
    own = parts.get(task.pk, ())
    given = [r.unit_id for part in own for r in part.roles.all() if r.role in DOING and r.unit_id]
    if not given:
        return found
    leads = set(register.expand(r.unit_id for r in roles if r.role == "lead" and r.role in asked and r.unit_id))
    having = set(register.expand(given))
    return [unit for unit in found if unit in leads or unit not in having]


def asked_of(reporters: Iterable[str], *, part: bool) -> set[str]:
    """Roles whose units a cycle asks about a task, or about a part of one."""
    return {*reporters, "responsible"} if part else set(reporters)


class Closable(Protocol):
    """Anything that tells when a task was closed."""

    @property
    def state(self) -> str: ...
    @property
    def closed_on(self) -> dt.date | None: ...


def is_open_in(task: Closable, window: Window) -> bool:
    """Whether a task had still to be reported on in a window."""
    return not (task.state == "closed" and task.closed_on is not None and task.closed_on < window.start)


@dataclass
class Cell:
    """One task that one unit must report on in a window, and where its report stands."""

    task: Task
    unit: int
    window: Window
    report: ProgressReport | None = None
    exempt: bool = False

    @cached_property
    def state(self) -> str:
        """Where it stands: one of `stands`."""
        report = None if self.report is None else self.report.state
        return stands(report, exempt=self.exempt, over=self.window.is_over(clock.today()))

    @property
    def is_missing(self) -> bool:
        """Whether the unit has still to hand it in."""
        return self.state in OWED


def stands(report: str | None, *, exempt: bool, over: bool) -> str:
    """Where a report stands by the state of what was written: accepted, submitted, returned, draft, exempt, missing
    (its day is past) or waiting."""
    if report in ("accepted", "submitted"):
        return report
    if exempt:
        return "exempt"
    if report == "returned":
        return report
    if over:
        return "missing"
    return "waiting" if report is None else "draft"


def cells(cycle: ReportCycle, window: Window, register: Register) -> list[Cell]:
    """Everything that is to be reported in a window, unit by task: two SQL queries beside those of the tasks."""
    found: dict[tuple[int, int], ProgressReport] = {}
    reports = ProgressReport.objects.filter(cycle=cycle, start=window.start, state__in=RANK)
    for report in reports.defer("text").order_by("-version"):
        for unit in register.today(report.unit_id):
            key = (report.task_id, unit)
            if key not in found or RANK[report.state] < RANK[found[key].state]:
                found[key] = report
    exempt = _exemptions(cycle, register)
    tasks = list(tasks_of(cycle).select_related(None))
    for task in tasks:
        task.plan = cycle.plan  # known: it need not be read with each of them
    parts = parts_among(tasks)
    return [
        Cell(
            task,
            unit,
            window,
            found.get((task.pk, unit)),
            any(one.covers(window) for one in exempt.get((task.pk, unit), ())),
        )
        for task in tasks
        if is_open_in(task, window)
        for unit in reporters(cycle, task, parts, register)
    ]


def counts(cycle: ReportCycle, several: Sequence[Window], register: Register) -> dict[int, dict[dt.date, Counter[str]]]:
    """How many reports stand where, by unit and start of window: in as many queries as the cells of one window, without
    making the cells, of which a year has tens of thousands."""
    states: dict[tuple[int, int, dt.date], str] = {}
    reports = ProgressReport.objects.filter(cycle=cycle, start__in=[w.start for w in several], state__in=RANK)
    for task_pk, by, start, state in reports.order_by().values_list("task", "unit", "start", "state"):
        for unit in register.today(by):
            key = (task_pk, unit, start)
            if key not in states or RANK[state] < RANK[states[key]]:
                states[key] = state
    exempt = _exemptions(cycle, register)
    over = {window.start: window.is_over(clock.today()) for window in several}
    found: dict[int, dict[dt.date, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    tasks = list(tasks_of(cycle).select_related(None).only("plan", "parent", "origin", "state", "closed_on"))
    parts = parts_among(tasks)
    for task in tasks:
        asked = [window for window in several if is_open_in(task, window)]
        for unit in reporters(cycle, task, parts, register):
            of_unit, free = found[unit], exempt.get((task.pk, unit), ())
            for window in asked:
                start, is_exempt = window.start, bool(free) and any(one.covers(window) for one in free)
                of_unit[start][stands(states.get((task.pk, unit, start)), exempt=is_exempt, over=over[start])] += 1
    return found


def _exemptions(cycle: ReportCycle, register: Register) -> dict[tuple[int, int], list[ExtensionRequest]]:
    """Granted exemptions by task and today's unit."""
    found: dict[tuple[int, int], list[ExtensionRequest]] = defaultdict(list)
    for request in ExtensionRequest.objects.filter(task__plan=cycle.plan_id, kind="exemption", state="granted"):
        for unit in register.today(request.unit_id):
            found[request.task_id, unit].append(request)
    return found


@dataclass
class UnitLine:
    """A unit's cells of a window, and how many stand where."""

    unit: Unit
    cells: list[Cell] = field(default_factory=list)

    def count(self, *states: str) -> int:
        return sum(cell.state in states for cell in self.cells)

    @cached_property
    def handed_in(self) -> int:
        return self.count(*HANDED_IN)

    @cached_property
    def missing(self) -> int:
        return sum(cell.is_missing for cell in self.cells)

    @property
    def late(self) -> int:
        return sum(bool(cell.report and cell.report.late) for cell in self.cells)


def by_unit(found: Iterable[Cell], register: Register) -> list[UnitLine]:
    """Cells under their units, those who owe most first."""
    lines: dict[int, UnitLine] = {}
    for cell in found:
        lines.setdefault(cell.unit, UnitLine(register.units[cell.unit])).cells.append(cell)
    return sorted(lines.values(), key=lambda line: (-line.missing, line.unit.name))


def late_units(task_cells: Iterable[Cell]) -> dict[int, int]:
    """How many units of each task are late in the last window whose day is past."""
    past = [cell for cell in task_cells if cell.window.is_over(clock.today())]
    last = max((cell.window for cell in past), default=None)
    counts: dict[int, int] = defaultdict(int)
    for cell in past:
        if cell.window == last and cell.state in ("missing", "returned"):
            counts[cell.task.pk] += 1
    return counts


def last_due(cycle: ReportCycle, today: dt.date) -> Window | None:
    """The last window whose day is past."""
    return max((w for w in windows(cycle, today) if w.is_over(today)), default=None)


def current(cycle: ReportCycle, today: dt.date) -> Window | None:
    """The window that is reported on now: the earliest still in time, else the last one."""
    begun = windows(cycle, today)
    return next((w for w in begun if not w.is_over(today)), begun[-1] if begun else None)


# Reports


def reports(person: Actor) -> QuerySet[ProgressReport]:
    """Reports with what their lists show: one SQL query."""
    rows = ProgressReport.objects.visible_to(person)
    return rows.select_related("task__plan", "unit", "cycle", "submitted_by", "reviewed_by").defer(*TASK_BIG)


def report(person: Actor, pk: int) -> ProgressReport | None:
    """One report with all that its page shows, and whether its task has parts: four SQL queries."""
    rows = reports(person).filter(pk=pk).select_related("task__clause", "unit__area")
    rows = rows.annotate(of_parts=Exists(Task.objects.filter(parent=OuterRef("task"))))
    return rows.prefetch_related(*_contents()).first()


def waiting(person: Actor) -> QuerySet[ProgressReport]:
    """Reports that wait for review, the longest waiting first."""
    return reports(person).filter(state="submitted").order_by("submitted_at", "pk")


def versions(of: ProgressReport) -> list[ProgressReport]:
    """All versions of a report, the first one first."""
    rows = ProgressReport.objects.filter(task=of.task_id, unit=of.unit_id, cycle=of.cycle_id, start=of.start)
    rows = rows.exclude(state="dropped").select_related("submitted_by", "reviewed_by", "cycle")
    return list(rows.prefetch_related(*_contents()).order_by("version"))


def before(of: ProgressReport) -> ProgressReport | None:
    """The last accepted report of the same unit and task from an earlier window."""
    rows = ProgressReport.objects.filter(task=of.task_id, unit=of.unit_id, cycle=of.cycle_id, start__lt=of.start)
    return (
        rows.filter(state="accepted")
        .select_related("cycle")
        .prefetch_related(_contents()[0])
        .order_by("-start")
        .first()
    )


def open_report(task: Task, unit: Unit, cycle: ReportCycle, start: dt.date) -> ProgressReport | None:
    """The report that is being worked on, or the accepted one."""
    rows = ProgressReport.objects.filter(task=task, unit=unit, cycle=cycle, start=start, state__in=[*OPEN, "accepted"])
    return rows.prefetch_related(*_contents()).order_by("-version").first()


def timeline(person: Actor, task: Task) -> tuple[list[ProgressReport], list[ProgressReport]]:
    """What was reported on a task and counts or waits, the latest window first: what the person may read, and what
    counts, which tells totals alone. Two SQL queries."""
    rows = ProgressReport.objects.filter(task=task, state__in=("accepted", "submitted", "returned"))
    own = ProgressReport.objects.visible_to(person).filter(pk=OuterRef("pk")).order_by()
    rows = rows.annotate(seen=Exists(own))
    rows = rows.select_related("unit", "cycle").prefetch_related(_contents()[0])
    found = list(rows.order_by("-start", "unit", "-version"))
    for one in found:
        one.task = task
    return [r for r in found if r.seen][:60], [r for r in found if r.state == "accepted"]


def extensions(person: Actor) -> QuerySet[ExtensionRequest]:
    """Requests for a later date or an exemption."""
    rows = ExtensionRequest.objects.visible_to(person).select_related("task__plan", "unit", "asked_by")
    return rows.select_related("consent_by", "decided_by").defer(*TASK_BIG)


def closings(person: Actor) -> QuerySet[Closing]:
    """Requests to close a task."""
    rows = Closing.objects.visible_to(person).select_related("task__plan", "task__clause", "unit", "asked_by")
    return rows.select_related("decided_by").defer(*TASK_BIG, "task__clause__text", "task__clause__span")


def evidence_of(rows: dict[str, int]) -> QuerySet[Evidence]:
    """Evidence with its files."""
    return Evidence.objects.filter(**rows).select_related("attachment")


def _contents() -> list[Prefetch[Any]]:
    return [
        Prefetch("numbers", ReportedNumber.objects.select_related("quantity", "town")),
        Prefetch("evidence", Evidence.objects.select_related("attachment")),
    ]


def before_among(counting: Iterable[ProgressReport], of: ProgressReport) -> ProgressReport | None:
    """The same as `before`, of reports that are loaded."""
    same = [r for r in counting if (r.unit_id, r.cycle_id) == (of.unit_id, of.cycle_id) and r.start < of.start]
    return max(same, key=lambda r: r.start, default=None)


@dataclass(frozen=True)
class Blank:
    """A number that a unit is asked for: a quantity of the task, and whose share of it (None: the whole)."""

    quantity: TaskQuantity
    town: int | None

    @property
    def key(self) -> Key:
        return self.quantity.pk, self.town


def blanks(task: Task, unit: Unit, register: Register) -> list[Blank]:
    """Numbers that a unit is asked for: a town its own shares, others all of them. Quantities must be loaded."""
    asked = [q for q, w in zip(task.quantities.all(), wanted(task.quantities.all()), strict=True) if w.counts]
    leads = register.expand(r.unit_id for r in task.roles.all() if r.role == "lead" and r.unit_id)
    town = unit.area_id if unit.area and unit.area.kind in ("town", "village") and unit.pk not in leads else None
    if town is None:
        return [Blank(q, q.town_id) for q in asked]
    own = [q for q in asked if q.town_id == town]
    split = {q.unit for q in own}
    return [Blank(q, town) for q in asked if q.town_id == town or (not q.town_name and q.unit not in split)]


def label_of(blank: Blank) -> str:
    """What a number's field is called: 国四柴油货车（北桥街道），辆."""
    q = blank.quantity
    what = q.what or q.text
    town = f"（{q.town_name}）" if q.town_name else ""
    return f"{what}{town}，{q.unit}" if q.unit else f"{what}{town}"


def hint_of(quantity: TaskQuantity, last: float | None) -> str:
    """Below a number's field: the target and what was said last."""
    target = gettext("目标 {sign}{value} {unit}").format(
        sign="" if quantity.op == "=" else quantity.get_op_display(),
        value=number_text(quantity.value),
        unit=quantity.unit,
    )
    said = gettext("上次累计 {value}").format(value=number_text(last)) if last is not None else gettext("上次未报")
    asked = gettext("请填累计完成数。")  # catalogues are not read from inside f-strings
    return f"{target.strip()}；{said}。{asked}"


def values_of(report: ProgressReport | None) -> dict[Key, float]:
    """A report's numbers by quantity and town."""
    return {(n.quantity_id, n.town_id): n.value for n in report.numbers.all()} if report else {}


@dataclass(frozen=True)
class Change:
    """A field of a report in two versions."""

    label: Any
    before: Any
    after: Any


def differences(old: ProgressReport, new: ProgressReport) -> list[Change]:
    """What a correction changed; contents must be loaded."""
    found = []
    if old.text != new.text:
        found.append(Change(gettext("进展情况"), old.text, new.text))
    if old.percent != new.percent:
        found.append(Change(gettext("完成率"), old.percent, new.percent))
    labels = {
        (n.quantity_id, n.town_id): label_of(Blank(n.quantity, n.town_id))
        for report in (old, new)
        for n in report.numbers.all()
    }
    before, after = values_of(old), values_of(new)
    found += [
        Change(label, before.get(key), after.get(key))
        for key, label in labels.items()
        if before.get(key) != after.get(key)
    ]
    files = [{e.attachment.sha256: e.attachment.name for e in report.evidence.all()} for report in (old, new)]
    if set(files[0]) != set(files[1]):
        found.append(Change(gettext("材料"), "、".join(files[0].values()), "、".join(files[1].values())))
    return found
