"""A running job belongs to the process that claimed it, as long as its heart beats.

A process can stand still and wake up: a laptop that slept, a machine that was frozen to be moved. Meanwhile its job was
given up, and perhaps started again. What it goes on to do must not be stored beside what its successor did: every
event of the trail, which closes each action's transaction, asks here first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from lantian.site.core import clock
from lantian.site.core.models import Job

STALE = dt.timedelta(seconds=60)  # a job whose heart has not beaten for so long is given up
SURE = STALE / 3  # so long after a beat nobody has given it up


class Lost(BaseException):
    """The job is no longer ours: it was given up while we stood still. No work may catch this and go on."""


class Lease:
    """That a job is ours. `beat` says whether it still is, and makes it so for a while."""

    def __init__(self, job: int) -> None:
        self.job = job
        self._beaten = clock.real_now()

    def beat(self, **told: object) -> bool:
        now = clock.real_now()  # before it is written: what is stored is never younger than what we believe
        ours = Job.objects.filter(pk=self.job, state=Job.State.RUNNING).update(heartbeat_at=now, **told)
        if ours:
            self._beaten = now
        return bool(ours)

    def hold(self) -> None:
        """Raise `Lost` when the job is not ours any more. Asks the database only when the heart did not beat lately."""
        if abs(clock.real_now() - self._beaten) > SURE and not self.beat():
            raise Lost(f"job {self.job}")


_held: ContextVar[Lease | None] = ContextVar("lantian_lease", default=None)


@contextmanager
def holding(lease: Lease) -> Iterator[None]:
    """All that is done within is done for this job."""
    token = _held.set(lease)
    try:
        yield
    finally:
        _held.reset(token)


def hold() -> None:
    """Raise `Lost` when what is being done is done for a job that was given up."""
    if (lease := _held.get()) is not None:
        lease.hold()
