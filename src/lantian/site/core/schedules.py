"""What happens by the clock: a registry of schedules, each run once for each of its times.

    @schedule("plans.reminders", title=_("任务到期提醒"), every="day", at="08:30", working_days=True)
    def reminders(due, progress):
        ...
        return {"notices": 12}                  # kept as the job's result

`tick()` is called every minute by the job runner. It starts what is due: a `ScheduleRun` row, unique for schedule and
time, and a job, both in one transaction, so that of two workers one starts it. After the machine was off the latest
missed time is run, once; earlier ones are not. The times are those of `core.clock`, so that a replayed winter has its
reminders.

A run whose worker was killed, or that failed, is started again up to `TRIES` times. What a schedule does must
therefore bear being done twice: `notify(key=…)` is made for that.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.calendar import is_working_day
from lantian.site.core import audit, clock, jobs, policy
from lantian.site.core.faults import Text, WrongState
from lantian.site.core.models import Job, ScheduleRun
from lantian.site.core.policy import Actor, System
from lantian.site.core.registries import Registry

log = logging.getLogger(__name__)

TRIES = 3
PAUSE = dt.timedelta(minutes=5)
KEPT = dt.timedelta(days=400)
LOOK_BACK = 40  # days: longer than any holiday, and than a month
SYSTEM = System("定时任务")
Every = Literal["hour", "day", "week", "month"]
Runner = Callable[[dt.datetime, jobs.Progress], dict[str, Any] | None]

policy.declare(
    {"core.see_schedules": policy.roles("system_admin"), "core.run_schedule": policy.roles("system_admin")},
    titles={"core.see_schedules": _("查看定时任务"), "core.run_schedule": _("立即运行定时任务")},
)


@dataclass(frozen=True)
class Times:
    """When a schedule is due, in the site's time zone.

    Attributes
    ----------
    every : hour, day, week or month
    at : hour and minute; of an hour only the minute counts
    on : of a week the day from 1 (Monday) to 7, of a month the day from 1 to 28
    working_days : not on days that offices do not work; for `every="day"`
    """

    every: Every
    at: dt.time = dt.time(0, 0)
    on: int = 1
    working_days: bool = False

    def __post_init__(self) -> None:
        if self.working_days and self.every != "day":
            raise ValueError("working_days goes with every='day'")
        if not 1 <= self.on <= {"week": 7, "month": 28}.get(self.every, 1):
            raise ValueError(f"no such day of a {self.every}: {self.on}")

    def latest(self, now: dt.datetime) -> dt.datetime | None:
        """The latest time not after `now`; None where there was none in the last weeks."""
        if self.every == "hour":
            this = now.replace(minute=self.at.minute, second=0, microsecond=0)
            return this if this <= now else this - dt.timedelta(hours=1)
        days = (now.date() - dt.timedelta(days=back) for back in range(LOOK_BACK))
        return next((due for day in days if self._fits(day) and (due := self._on(day, now)) <= now), None)

    def next(self, now: dt.datetime) -> dt.datetime | None:
        """The first time after `now`."""
        if self.every == "hour":
            due = self.latest(now)
            return due + dt.timedelta(hours=1) if due else None
        days = (now.date() + dt.timedelta(days=ahead) for ahead in range(LOOK_BACK))
        return next((due for day in days if self._fits(day) and (due := self._on(day, now)) > now), None)

    def _fits(self, day: dt.date) -> bool:
        if self.every == "week":
            return day.isoweekday() == self.on
        if self.every == "month":
            return day.day == self.on
        return not self.working_days or is_working_day(day)

    def _on(self, day: dt.date, now: dt.datetime) -> dt.datetime:
        return dt.datetime.combine(day, self.at, tzinfo=now.tzinfo)


@dataclass(frozen=True)
class Schedule:
    """A schedule: what runs, when, what it is called, and how long one run may take before it is given up."""

    name: str
    run: Runner
    times: Times
    title: Text
    longest: dt.timedelta = jobs.LONGEST


schedules: Registry[Schedule] = Registry("schedule")


def schedule(
    name: str,
    *,
    title: Text,
    every: Every,
    at: str = "00:00",
    on: int = 1,
    working_days: bool = False,
    longest: dt.timedelta = jobs.LONGEST,
) -> Callable[[Runner], Runner]:
    """Register a function to be run by the clock; see `Times` for when. Its module is imported in `ready()`."""
    times = Times(every, dt.time.fromisoformat(at), on, working_days)

    def register(run: Runner) -> Runner:
        schedules.register(name, Schedule(name, run, times, title, longest))
        return run

    return register


def tick() -> int:
    """Start what is due, and again what broke off; how many runs were started. Any number may tick at once."""
    held = clock.hold()
    try:
        now = clock.now()
        jobs.sweep()
        started = 0
        for one in schedules:
            due = one.times.latest(now)
            if due is not None and not ScheduleRun.objects.filter(name=one.name, due_at=due).exists():
                started += start(one, due) is not None
        return started + _again()
    finally:
        clock.release(held)


def start(one: Schedule, due: dt.datetime, *, by: Actor = SYSTEM, by_hand: bool = False) -> ScheduleRun | None:
    """Start a run for a time; None when it has one already."""
    try:
        with transaction.atomic():
            run = ScheduleRun.objects.create(name=one.name, due_at=due, by_hand=by_hand)
            _enqueue(run, by)
    except IntegrityError:
        return None
    return run


def run_now(actor: Actor, name: str) -> ScheduleRun:
    """Run a schedule at once, whatever its times."""
    one = schedules[name]
    policy.require(actor, "core.run_schedule")
    with transaction.atomic():
        run = start(one, clock.now(), by=actor, by_hand=True)
        if run is None:
            raise WrongState(_("这个定时任务刚刚启动过。"), remedy=_("请稍后再试。"))
        audit.append(actor, "core.run_schedule", run, after={"name": name, "due_at": run.due_at})
    return run


def _again() -> int:
    """Start runs again that broke off or failed, after a pause; only the latest of each schedule is worth it."""
    begun = 0
    late = clock.real_now() - PAUSE
    failed = ScheduleRun.objects.filter(job__state=Job.State.FAILED, job__finished_at__lt=late, tries__lt=TRIES)
    for run in failed.filter(by_hand=False):
        newer = ScheduleRun.objects.filter(name=run.name, pk__gt=run.pk, by_hand=False)
        if run.name not in schedules or newer.exists():
            continue
        with transaction.atomic():
            mine = ScheduleRun.objects.filter(pk=run.pk, job=run.job, tries=run.tries)
            if mine.update(tries=run.tries + 1, job=None):
                _enqueue(ScheduleRun.objects.get(pk=run.pk), SYSTEM)
                begun += 1
    return begun


def _enqueue(run: ScheduleRun, by: Actor) -> None:
    """The run's job. Its row is tied to the run before a worker can see either, as both are of one transaction."""
    job = jobs.enqueue("core.schedule", by, run=run.pk, name=run.name)
    ScheduleRun.objects.filter(pk=run.pk).update(job=job)
    run.job = job


