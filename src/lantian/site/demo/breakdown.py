"""A task broken down to streets, milestones, money and a leader's instruction in the demo. All marked 模拟."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

from lantian.site.core import clock
from lantian.site.demo.progress import report
from lantian.site.org.models import Person, Unit
from lantian.site.plans import actions
from lantian.site.plans.models import Plan, Task
from lantian.site.plans.money import yuan
from lantian.site.plans.shares import numbers
from lantian.site.plans.windows import windows

SHARES = (3, 2, 2, 2, 2, 1)  # of twelve model sites
STEPS = (
    actions.Step("摸底建账", 120),
    actions.Step("签订改造协议", 75),
    actions.Step("改造完成", 15, working=True),
    actions.Step("验收销号", 5, working=True),
)
# budget, allotted and paid, in 万元
MONEY = {
    "加快淘汰老旧柴油车": (860, 600, 412.5),
    "落实工地扬尘管控": (240, 240, 96),
    "提高道路清扫保洁水平": (1_350, 900, 735.8),
    "推进燃气锅炉低氮运行": (480, 320, 0),
    "规范餐饮油烟治理": (150, None, None),
}


def load(office: Person, leader: Person) -> None:
    """Lay them down for the plan that runs. Does nothing a second time."""
    plan = Plan.objects.filter(origin__isnull=False).order_by("pk").first()
    if plan is None or Task.objects.filter(plan=plan).exclude(origin="plan").exists():
        return
    sites = plan.tasks.whole().filter(title="落实工地扬尘管控").first()
    fumes = plan.tasks.whole().filter(title="规范餐饮油烟治理").first()
    streets = list(Unit.objects.filter(kind="town", area__parent=plan.area).select_related("area").order_by("pk"))
    if sites is not None and len(streets) >= len(SHARES):
        _streets(office, sites, streets)
        actions.give_instruction(
            leader,
            sites,
            streets[0],
            text="（模拟数据）请说明绿色标杆工地创建的难点和下一步打算，五日内报告。",
            due=clock.today() + dt.timedelta(days=5),
        )
    if fumes is not None and fumes.due is not None and fumes.state == "open":
        first, *_rest = actions.set_milestones(office, fumes, STEPS)
        if first.date <= clock.today():
            actions.finish_milestone(office, first, on=first.date, note="（模拟数据）台账已建立，见附件。")
    for task in plan.tasks.whole().filter(title__in=MONEY).order_by("position"):
        _money(office, task)


def _money(office: Person, task: Task) -> None:
    budget, allotted, paid = (None if one is None else yuan(Decimal(str(one))) for one in MONEY[task.title])
    actions.set_money(
        office,
        task,
        budget=budget,
        allotted=allotted,
        paid=paid,
        source="（模拟数据）大气污染防治专项资金",
        reason="（模拟数据）",
    )


def _streets(office: Person, task: Task, streets: list[Unit]) -> None:
    """Twelve sites over six streets, each of which has reported once."""
    if task.state != "open":
        return
    (number, *_more) = numbers(task.quantities.all())
    given = [
        actions.Part(unit, numbers={number.key: share}, officer="演示责任人")
        for unit, share in zip(streets, SHARES, strict=False)
    ]
    made = actions.break_down(office, task, given)
    cycle = next((one for one in task.plan.cycles.filter(state="active") if not one.tasks.exists()), None)
    past = [] if cycle is None else [w for w in windows(cycle, clock.today()) if w.is_over(clock.today())]
    if cycle is None or not past:
        return
    chance = random.Random(21)  # the same demo every time
    told = [report(part, unit, cycle, past[-1], 0.7, chance) for part, unit in zip(made, streets, strict=False)]
    actions.accept_reports(office, cycle, told)
