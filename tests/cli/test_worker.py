"""Jobs with the real queue: the job runner with its processes, stopped and killed while it works."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.site.soak import served
from tests.site.soak.laid import TABLES, Laid

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds; a busy machine starts processes slowly
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes in /proc")


class Place:
    """A database of its own, reached by raw SQL: a process of its own for every look would take longer than the job."""

    def __init__(self, directory: Path) -> None:
        self.database = directory / "lantian.sqlite3"
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LANTIAN_")},
            "LANTIAN_VAR": str(directory),
            "LANTIAN_LOG": "ERROR",
            "LANTIAN_WORKERS": "1",
            "DJANGO_SETTINGS_MODULE": "tests.site.core.worker.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        }
        self.runner: subprocess.Popen[bytes] | None = None

    def python(self, *arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], env=self.environ, cwd=ROOT, check=True)

    def start(self) -> None:
        if self.runner is None or self.runner.poll() is not None:
            command = [sys.executable, "-m", "django", "run_jobs"]
            self.runner = subprocess.Popen(command, env=self.environ, cwd=ROOT, start_new_session=True)

    def end(self) -> None:
        if self.runner and self.runner.poll() is None:
            self.runner.kill()
            self.runner.wait(timeout=20)

    def processes(self) -> list[int]:
        """The runner's worker and its clock."""
        assert self.runner is not None
        end = time.monotonic() + PATIENCE
        while len(found := served.children(self.runner.pid)) < 2:
            assert time.monotonic() < end
            time.sleep(0.05)
        return found

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.database, timeout=30)) as connection, connection:
            return connection.execute(sql, values).fetchall()

    def enqueue(self, kind: str, **params: Any) -> int:
        """The job's row is its place in the queue."""
        found = self.rows(
            "INSERT INTO core_job (kind, title, state, progress, message, params, error, cancel_asked, created_at)"
            " VALUES (?, '', 'queued', 0, '', ?, '', 0, '2026-01-01 00:00:00') RETURNING id",
            kind, json.dumps(params),
        )  # fmt: skip
        return int(found[0][0])

    def until(self, pk: int, *states: str) -> dict[str, Any]:
        """The job, once it is in one of the states."""
        end = time.monotonic() + PATIENCE
        while True:
            state, result, message = self.rows("SELECT state, result, message FROM core_job WHERE id = ?", pk)[0]
            if state in states:
                return {"result": json.loads(result or "null"), "message": message}
            assert time.monotonic() < end, f"after {PATIENCE} s the job is {state}, not {states}"
            time.sleep(0.1)

    def busy(self, **params: Any) -> tuple[int, int]:
        """A job that gives no sign of progress, and the process that is at it."""
        pk = self.enqueue("test.stubborn", **params)
        end = time.monotonic() + PATIENCE
        while not (told := self.until(pk, "queued", "running")["message"]):
            assert time.monotonic() < end
            time.sleep(0.1)
        return pk, int(told)

    def events(self) -> list[str]:
        return [action for (action,) in self.rows("SELECT action FROM core_auditevent")]


def gone(pids: list[int]) -> bool:
    end = time.monotonic() + PATIENCE
    while any(map(served.alive, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(map(served.alive, pids))


@pytest.fixture(scope="module")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    directory = tmp_path_factory.mktemp("worker")
    with Laid(tmp_path_factory, TABLES).copy(directory):
        place = Place(directory)
        yield place
        place.end()


@pytest.fixture
def place(laid_down: Place) -> Place:
    laid_down.start()
    return laid_down


def test_a_job_is_carried_out_elsewhere_and_stopped_on_request(place: Place) -> None:
    done = place.until(place.enqueue("test.add", numbers=[1, 2, 3]), "done")
    assert done["result"]["sum"] == 6
    assert done["result"]["pid"] != os.getpid()

    stopped = place.enqueue("test.endless")
    place.until(stopped, "running")
    place.rows("UPDATE core_job SET cancel_asked = 1 WHERE id = ?", stopped)
    assert place.until(stopped, "cancelled")["message"]


@LINUX
def test_a_process_that_is_killed_while_it_waits_takes_nothing_with_it(place: Place) -> None:
    """A queue that processes share may keep the lock of one that was killed: then all others wait for good."""
    for pid in place.processes():
        os.kill(pid, signal.SIGKILL)
    assert place.until(place.enqueue("test.add", numbers=[4]), "done")["result"]["sum"] == 4


@LINUX
def test_who_stood_still_while_the_job_was_given_up_stores_nothing(place: Place) -> None:
    """As when a machine sleeps in the middle of a job: another has perhaps done it meanwhile."""
    frozen, worker = place.busy(seconds=PATIENCE)
    os.kill(worker, signal.SIGSTOP)
    place.rows("UPDATE core_job SET state = 'failed' WHERE id = ?", frozen)
    os.kill(worker, signal.SIGCONT)
    assert gone([worker]), "its heart finds out, long before the work ends"
    assert place.until(place.enqueue("test.add", numbers=[5]), "done")["result"]["pid"] != worker
    assert "test.stubborn" not in place.events()


@LINUX
def test_no_worker_outlives_the_runner_however_busy(place: Place) -> None:
    busy, worker = place.busy(seconds=PATIENCE)
    pids = place.processes()
    assert worker in pids
    place.end()
    assert gone(pids)
    assert "test.stubborn" not in place.events()
    place.rows("UPDATE core_job SET heartbeat_at = '2026-01-01 00:00:00' WHERE id = ?", busy)
    place.python("-c", "import django; django.setup(); from lantian.site.core import jobs; jobs.sweep()")
    assert "处理进程中断" in place.until(busy, "failed")["message"]
