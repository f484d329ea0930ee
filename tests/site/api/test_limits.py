"""A sliding minute, counted over all processes; what is refused is told when to come again."""

from __future__ import annotations

import datetime as dt

import pytest

from lantian.site.core import clock
from lantian.site.core.api import limits
from lantian.site.core.models import ApiCount
from lantian.site.core.problems import TooMany

START = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def wall(monkeypatch):
    """The wall clock, set by hand to seconds after eight."""
    now = [START]

    def at(seconds: float) -> None:
        now[0] = START + dt.timedelta(seconds=seconds)

    monkeypatch.setattr(clock, "real_now", lambda: now[0])
    return at


def taken(times: int, limit: int = 10) -> int:
    """How many of so many requests are let through."""
    through = 0
    for _number in range(times):
        try:
            limits.count("token:1", limit)
        except TooMany:
            continue
        through += 1
    return through


def test_no_more_than_the_limit_in_a_minute(db, wall):
    assert taken(15) == 10
    wall(30)
    assert taken(5) == 0


def test_the_minute_slides(db, wall):
    wall(30)
    assert taken(10) == 10
    wall(60)  # those of the half minute before still count whole
    assert taken(5) == 0
    wall(90)
    assert taken(10) == 5
    wall(180)
    assert taken(20) == 10


@pytest.mark.parametrize("second", [0, 10.5, 59])
def test_who_waits_as_told_is_let_through(db, wall, second):
    wall(second)
    taken(10)
    with pytest.raises(TooMany) as refused:
        limits.count("token:1", 10)
    assert 1 <= refused.value.seconds <= 120
    wall(second + refused.value.seconds)
    assert taken(1) == 1


def test_keys_are_counted_apart(db, wall):
    taken(10)
    limits.count("token:2", 10)


def test_processes_count_together(db, wall):
    """Another process is one that remembers nothing: all it knows is in the database."""
    assert taken(6) == 6
    limits.forget()
    assert taken(10) == 4


def test_reading_does_not_become_writing(db, wall, django_assert_max_num_queries):
    limits.count("token:1", 1000)
    with django_assert_max_num_queries(0):
        for _number in range(10):
            limits.count("token:1", 1000)


def test_old_counts_are_forgotten(db, wall):
    taken(3)
    wall(600)
    assert limits.sweep() == 1
    assert not ApiCount.objects.exists()


def test_a_program_over_its_limit_is_told_when_to_come_again(district, program, settings):
    settings.LANTIAN_API_PER_MINUTE = 3
    asks = program(district.leader)
    statuses = [asks.read("me").status_code for _number in range(5)]
    assert statuses[:3] == [200] * 3
    assert statuses[-1] == 429
    refused = asks.read("me")
    assert int(refused["Retry-After"]) >= 1
    assert program(district.leader).read("me").status_code == 200, "another token has its own count"


def test_guessing_is_slowed_by_address(db, settings):
    from tests.site.programs import Program

    settings.LANTIAN_API_ADDRESS_PER_MINUTE = 3
    stranger = Program("lantian_guess")
    assert [stranger.read("me").status_code for _number in range(5)] == [401, 401, 401, 429, 429]
