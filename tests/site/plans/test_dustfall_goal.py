"""A goal of dustfall finds the air's metric by its indicator, in the units that plans write."""

import datetime as dt

import pytest

from lantian.site.core.registries import metrics
from lantian.site.plans.goal_suggesting import factor, outlook, suggest
from lantian.site.plans.models import Goal, Plan


@pytest.mark.parametrize("unit", ["吨/平方公里·月", "吨/月·平方公里", "t/(km²·月)"])
@pytest.mark.parametrize("op", ["<", "<=", "~"])
def test_a_goal_of_dustfall_is_bound_as_it_is_written(district, unit, op):
    plan = Plan(area=district, period_start=dt.date(2016, 1, 1), period_end=dt.date(2016, 12, 31))
    goal = Goal(plan=plan, indicator="dustfall", op=op, value=5.0, unit=unit, scope="district")
    found = suggest(goal)
    assert (found.metric, found.area, found.ready) == ("dustfall", district.pk, True)
    assert factor(goal, metrics["dustfall"], outlook()) == 1
