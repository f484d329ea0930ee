"""When units report: cycles suggested from a plan's text, confirmed, changed, stopped; reminding who has not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, notify
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid
from lantian.site.core.policy import Actor
from lantian.site.org.liaisons import Liaisons
from lantian.site.org.models import Unit
from lantian.site.plans import words
from lantian.site.plans.cycle_words import suggest
from lantian.site.plans.models import Plan, ReportCycle, Task
from lantian.site.plans.queries import progress as queries
from lantian.site.plans.states import CYCLE
from lantian.site.plans.windows import window_of

notify.declare("plans.report_due", _("进展催报"))

DEFAULT_REPORTERS = ["lead", "responsible"]
FIELDS = ("name", "every", "due_day", "after", "shift", "first", "last", "reporters", "needs")


def suggest_cycles(actor: Actor, plan: Plan) -> list[ReportCycle]:
    """Put down the cycles that a plan's text asks for, to be confirmed by the air office. Once a plan: later calls
    find them there and change nothing."""
    if plan.cycles.exists():
        return []
    first = plan.issued_on or plan.period_start or clock.today()
    made = []
    for one in suggest(plan.source):
        with change(actor, ReportCycle(plan=plan), "plans.cycle.suggest", quote=one.quote) as cycle:
            cycle.name, cycle.every, cycle.due_day, cycle.after = one.name[:60], one.every, one.due_day, one.after
            cycle.first, cycle.last = first, plan.period_end
            if cycle.last is not None and cycle.last < first:
                cycle.last = None
            cycle.reporters = list(DEFAULT_REPORTERS)
            cycle.quote, cycle.sure = one.quote, one.sure
            cycle.quote_start, cycle.quote_end = (one.start, one.end) if one.quote else (None, None)
        made.append(cycle)
    return made


def add_cycle(actor: Actor, plan: Plan, *, tasks: Iterable[Task] = (), **values: Any) -> ReportCycle:
    """Add a cycle of the air office's own, for all tasks of a plan or for some: a monthly clean-up day. It holds at
    once."""
    chosen = _of_plan(plan, tasks)
    with change(actor, ReportCycle(plan=plan), "plans.cycle.add", tasks=[t.pk for t in chosen]) as cycle:
        _fill(cycle, values)
        cycle.full_clean()
        CYCLE.step(cycle, "confirm")
        cycle.save()
        cycle.tasks.set(chosen)
    return cycle


def change_cycle(
    actor: Actor, cycle: ReportCycle, *, tasks: Iterable[Task] | None = None, **values: Any
) -> ReportCycle:
    """Give a cycle other days, units or tasks. Reports that were begun keep the window that they were written for."""
    told: dict[str, Any] = {}
    with change(actor, cycle, "plans.cycle.change", told=told) as current:
        CYCLE.step(current, "change")
        _fill(current, values)
        if tasks is not None:
            chosen = _of_plan(current.plan, tasks)
            told["tasks"] = [t.pk for t in chosen]
            current.tasks.set(chosen)
    return current


def confirm_cycle(actor: Actor, cycle: ReportCycle) -> ReportCycle:
    """Have the units report by this cycle from now on."""
    with change(actor, cycle, "plans.cycle.confirm") as current:
        CYCLE.step(current, "confirm")
        current.reason = ""
    return current


def dismiss_cycle(actor: Actor, cycle: ReportCycle) -> ReportCycle:
    """Do without a suggested cycle."""
    with change(actor, cycle, "plans.cycle.dismiss") as current:
        CYCLE.step(current, "dismiss")
    return current


def stop_cycle(actor: Actor, cycle: ReportCycle, *, reason: str) -> ReportCycle:
    """End a cycle before its day; what was reported stays."""
    with change(actor, cycle, "plans.cycle.stop", note=reason) as current:
        CYCLE.step(current, "stop", reason=reason.strip())
        current.reason = reason.strip()[:500]
    return current


def remind(actor: Actor, cycle: ReportCycle, start: dt.date, *, units: Iterable[Unit] | None = None) -> list[Unit]:
    """Tell the liaisons of units (all of them, or some) that have not reported in a window what they owe. Whoever was
    told today is not told again.

    Returns
    -------
    The units whose liaisons have been told; those without a liaison are named in the audit trail.
    """
    today = clock.today()
    window = window_of(cycle, start, today)
    if window is None:
        raise Invalid(_("没有这一期。"), remedy=_("请从“报送情况”页面选择。"))
    liaisons = Liaisons(today)
    lines = queries.by_unit(queries.cells(cycle, window, liaisons.register), liaisons.register)
    only = None if units is None else {unit.pk for unit in units}
    owing = [line for line in lines if line.missing and (only is None or line.unit.pk in only)]
    if not owing:
        raise Invalid(_("没有需要催报的单位。"))
    told: dict[str, list[str]] = {"reminded": [], "without_liaison": []}
    reached = []
    with change(actor, cycle, "plans.report.remind", window=start.isoformat(), told=told):
        for line in owing:
            people = liaisons.of([line.unit])
            told["reminded" if people else "without_liaison"].append(line.unit.name)
            if not people:
                continue
            reached.append(line.unit)
            title = _("{cycle}{period}：还有 {n} 项未报，截止 {due}")
            period = words.period(cycle.every, window.start)
            notify.notify(
                people,
                "plans.report_due",
                title=format_lazy(title, cycle=cycle.name, period=period, n=line.missing, due=window.due),
                body="\n".join(str(cell.task) for cell in line.cells if cell.is_missing),
                url=f"{reverse('plans:reports')}?cycle={cycle.pk}&start={start.isoformat()}",
                key=f"plans.report:{cycle.pk}:{start:%Y%m%d}:{line.unit.pk}:{today:%Y%m%d}",
            )
    return reached


def _fill(cycle: ReportCycle, values: Mapping[str, Any]) -> None:
    if strange := set(values) - set(FIELDS):
        raise LookupError(f"a cycle has no {sorted(strange)}")
    for name, value in values.items():
        setattr(cycle, name, value)
    if not cycle.reporters:
        cycle.reporters = list(DEFAULT_REPORTERS)


def _of_plan(plan: Plan, tasks: Iterable[Task]) -> list[Task]:
    chosen = list(tasks)
    if any(task.plan_id != plan.pk for task in chosen):
        raise Invalid(_("所选任务不属于这份方案。"), fields={"tasks": _("请重新选择任务。")})
    return chosen
