"""How tasks stand: lights, numbers against targets, percent, roll-ups. The rules, one by one."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.site.plans.standing import (
    LEVELS,
    STATES,
    NumberStanding,
    Said,
    Standing,
    Wanted,
    numbers,
    percent_done,
    roll_up,
    roll_up_by,
    task_standing,
)

TODAY = dt.date(2026, 4, 20)
LATER = dt.date(2026, 12, 31)
MARCH, APRIL = dt.date(2026, 3, 31), dt.date(2026, 4, 30)


@pytest.mark.parametrize(
    ("given_", "state", "level"),
    [
        ({"due": None}, "none", "grey"),
        ({"due": LATER}, "later", "green"),
        ({"due": dt.date(2026, 4, 19)}, "overdue", "red"),
        ({"due": TODAY}, "soon", "amber"),
        ({"due": dt.date(2026, 4, 19), "percent": 100}, "overdue", "red"),
        ({"due": dt.date(2026, 4, 19), "state": "closed"}, "closed", "done"),
        ({"due": dt.date(2026, 4, 19), "state": "closing"}, "overdue", "red"),
        ({"due": LATER, "missing": 2}, "unreported", "amber"),
        ({"due": LATER, "missing": 2, "strict": True}, "missing", "red"),
        ({"due": LATER, "percent": 100}, "complete", "green"),
        ({"due": LATER, "percent": 5, "begun": dt.date(2025, 6, 1)}, "behind", "amber"),
        ({"due": LATER, "percent": 60, "begun": dt.date(2025, 6, 1)}, "later", "green"),
        ({"due": LATER, "begun": dt.date(2025, 6, 1)}, "later", "green"),
    ],
)
def test_the_light_of_a_task(given_: dict, state: str, level: str) -> None:
    found = task_standing(**given_, today=TODAY)
    assert (found.state, found.level) == (state, level)


def test_every_state_has_a_shape_of_its_own() -> None:
    shapes = [shape for _level, shape, _words in STATES.values()]
    assert len(set(shapes)) == len(shapes)
    assert {level for level, _shape, _words in STATES.values()} == set(LEVELS)


# Numbers

HEAD = Wanted(1, 30, "台")
NORTH, SOUTH = Wanted(2, 20, "台", town=7, town_name="北桥街道"), Wanted(3, 10, "台", town=8, town_name="南桥街道")


def test_towns_add_up_to_the_headline() -> None:
    (found,) = numbers(
        [HEAD, NORTH, SOUTH], [Said(2, 5, APRIL, 7, own=True, by=1), Said(3, 10, APRIL, 8, own=True, by=2)]
    )
    assert (found.done, found.sum, found.stated, found.agrees) == (15, 15, None, None)
    assert [p.done for p in found.parts] == [5, 10]
    assert found.share == 0.5


def test_what_the_lead_says_of_the_whole_is_held_against_the_sum() -> None:
    said = [Said(1, 18, APRIL, by=9, lead=True), Said(2, 5, APRIL, 7, by=1, own=True)]
    (found,) = numbers([HEAD, NORTH, SOUTH], said)
    assert (found.done, found.stated, found.sum, found.agrees) == (18, 18, 5, False)


def test_a_town_knows_its_own_number_best() -> None:
    said = [Said(2, 9, APRIL, 7, by=9, lead=True), Said(2, 5, MARCH, 7, by=1, own=True)]
    (found,) = numbers([NORTH], said)
    assert found.done == 5


def test_the_last_word_of_a_unit_counts() -> None:
    (found,) = numbers([HEAD], [Said(1, 12, APRIL, by=1), Said(1, 4, MARCH, by=1)])
    assert found.done == 12


def test_shares_of_an_unsplit_number_add_up() -> None:
    (found,) = numbers([HEAD], [Said(1, 4, APRIL, town=7, by=1, own=True), Said(1, 6, APRIL, town=8, by=2, own=True)])
    assert (found.done, found.shares) == (10, {7: 4, 8: 6})


def test_nothing_said_is_not_nothing_done() -> None:
    (found,) = numbers([HEAD], [])
    assert (found.done, found.share) == (None, None)


@pytest.mark.parametrize("op", ["<", "<=", "decrease", "improve", "not_in_bottom"])
def test_a_limit_is_not_something_to_do_a_part_of(op: str) -> None:
    (found,) = numbers([Wanted(1, 33, "微克/立方米", op=op)], [Said(1, 20, APRIL)])
    assert found.share is None


# Percent


def test_numbers_come_before_what_is_said() -> None:
    found = numbers([HEAD], [Said(1, 15, APRIL)])
    assert percent_done(found, [(True, 90)], 1) == 50


def test_a_lead_speaks_for_all_and_others_for_their_part() -> None:
    assert percent_done([], [(True, 40), (False, 100)], 3) == 40
    assert percent_done([], [(False, 90), (False, 60)], 3) == 50
    assert percent_done([], [], 3) is None


@given(
    st.lists(st.floats(1, 1e6), min_size=1, max_size=8),
    st.data(),
)
def test_a_hundred_percent_means_that_every_number_is_reached(targets: list[float], data: st.DataObject) -> None:
    wanted = [Wanted(k, value, f"单位{k}") for k, value in enumerate(targets)]
    done = [data.draw(st.floats(0, value * 2)) for value in targets]
    percent = percent_done(numbers(wanted, [Said(k, value, APRIL) for k, value in enumerate(done)]), [], 1)
    assert percent is not None
    assert 0 <= percent <= 100
    if all(d >= t for d, t in zip(done, targets, strict=True)):
        assert percent == 100
    if any(d < t * 0.98 for d, t in zip(done, targets, strict=True)):
        assert percent < 100


def test_99_of_100_is_not_yet_all() -> None:
    assert percent_done(numbers([Wanted(1, 1000)], [Said(1, 999, APRIL)]), [], 1) == 99


# Roll-ups

STANDINGS = st.builds(Standing, st.sampled_from(sorted(STATES)), st.none() | st.integers(0, 100))


@given(st.lists(st.tuples(st.sampled_from("甲乙丙"), STANDINGS), max_size=30))
def test_groups_hold_every_task_once(pairs: list[tuple[str, Standing]]) -> None:
    whole, parts = roll_up(one for _key, one in pairs), roll_up_by(pairs)
    assert sum(part.total for part in parts.values()) == whole.total == len(pairs)
    for level in LEVELS:
        assert sum(part.levels[level] for part in parts.values()) == whole.levels[level]
    assert whole.percent is None or 0 <= whole.percent <= 100


def test_the_worst_light_colours_the_group() -> None:
    assert roll_up([Standing("later"), Standing("overdue")]).worst == "red"
    assert roll_up([Standing("closed"), Standing("closed")]).worst == "done"
    assert roll_up([]).worst == "grey"


def test_a_number_alone_is_a_whole() -> None:
    assert isinstance(numbers([NORTH], [])[0], NumberStanding)
