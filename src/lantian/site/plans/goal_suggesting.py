"""By which metric, area and period a goal could be evaluated: read from the goal, for a person to confirm."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.goals import GoalOutlook
from lantian.site.core.faults import Text
from lantian.site.core.metrics import Metric
from lantian.site.core.registries import metrics
from lantian.site.plans.models import Goal, Plan

NOT_FIGURES = ("complete",)  # comparisons that ask nothing of a figure
RELATIVE = ("decrease", "decrease_pct>=", "improve")  # to the same period a year earlier
NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*$")


def outlook() -> GoalOutlook:
    """The rule that holds."""
    return rulebook.get("goal-outlook", as_=GoalOutlook)


@dataclass(frozen=True)
class Suggestion:
    """How a goal could be bound. `problem` says why it cannot, or what a person has to say; `metric` '' where no room
    offers one."""

    metric: str
    area: int | None
    first: dt.date | None
    last: dt.date | None
    about: float | None
    base: float | None
    problem: Text = ""

    @property
    def ready(self) -> bool:
        """Whether it can be confirmed as it is."""
        return not self.problem


def has_figure(goal: Goal) -> bool:
    """Whether it asks for something that a figure can be held against."""
    return goal.op not in NOT_FIGURES and (goal.value is not None or goal.op in RELATIVE)


def offered(goal: Goal) -> list[tuple[str, Metric]]:
    """Metrics that answer a goal's indicator and comparison."""
    return [
        (name, one) for name, one in metrics.registered() if goal.indicator in one.indicators and one.answers(goal.op)
    ]


def suggest(goal: Goal) -> Suggestion:
    """A goal with its plan loaded; asks the database nothing."""
    rule = outlook()
    found = sorted(offered(goal), key=lambda one: _off(goal, one[1], rule))
    name, metric = found[0] if found else ("", None)
    first, last = period(goal)
    area = goal.plan.area_id if goal.scope == "district" else goal.town_id
    base = stated_base(goal.baseline, metric, rule) if metric is not None else None
    about = rule.about if goal.op == "~" else None
    return Suggestion(name, area, first, last, about, base, _problem(goal, metric, area, first, rule))


def _off(goal: Goal, metric: Metric, rule: GoalOutlook) -> int:
    """How ill a metric's unit fits: the same unit first, then one that can be turned into it."""
    if metric.unit_written == goal.unit.strip():
        return 0
    return 1 if factor(goal, metric, rule) is not None else 2


def _problem(goal: Goal, metric: Metric | None, area: int | None, first: dt.date | None, rule: GoalOutlook) -> Text:
    if not has_figure(goal):
        return _("这个目标没有可比较的数值，不能自动评价。")
    if metric is None:
        return format_lazy(_("缺少度量“{name}”：还没有模块提供它。"), name=goal.get_indicator_display())
    if factor(goal, metric, rule) is None:
        return format_lazy(_("目标的单位“{unit}”不能换算为度量的单位“{own}”。"), unit=goal.unit, own=metric.unit or "—")
    if area is None:
        return format_lazy(_("“{scope}”不在本区的镇街名录中，请选择评价区域。"), scope=goal.scope)
    if first is None:
        return _("目标和方案都没有写明时段，请填写。")
    return ""


def period(goal: Goal) -> tuple[dt.date | None, dt.date | None]:
    """The days that a goal speaks of: its own, else its plan's, else the year in which the plan was issued."""
    plan: Plan = goal.plan
    for first, last in ((goal.period_start, goal.period_end), (plan.period_start, plan.period_end)):
        if first and last and first <= last:
            return first, last
    end = goal.period_end or plan.period_end
    year = end.year if end else plan.issued_on.year if plan.issued_on else None
    if year is None:
        return None, None
    return dt.date(year, 1, 1), end or dt.date(year, 12, 31)


def factor(goal: Goal, metric: Metric, rule: GoalOutlook) -> float | None:
    """By what a goal's number is multiplied to be in the metric's unit; None where the units do not agree. A share in
    percent is 1: of a change, or of the days."""
    unit = goal.unit.strip()
    if goal.value is None or not unit or unit == metric.unit_written:
        return 1.0
    if unit == "%":
        return 1.0 if goal.op == "decrease_pct>=" or metric.adds == "count" else None
    return _words(metric, rule).get(unit)


def _words(metric: Metric, rule: GoalOutlook) -> dict[str, float]:
    """Words of plans for a metric's unit; the rule goes by its Chinese name."""
    return rule.units.get(metric.unit_written, {})


def stated_base(baseline: str, metric: Metric, rule: GoalOutlook) -> float | None:
    """The figure that a plan names for the earlier period (2017年10月至2018年3月期间56微克/立方米), in the metric's
    unit."""
    for word, times in _words(metric, rule).items():
        before, there, _after = baseline.partition(word)
        if there and (found := NUMBER.search(before)):
            return float(found[1]) * times
    return None
