"""Reminders of due dates, in working days."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.rulebook.calendar import is_working_day
from lantian.site.core.deadlines import reminders_due, working_days_between

# Years whose holidays are published, and one whose are not.
DAYS = st.dates(dt.date(2017, 2, 1), dt.date(2035, 12, 1))


def said(due: str, today: str) -> list[str]:
    return [r.key for r in reminders_due(dt.date.fromisoformat(due), dt.date.fromisoformat(today))]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2017-09-24", []),
        ("2017-09-25", ["before-3"]),
        ("2017-09-27", ["before-3"]),
        ("2017-09-28", ["today-0"]),
        ("2017-09-29", []),
        ("2017-09-30", []),  # a Saturday worked before the holiday
        ("2017-10-09", []),  # the first day after it
        ("2017-10-10", []),
        ("2017-10-11", ["overdue-5"]),  # after 29 and 30 September, 9, 10 and 11 October
        ("2017-10-17", ["overdue-5"]),
        ("2017-10-18", ["overdue-10"]),
    ],
)
def test_reminders_over_the_national_day_holiday(today, expected):
    assert said("2017-09-28", today) == expected


def test_a_due_date_on_a_day_off_is_reminded_of_before_it():
    assert said("2017-10-08", "2017-09-26") == []
    assert said("2017-10-08", "2017-09-27") == ["before-3"]
    assert said("2017-10-08", "2017-09-30") == ["today-0"], "the last working day before the holiday"
    assert said("2017-10-08", "2017-10-08") == ["today-0"]


def walk(due: dt.date, back: int, ahead: int) -> list[tuple[dt.date, str]]:
    """What is said first on which day, looking every day."""
    seen: dict[str, dt.date] = {}
    for n in range(-back, ahead):
        day = due + dt.timedelta(days=n)
        for reminder in reminders_due(due, day):
            seen.setdefault(reminder.key, day)
    return sorted((day, key) for key, day in seen.items())


@given(DAYS)
def test_every_reminder_comes_once_in_order_on_its_working_day(due):
    came = walk(due, 40, 120)
    assert [key for _day, key in came][:4] == ["before-3", "today-0", "overdue-5", "overdue-10"]
    for day, key in came:
        assert is_working_day(day)
        if key.startswith("overdue"):
            assert working_days_between(due, day) == int(key.split("-")[1])
    assert came[0][0] < came[1][0] <= due < came[2][0]


@given(DAYS, st.integers(-60, 400))
def test_never_two_at_once_and_none_from_the_future(due, offset):
    today = due + dt.timedelta(days=offset)
    found = reminders_due(due, today)
    assert len(found) <= 1
    assert all(reminder.since <= today for reminder in found)


@given(DAYS, st.sets(st.integers(-12, 80), min_size=1))
def test_whoever_looks_on_some_days_only_misses_no_current_reminder(due, offsets):
    """The reminder found late is the very one that would have been found on its day."""
    for offset in sorted(offsets):
        for reminder in reminders_due(due, due + dt.timedelta(days=offset)):
            assert reminder in reminders_due(due, reminder.since)


@given(DAYS)
def test_a_matter_long_overdue_is_left_to_the_lists(due):
    assert reminders_due(due, due + dt.timedelta(days=150)) == []


@given(DAYS, st.integers(0, 200), st.integers(0, 200))
def test_working_days_add_up(start, a, b):
    middle, end = start + dt.timedelta(days=a), start + dt.timedelta(days=a + b)
    assert working_days_between(start, middle) + working_days_between(middle, end) == working_days_between(start, end)
