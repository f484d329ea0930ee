"""Background jobs: what a person sees of them, however they end."""

from __future__ import annotations

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from lantian.site.core import audit, clock, jobs, lease, schedules
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent, Job
from lantian.site.core.policy import System

pytestmark = pytest.mark.django_db


def three_steps(job, progress):
    for share in (0.2, 0.6, 0.9):
        progress(share, f"第 {share} 步")
    return {"sum": sum(job.params["numbers"])}


def stopped_by_a_person(job, progress):
    Job.objects.filter(pk=job.pk).update(cancel_asked=True)
    progress(0.5)
    raise AssertionError("progress() must have stopped the job")


def refused(job, progress):
    raise Invalid("第 3 行不是数字。", remedy="请改正后再导入。")


def broken(job, progress):
    return {"x": 1 / 0}


for name, run in {"three": three_steps, "stopped": stopped_by_a_person, "refused": refused, "broken": broken}.items():
    jobs.job(f"test.{name}", title=f"测试{name}")(run)
jobs.job("test.once", title="测试一次", once=True)(three_steps)


@pytest.fixture(autouse=True)
def at_once(settings):
    settings.LANTIAN_JOBS = "inline"


def test_a_job_runs_to_its_end_and_keeps_its_result(district):
    job = jobs.enqueue("test.three", district.air_office, numbers=[1, 2, 3])
    assert (job.state, job.progress, job.result) == ("done", 1.0, {"sum": 6})
    assert job.started_at <= job.finished_at


def test_inside_the_works_transaction_the_heart_tells_of_progress(district):
    job = Job.objects.create(kind="test.three", state="running", created_by=district.air_office)
    progress = jobs.Progress(job)
    progress.has_heart = True
    progress(0.5, "一半")
    job.refresh_from_db()
    assert job.progress == 0, "nobody would see it, and the row would stay locked"
    assert progress.noted == {"progress": 0.5, "message": "一半"}


def test_a_stopped_job_ends_as_cancelled(district):
    assert jobs.enqueue("test.stopped", district.air_office).state == "cancelled"


def test_a_typed_error_is_the_message(district):
    job = jobs.enqueue("test.refused", district.air_office)
    assert (job.state, job.message) == ("failed", "第 3 行不是数字。请改正后再导入。")


def test_a_bug_gives_the_reader_a_number_and_the_administrator_the_trace(district, site):
    job = jobs.enqueue("test.broken", district.air_office)
    assert job.state == "failed"
    assert str(job.pk) in job.message
    assert "ZeroDivisionError" in job.error
    url = f"/jobs/{job.pk}"
    assert "1 / 0" not in site.log_in(district.air_office).get(url).content.decode()
    assert "1 / 0" in site.log_in(district.administrator).get(url).content.decode()


def test_a_job_that_is_run_twice_runs_once(district):
    job = jobs.enqueue("test.three", district.air_office, numbers=[1])
    finished = job.finished_at
    assert jobs.run(job.pk) == "done"
    job.refresh_from_db()
    assert job.finished_at == finished


def test_a_job_whose_heart_stopped_is_marked_as_failed(district):
    now = clock.real_now()
    dead = Job.objects.create(
        kind="test.three", state="running", heartbeat_at=now - jobs.STALE - dt.timedelta(seconds=1)
    )
    alive = Job.objects.create(kind="test.three", state="running", heartbeat_at=now)
    assert jobs.sweep() == 1
    dead.refresh_from_db(), alive.refresh_from_db()
    assert (dead.state, alive.state) == ("failed", "running")
    assert "中断" in dead.message


def test_a_dead_job_that_wakes_up_again_stays_failed(district):
    job = Job.objects.create(kind="test.three", state="failed", message="中断")
    with pytest.raises(jobs.Lost):
        jobs.Progress(job)(0.5, "还在走")
    job.refresh_from_db()
    assert (job.progress, job.message) == (0.0, "中断")


def test_what_a_dead_job_does_when_it_wakes_up_is_not_stored(district, monkeypatch):
    """It stood still for so long that it was given up: the next event of the trail finds out."""
    job = Job.objects.create(kind="test.three", state="running", heartbeat_at=clock.real_now())
    held = lease.Lease(job.pk)
    with lease.holding(held):
        audit.append(district.air_office, "test.alive", job)
        now = clock.real_now() + 2 * jobs.STALE
        monkeypatch.setattr(clock, "real_now", lambda: now)
        assert jobs.sweep() == 1
        with pytest.raises(lease.Lost):
            audit.append(district.air_office, "test.woken", job)
    audit.append(district.air_office, "test.others", job)
    told = AuditEvent.objects.filter(action__startswith="test.").values_list("action", flat=True)
    assert sorted(told) == ["test.alive", "test.others"]


