"""Deadlines in working hours and days."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lantian import rulebook
from lantian.rulebook.calendar import is_working_day
from lantian.rulebook.schemas.office_hours import OfficeHours, Span
from lantian.rulebook.schemas.orders import OrderEscalation, OrderKinds
from lantian.rulebook.working_time import (
    hours_after,
    hours_before,
    hours_between,
    span_after,
    span_before,
    span_past,
)

THURSDAY = datetime(2017, 9, 28, 10)
MOMENTS = st.datetimes(datetime(2016, 1, 1), datetime(2019, 1, 1))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (THURSDAY, 2, datetime(2017, 9, 28, 12)),
        (THURSDAY, 3, datetime(2017, 9, 28, 14, 30)),
        (THURSDAY, 8, datetime(2017, 9, 29, 10, 30)),
        (datetime(2017, 9, 28, 20), 1, datetime(2017, 9, 29, 10)),  # in the evening: from the next morning
        (datetime(2017, 9, 28, 12, 30), 1, datetime(2017, 9, 28, 14, 30)),  # at noon: from the afternoon
        (datetime(2017, 9, 30, 17), 2, datetime(2017, 10, 9, 10)),  # a worked Saturday, then the National Day holiday
    ],
)
def test_hours_after(start, hours, end):
    assert hours_after(start, hours) == end


def test_spans_of_days_end_with_the_office_or_keep_the_hour():
    assert span_after(THURSDAY, Span(days=2)) == datetime(2017, 9, 30, 18)
    assert span_past(THURSDAY, Span(days=3)) == datetime(2017, 10, 9, 10)
    assert span_before(datetime(2017, 10, 9, 10), Span(days=3)) == THURSDAY
    assert span_before(datetime(2017, 10, 9, 10), Span(hours=2)) == datetime(2017, 9, 30, 17)


@given(MOMENTS, st.floats(0.01, 60), st.floats(0.01, 60))
def test_hours_add_up(start, one, two):
    end = hours_after(start, one)
    assert is_working_day(end.date())
    assert end > start
    assert hours_between(start, end) == pytest.approx(one, abs=1e-4)
    both = hours_after(end, two)
    assert abs(both - hours_after(start, one + two)) < timedelta(seconds=1) or hours_between(end, both) > 0
    assert hours_between(hours_before(end, one), end) == pytest.approx(one, abs=1e-4)


@given(MOMENTS, MOMENTS)
def test_nothing_passes_backwards(one, two):
    assert hours_between(max(one, two), min(one, two)) == 0
    assert hours_between(one, two) <= 7.5 * (abs((two - one).days) + 2)


def test_mistakes_are_refused():
    for hours in (0, -1, 3000):
        with pytest.raises(ValueError, match="working hours"):
            hours_after(THURSDAY, hours)
    for wrong in ({}, {"hours": 1, "days": 1}, {"hours": 0}):
        with pytest.raises(ValidationError):
            Span(**wrong)
    rule = rulebook.get("office-hours", as_=OfficeHours)
    with pytest.raises(ValidationError, match="in order"):
        OfficeHours.model_validate(rule.model_dump(by_alias=True) | {"spans": [["13:00", "18:00"], ["09:00", "12:00"]]})
    assert rule.length == timedelta(hours=7.5)


def test_every_kind_of_order_has_its_ladder():
    kinds = rulebook.get("order-kinds", as_=OrderKinds, on=date(2026, 1, 1))
    ladders = rulebook.get("order-escalation", as_=OrderEscalation, on=date(2026, 1, 1))
    assert [one.id for one in kinds.kind if ladders.of(one.ladder) is None] == []
    with pytest.raises(ValidationError, match="named twice"):
        OrderKinds.model_validate(kinds.model_dump(by_alias=True) | {"kind": [kinds.kind[0], kinds.kind[0]]})
