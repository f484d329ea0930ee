"""The demo district served for real: web server and job worker as processes of their own, a fresh database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.site.soak.laid import Laid

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "lantian" / "site"
ASSETS = SOURCES / "core" / "static" / "lantian" / "dist" / "lantian.js"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The running demo: `url`, where its data lies (`var`), and `documents` to hand in."""
    if not ASSETS.exists():
        pytest.fail("the front end is not built: make assets")
    var = tmp_path_factory.mktemp("demo")
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LANTIAN_")},
        "LANTIAN_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "tests.site.soak.quick",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "LANTIAN_LOG": "WARNING",
        "TMPDIR": str(tmp_path_factory.mktemp("scratch")),
    }
    python = [sys.executable]
    with Laid(tmp_path_factory, "tests.e2e.demo", cluster="").copy(var):
        pass  # of files alone, as it is SQLite: nothing to take away afterwards
    port = _free_port()
    commands = [
        [*python, "-m", "gunicorn", f"--bind=127.0.0.1:{port}", "--threads=4", "--log-level=warning",
         "lantian.site.wsgi:application"],
        [*python, "-m", "django", "run_jobs"],
    ]  # fmt: skip
    log = (var / "log.txt").open("wb")
    running = [
        subprocess.Popen(c, env=environ, cwd=var, stdout=log, stderr=log, start_new_session=True) for c in commands
    ]
    try:
        _wait_for(f"http://127.0.0.1:{port}/health")
        yield SimpleNamespace(url=f"http://127.0.0.1:{port}", documents=_documents(tmp_path_factory), var=var)
    finally:
        for process in running:
            os.killpg(process.pid, signal.SIGTERM)
        for process in running:
            try:
                process.wait(2)  # nobody needs what it would finish
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        log.close()


def _wait_for(address: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"{address} did not answer within {seconds:g} s")


def _documents(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Word documents as a district would hand them in; another year, so that none is there yet."""
    from lantian.site.demo import document

    directory = tmp_path_factory.mktemp("documents")
    return SimpleNamespace(
        action=document.build(directory, "action_plan", year=2027),
        winter=document.build(directory, "winter_plan", year=2027),
    )


@pytest.fixture
def log_in(site: SimpleNamespace):
    """Log a demo person in by the form."""
    from lantian.site.demo.script import PASSWORD

    def enter(page: Page, username: str) -> None:
        page.goto(f"{site.url}/login")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{site.url}/")

    return enter