def test_a_job_that_only_stood_still_goes_on(district, monkeypatch):
    job = Job.objects.create(kind="test.three", state="running", heartbeat_at=clock.real_now())
    with lease.holding(lease.Lease(job.pk)):
        now = clock.real_now() + 2 * jobs.STALE
        monkeypatch.setattr(clock, "real_now", lambda: now)
        audit.append(district.air_office, "test.woken", job)
    assert jobs.sweep() == 0, "its heart has beaten"


def test_a_job_without_end_is_given_up(district):
    now = clock.real_now()
    Job.objects.create(kind="test.three", state="running", heartbeat_at=now, started_at=now - 2 * jobs.LONGEST)
    assert jobs.sweep() == 1
    assert "1 小时" in Job.objects.get().message


def test_a_schedule_says_how_long_it_may_take(district):
    now = clock.real_now()
    for name in ("series.archive", "core.tidy"):
        assert schedules.schedules[name].longest == (6 if name == "series.archive" else 1) * jobs.LONGEST
        started = {"heartbeat_at": now, "started_at": now - 2 * jobs.LONGEST}
        Job.objects.create(kind="core.schedule", state="running", params={"run": 1, "name": name}, **started)
    assert jobs.sweep() == 1
    assert Job.objects.get(state="running").params["name"] == "series.archive"


def test_who_waits_longest_is_next(district, settings):
    settings.LANTIAN_JOBS = "worker"
    first, second = (jobs.enqueue("test.three", district.air_office, numbers=[n]) for n in (1, 2))
    assert [jobs.claim_next(), jobs.claim_next(), jobs.claim_next()] == [first.pk, second.pk, None]
    assert jobs.carry_out(first.pk) == jobs.carry_out(second.pk) == "done"


def test_of_one_wish_one_waits(district, settings):
    settings.LANTIAN_JOBS = "worker"

    def asked(who=district.air_office, **params):
        return jobs.enqueue("test.once", who, **params).pk

    first = asked()
    assert asked() == first
    assert len({first, asked(district.leader), asked(place=7)}) == 3, "another's wish, and another one, stand alone"
    assert jobs.claim_next() == first
    assert asked() != first, "one that has begun may have looked already"


def waiting(person) -> Job:
    return Job.objects.create(kind="test.three", title="测试", created_by=person)


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(district):
    job = jobs.cancel(district.air_office, waiting(district.air_office))
    assert job.state == "cancelled"
    assert jobs.run(job.pk) == "cancelled"


def test_only_its_own_person_or_the_administrator_cancels(district):
    job = waiting(district.air_office)
    with pytest.raises(Refused, match="管理员"):
        jobs.cancel(district.leader, job)
    assert jobs.cancel(district.administrator, job).state == "cancelled"


def test_what_is_over_cannot_be_cancelled(district):
    job = jobs.enqueue("test.three", district.air_office, numbers=[])
    with pytest.raises(WrongState):
        jobs.cancel(district.air_office, job)


def test_others_do_not_see_a_job(district, site):
    job = waiting(district.air_office)
    assert site.log_in(district.leader).get(f"/jobs/{job.pk}").status_code == 404
    assert site.log_in(district.leader).get("/jobs").status_code == 403
    assert site.log_in(district.administrator).get("/jobs").status_code == 200


def test_the_progress_part_asks_again_until_the_job_is_over(district, site):
    job = waiting(district.air_office)
    site.log_in(district.air_office)
    asked = f"/jobs/{job.pk}/progress"
    assert 'hx-trigger="every' in site.get(asked, headers={"HX-Request": "true"}).content.decode()
    Job.objects.filter(pk=job.pk).update(state="done", progress=1.0)
    over = site.get(asked, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in over
    assert "<html" not in over


def test_a_job_that_nobody_fetches_says_so(district, site):
    job = waiting(district.air_office)
    Job.objects.filter(pk=job.pk).update(created_at=clock.real_now() - 2 * jobs.WAITS_LONG)
    site.log_in(district.air_office)
    assert "lantian serve" in site.get(f"/jobs/{job.pk}").content.decode()


@pytest.mark.django_db(transaction=True)
def test_workers_claim_different_jobs_and_none_whose_asker_is_not_done(settings):
    settings.LANTIAN_JOBS = "worker"

    def claimed(_number: int) -> int | None:
        try:
            return jobs.claim_next()
        finally:
            connection.close()

    made = {jobs.enqueue("test.three", System(), numbers=[number]).pk for number in range(6)}
    with ThreadPoolExecutor(8) as pool:
        assert sorted(filter(None, pool.map(claimed, range(8)))) == sorted(made)

        first = jobs.enqueue("test.once", System()).pk
        with transaction.atomic():
            assert jobs.enqueue("test.once", System()).pk == first
            early = pool.submit(claimed, 0)
            time.sleep(0.3)
            assert Job.objects.get(pk=first).state == "queued", "it would not see what we have changed"
        assert (early.result() or claimed(0)) == first
