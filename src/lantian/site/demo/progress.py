"""Four months of plausible progress for the demo plan, through the actions that people use; every text says 模拟."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

from django.utils import timezone

from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.org.models import Person, Unit
from lantian.site.org.register import Register
from lantian.site.plans import actions
from lantian.site.plans.models import Plan, ProgressReport, ReportCycle, Task
from lantian.site.plans.queries import progress as queries
from lantian.site.plans.windows import Window, windows

MONTHS = 4
SYSTEM = System("演示数据")
STREETS = "街道月报"
SENTENCES = (
    "按计划推进，完成现场核查和台账更新。",
    "召开专题会一次，明确分工和时间节点。",
    "组织联合检查，发现问题已督促整改。",
    "完成设备调试，正在办理验收手续。",
    "受天气影响进度略慢，下月加派人手补上。",
)


def load(office: Person) -> None:
    """Confirm the plan's cycle, add one for the streets, and report the last months. Does nothing a second time."""
    plan = Plan.objects.filter(origin__isnull=False).order_by("pk").first()
    if plan is None or ProgressReport.objects.filter(task__plan=plan).exists():
        return
    first = _first(plan)
    with clock.as_of(morning(plan.issued_on or clock.today())):
        cycles = [_confirmed(office, plan, first), _of_streets(office, plan, first)]
    chance = random.Random(20)  # the same demo every time
    for cycle in cycles:
        if cycle is None:
            continue
        past = [w for w in windows(cycle, clock.today()) if w.end < clock.today()][-MONTHS:]  # this month is left to do
        for number, window in enumerate(past, 1):
            _month(office, cycle, window, number / (MONTHS + 2), chance)


def _confirmed(office: Person, plan: Plan, first: dt.date) -> ReportCycle | None:
    cycle = plan.cycles.filter(state="suggested").first()
    if cycle is None:
        return None
    cycle = actions.change_cycle(office, cycle, reporters=["lead"], first=first)
    return actions.confirm_cycle(office, cycle)


def _of_streets(office: Person, plan: Plan, first: dt.date) -> ReportCycle | None:
    """A cycle in which streets report the numbers that the plan splits to them."""
    split = [task for task in plan.tasks.all() if task.quantities.exclude(town_name="").exists()][:2]
    if not split:
        return None
    return actions.add_cycle(
        office,
        plan,
        name=STREETS,
        every="month",
        due_day=20,
        shift="after",
        first=first,
        last=plan.period_end,
        reporters=["responsible"],
        tasks=split,
    )


def _first(plan: Plan) -> dt.date:
    """The first day of the months that are told, not before the plan."""
    today = clock.today()
    months = today.year * 12 + today.month - 1 - MONTHS
    return max(plan.issued_on or dt.date.min, dt.date(months // 12, months % 12 + 1, 1))


def _month(office: Person, cycle: ReportCycle, window: Window, share: float, chance: random.Random) -> None:
    """A window: most report in time, a few late, one is returned, some not at all."""
    register = Register()
    made: list[ProgressReport] = []
    for cell in queries.cells(cycle, window, register):
        if chance.random() < 0.08:
            continue
        late = chance.random() < 0.1
        day = window.due + dt.timedelta(days=chance.randint(1, 4) if late else -chance.randint(0, 6))
        with clock.as_of(morning(min(max(day, window.start), clock.today()), hour=9 + chance.randint(0, 8))):
            made.append(report(cell.task, register.units[cell.unit], cycle, window, share, chance))
    if not made:
        return
    with clock.as_of(morning(min(window.due + dt.timedelta(days=5), clock.today()), hour=18)):
        returned = made.pop(chance.randrange(len(made)))
        actions.return_report(office, returned, reason="模拟：请补充现场情况和下一步措施。")
        actions.accept_reports(office, cycle, made)


def report(
    task: Task, unit: Unit, cycle: ReportCycle, window: Window, share: float, chance: random.Random
) -> ProgressReport:
    """A submitted report that says about `share` of the task is done."""
    share = min(1.0, max(0.02, share * chance.uniform(0.8, 1.25)))
    draft = actions.begin_report(SYSTEM, task, unit, cycle, window.start)
    loaded = Task.objects.prefetch_related("roles", "quantities").get(pk=task.pk)
    numbers = {
        blank.key: float(round(blank.quantity.value * share)) for blank in queries.blanks(loaded, unit, Register())
    }
    text = f"（模拟数据）{''.join(_two(chance))}"
    draft = actions.save_draft(SYSTEM, draft, text=text, percent=int(share * 100), numbers=numbers)
    return actions.submit_report(SYSTEM, draft)


def _two(chance: random.Random) -> Iterator[str]:
    yield from chance.sample(SENTENCES, 2)


def morning(day: dt.date, *, hour: int = 9) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, 15)))
