"""Goals on the way: limits, what is left, chances; and how well chances held in past winters."""

from __future__ import annotations

import math

import pytest
from benchmarks import outlook
from hypothesis import given
from hypothesis import strategies as st

from lantian.airquality import AirError
from lantian.airquality.targets import Left, Limit, chance, left, limit_of, student
from tests.shared import shared_path

FIGURES = st.floats(1, 400)
DAYS = st.integers(1, 200)


@pytest.mark.parametrize(
    ("comparison", "value", "before", "wanted"),
    [
        ("<", 5, None, Limit("<", 5)),
        ("<=", 10, None, Limit("<=", 10)),
        (">=", 190, None, Limit(">=", 190)),
        ("=", 64, None, Limit("<=", 64)),
        ("decrease_pct>=", 25, 60, Limit("<=", 45)),
        ("decrease_pct>=", 25, None, None),
        ("decrease", 3, 20, Limit("<=", 17)),
        ("decrease", None, 56, Limit("<", 56)),
        ("improve", None, 56, Limit("<", 56)),
        ("improve", None, None, None),
    ],
)
def test_a_plan_s_comparison_sets_a_limit(comparison, value, before, wanted):
    assert limit_of(comparison, value, before=before) == wanted


def test_more_good_days_are_better():
    assert limit_of("improve", None, before=200, lower=False) == Limit(">", 200)
    assert limit_of("=", 200, lower=False) == Limit(">=", 200)
    assert limit_of("~", 200, lower=False, about=0.05) == Limit(">=", 190)


@pytest.mark.parametrize("comparison", ["complete", "not_in_bottom", "decrease_pct>="])
def test_what_asks_nothing_of_a_figure_is_told(comparison):
    with pytest.raises(AirError, match=comparison):
        limit_of(comparison, None)


def test_twenty_percent_fewer_of_twelve_heavy_days_are_nine():
    limit = limit_of("decrease_pct>=", 20, before=12)
    assert left(limit, 6, adds="count", valid=60, days=60).rest == 3
    assert left(limit, 10, adds="count", valid=60, days=60).state == "lost"


def test_good_days_are_needed_until_there_are_enough_of_them():
    limit = Limit(">=", 190)
    assert left(limit, 150, adds="count", valid=300, days=65).rest == 40
    assert left(limit, 190, adds="count", valid=300, days=65).state == "kept"
    assert left(limit, 120, adds="count", valid=300, days=65).state == "lost"


def test_a_limit_that_must_not_be_reached_leaves_less():
    assert left(Limit("<=", 40), 50, adds="mean", valid=100, days=100).rest == 30
    assert left(Limit("<", 40), 50, adds="mean", valid=100, days=100).rest == 29
    assert left(Limit("<", 10), 7, adds="count", valid=50, days=50).rest == 2


def test_a_mean_that_cannot_be_made_good_is_lost():
    assert left(Limit("<=", 20), 80, adds="mean", valid=150, days=30).state == "lost"


def test_a_share_that_would_need_more_than_all_days_is_lost():
    assert left(Limit(">=", 78), 54, adds="mean", valid=350, days=12, most=100).state == "lost"
    assert left(Limit(">=", 78), 54, adds="mean", valid=100, days=200, most=100).state == "open"


def test_figures_that_do_not_add_up_are_left_open():
    found = left(Limit("<=", 5), 6, adds="", valid=100, days=30)
    assert (found.state, found.rest) == ("open", None)


@given(FIGURES, FIGURES, DAYS, DAYS, st.sampled_from(["<=", "<", ">=", ">"]), st.integers(0, 1))
def test_a_rest_as_allowed_keeps_the_limit(limit, figure, valid, days, sign, decimals):
    asked = Limit(sign, limit)
    found = left(asked, figure, adds="mean", valid=valid, days=days, decimals=decimals)
    if found.rest is not None and not (found.rest == 0 and sign == "<"):
        whole = (figure * valid + found.rest * days) / (valid + days)
        assert asked.keeps(whole) or math.isclose(whole, limit, rel_tol=1e-6)
    if found.state == "lost":
        assert figure * valid / (valid + days) >= limit * (1 - 1e-9)


