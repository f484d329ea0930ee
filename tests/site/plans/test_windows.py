"""Reporting windows: whatever the cycle, they lie side by side and are due when the cycle says."""

from __future__ import annotations

import calendar
import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.rulebook.calendar import is_working_day
from lantian.site.plans.windows import Rhythm, windows, year_of_windows

DAYS = st.dates(dt.date(2016, 1, 1), dt.date(2021, 12, 31))


@st.composite
def rhythms(draw: st.DrawFn) -> Rhythm:
    every = draw(st.sampled_from(["month", "quarter", "week"]))
    first = draw(DAYS)
    return Rhythm(
        every=every,
        due_day=draw(st.integers(1, 7 if every == "week" else 31)),
        first=first,
        after=draw(st.integers(0, 2)),
        shift=draw(st.sampled_from(["none", "before", "after"])),
        last=draw(st.none() | st.dates(first, dt.date(2031, 12, 31))),
    )


@given(rhythms(), DAYS)
def test_windows_lie_side_by_side_without_gap(rhythm: Rhythm, upto: dt.date) -> None:
    found = windows(rhythm, upto)
    for one, after in pairwise(found):
        assert one.end + dt.timedelta(days=1) == after.start
        assert one.due <= after.due
    assert all(w.start <= upto and w.due >= rhythm.first for w in found)
    assert all(rhythm.last is None or w.start <= rhythm.last for w in found)


@given(rhythms(), DAYS, DAYS)
def test_time_only_adds_windows(rhythm: Rhythm, one: dt.date, other: dt.date) -> None:
    earlier, later = sorted((one, other))
    assert windows(rhythm, later)[: len(windows(rhythm, earlier))] == windows(rhythm, earlier)


@given(rhythms(), DAYS)
def test_a_shifted_due_day_is_a_working_day_on_the_right_side(rhythm: Rhythm, upto: dt.date) -> None:
    plain = Rhythm(rhythm.every, rhythm.due_day, rhythm.first - dt.timedelta(days=400), rhythm.after)
    unshifted = {window.start: window for window in windows(plain, upto)}
    for window in windows(rhythm, upto):
        asked = unshifted[window.start]
        if rhythm.shift == "none":
            assert window.due == asked.due
        else:
            assert is_working_day(window.due)
            assert window.due <= asked.due if rhythm.shift == "before" else window.due >= asked.due


@given(st.integers(2016, 2030), st.integers(1, 31))
def test_a_year_has_twelve_monthly_windows_due_in_their_month(year: int, day: int) -> None:
    found = year_of_windows(Rhythm("month", day, dt.date(year, 1, 1)), year)
    assert [w.start.month for w in found] == list(range(1, 13))
    for window in found:
        last = calendar.monthrange(year, window.start.month)[1]
        assert window.due == dt.date(year, window.start.month, min(day, last))
        assert (window.end - window.start).days + 1 == last


@pytest.mark.parametrize(
    ("month", "due"), [(1, "2027-01-31"), (2, "2027-02-28"), (4, "2027-04-30"), (12, "2027-12-31")]
)
def test_the_31st_is_the_last_day_of_shorter_months(month: int, due: str) -> None:
    assert year_of_windows(Rhythm("month", 31, dt.date(2027, 1, 1)), 2027)[month - 1].due.isoformat() == due


def test_the_29th_of_february_comes_in_leap_years() -> None:
    assert year_of_windows(Rhythm("month", 30, dt.date(2028, 1, 1)), 2028)[1].due == dt.date(2028, 2, 29)


def test_a_report_on_the_month_before_is_due_in_the_next() -> None:
    found = windows(Rhythm("month", 10, dt.date(2026, 3, 1), after=1), dt.date(2026, 3, 31))
    assert [(w.start.month, w.due) for w in found] == [(2, dt.date(2026, 3, 10)), (3, dt.date(2026, 4, 10))]


def test_a_day_off_moves_to_the_make_up_day() -> None:
    """1 October 2017 is a holiday; Saturday 30 September was worked in its place."""
    before = windows(Rhythm("month", 1, dt.date(2017, 9, 30), shift="before"), dt.date(2017, 10, 31))
    after = windows(Rhythm("month", 1, dt.date(2017, 10, 1), shift="after"), dt.date(2017, 10, 31))
    assert before[-1].due == dt.date(2017, 9, 30)
    assert after[-1].due == dt.date(2017, 10, 9)


def test_quarters_are_due_in_their_last_month() -> None:
    found = year_of_windows(Rhythm("quarter", 24, dt.date(2026, 1, 1)), 2026)
    assert [w.due.isoformat() for w in found] == ["2026-03-24", "2026-06-24", "2026-09-24", "2026-12-24"]


def test_a_week_runs_from_monday() -> None:
    found = windows(Rhythm("week", 5, dt.date(2026, 3, 4)), dt.date(2026, 3, 10))
    assert [(w.start.isoformat(), w.due.isoformat()) for w in found] == [
        ("2026-03-02", "2026-03-06"),
        ("2026-03-09", "2026-03-13"),
    ]


def test_a_window_whose_day_was_before_the_cycle_is_none() -> None:
    found = windows(Rhythm("month", 25, dt.date(2026, 2, 27)), dt.date(2026, 3, 1))
    assert [w.start for w in found] == [dt.date(2026, 3, 1)]


def test_a_report_on_the_day_is_in_time_and_on_the_next_late() -> None:
    window = windows(Rhythm("month", 25, dt.date(2017, 9, 1)), dt.date(2017, 9, 1))[0]
    assert not window.is_over(dt.date(2017, 9, 25))
    assert window.is_over(dt.date(2017, 9, 26))
