"""Dustfall in the demo: simulated, as no public data of Beijing's streets go with the hours. Every point says so."""

from __future__ import annotations

import datetime as dt
import random

from lantian.site.air import actions
from lantian.site.air.actions import Deduction, Found, Weighing
from lantian.site.air.models import DustfallPoint, DustfallResult
from lantian.site.air.queries.dustfall import months_between
from lantian.site.air.review_days import next_month
from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.org.models import Area, Person

SYSTEM = System("演示数据")
NAME = "{street}{n}号降尘点（模拟）"
SOURCE = "模拟数据，不是监测结果"
PLAN = "（模拟数据）青河区行动计划"
WHY = "（模拟数据）4月沙尘天气过程，对照点同步升高"
DECIDED = "（模拟数据）云岭市生态环境局"
BROKEN = "（模拟数据）集尘缸破损"
STREETS = {"北桥街道": 3.6, "松溪街道": 4.3, "柳湾街道": 4.9}  # t/(km²·30 d) in a quiet month
CONTROL = ("青枫街道", 1.6)
SHAPE = (0.9, 0.9, 1.25, 1.6, 1.35, 1.1, 0.95, 0.85, 0.9, 1.0, 1.0, 0.95)  # of the year: spring is windy
YEARS = 2
LOST = 9  # of the months from the first, the one in which a jar broke
STORM = 4  # the month of the year in which sand-dust came


def load(office: Person) -> None:
    """Two years up to last month, which waits to be confirmed. Does nothing a second time."""
    if DustfallPoint.objects.exists():
        return
    district = Area.objects.get(parent=None)
    today = clock.today()
    first = dt.date(today.year - YEARS + 1, 1, 1)
    points = _points(district, first)
    months = [one for one in months_between(first, today) if next_month(one) <= today]
    chance = random.Random(23)
    for number, month in enumerate(months):
        _month(office, district, points, month, chance, lost=number == LOST)
        if month != months[-1]:
            _confirm(office, district, month)
    _limits(office, district, first)


def _points(district: Area, since: dt.date) -> dict[DustfallPoint, float]:
    streets = {one.name: one for one in Area.objects.filter(parent=district)}
    made = {}
    for number, (street, usual) in enumerate(STREETS.items(), 1):
        for n in (1, 2):
            one = actions.add_point(
                SYSTEM, code=f"MN-JC-{number}{n}", name=NAME.format(street=street, n=n), area=streets[street],
                valid_from=since, source=SOURCE,
            )  # fmt: skip
            made[one] = usual
    control = actions.add_point(
        SYSTEM, code="MN-DZ-1", name=f"{CONTROL[0]}对照点（模拟）", kind="control", area=streets[CONTROL[0]],
        valid_from=since, source=SOURCE,
    )  # fmt: skip
    return made | {control: CONTROL[1]}


def _month(
    office: Person,
    district: Area,
    points: dict[DustfallPoint, float],
    month: dt.date,
    chance: random.Random,
    *,
    lost: bool,
) -> None:
    found = {}
    for n, (point, usual) in enumerate(points.items()):
        value = round(usual * SHAPE[month.month - 1] * chance.uniform(0.88, 1.12), 1)
        found[point] = Found(note=BROKEN) if lost and n == 1 else Found(value)
    weighed = next(iter(points))
    if not lost:
        found[weighed] = Found(weighing=_weighing(found[weighed].raw or 0.0))
    if next_month(next_month(month)) > clock.today():  # the last month: some laboratories have not answered yet
        found = dict(list(found.items())[:4])
    actions.enter_results(office, district, month, found)


def _weighing(value: float) -> Weighing:
    """Masses that give a result with a jar of the usual mouth in 30 days."""
    return Weighing(loaded=round(85.1023 + 0.0012 + value * 176.715 / 1e4, 4), empty=85.1023, blank=0.0012, days=30)


def _confirm(office: Person, district: Area, month: dt.date) -> None:
    rows = list(DustfallResult.objects.filter(month=month).select_related("point"))
    actions.confirm_month(office, district, month, rows)
    if month.month == STORM:
        stormy = [one for one in DustfallResult.objects.filter(month=month, point__kind="point") if one.raw]
        claimed = {one: Deduction(round((one.raw or 0) * 0.3, 1)) for one in stormy}
        actions.write_deductions(office, district, month, claimed, why=WHY)
        asked = {one: Deduction(one.claimed, round((one.claimed or 0) * 0.6, 1)) for one in _claimed(month)}
        actions.write_deductions(office, district, month, asked, why="", decided_by=DECIDED)


def _claimed(month: dt.date) -> list[DustfallResult]:
    return list(DustfallResult.objects.filter(month=month, claimed__isnull=False).select_related("point"))


def _limits(office: Person, district: Area, since: dt.date) -> None:
    streets = list(Area.objects.filter(parent=district, name__in=STREETS).order_by("code"))
    for areas, limit, comparison in (([district], 4.5, "<"), (streets[:2], 4.5, "<="), (streets[2:], 5.0, "<=")):
        actions.set_limits(office, areas, limit=limit, comparison=comparison, valid_from=since, source=PLAN)
