"""A goal of dustfall finds the air's metric by its indicator, in the units that plans write."""

import datetime as dt

import pytest

from lantian.site.air.models import DustfallPoint, DustfallResult
from lantian.site.core.registries import metrics
from lantian.site.plans.goal_evaluating import evaluate
from lantian.site.plans.goal_suggesting import factor, outlook, suggest
from lantian.site.plans.models import Goal, GoalBinding, Plan


@pytest.mark.parametrize("unit", ["吨/平方公里·月", "吨/月·平方公里", "t/(km²·月)"])
@pytest.mark.parametrize("op", ["<", "<=", "~"])
def test_a_goal_of_dustfall_is_bound_as_it_is_written(district, unit, op):
    plan = Plan(area=district, period_start=dt.date(2016, 1, 1), period_end=dt.date(2016, 12, 31))
    goal = Goal(plan=plan, indicator="dustfall", op=op, value=5.0, unit=unit, scope="district")
    found = suggest(goal)
    assert (found.metric, found.area, found.ready) == ("dustfall", district.pk, True)
    assert factor(goal, metrics["dustfall"], outlook()) == 1


def test_a_month_that_is_not_over_is_still_open(district):
    """On 10 December eleven months at 4.7 leave 2.3 for the twelfth: all of it, and not what is left of its days."""
    point = DustfallPoint.objects.create(code="JC1", name="演示点", area=district)
    for month in range(1, 12):
        DustfallResult.objects.create(point=point, month=dt.date(2025, month, 1), raw=4.7, state="confirmed")
    plan = Plan(area=district)
    goal = Goal(plan=plan, indicator="dustfall", op="<=", value=4.5, unit="吨/平方公里·月", scope="district")
    year = {"first": dt.date(2025, 1, 1), "last": dt.date(2025, 12, 31)}
    binding = GoalBinding(goal=goal, metric="dustfall", area=district, edition="auto", **year)
    (found,) = evaluate([binding], dt.date(2025, 12, 10))
    assert (found.value, found.valid, found.expected, found.days) == (4.7, 11, 11, 31)
    assert found.state != "lost"
    assert found.rest == pytest.approx((4.5 * 365 - 4.7 * 334) / 31, abs=0.06)
