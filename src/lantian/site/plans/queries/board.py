"""What wall chart, timeline, minute and explanations stand on: tasks with who has to do them and how they stand.

Seven SQL queries beside the register's, whatever the size; standings come from `standing` alone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, F, IntegerField, Q, QuerySet, Value

from lantian.site.core import clock
from lantian.site.core.policy import Actor
from lantian.site.org.register import Register, register_of
from lantian.site.plans import duties, standing, words
from lantian.site.plans.models import ExtensionRequest, Plan, ProgressReport, Task, TaskQuantity, TaskRole
from lantian.site.plans.models.rows import WHOLE
from lantian.site.plans.queries.progress import asked_of, is_open_in
from lantian.site.plans.standing import Said, Standing, Wanted
from lantian.site.plans.windows import Window, windows

QUANTITY = ("value", "unit", "op", "kind", "town", "town_name", "what", "text")
HANDED_IN = ("accepted", "submitted")


@dataclass(eq=False)
class CycleFacts:
    """An active cycle, as `windows` takes it; `tasks` empty: all of the plan's."""

    pk: int
    name: str
    every: str
    due_day: int
    after: int
    shift: str
    first: dt.date
    last: dt.date | None
    reporters: tuple[str, ...]
    needs: bool
    tasks: set[int] = field(default_factory=set)

    @cached_property
    def last_due(self) -> Window | None:
        """The last window whose day is past."""
        today = clock.today()
        return max((w for w in windows(self, today) if w.is_over(today)), default=None)


