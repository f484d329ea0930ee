"""Child processes that live and end together: the web server and the job worker."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from types import FrameType

from lantian.cli.exits import Exit
from lantian.cli.faults import Stop

GRACE = 15  # seconds a child may take to end on request
LINUX = sys.platform.startswith("linux")
PR_SET_PDEATHSIG = 1  # linux/prctl.h
KILL = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL  # which Windows does not know


def need_free_port(host: str, port: int, *, wait_s: float = 0) -> None:
    """Stop with a way out when another program listens there, and goes on to for `wait_s` seconds."""
    end = time.monotonic() + wait_s
    while (error := _taken(host, port)) is not None:
        if time.monotonic() >= end:
            raise Stop(
                Exit.INCOMPLETE,
                f"无法在 {host}:{port} 上提供服务（{error.strerror}）。换一个端口：--port {port + 1}"
                f"（make demo PORT={port + 1}）。",
                f"Cannot listen there: choose another port with --port {port + 1} (make demo PORT={port + 1}).",
            ) from error
        time.sleep(0.2)


def _taken(host: str, port: int) -> OSError | None:
    """Why one cannot listen there; None when one can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: a closed one may linger
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def run_together(
    commands: Mapping[str, Sequence[str]],
    *,
    environ: Mapping[str, str],
    ready: Callable[[], bool],
    tell: Callable[[], None],
    die_with_us: Collection[str] = (),
) -> int:
    """Start all commands, wait, and end all as soon as one ends or we are asked to.

    Parameters
    ----------
    commands : arguments by the name of the child
    ready : whether the children do their work by now; asked until it says yes
    tell : called once when they are ready
    die_with_us : children that may not finish what they do should we be killed, as others would soon do it again

    Returns
    -------
    0 when we were asked to end, else the status of the child that ended first.
    """
    asked = False

    def end(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    children: list[subprocess.Popen[bytes]] = []
    told = False
    try:
        for name, command in commands.items():
            children.append(_start(command, environ, KILL if name in die_with_us else signal.SIGTERM))
        while not asked and all(child.poll() is None for child in children):
            if not told and ready():
                tell()
                told = True
            time.sleep(0.2)
        return 0 if asked else next(child.returncode for child in children if child.poll() is not None)
    finally:
        _end_all(children)
        for number, handler in before.items():
            signal.signal(number, handler)


def _start(command: Sequence[str], environ: Mapping[str, str], last: signal.Signals) -> subprocess.Popen[bytes]:
    # A session of its own, so that Ctrl-C reaches us alone and each child is ended once, in order; and should we be
    # killed without a chance to end it, the kernel does (Linux).
    before = partial(_end_with_parent, os.getpid(), last) if LINUX else None
    return subprocess.Popen(command, env=environ, start_new_session=True, preexec_fn=before)


def _end_with_parent(parent: int, last: signal.Signals) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, last)
    if os.getppid() != parent:  # it ended before we had asked for that
        os._exit(1)


def _end_all(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """End the children, and what those that were killed left behind: workers that hold the port, or go on with jobs."""
    for child in children:
        if child.poll() is None:
            child.terminate()
        else:
            _tell_group(child, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        while _tell_group(child, 0) and time.monotonic() < deadline:
            time.sleep(0.1)
        _tell_group(child, KILL)


def _tell_group(child: subprocess.Popen[bytes], number: int) -> bool:
    """Send a signal to a child's group, which outlives the child; whether anybody is left in it."""
    if sys.platform == "win32":
        return False
    try:
        os.killpg(child.pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def answers(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