def _longest(job: Job) -> dt.timedelta:
    one = schedules.get(job.params.get("name", ""))
    return one.longest if one else jobs.LONGEST


@jobs.job("core.schedule", title=_("定时任务"), longest=_longest)
def run_schedule(job: Job, progress: jobs.Progress) -> dict[str, Any] | None:
    """Run a schedule for its time."""
    run = ScheduleRun.objects.get(pk=job.params["run"])
    one = schedules[run.name]
    Job.objects.filter(pk=job.pk).update(title=str(one.title)[:300])
    return one.run(run.due_at, progress)


@schedule("core.tidy", title=_("清理旧的运行记录"), every="day", at="03:20")
def tidy(due: dt.datetime, progress: jobs.Progress) -> dict[str, Any]:
    """Remove runs of long ago with their jobs, so that they do not fill the database."""
    old = Job.objects.filter(kind="core.schedule", created_at__lt=clock.real_now() - KEPT)
    ScheduleRun.objects.filter(job__in=old).delete()
    removed, _by_model = old.delete()
    return {"removed": removed}


@schedule("core.statistics", title=_("更新数据库的统计"), every="day", at="03:40")
def take_statistics(due: dt.datetime, progress: jobs.Progress) -> dict[str, Any]:
    """Let SQLite count what it plans its queries by; PostgreSQL does so by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 1000")  # rows of each index: others wait but a moment
            cursor.execute("ANALYZE")
    return {}


def last_runs() -> dict[str, ScheduleRun]:
    """The latest run of each schedule, with its job: one query."""
    latest = ScheduleRun.objects.order_by().values("name").annotate(last=Max("pk")).values("last")
    return {run.name: run for run in ScheduleRun.objects.filter(pk__in=latest).select_related("job")}
