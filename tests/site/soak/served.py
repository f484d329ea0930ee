"""The platform served by `lantian serve`, on a database of its own; seen from outside, by raw SQL and by pid."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.site.soak.client import Broken, Client

ROOT = Path(__file__).parents[3]
START_S = 90  # a busy machine starts processes slowly
SETTINGS = "lantian.site.settings" if os.environ.get("LANTIAN_SOAK") else "tests.site.soak.quick"


class Database:
    """Rows by SQL, past the platform: what is stored, whatever its code believes."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.is_file = address.startswith("sqlite")

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(self._connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(self._marks(sql), values)
            return list(cursor.fetchall())

    def write(self, sql: str, *values: Any) -> int:
        with closing(self._connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(self._marks(sql), values)
            connection.commit()
            return int(cursor.rowcount)

    def _marks(self, sql: str) -> str:
        return sql.replace("%s", "?") if self.is_file else sql

    def _connect(self) -> Any:
        if self.is_file:
            return sqlite3.connect(self.address.removeprefix("sqlite:///"), timeout=30)
        import psycopg

        return psycopg.connect(self.address)


class Served:
    """`lantian serve` as a process of its own, with all that it starts."""

    def __init__(self, directory: Path, stored: Database, **settings: str) -> None:
        self.directory = directory
        self.stored = stored
        self.port = _free_port()
        self.log = directory / "log.txt"
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LANTIAN_")},
            "LANTIAN_VAR": str(directory),
            "LANTIAN_DATABASE": stored.address,
            "LANTIAN_LOG": "ERROR",
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            # All clients of a test have one address.
            "LANTIAN_API_ADDRESS_PER_MINUTE": "1000000",
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def prepare(self, builder: str) -> Any:
        """Run a module that makes the tables, lays the data down and prints what it made, as JSON."""
        return json.loads(self.run("-m", builder))

    def run(self, *arguments: str, check: bool = True) -> str:
        """Run Python beside the platform; what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            env=self.environ,
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, f"{arguments}: {done.stderr[-4000:]}"
        return done.stdout

    def start(self, *, workers: int | None = None) -> None:
        command = [sys.executable, "-m", "lantian", "serve", "--port", str(self.port)]
        command += [f"--workers={workers}"] if workers else []
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environ, cwd=self.directory, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + START_S
        # One that was killed may answer for a moment after its successor was started.
        while not (self.answers() and self.process.poll() is None and self._has_web()):
            assert self.process.poll() is None, f"serve ended with {self.process.returncode}:\n{self.told()}"
            assert time.monotonic() < end, f"serve did not answer:\n{self.told()}"
            time.sleep(0.1)

    def _has_web(self) -> bool:
        try:
            return bool(self.web_workers())
        except StopIteration:
            return False

    def answers(self) -> bool:
        try:
            return Client(self.port, patience=5).ask("GET", "/health").status == 200
        except Broken:
            return False

    def stop(self) -> int:
        """Ask it to end; its exit status."""
        if self.process is None:
            return 0
        family = self.pids()
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(40)
        finally:
            for pid in [self.process.pid, *family]:
                _kill(pid)
            self.process.wait()
            for pid in self._orphans():
                _kill(pid)

    def _orphans(self) -> list[int]:
        """What an earlier serve that was killed has left running on this directory."""
        mark = f"LANTIAN_VAR={self.directory}\0".encode()
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (place / "environ").read_bytes() and int(place.name) != os.getpid():
                    found.append(int(place.name))
            except OSError:  # it has just ended, or is somebody else's
                continue
        return found

    def told(self) -> str:
        return self.log.read_text("utf-8", "replace")[-6000:] if self.log.exists() else ""

    # What runs

    def pids(self) -> list[int]:
        """All processes below serve."""
        return all_below(self.process.pid) if self.process else []

    def child(self, word: str) -> int:
        """The child of serve whose command line has a word."""
        assert self.process is not None
        return next(pid for pid in children(self.process.pid) if word in _command(pid))

    def web_workers(self) -> list[int]:
        return children(self.child("gunicorn"))

    def job_processes(self) -> list[int]:
        """The job runner's own process first, then its workers and its clock."""
        runner = self.child("run_jobs")
        return [runner, *all_below(runner)]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[-1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(pid: int) -> list[int]:
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def all_below(pid: int) -> list[int]:
    return [one for child in children(pid) for one in (child, *all_below(child))]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
