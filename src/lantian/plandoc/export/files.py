"""Files that are whole or not there."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new one, never a half.

    The content goes to a new file beside `path`, reaches the disk and takes the name in one step. When anything
    fails, the old file stays as it was and the new one is removed. A link keeps pointing where it does, and what is
    no ordinary file (/dev/stdout, /dev/null, a pipe) is written into: taking its name would destroy it.

    Raises
    ------
    OSError
        as the system gives it (no such directory, no right, disk full).
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as device:
            device.write(content)
        return
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    # os.open and not tempfile: the file gets the rights that the person's umask asks for, not 0600
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