@given(st.integers(0, 150), st.integers(0, 150), DAYS, st.sampled_from(["<=", "<", ">=", ">"]))
def test_as_many_days_as_are_left_keep_the_limit_and_one_more_does_not(limit, count, days, sign):
    asked = Limit(sign, limit)
    found = left(asked, count, adds="count", valid=100, days=days)
    if found.rest is not None:
        assert asked.keeps(count + found.rest)
        assert not asked.keeps(count + found.rest + (1 if asked.upper else -1))
    for rest in (0, days):
        if found.state in ("kept", "lost"):
            assert asked.keeps(count + rest) == (found.state == "kept")


PAST = st.lists(st.floats(5, 300), min_size=3, max_size=8)


@given(FIGURES, FIGURES, st.floats(0, 50), DAYS, DAYS, PAST)
def test_a_looser_limit_is_never_less_likely(limit, figure, more, valid, days, past):
    tight, loose = (
        chance(Limit("<=", one), figure, adds="mean", valid=valid, days=days, past=past).share
        for one in (limit, limit + more)
    )
    assert 0 <= tight <= loose <= 1


@given(st.integers(0, 100), st.integers(0, 60), st.integers(1, 60), st.data())
def test_few_heavy_days_and_many_other_days_are_one_thing(limit, count, days, data):
    past = data.draw(st.lists(st.integers(0, days), min_size=3, max_size=6))
    valid = 60
    heavy = chance(Limit("<=", limit), count, adds="count", valid=valid, days=days, past=past).share
    other = chance(
        Limit(">=", valid + days - limit),
        valid - count,
        adds="count",
        valid=valid,
        days=days,
        past=[days - one for one in past],
    ).share
    assert heavy == pytest.approx(other)


def test_too_few_years_give_no_chance_and_say_how_many_there_are():
    found = chance(Limit("<=", 60), 60, adds="mean", valid=90, days=90, past=[50, 70])
    assert (found.share, found.years) == (None, 2)


def test_what_is_decided_needs_no_years():
    assert chance(Limit("<=", 5), 6, adds="count", valid=90, days=30, past=[]).share == 0
    assert chance(Limit(">=", 5), 6, adds="count", valid=90, days=30, past=[]).share == 1
    assert chance(Limit("<=", 60), 59, adds="mean", valid=181, days=0, past=[]).share == 1


def test_an_index_goes_by_how_much_the_rest_moved_it_in_past_years():
    found = chance(Limit("<=", 6), 5, adds="", valid=90, days=30, past=[1.1, 1.2, 1.3])
    assert found.share == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("freedom", "at", "wanted"),
    [(1, 6.314, 0.95), (2, 4.303, 0.975), (3, 2.353, 0.95), (4, 2.776, 0.975), (9, 1.383, 0.9)],
)
def test_student_s_t_as_tables_print_it(freedom, at, wanted):
    assert student(at, freedom) == pytest.approx(wanted, abs=1e-4)
    assert student(-at, freedom) == pytest.approx(1 - wanted, abs=1e-4)


def test_chances_held_in_past_winters():
    """Four winters at twelve stations, each told from the three others: what was given is what came."""
    start, pm25, index = outlook.days(shared_path("data/prsa"))
    for values, adds in ((pm25, "mean"), (index, "count")):
        found = list(outlook.cases(start, values, adds=adds, seasons=("winter",)))
        mine, base = outlook.brier(found)
        assert mine < 0.65 * base
        for name, _cases, given_, kept in outlook.table(found):
            assert kept == pytest.approx(given_, abs=0.12), (adds, name)


def test_once_among_the_last_is_lost_whatever_comes():
    limit = limit_of("not_in_bottom", 30)
    assert left(limit, 30, adds="least", valid=2, days=200).state == "lost"
    assert left(limit, 31, adds="least", valid=2, days=200) == Left("open", None, 200)
    assert chance(limit, 31, adds="least", valid=2, days=200, past=[40, 50, 60, 70]).share is None
