"""Schedules: due when they should be, run once each, caught up after a pause."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from lantian.rulebook.calendar import is_working_day
from lantian.site.core import clock, schedules, tick
from lantian.site.core.faults import Refused
from lantian.site.core.models import AuditEvent, Job, ReplayClock, ScheduleRun, Tick
from lantian.site.core.schedule_views import in_words
from lantian.site.core.schedules import PAUSE, Schedule, Times

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
ran: list[dt.datetime] = []
outcome: list[Exception] = []


def note(due, progress):
    ran.append(due)
    if outcome:
        raise outcome[0]
    return {"done": 1}


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def only(monkeypatch, settings):
    """One schedule alone, run at once."""
    settings.LANTIAN_JOBS = "inline"
    ran.clear()
    outcome.clear()

    def put(times: Times) -> None:
        registry = schedules.Registry("schedule")
        registry.register("test.one", Schedule("test.one", note, times, "测试"))
        monkeypatch.setattr(schedules, "schedules", registry)

    put(Times("day", dt.time(8, 30), working_days=True))
    return put


@pytest.fixture
def set_clock(db):
    """Sets the replay clock."""

    def turn(text: str) -> dt.datetime:
        ReplayClock.objects.update_or_create(pk=1, defaults={"started_at": clock.real_now(), "shown_at": at(text)})
        return at(text)

    return turn


# When


@pytest.mark.parametrize(
    ("times", "now", "latest", "following"),
    [
        (Times("day", dt.time(8, 30)), "2017-09-16 09:00", "2017-09-16 08:30", "2017-09-17 08:30"),
        (Times("day", dt.time(8, 30)), "2017-09-16 08:29", "2017-09-15 08:30", "2017-09-16 08:30"),
        (Times("day", dt.time(8, 30), working_days=True), "2017-10-04 12:00", "2017-09-30 08:30", "2017-10-09 08:30"),
        (Times("hour", dt.time(0, 15)), "2017-09-16 00:10", "2017-09-15 23:15", "2017-09-16 00:15"),
        (Times("week", dt.time(9, 0), on=1), "2017-09-16 09:00", "2017-09-11 09:00", "2017-09-18 09:00"),
        (Times("month", dt.time(0, 0), on=25), "2017-09-16 09:00", "2017-08-25 00:00", "2017-09-25 00:00"),
    ],
)
def test_latest_and_next_time(times, now, latest, following):
    assert times.latest(at(now)) == at(latest)
    assert times.next(at(now)) == at(following)


TIMES = st.one_of(
    st.builds(Times, st.just("hour"), st.times()),
    st.builds(Times, st.just("day"), st.times(), working_days=st.booleans()),
    st.builds(Times, st.just("week"), st.times(), on=st.integers(1, 7)),
    st.builds(Times, st.just("month"), st.times(), on=st.integers(1, 28)),
)


@given(TIMES, st.datetimes(dt.datetime(2017, 3, 1), dt.datetime(2030, 1, 1), timezones=st.just(SHANGHAI)))
def test_no_time_lies_between_latest_and_next(times, now):
    latest, following = times.latest(now), times.next(now)
    assert latest <= now < following
    assert times.next(latest) == following, "nothing lies between"
    assert times.latest(following) == following
    if times.working_days:
        assert is_working_day(latest.date())
        assert is_working_day(following.date())


@pytest.mark.parametrize("wrong", [{"every": "week", "on": 8}, {"every": "month", "on": 31}, {"every": "day", "on": 2}])
def test_a_day_that_does_not_exist_is_refused(wrong):
    with pytest.raises(ValueError, match="no such day"):
        Times(**wrong)


def test_times_in_words():
    said = [Times("day", dt.time(8, 30), working_days=True), Times("week", dt.time(9), on=5), Times("hour")]
    assert [str(in_words(times)) for times in said] == ["每个工作日 08:30", "每周五 09:00", "每小时第 0 分"]


# Once


@pytest.mark.django_db
def test_each_time_is_run_once_however_often_it_ticks(only, set_clock):
    set_clock("2017-09-15 08:29:30")
    schedules.tick()
    ran.clear()
    set_clock("2017-09-15 08:30:10")
    assert [schedules.tick() for _ in range(4)] == [1, 0, 0, 0]
    assert ran == [at("2017-09-15 08:30")]


@pytest.mark.django_db
def test_after_a_pause_the_latest_missed_time_is_run_once(only, set_clock):
    set_clock("2017-09-11 08:31")
    schedules.tick()
    set_clock("2017-09-15 07:00")
    schedules.tick()
    schedules.tick()
    assert ran == [at("2017-09-11 08:30"), at("2017-09-14 08:30")]


@pytest.mark.django_db
def test_a_day_off_runs_nothing(only, set_clock):
    set_clock("2017-09-30 08:31")
    schedules.tick()
    for day in range(1, 9):
        set_clock(f"2017-10-{day:02} 12:00")
        schedules.tick()
    assert ran == [at("2017-09-30 08:30")]


@pytest.mark.django_db
def test_a_replayed_winter_has_its_own_runs(only, set_clock):
    schedules.tick()
    ran.clear()
    set_clock("2017-12-15 09:00")
    schedules.tick()
    assert ran == [at("2017-12-15 08:30")]


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_tick_together_start_one_run(only, settings):
    settings.LANTIAN_JOBS = "worker"

    def one_tick(_n: int) -> int:
        try:
            return schedules.tick()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one_tick, range(4))) == 1
    assert ScheduleRun.objects.count() == Job.objects.count() == 1


@pytest.mark.django_db
def test_a_failed_run_is_tried_again_after_a_pause_three_times_in_all(only, set_clock):
    set_clock("2017-09-15 09:00")
    outcome.append(RuntimeError("x"))
    schedules.tick()
    assert schedules.tick() == 0, "not at once"
    for _ in range(4):
        Job.objects.update(finished_at=clock.real_now() - 2 * PAUSE)
        schedules.tick()
    assert ran == [at("2017-09-15 08:30")] * 3
    assert ScheduleRun.objects.get().tries == 3


@pytest.mark.django_db
def test_a_run_whose_worker_was_killed_is_started_again(only, set_clock, settings):
    settings.LANTIAN_JOBS = "worker"
    set_clock("2017-09-15 09:00")
    schedules.tick()
    long_ago = clock.real_now() - dt.timedelta(hours=1)
    Job.objects.update(state="running", heartbeat_at=long_ago)
    schedules.tick()  # finds it dead
    assert ScheduleRun.objects.get().job.state == "failed"
    Job.objects.update(finished_at=long_ago)
    settings.LANTIAN_JOBS = "inline"
    assert schedules.tick() == 1
    run = ScheduleRun.objects.get()
    assert (run.tries, run.job.state, run.job.result) == (2, "done", {"done": 1})


@pytest.mark.django_db
def test_what_failed_yesterday_is_not_tried_again_today(only, set_clock):
    set_clock("2017-09-14 09:00")
    outcome.append(RuntimeError("x"))
    schedules.tick()
    outcome.clear()
    set_clock("2017-09-15 09:00")
    schedules.tick()
    Job.objects.update(finished_at=clock.real_now() - 2 * PAUSE)
    schedules.tick()
    assert ran == [at("2017-09-14 08:30"), at("2017-09-15 08:30")]


@pytest.mark.django_db
def test_the_administrator_runs_one_at_once(only, district):
    run = schedules.run_now(district.administrator, "test.one")
    assert run.by_hand
    assert ScheduleRun.objects.get().job.result == {"done": 1}
    assert AuditEvent.objects.filter(action="core.run_schedule").count() == 1
    with pytest.raises(Refused):
        schedules.run_now(district.air_office, "test.one")


@pytest.mark.django_db
def test_old_runs_are_tidied_away(only, set_clock):
    set_clock("2017-09-15 09:00")
    schedules.tick()
    assert schedules.tidy(clock.now(), None) == {"removed": 0}
    Job.objects.update(created_at=clock.real_now() - 2 * schedules.KEPT)
    assert schedules.tidy(clock.now(), None) == {"removed": 1}
    assert ScheduleRun.objects.count() == 0


# The job runner


def test_the_database_knows_how_its_rows_lie(db):
    Tick.objects.create(next_at=clock.real_now())
    schedules.take_statistics(clock.now(), lambda share, message="": None)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from sqlite_stat1 where tbl = %s", [Tick._meta.db_table])
            assert cursor.fetchone()[0] > 0


@pytest.mark.django_db
def test_a_minutes_tick_is_begun_once():
    assert tick.begin()
    assert not tick.begin()
    Tick.objects.update(next_at=clock.real_now())
    assert [tick.begin(), tick.begin()] == [True, False]
    assert set(tick.tick()) == {"runs", "sent"}


@pytest.mark.django_db
def test_a_job_runner_that_stands_still_shows():
    assert tick.stands_still()
    assert tick.begin()
    assert not tick.stands_still()
    Tick.objects.update(next_at=clock.real_now() - dt.timedelta(minutes=10))
    assert tick.stands_still()
