"""What accepted reports add up to: the numbers and the percent of a task, its parts included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Prefetch, Q, QuerySet

from lantian.site.org.register import Register
from lantian.site.plans import standing
from lantian.site.plans.models import ProgressReport, QuantityBinding, ReportedNumber, Task, TaskQuantity

# A task's numbers with what a metric gave of them.
QUANTITIES = Prefetch("quantities", TaskQuantity.objects.select_related("binding"))
BELOW = ("parent", "parent__parent", "parent__parent__parent")


def wanted(quantities: Iterable[TaskQuantity]) -> list[standing.Wanted]:
    """Stored quantities as `standing` takes them."""
    return [
        standing.Wanted(q.pk, q.value, q.unit, q.op, q.kind, q.town_id, q.town_name, q.what or q.text)
        for q in quantities
    ]


def said(
    task: Task, reports: Iterable[ProgressReport], register: Register
) -> tuple[list[standing.Said], list[tuple[bool, int]]]:
    """Numbers of a task's accepted reports, and the percent that each unit said last; numbers must be loaded."""
    leads = set(register.expand(r.unit_id for r in task.roles.all() if r.role == "lead" and r.unit_id))
    found: list[standing.Said] = []
    percents: dict[int, tuple[bool, int]] = {}
    for one in sorted(reports, key=lambda r: r.end):
        units = register.today(one.unit_id)
        lead = any(unit in leads for unit in units)
        area = register.units[one.unit_id].area_id
        if one.percent is not None:
            percents[units[0]] = (lead, one.percent)
        for number in one.numbers.all():
            town = number.quantity.town_id or number.town_id
            own = town is not None and area == town
            found.append(standing.Said(number.quantity_id, number.value, one.end, number.town_id, units[0], lead, own))
    return found, list(percents.values())


def number_standings(
    task: Task,
    register: Register,
    counting: Iterable[ProgressReport] | None = None,
    below: Sequence[Task] | None = None,
) -> list[standing.NumberStanding]:
    """A task's quantities with what accepted reports (`counting`) and its parts (`below`) say of them, each read
    where not given; its roles and quantities must be loaded."""
    rows = accepted(task) if counting is None else counting
    of_parts, _percents = rolled(task, parts_below(task) if below is None else below, register)
    own = [*said(task, rows, register)[0], *measured(task)]
    return standing.numbers(wanted(task.quantities.all()), [*own, *of_parts])


def percent_of(task: Task, register: Register) -> int | None:
    """A task's percent by its accepted reports and those of its parts."""
    numbers, percents = said(task, accepted(task), register)
    units = register.expand(r.unit_id for r in task.roles.all() if r.role in ("lead", "responsible") and r.unit_id)
    of_parts, of_each = rolled(task, parts_below(task), register)
    found = standing.numbers(wanted(task.quantities.all()), [*numbers, *measured(task), *of_parts])
    return standing.percent_done(found, percents, len(units), parts=of_each)


def bindings(task: Task) -> dict[int, QuantityBinding]:
    """Bindings of a task's numbers by number; its quantities must be loaded as `QUANTITIES`."""
    found = ((one.pk, getattr(one, "binding", None)) for one in task.quantities.all())
    return {pk: binding for pk, binding in found if binding is not None}


def measured(task: Task) -> list[standing.Said]:
    """What metrics gave of a task's bound numbers; its quantities must be loaded as `QUANTITIES`."""
    return [
        standing.Said(pk, one.value, one.on, measured=True)
        for pk, one in bindings(task).items()
        if one.value is not None and one.on is not None
    ]


def accepted(task: Task) -> QuerySet[ProgressReport]:
    """Reports of a task that count, with their numbers."""
    return _counting().filter(task=task)


def _counting() -> QuerySet[ProgressReport]:
    rows = ProgressReport.objects.filter(state="accepted").select_related("cycle")
    return rows.prefetch_related(Prefetch("numbers", ReportedNumber.objects.select_related("quantity")))


# Parts


def parts_below(task: Task) -> list[Task]:
    """All that a task is broken down into, at every depth, with what was reported: one SQL query where there is
    nothing, else five."""
    if not task.of_parts:
        return []
    where = Q()
    for above in BELOW:
        where |= Q(**{above: task.pk})
    rows = Task.objects.filter(where, origin="breakdown").only("parent", "state", "percent", "closed_on", "origin")
    counting = Prefetch("reports", _counting(), to_attr="counting")
    return list(rows.prefetch_related("roles", QUANTITIES, counting).order_by("pk"))


def rolled(
    task: Task, below: Sequence[Task], register: Register
) -> tuple[list[standing.Said], list[tuple[str, int | None]]]:
    """What the parts of a task say of its numbers, and the state and percent of each part."""
    shares: list[standing.Share] = []
    percents = []
    for part in (one for one in below if one.parent_id == task.pk):
        percents.append((part.state, part.percent))
        numbers, _said = said(part, part.counting, register)  # type: ignore[attr-defined]
        deeper, _percents = rolled(part, below, register)
        found = standing.numbers(wanted(part.quantities.all()), [*numbers, *measured(part), *deeper])
        unit = next((register.today(r.unit_id)[0] for r in part.roles.all() if r.unit_id), 0)
        end = max((one.end for one in [*numbers, *deeper]), default=part.closed_on or dt.date.min)
        of = {q.pk: q.of_id for q in part.quantities.all() if q.of_id is not None}
        shares += standing.shares_of(found, of, by=unit, end=end, closed=part.state == "closed")
    return standing.added(shares), percents
