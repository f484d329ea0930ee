"""What the processes of the job runner do, until they are asked to end."""

from __future__ import annotations

import logging
import os
import time

from django.db import DatabaseError, close_old_connections, connections

from lantian.site.core import jobs
from lantian.site.core import tick as ticking
from lantian.site.core.runner import LOOKS, Asked

log = logging.getLogger(__name__)

JOBS = 20  # that a worker carries out before a fresh one takes its seat: libraries keep memory that they once needed
WITHOUT_DATABASE = 10.0  # seconds before one looks again
LOST = 75  # the status of a worker whose job was given up


def work(asked: Asked) -> None:
    """Carry out one job after the other."""
    done = 0
    while not asked() and done < JOBS:
        try:
            close_old_connections()
            if (pk := jobs.claim_next()) is None:
                time.sleep(LOOKS)
                continue
            done += 1
            jobs.carry_out(pk, lost=_end_at_once)
        except DatabaseError:
            _wait_for_database(asked)


def tick(asked: Asked) -> None:
    """Do what is due by the clock. It has a process of its own, as jobs may keep all workers busy for long."""
    while not asked():
        try:
            close_old_connections()
            if ticking.begin():
                ticking.tick()
        except DatabaseError:
            _wait_for_database(asked)
        except Exception:
            log.exception("the minute's tick failed")
        time.sleep(LOOKS)


def _end_at_once() -> None:
    """From the thread of the heart: what the work has not committed by now is gone."""
    log.warning("a job was given up while it stood still: its worker ends")
    os._exit(LOST)


def _wait_for_database(asked: Asked) -> None:
    log.exception("job runner: the database does not answer")
    connections.close_all()
    end = time.monotonic() + WITHOUT_DATABASE
    while not asked() and time.monotonic() < end:
        time.sleep(LOOKS)
