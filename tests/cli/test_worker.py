"""Jobs with the real queue: `qcluster` as a process of its own, stopped and killed while it works."""

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

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds; a busy machine starts processes slowly


class Place:
    """A database of its own, reached through processes of its own, as `lantian serve` does."""

    def __init__(self, directory: Path) -> None:
        self.database = directory / "lantian.sqlite3"
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LANTIAN_")},
            "LANTIAN_VAR": str(directory),
            "LANTIAN_LOG": "ERROR",
            "LANTIAN_WORKERS": "1",
            "DJANGO_SETTINGS_MODULE": "tests.site.core.worker.settings",
            "PYTHONPATH": str(ROOT),
        }
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=self.environ, cwd=ROOT, check=True)
        self.worker: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "django", "qcluster"]
        self.worker = subprocess.Popen(command, env=self.environ, cwd=ROOT, start_new_session=True)

    def end(self, how: signal.Signals) -> None:
        """The worker and the processes that it started, which share its group."""
        if self.worker and self.worker.poll() is None:
            os.killpg(self.worker.pid, how)
            self.worker.wait(timeout=20)

    def ask(self, code: str) -> dict:
        """Run Python on the database; the last expression as JSON."""
        head = "import django, json; django.setup()\nfrom lantian.site.core import clock, jobs\n"
        head += "from lantian.site.core.models import Job\nfrom lantian.site.core.policy import System\n"
        shown = "\nprint(json.dumps(dict(pk=j.pk, state=j.state, result=j.result, message=j.message)))"
        run = [sys.executable, "-c", head + code + shown]
        done = subprocess.run(run, env=self.environ, cwd=ROOT, check=True, capture_output=True, text=True)
        return json.loads(done.stdout)

    def until(self, pk: int, *states: str) -> dict:
        end = time.monotonic() + PATIENCE
        while (job := self.job(pk))["state"] not in states:
            assert time.monotonic() < end, f"after {PATIENCE} s the job is {job['state']}, not {states}"
            time.sleep(0.2)
        return job

    def job(self, pk: int) -> dict:
        """Read past the platform: a process of its own for every look would take longer than the job."""
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            found = connection.execute("SELECT state, result, message FROM core_job WHERE id = ?", [pk]).fetchone()
        return {"pk": pk, "state": found[0], "result": json.loads(found[1] or "null"), "message": found[2]}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.end(signal.SIGKILL)


def test_a_worker_runs_stops_and_leaves_a_clear_word_when_killed(place):
    waiting = place.ask("j = jobs.enqueue('test.add', System(), numbers=[1, 2, 3])")
    assert waiting["state"] == "queued"

    place.start()
    done = place.until(waiting["pk"], "done")
    assert done["result"]["sum"] == 6
    assert done["result"]["pid"] != os.getpid()

    stopped = place.ask("j = jobs.enqueue('test.endless', System())")
    place.until(stopped["pk"], "running")
    place.ask(f"j = jobs.cancel(System(), Job.objects.get(pk={stopped['pk']}))")
    assert place.until(stopped["pk"], "cancelled")["message"]

    killed = place.ask("j = jobs.enqueue('test.endless', System())")
    place.until(killed["pk"], "running")
    place.end(signal.SIGKILL)
    later = "jobs.STALE = jobs.STALE * 0; jobs.sweep()"  # as if a minute had passed
    failed = place.ask(f"{later}; j = Job.objects.get(pk={killed['pk']})")
    assert failed["state"] == "failed"
    assert "处理进程中断" in failed["message"]

    place.start()
    after = place.ask("j = jobs.enqueue('test.add', System(), numbers=[4])")
    assert place.until(after["pk"], "done")["result"]["sum"] == 4
