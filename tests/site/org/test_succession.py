"""Whatever is done to units in whatever order, today's unit is found, and nobody's work is lost."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lantian.site.core.faults import Fault
from lantian.site.core.policy import System
from lantian.site.org import actions
from lantian.site.org.models import Unit
from lantian.site.org.register import Register
from lantian.site.org.succession import Succession

START = dt.date(2000, 1, 1)
UNITS = 5

steps = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 8), st.none() | st.dates(START, dt.date(2025, 1, 1))), max_size=20
)


@given(steps, st.integers(0, 8))
def test_following_ends_even_in_a_circle(taken, unit):
    found = Succession(taken, on=dt.date(2030, 1, 1))
    today = found.today(unit)
    assert today
    assert len(set(today)) == len(today)


@given(steps)
def test_whoever_leads_to_a_unit_is_its_predecessor(taken):
    found = Succession(taken, on=dt.date(2030, 1, 1))
    for unit in range(9):
        for leaf in found.today(unit):
            assert unit in found.predecessors({leaf})


@given(steps, st.dates(START, dt.date(2025, 1, 1)))
def test_steps_to_come_do_not_count(taken, on):
    kept = [step for step in taken if step[2] is None or step[2] <= on]
    assert Succession(taken, on=on).steps == kept


moves = st.lists(
    st.tuples(
        st.sampled_from(["rename", "merge", "into", "split", "part", "abolish", "writing"]),
        st.integers(0, 20),
        st.integers(0, 20),
        st.integers(0, 400),
    ),
    max_size=10,
)


class Chains(TestCase):
    """Random reorganisations through the actions: what they refuse changes nothing, what they take keeps the rules."""

    @settings(max_examples=30)
    @given(moves)
    def test_todays_unit_exists_unless_it_was_abolished(self, taken):
        system = System()
        first = [actions.add_unit(system, name=f"区{n}局", kind="department") for n in "甲乙丙丁戊"]
        day, abolished, split = START, set(), set()
        for number, (kind, one, other, later) in enumerate(taken):
            units = list(Unit.objects.order_by("pk"))
            unit, second = units[one % len(units)], units[other % len(units)]
            day += dt.timedelta(days=later)
            new = f"区新{number}局"
            try:
                match kind:
                    case "rename":
                        actions.rename_unit(system, unit, name=new, on=day)
                    case "merge":
                        actions.merge_units(system, [unit, second], name=new, on=day)
                    case "into":
                        actions.merge_units(system, [unit], into=second, on=day)
                    case "split":
                        actions.split_unit(system, unit, names=[new, f"{new}二"], on=day)
                        split.add(unit.pk)
                    case "part":
                        actions.split_unit(system, unit, into=[second], stays=True, on=day)
                    case "abolish":
                        actions.abolish_unit(system, unit, on=day)
                        abolished.add(unit.pk)
                    case "writing":
                        actions.join_writing(system, unit, second)
            except Fault:
                continue
        register = Register()
        current = set(Unit.objects.current().values_list("pk", flat=True))
        for unit in first:
            leaves = register.today(unit.pk)
            for leaf in leaves:
                assert leaf in current or leaf in abolished
                assert unit.pk in register.predecessors({leaf}), "whoever does the work now sees it"
            if not split:
                assert len(leaves) == 1
        assert {pk for leaf in current | abolished for pk in register.predecessors({leaf})} == set(register.units)
