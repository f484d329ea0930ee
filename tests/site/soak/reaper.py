"""kill -9 and start again; and people who try again until they are answered."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace

from tests.site.soak.deeds import Answer, Broken, Deeds, Someone

RECOVERS = 90  # seconds in which an answer must come again after a crash
SILENT = dt.timedelta(seconds=15)  # three beats of a heart
LOGGED_IN = Answer(200, {}, b"", "", 0.0)


class Persistence:
    """People who do not give up."""

    def __init__(self) -> None:
        self.deeds = Deeds()

    def carry_out(
        self,
        me: Someone,
        action: str,
        thing: int | None,
        act: Callable[[str], Answer],
        *,
        key: str,
        seen: Callable[[], bool] | None = None,
    ) -> Answer:
        """Try until it is acknowledged; a person looks first whether the try that broke was carried out."""
        end = time.monotonic() + RECOVERS
        broke = False
        while True:
            try:
                if broke and seen is not None and seen():
                    self.deeds.note_seen(me.name, action, thing, key=key)
                    return LOGGED_IN
                answer = act(key)
                assert answer.ok, f"{action}: {answer.status} {answer.text[:2000]}"
                return answer
            except Broken as broken:
                self.deeds.note_broken(me.name, action, thing, broken, key=key)
                broke = True
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)


class Reaper:
    """Kills, and starts again what does not start by itself."""

    def __init__(self, place: SimpleNamespace, dice: random.Random) -> None:
        self.served = place.served
        self.dice = dice
        self.killed: Counter[str] = Counter()
        self.gaps: list[float] = []

    def kill(self, what: str) -> None:
        pid = self._pick(what)
        if pid is None:
            return
        os.kill(pid, signal.SIGKILL)
        self.killed[what] += 1
        began = time.monotonic()
        if what in ("the web server", "the job runner", "serve"):
            self.start_again()
        while not self.served.answers():
            assert time.monotonic() - began < RECOVERS, f"after {what}:\n{self.served.told()}"
            time.sleep(0.05)
        self.gaps.append(time.monotonic() - began)

    def _pick(self, what: str) -> int | None:
        try:
            if what == "serve":
                return int(self.served.process.pid)
            if what == "the web server":
                return int(self.served.child("gunicorn"))
            runner, *below = self.served.job_processes()
            some = {
                "a web worker": self.served.web_workers,
                "the job runner": lambda: [runner],
                "its clock": lambda: below[-1:],
                "a job worker": lambda: below[:-1],
            }[what]()
            return self.dice.choice(some) if some else None
        except (StopIteration, IndexError):  # it is on its way up
            return None

    def start_again(self) -> None:
        """As a service manager does: when serve has ended; again when the port is not free yet."""
        self.served.process.wait(40)
        end = time.monotonic() + RECOVERS
        while True:
            try:
                self.served.start()
                return
            except AssertionError:
                assert time.monotonic() < end, self.served.told()
                time.sleep(0.5)


def send_now(place: SimpleNamespace) -> None:
    """Let the job runner look at the outbox at once, not within the minute."""
    place.stored.write("UPDATE core_tick SET next_at = %s", "2026-01-01 00:00:00+00:00")


def jobs_end(place: SimpleNamespace) -> None:
    """Every job ends: one that waits is taken, one whose runner is dead says so."""
    stored, most, end = place.stored, 0, 0.0
    aged = "UPDATE core_job SET heartbeat_at = %s WHERE state = 'running' AND heartbeat_at < %s"
    while left := stored.rows("SELECT id, kind, state FROM core_job WHERE state IN ('queued', 'running')"):
        if not most or len(left) < most:  # as long as one after the other ends, they may take their time
            most, end = len(left), time.monotonic() + RECOVERS
        assert time.monotonic() < end, left
        silent = dt.datetime.now(dt.UTC) - SILENT  # as if they had been so for a minute
        stored.write(aged, "2026-01-01 00:00:00+00:00", f"{silent:%Y-%m-%d %H:%M:%S}+00:00")
        send_now(place)
        time.sleep(0.5)
