"""Web server and job worker live and end together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lantian.cli.exits import Exit
from lantian.cli.faults import Stop
from lantian.cli.processes import need_free_port, run_together

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _writes_pid(file: Path) -> list[str]:
    return [sys.executable, "-c", f"import os, time; open({str(file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"]


def _pid_in(file: Path) -> int:
    for _ in range(100):
        if file.exists() and file.read_text():
            return int(file.read_text())
        time.sleep(0.1)
    raise AssertionError(f"{file} was never written")


def test_when_one_ends_the_other_is_ended_and_its_status_is_ours(tmp_path: Path):
    pid = tmp_path / "pid"
    fails = [
        sys.executable,
        "-c",
        f"import os, sys, time\nwhile not os.path.exists({str(pid)!r}): time.sleep(.1)\nsys.exit(7)",
    ]
    told: list[bool] = []
    commands = {"stays": _writes_pid(pid), "fails": fails}
    status = run_together(commands, environ=os.environ, ready=lambda: True, tell=lambda: told.append(True))
    assert status == 7
    assert told == [True]
    assert not _alive(_pid_in(pid))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_however_the_parent_ends_the_children_end(tmp_path: Path, number: signal.Signals):
    if number == signal.SIGKILL and sys.platform != "linux":
        pytest.skip("only the Linux kernel ends the children of a killed parent")
    first, second = tmp_path / "first", tmp_path / "second"
    code = (
        "import os\nfrom lantian.cli.processes import run_together\n"
        f"run_together({{'a': {_writes_pid(first)!r}, 'b': {_writes_pid(second)!r}}},"
        " environ=os.environ, ready=lambda: False, tell=lambda: None)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    children = [_pid_in(first), _pid_in(second)]
    parent.send_signal(number)
    parent.wait(20)
    for _ in range(50):
        if not any(map(_alive, children)):
            break
        time.sleep(0.1)
    assert [pid for pid in children if _alive(pid)] == []


@pytest.mark.skipif(sys.platform != "linux", reason="only the Linux kernel ends the children of a killed parent")
def test_one_that_does_not_listen_ends_with_a_killed_parent_too(tmp_path: Path):
    pid = tmp_path / "pid"
    code = _writes_pid(pid)[-1].replace("import os", "import signal; signal.signal(15, signal.SIG_IGN); import os")
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os\nfrom lantian.cli.processes import run_together\n"
            f"run_together({{'jobs': {[sys.executable, '-c', code]!r}}}, die_with_us={{'jobs'}},"
            " environ=os.environ, ready=lambda: False, tell=lambda: None)",
        ]
    )
    child = _pid_in(pid)
    parent.kill()
    parent.wait(20)
    for _ in range(50):
        if not _alive(child):
            break
        time.sleep(0.1)
    assert not _alive(child)


def test_a_taken_port_is_told_with_a_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Stop, match=f"--port {port + 1}") as stop:
            need_free_port("127.0.0.1", port)
    assert stop.value.status is Exit.INCOMPLETE
    need_free_port("127.0.0.1", port)