@dataclass(eq=False)
class PlanFacts:
    """A plan without its document."""

    pk: int
    title: str
    begun: dt.date | None
    ends: dt.date | None
    today: dt.date
    cycles: list[CycleFacts] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Line:
    """A task: its fields, who has to do it (unit: strongest role) and whose last report is late.

    `parts` are what it is broken down into, `own` the parts at any depth by the unit that has to do them.
    """

    pk: int
    plan: PlanFacts
    number: str
    title: str
    section: str
    due: dt.date | None
    state: str
    closed_on: dt.date | None
    percent: int | None
    units: dict[int, str] = field(default_factory=dict)
    leaders: list[str] = field(default_factory=list)
    late: set[int] = field(default_factory=set)
    late_since: dt.date | None = None
    strict: bool = False
    above: int | None = None
    parts: list[Line] = field(default_factory=list)
    own: dict[int, list[Line]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def standing(self) -> Standing:
        """How the task stands as a whole."""
        return standing.task_standing(
            due=self.due,
            state=self.state,
            percent=self.percent,
            begun=self.plan.begun,
            missing=len(self.late),
            strict=self.strict,
            today=self.plan.today,
        )

    def of(self, unit: int, percent: int | None) -> Standing:
        """How one unit's part of it stands, with the percent that is the unit's own."""
        return standing.task_standing(
            due=self.due,
            state=self.state,
            percent=percent,
            begun=self.plan.begun,
            missing=int(unit in self.late),
            strict=self.strict,
            today=self.plan.today,
        )


def plans(person: Actor) -> list[PlanFacts]:
    """Plans that the person sees, the latest first, with the cycles by which units report now: one SQL query."""
    cycle = ("pk", "name", "every", "due_day", "after", "shift", "first", "last", "reporters", "needs", "tasks")
    fields = ("pk", "title", "period_start", "issued_on", "period_end", "cycles__state")
    today = clock.today()
    found: dict[int, PlanFacts] = {}
    cycles: dict[int, CycleFacts] = {}
    rows = Plan.objects.visible_to(person).order_by(F("issued_on").desc(nulls_last=True), "-pk", "cycles")
    for pk, title, start, issued, end, state, *rest in rows.values_list(
        *fields, *(f"cycles__{name}" for name in cycle)
    ):
        plan = found.setdefault(pk, PlanFacts(pk, title, start or issued, end, today))
        if state != "active":
            continue
        key, name, every, day, after, shift, first, last, reporters, needs, task = rest
        if key not in cycles:
            cycles[key] = CycleFacts(key, name, every, day, after, shift, first, last, tuple(reporters), bool(needs))
            plan.cycles.append(cycles[key])
        if task is not None:
            cycles[key].tasks.add(task)
    return list(found.values())


Row = tuple[int, int, int | None, dt.date, str, int | None, dt.datetime, int]


def with_exemptions(reports: QuerySet[ProgressReport], requests: QuerySet[ExtensionRequest]) -> list[Row]:
    """Task, unit, cycle, start of the window, state, percent, when, key; of one SQL query.

    A granted exemption comes with state 'exempt' and, for the start, the day until which it holds.
    """
    fields = ("task", "unit", "cycle", "start", "state", "percent", "submitted_at", "pk")
    exempt = requests.filter(kind="exemption", state="granted").order_by()
    exempt_rows = exempt.annotate(
        nothing=Value(None, BigIntegerField()),
        named=Value("exempt", CharField()),
        unsaid=Value(None, IntegerField()),
    ).values_list("task", "unit", "nothing", "until", "named", "unsaid", "asked_at", "pk")
    return list(reports.order_by().values_list(*fields).union(exempt_rows, all=True))


Handed = set[tuple[int, int, int | None, dt.date]]


def handed_in(register: Register, rows: Iterable[Row]) -> tuple[Handed, dict[tuple[int, int], list[ExtensionRequest]]]:
    """What was handed in (task, today's unit, cycle, start of the window), and exemptions by task and unit."""
    handed: Handed = set()
    exempt: dict[tuple[int, int], list[ExtensionRequest]] = defaultdict(list)
    for task, unit, cycle, start, state, _percent, at, _pk in rows:
        for one in register.today(unit):
            if state == "exempt":
                exempt[task, one].append(ExtensionRequest(kind="exemption", state="granted", until=start, asked_at=at))
            elif state in HANDED_IN:
                handed.add((task, one, cycle, start))
    return handed, exempt


class Board:
    """Tasks of some plans for the views. Everything is read at most once, when it is first asked for."""

    def __init__(
        self, person: Actor, plans: Iterable[PlanFacts], where: Q | None = None, *, role: str = "duty"
    ) -> None:
        self.person = person
        self.plans = {plan.pk: plan for plan in plans}
        self.where = where or Q()
        self.roles = duties.roles_of(role)
        self.register: Register = register_of(person)
        self.bearers = duties.Bearers(self.register)
        self._alike: dict[tuple[int, int | None, bool], Standing] = {}
        self.own = len(self.plans) == 1  # reports of every month are read for one plan alone

    @cached_property
    def _tasks(self) -> Any:
        """Tasks as plans count them, and parts of any."""
        rows = Task.objects.visible_to(self.person).exclude(state="withdrawn").filter(plan__in=list(self.plans))
        return rows.filter((self.where & WHOLE) | Q(origin="breakdown"))

    @cached_property
    def lines(self) -> list[Line]:
        """Whole tasks in the order of their plans, with their parts, units and who is late."""
        fields = ("pk", "plan", "number", "title", "text", "clause__section", "due", "state", "closed_on", "percent")
        lines: dict[int, Line] = {}
        by_plan: dict[int, list[Line]] = {pk: [] for pk in self.plans}
        rows = self._tasks.order_by("position", "pk").values_list("parent", *fields)
        for above, pk, plan, number, title, text, section, *rest in rows:
            name = title or Task(text=text).name
            line = lines[pk] = Line(pk, self.plans[plan], number, name, section or "", *rest)
            line.above = above
            if above is None:
                by_plan[plan].append(line)
        self._by_key = lines
        self._all_roles = self._join_units(lines)
        self._join_parts(lines)
        self._join_late(lines)
        return [line for of_plan in by_plan.values() for line in of_plan]

    def _join_parts(self, lines: dict[int, Line]) -> None:
        """Parts under what they are parts of, and their units to all above them."""
        for line in lines.values():
            if line.above in lines:
                lines[line.above].parts.append(line)
            above = line.above
            while above in lines:
                whole = lines[above]
                for unit in line.units if line.above is not None else ():
                    whole.units.setdefault(unit, "responsible")
                    if unit in self._doing(line):
                        whole.own.setdefault(unit, []).append(line)
                above = whole.above

    def _doing(self, line: Line) -> set[int]:
        return {unit for unit, roles in self._all_roles[line.pk].items() if roles & set(duties.DUTY)}

    def _join_units(self, lines: dict[int, Line]) -> dict[int, dict[int, set[str]]]:
        """Units by task, for those who answer and (returned) for every role, as a cycle may ask any of them."""
        every: dict[int, dict[int, set[str]]] = {task: defaultdict(set) for task in lines}
        answering = set(self.roles)
        rows = TaskRole.objects.filter(task__in=self._tasks).order_by("task", "position")
        for task, role, unit, name in rows.values_list("task", "role", "unit", "name"):
            if role == "leaders":
                lines[task].leaders.append(name)
            elif unit is not None:
                for one in self.bearers.today(unit):
                    every[task][one].add(role)
                    if role in answering:
                        lines[task].units.setdefault(one, role)
        for task, rows_of in self.quantities.items() if set(duties.DUTY) <= set(self.roles) else ():
            for wanted, _said in rows_of.values():
                for one in self.bearers.of_town(wanted.town) if wanted.town else ():
                    lines[task].units.setdefault(one, "responsible")
        return every

    # Numbers

    @cached_property
    def quantities(self) -> dict[int, dict[int, tuple[Wanted, list[tuple[int, int | None, float, dt.date]]]]]:
        """Quantities by task, each with what accepted reports say of it: (unit, town, value, end of the window)."""
        fields = ("of", "binding__value", "binding__on", "task", "pk", *QUANTITY)
        said = ("reported__value", "reported__town", "reported__report__unit", "reported__report__end")
        found: dict[int, dict[int, tuple[Wanted, list[Any]]]] = defaultdict(dict)
        rows = TaskQuantity.objects.filter(task__in=self._tasks).order_by("task", "position")
        if not self.own:
            rows, said = rows.filter(town__isnull=False), ("value", "town", "pk", "task__due")
        read = (*fields, *said, "reported__report__state" if self.own else "kind")
        self._share_of: dict[int, int | None] = {}
        self._measured: dict[int, Said] = {}
        for of, known, on, task, pk, *rest, state in rows.values_list(*read):
            (value, unit, op, kind, town, town_name, what, text), told = rest[: len(QUANTITY)], rest[len(QUANTITY) :]
            self._share_of[pk] = of
            if known is not None and on is not None:
                self._measured[pk] = Said(pk, known, on, measured=True)
            if pk not in found[task]:
                found[task][pk] = (Wanted(pk, value, unit, op, kind, town, town_name, what or text), [])
            if state == "accepted":
                reported, share, by, end = told
                found[task][pk][1].append((by, town or share, reported, end))
        return found

    def numbers(self, line: Line) -> list[standing.NumberStanding]:
        """A task's quantities with what accepted reports say."""
        rows = self.quantities.get(line.pk, {})
        said = [self._measured[pk] for pk in rows if pk in self._measured]
        for pk, (_wanted, reported) in rows.items():
            for by, town, value, end in reported:
                unit = self.register.today(by)[0]
                area = self.register.units[by].area_id
                lead = "lead" in self._all_roles[line.pk].get(unit, ())
                said.append(Said(pk, value, end, town, unit, lead, town is not None and area == town))
        shares = []
        for part in line.parts:
            unit = next(iter(self._doing(part)), 0)
            end = max((told[3] for _w, reported in self.quantities.get(part.pk, {}).values() for told in reported),
                      default=part.closed_on or dt.date.min)  # fmt: skip
            of = {pk: whose for pk in self.quantities.get(part.pk, ()) if (whose := self._share_of[pk]) is not None}
            shares += standing.shares_of(self.numbers(part), of, by=unit, end=end, closed=part.state == "closed")
        return standing.numbers([wanted for wanted, _reported in rows.values()], [*said, *standing.added(shares)])

    def own_percent(self, line: Line, unit: int) -> int | None:
        """What a unit has done of its own part: its town's numbers, else what it said last; of the whole for a lead."""
        town = duties.town_of(self.register.units[unit])
        parts = []
        if town is not None and line.pk in self.quantities:
            for head in self.numbers(line):
                parts += [n for n in (head, *head.parts) if n.wanted.town == town]
        said = self.percents.get((line.pk, unit))
        own = standing.percent_done(parts, [] if said is None else [(True, said)], 1)
        return line.percent if own is None and line.units.get(unit) == "lead" else own

    def part_of(self, line: Line, unit: int) -> Standing:
        """How a unit's part of a task stands: by the parts that are its own, the worst of them, else by the whole."""
        own = line.own.get(unit, ())
        if not own or line.units.get(unit) == "lead" or line.state == "closed":
            percent, late = self.own_percent(line, unit) if self.own else line.percent, unit in line.late
            found = self._alike.get((line.pk, percent, late))
            if found is None:  # most units of a task stand alike
                found = self._alike[line.pk, percent, late] = line.of(unit, percent)
            return found
        worst = min((one.standing() for one in own), key=lambda s: list(standing.STATES).index(s.state))
        percent = standing.percent_done([], [], 0, parts=[(one.state, one.percent) for one in own])
        return worst._replace(percent=percent)

    # Reports

    @cached_property
    def _reports(self) -> list[Row]:
        """Reports that count or wait, by window, and exemptions."""
        counts = Q(state="accepted") if self.own else Q(pk__in=[])  # the latest windows tell who is late
        last = [c.last_due.start for p in self.plans.values() for c in p.cycles if c.last_due]
        reports = ProgressReport.objects.filter(task__in=self._tasks)
        reports = reports.filter(counts | Q(state__in=HANDED_IN, start__in=last))
        return with_exemptions(reports, ExtensionRequest.objects.filter(task__in=self._tasks))

    @cached_property
    def percents(self) -> dict[tuple[int, int], int]:
        """What each unit said last of each task, where one plan is looked at."""
        found: dict[tuple[int, int], int] = {}
        rows = [row for row in self._reports if row[4] == "accepted"]
        for task, unit, _cycle, _start, _state, percent, _at, _pk in sorted(rows, key=lambda row: row[3]):
            if percent is not None:
                found[task, self.register.today(unit)[0]] = percent
        return found

    @cached_property
    def last_reports(self) -> dict[tuple[int, int], tuple[dt.date, int]]:
        """The last accepted report of each unit on each task: start of its window, and its key."""
        found: dict[tuple[int, int], tuple[dt.date, int]] = {}
        for task, unit, _cycle, start, state, _percent, _at, pk in self._reports:
            key = (task, self.register.today(unit)[0])
            if state == "accepted" and (key not in found or found[key] < (start, pk)):
                found[key] = (start, pk)
        return found

    def _join_late(self, lines: dict[int, Line]) -> None:
        if not any(plan.cycles for plan in self.plans.values()):
            return
        handed, exempt = handed_in(self.register, self._reports)
        for line, cycle, window in self._asked(lines.values()):
            reporters = asked_of(cycle.reporters, part=line.above is not None)
            given = {unit for part in line.parts for unit in self._doing(part)}
            late = {
                unit
                for unit, roles in self._all_roles[line.pk].items()
                if not roles.isdisjoint(reporters)
                and (line.pk, unit, cycle.pk, window.start) not in handed
                and (unit not in given or ("lead" in roles and "lead" in reporters))
                and not ((free := exempt.get((line.pk, unit))) and any(one.covers(window) for one in free))
            }
            if late:
                line.late |= late
                line.late_since = max(filter(None, (line.late_since, window.due)))
                line.strict = line.strict or cycle.needs
        for line in lines.values():  # a whole is late with its parts
            for part in line.parts if line.above is None else ():
                self._join_late_parts(line, part)

    def _join_late_parts(self, line: Line, part: Line) -> None:
        for deeper in part.parts:
            self._join_late_parts(part, deeper)
        line.late |= part.late
        line.late_since = max(filter(None, (line.late_since, part.late_since)), default=None)
        line.strict = line.strict or part.strict

    def _asked(self, lines: Iterable[Line]) -> Iterator[tuple[Line, CycleFacts, Window]]:
        last = {cycle.pk: cycle.last_due for plan in self.plans.values() for cycle in plan.cycles}
        for line in lines:
            for cycle in line.plan.cycles:
                window = last[cycle.pk]
                asked = not cycle.tasks or not cycle.tasks.isdisjoint(self._self_and_above(line))
                if window and asked and is_open_in(line, window):
                    yield line, cycle, window

    def _self_and_above(self, line: Line) -> Iterator[int]:
        yield line.pk
        above = line.above
        while above in self._by_key:
            yield above
            above = self._by_key[above].above


def due_between(person: Actor, first: dt.date, last: dt.date, where: Q) -> list[tuple[dt.date, int, str, Standing]]:
    """Tasks that fall due in a span of days: day, key, name, standing. One SQL query."""
    rows = Task.objects.visible_to(person).exclude(state="withdrawn").filter(where, due__gte=first, due__lte=last)
    rows = rows.order_by("due", "pk")
    fields = ("due", "pk", "number", "title", "text", "state", "percent", "plan__period_start", "plan__issued_on")
    found, today = [], clock.today()
    for due, pk, number, title, text, state, percent, start, issued in rows.values_list(*fields):
        one = standing.task_standing(due=due, state=state, percent=percent, begun=start or issued, today=today)
        found.append((due, pk, str(Task(number=number, title=title, text=text)), one))
    return found


class _Held(NamedTuple):
    """What tells whether a task was still open; a model's row would cost more than all the rest."""

    state: str
    closed_on: dt.date | None


def owed(person: Any, units: set[int]) -> tuple[int, dt.date | None]:
    """How many reports units still owe in the windows that run or ran last, and the earliest due day of those.

    Three SQL queries: cycles, tasks by role, reports and exemptions.
    """
    today = clock.today()
    current = {cycle.pk: (plan, cycle, current_window(cycle, today)) for plan in plans(person) for cycle in plan.cycles}
    asked = {pk: (plan, cycle, window) for pk, (plan, cycle, window) in current.items() if window is not None}
    if not asked:
        return 0, None
    register = register_of(person)
    bearers = duties.Bearers(register)
    mine = set(register.expand(units))
    starts = {window.start for _plan, _cycle, window in asked.values()}
    reports = ProgressReport.objects.filter(unit__in=units, start__in=starts)
    handed, exempt = handed_in(register, with_exemptions(reports, ExtensionRequest.objects.filter(unit__in=units)))
    roles = duties.roles_of_units(register, units).filter(task__plan__in={plan.pk for plan, _c, _w in asked.values()})
    fields = ("task", "task__plan", "task__state", "task__closed_on", "role", "unit")
    roles = roles.exclude(task__origin="instruction")
    rows = list(roles.values_list(*fields, *(f"task__{name}" for name in duties.ABOVE)))
    parts = {(above, one) for *_of, role, unit, above, _2, _3 in rows if above and role in duties.DUTY
             for one in bearers.today(unit)}  # fmt: skip
    by_plan: dict[int, list[tuple[CycleFacts, Window]]] = defaultdict(list)
    for plan, cycle, window in asked.values():
        by_plan[plan.pk].append((cycle, window))
    own = {unit: set(bearers.today(unit)) & mine for unit in {row[5] for row in rows}}
    found: dict[tuple[int, int, int], dt.date] = {}
    for task, plan_pk, state, closed_on, role, unit, *above in rows:
        for cycle, window in by_plan[plan_pk]:
            if role not in asked_of(cycle.reporters, part=above[0] is not None):
                continue
            if cycle.tasks and cycle.tasks.isdisjoint({task, *above}):
                continue
            if not is_open_in(_Held(state, closed_on), window):
                continue
            for one in own[unit]:
                free = any(request.covers(window) for request in exempt.get((task, one), ()))
                free = free or (role != "lead" and (task, one) in parts)
                if not free and (task, one, cycle.pk, window.start) not in handed:
                    found[task, one, cycle.pk] = window.due
    return len(found), min(found.values(), default=None)


def current_window(cycle: CycleFacts, today: dt.date) -> Window | None:
    """The window that is reported on now: the earliest still in time, else the last one."""
    begun = windows(cycle, today)
    return next((w for w in begun if not w.is_over(today)), begun[-1] if begun else None)


def of_unit(person: Any, unit: int) -> tuple[list[tuple[Line, str, Standing]], list[ProgressReport]]:
    """Tasks of a unit over all plans with its strongest role and how they stand, and its last accepted reports.

    Of a task that it has a part of the part, unless it leads the whole. The tasks that are worst and due first come
    first. Three SQL queries beside the register's.
    """
    register = register_of(person)
    rank = {role: n for n, (role, _label) in enumerate(words.ROLES)}
    roles: dict[int, str] = {}
    for task, role in duties.roles_of_units(register, {unit}).values_list("task", "role"):
        roles[task] = min(role, roles.get(task, role), key=lambda name: rank[name])
    fields = ("pk", "number", "title", "text", "clause__section", "due", "state", "closed_on", "percent")
    plan = ("plan", "plan__title", "plan__period_start", "plan__issued_on", "plan__period_end")
    stored = Task.objects.visible_to(person).exclude(state="withdrawn").filter(duties.of_unit(register, unit))
    rows = list(stored.values_list(*fields, *plan, *duties.ABOVE))
    held = {row[0]: roles.get(row[0], "responsible") for row in rows}
    kept = duties.once(held, {row[0]: above for row in rows if (above := tuple(filter(None, row[-3:])))})
    found, today = [], clock.today()
    for pk, number, title, text, section, due, state, closed_on, percent, *of in rows:
        key, name, start, issued, end, *_above = of
        if pk not in kept:
            continue
        facts = PlanFacts(key, name, start or issued, end, today)
        line = Line(pk, facts, number, title or Task(text=text).name, section or "", due, state, closed_on, percent)
        found.append((line, roles.get(pk, "responsible"), line.standing()))
    levels = list(standing.LEVELS)
    found.sort(key=lambda row: (levels.index(row[2].level), row[0].due or dt.date.max, row[0].pk))
    reports = ProgressReport.objects.visible_to(person).filter(unit__in=register.predecessors({unit}), state="accepted")
    last = reports.select_related("task", "cycle").only(
        "start", "percent", "task__number", "task__title", "task__text", "cycle__every", "cycle__name"
    )
    return found, list(last.order_by("-start", "-pk")[:3])
