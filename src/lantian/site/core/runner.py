"""The job runner of `lantian serve`: some workers that carry out jobs, and a clock that ticks, each a process.

They share nothing but the database: no queue, no lock. One that is killed at any moment, as the kernel does when
memory is short, leaves the others as they were, and its seat is filled again. None outlives the runner: it would go on
with its job beside those who come after.

This module loads nothing of the platform itself, as a process that is spawned begins here.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module

import django
from django.db import connections

log = logging.getLogger(__name__)

LOOKS = 0.5  # seconds between looks at what is to be done
BREATH = 2.0  # seconds before a seat is filled again: whoever dies at once must not keep the machine busy
LINUX = sys.platform.startswith("linux")
PR_SET_PDEATHSIG = 1  # linux/prctl.h
Asked = Callable[[], bool]
Work = Callable[[Asked], None]

# Forked where that is sound, since most of what a worker needs is loaded already; spawned elsewhere.
_processes = multiprocessing.get_context("fork" if LINUX else "spawn")


def run_jobs(workers: int) -> None:
    """Run until we are asked to end, and then until the jobs under way have ended."""
    asked = asked_to_end()
    seats = [Seat("work"), *(Seat("work") for _more in range(workers - 1)), Seat("tick")]
    connections.close_all()  # none may be open when processes are forked from this one
    gc.collect()
    gc.freeze()
    while not asked():
        for seat in seats:
            seat.fill()
        time.sleep(LOOKS)
    for seat in seats:
        seat.ask_to_end()
    for seat in seats:
        seat.wait()


class Seat:
    """A place for one process, which is taken again when the process has ended."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._sitting: multiprocessing.process.BaseProcess | None = None
        self._since = -BREATH

    def fill(self) -> None:
        if self._sitting is not None:
            if self._sitting.is_alive() or time.monotonic() - self._since < BREATH:
                return
            if self._sitting.exitcode:
                log.warning("job runner: %s ended with %s, replaced", self.what, self._sitting.exitcode)
        self._since = time.monotonic()
        self._sitting = _processes.Process(target=_begin, args=(self.what, os.getpid()), name=self.what)  # type: ignore[attr-defined]
        self._sitting.start()

    def ask_to_end(self) -> None:
        if self._sitting is not None:
            self._sitting.terminate()

    def wait(self) -> None:
        if self._sitting is not None:
            self._sitting.join()


def _begin(what: str, runner: int) -> None:
    """What a process does in a seat: a function of `workers`."""
    _end_with(runner)
    asked = asked_to_end()
    django.setup()
    work: Work = getattr(import_module("lantian.site.core.workers"), what)
    work(asked)


def asked_to_end() -> Asked:
    """Whether somebody has asked this process to end; from now on it does so when it has done what it is doing."""
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: told.append(number))
    return lambda: bool(told)


def _end_with(runner: int) -> None:
    """Never live longer than the runner, however it ends and whatever we are doing."""
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != runner:  # it ended before we had asked for that
            os._exit(1)
        return
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, name="watches-runner", daemon=True).start()
