"""Background work on the database we already have: a `Job` row that people see is also its place in the queue.

    @job("plans.parse", title=_("解析方案文件"))
    def parse(job, progress):
        progress(0.4, _("识别任务"))           # raises Cancelled when the person stopped it
        return {"tasks": 96}                   # kept as job.result

    enqueue("plans.parse", request.person, import_id=7)

A worker (`workers`) claims the oldest row that waits by one conditional update, so that a job runs once. A thread
beats its heart while it runs; a job whose heart stopped (machine off, worker killed) is given up by `sweep()`, and who
had claimed it stores nothing more (`lease`).
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, models, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.site.core import audit, clock, policy
from lantian.site.core.context import Origin, coming_from
from lantian.site.core.faults import Fault, Text, WrongState
from lantian.site.core.lease import STALE, Lease, Lost, holding
from lantian.site.core.locks import unclaimed
from lantian.site.core.models import Job
from lantian.site.core.registries import Registry

log = logging.getLogger(__name__)

BEAT = dt.timedelta(seconds=5)
QUICK = dt.timedelta(seconds=1)  # while the heart tells of progress as well
LONGEST = dt.timedelta(hours=1)  # a job that takes longer never ends, unless its kind says otherwise
WAITS_LONG = dt.timedelta(seconds=30)

policy.declare(
    {
        "core.see_jobs": policy.roles("system_admin"),
        "core.see_job": policy.when(lambda actor, job: job is None or _own(actor, job), gettext_lazy("提交人"))
        | policy.roles("system_admin"),
        "core.cancel_job": policy.when(lambda actor, job: job is None or _own(actor, job), gettext_lazy("提交人"))
        | policy.roles("system_admin"),
    },
    titles={
        "core.see_jobs": gettext_lazy("查看全部后台任务"),
        "core.see_job": gettext_lazy("查看后台任务"),
        "core.cancel_job": gettext_lazy("停止后台任务"),
    },
)


class Cancelled(Exception):
    """The person stopped the job."""


@dataclass(frozen=True)
class Kind:
    """A kind of job: what runs, what it is called, where its outcome is looked at (`done_url(job)`), whether one that
    waits will do for whoever asks once more (`once`), and how long one of it may take (`longest(job)`)."""

    name: str
    run: Callable[[Job, Progress], dict[str, Any] | None]
    title: Text
    done_url: Callable[[Job], str] | None = None
    once: bool = False
    longest: Callable[[Job], dt.timedelta] = lambda job: LONGEST


kinds: Registry[Kind] = Registry("kind of job")
Runner = Callable[[Job, "Progress"], dict[str, Any] | None]


def job(
    name: str,
    *,
    title: Text = "",
    done_url: Callable[[Job], str] | None = None,
    once: bool = False,
    longest: Callable[[Job], dt.timedelta] = lambda job: LONGEST,
) -> Callable[[Runner], Runner]:
    """Register a function as a kind of job. It lives in the room's `jobs.py`, imported in `ready()`.

    `once` is for work that looks at all there is whenever it begins: asked for again by the same person while one
    still waits, it waits once. One that takes longer than `longest` says is given up.
    """

    def register(run: Runner) -> Runner:
        kinds.register(name, Kind(name, run, title or name, done_url, once, longest))
        return run

    return register


class Progress:
    """Told to by a running job; writes at most a few times a second.

    Inside a transaction of the work nobody would see what it writes, and the row would stay locked until the end:
    there it leaves what it is told to the heart, which beats on a connection of its own (`noted`).
    """

    EVERY = 0.25

    def __init__(self, job: Job) -> None:
        self.job = job
        self.lease = Lease(job.pk)
        self.noted: dict[str, Any] = {}
        self.has_heart = False
        self._written = 0.0

    def __call__(self, share: float, message: Text = "") -> None:
        """The share done (0 to 1) and what is being done.

        Raises
        ------
        Cancelled : the person stopped the job
        Lost : the job was given up
        """
        if time.monotonic() - self._written < self.EVERY and share < 1:
            return
        self._written = time.monotonic()
        share = min(max(share, 0.0), 1.0)
        told: dict[str, Any] = {"progress": share}
        if message:
            told["message"] = str(message)[:500]
        if self.has_heart and connection.in_atomic_block:
            self.noted = told
        else:
            self.noted = {}
            if not self.lease.beat(**told):
                raise Lost(f"job {self.job.pk}")
        if Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists():
            raise Cancelled


def enqueue(kind: str, person: policy.Actor, **params: Any) -> Job:
    """Put a job into the queue, in the transaction of the action that wants it done."""
    known = kinds[kind]
    who = person.pk if isinstance(person, models.Model) else None
    if known.once and (waiting := _waiting(kind, who, params)) is not None:
        return waiting
    created = Job.objects.create(kind=kind, title=str(known.title)[:300], params=params, created_by_id=who)
    if settings.LANTIAN_JOBS == "inline":
        run(created.pk)
        created.refresh_from_db()
    return created


def _waiting(kind: str, person: Any, params: dict[str, Any]) -> Job | None:
    """The same wish of the same person that waits already: kept from beginning until our transaction has ended, so that
    it sees what we have changed."""
    same = Job.objects.filter(kind=kind, state=Job.State.QUEUED, created_by_id=person, params=params)
    return next((one for one in same.order_by("pk") if same.filter(pk=one.pk).update(state=Job.State.QUEUED)), None)


def claim_next() -> int | None:
    """Claim the job that has waited longest, for this process to carry out; None when none waits."""
    waiting = Job.objects.filter(state=Job.State.QUEUED)
    if not waiting.exists():  # asked often: SQLite's one writer need not be disturbed for that
        return None
    with transaction.atomic():
        pk = unclaimed(waiting).values_list("pk", flat=True).first()
        return pk if pk is not None and _claim(pk) else None


def _claim(pk: int) -> bool:
    now = clock.real_now()
    waiting = Job.objects.filter(pk=pk, state=Job.State.QUEUED)
    return bool(waiting.update(state=Job.State.RUNNING, started_at=now, heartbeat_at=now))


def run(pk: int) -> str:
    """Run a job here and now if it waits. Returns the state it is in afterwards."""
    if _claim(pk):
        return carry_out(pk)
    found = Job.objects.filter(pk=pk).first()
    return found.state if found else "missing"


def carry_out(pk: int, *, lost: Callable[[], None] = lambda: None) -> str:
    """Bring a job that was claimed to its end. Returns the state it ended in.

    `lost` is called from the thread of the heart when the job was given up, for it cannot stop the one that works.
    """
    job = Job.objects.select_related("created_by").get(pk=pk)
    progress = Progress(job)
    origin = Origin(request_id=f"job-{job.pk}")
    try:
        with _beating(progress, lost), holding(progress.lease), coming_from(origin), _language():
            ended = _outcome(job, progress)
    except Lost:
        log.warning("job %s (%s) was given up while it stood still: stopped", job.pk, job.kind)
        return str(Job.objects.get(pk=pk).state)
    ended["finished_at"] = clock.real_now()
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(**ended)
    return str(ended["state"])


def _outcome(job: Job, progress: Progress) -> dict[str, Any]:
    """Run the work; its outcome as fields of the row. No error leaves this function."""
    try:
        if job.cancel_asked:
            raise Cancelled
        with transaction.atomic() if connection.in_atomic_block else _nothing():
            result = audit.plain(kinds[job.kind].run(job, progress))
    except Cancelled:
        return {"state": Job.State.CANCELLED, "message": _("已按要求停止，没有留下改动。")}
    except Fault as fault:
        return {"state": Job.State.FAILED, "message": str(fault)[:500], "error": repr(fault)}
    except Exception as error:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        sentence = _("程序出错（{kind}），没有完成。请把任务编号 {pk} 告诉管理员。")
        return {
            "state": Job.State.FAILED,
            "message": sentence.format(kind=type(error).__name__, pk=job.pk),
            "error": traceback.format_exc()[-20_000:],
        }
    return {"state": Job.State.DONE, "progress": 1.0, "result": result, "message": _("已完成。")}


def cancel(actor: policy.Actor, job: Job) -> Job:
    """Stop a job: at once when it waits, at its next sign of progress when it runs."""
    policy.require(actor, "core.cancel_job", job)
    now = clock.real_now()
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, cancel_asked=True, finished_at=now, message=_("开始前已取消。")
    )
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_asked=True)
    job.refresh_from_db()
    if not (waiting or running or job.state == Job.State.CANCELLED):
        raise WrongState(_("后台任务已经结束，不能再取消。"), found=job.state, expected=["queued", "running"])
    return job


def sweep() -> int:
    """Give up jobs whose heart stopped and such that never end; how many. Cheap; pages that show jobs call it."""
    now = clock.real_now()
    running = Job.objects.filter(state=Job.State.RUNNING)
    ended = {"state": Job.State.FAILED, "finished_at": now}
    broken = _("处理进程中断（可能断电、重启或内存不足），没有完成。请重新提交。")
    given_up = running.filter(heartbeat_at__lt=now - STALE).update(**ended, message=broken)
    endless = _("运行超过 {hours} 小时，已经停止，没有完成。请把任务编号告诉管理员。")
    for one in running.defer("error", "result"):
        longest = kinds[one.kind].longest(one) if one.kind in kinds else LONGEST
        if one.started_at is not None and one.started_at < now - longest:
            told = endless.format(hours=f"{longest / dt.timedelta(hours=1):g}")
            given_up += running.filter(pk=one.pk).update(**ended, message=told)
    return given_up


def waits_long(job: Job) -> bool:
    """Whether a job waits so long that the job runner is probably not running."""
    return bool(job.state == Job.State.QUEUED and clock.real_now() - job.created_at > WAITS_LONG)


def done_url(job: Job) -> str:
    """Where the outcome of a finished job is looked at, or nothing."""
    if job.state != Job.State.DONE or job.kind not in kinds:
        return ""
    where = kinds[job.kind].done_url
    return where(job) if where else ""


def _own(actor: policy.Actor, job: Job) -> bool:
    return isinstance(actor, models.Model) and job.created_by_id == actor.pk


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def _language() -> Iterator[None]:
    with translation.override(settings.LANGUAGE_CODE):
        yield


@contextmanager
def _beating(progress: Progress, lost: Callable[[], None]) -> Iterator[None]:
    """Beat the job's heart from a thread of its own, as a long computation gives no sign of progress."""
    job = progress.job
    if connection.in_atomic_block or settings.LANTIAN_JOBS == "inline":
        yield
        return
    stop = threading.Event()
    progress.has_heart = True

    def beat() -> None:
        while not stop.wait((QUICK if progress.noted else BEAT).total_seconds()):
            try:
                close_old_connections()
                if not progress.lease.beat(**progress.noted) and not stop.is_set():
                    lost()
            except DatabaseError:
                log.info("job %s: heartbeat not written this time", job.pk)
        connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=2)
