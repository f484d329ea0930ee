"""Writing files so that a power cut leaves the old one or the new one, never half of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings


def segments_directory() -> Path:
    """Where sealed segments lie."""
    return Path(settings.LANTIAN_AUDIT) / "segments"


def anchors_file() -> Path:
    """The file that keeps the chain's head, day by day; LANTIAN_ANCHORS may name a directory on another machine."""
    return Path(settings.LANTIAN_ANCHORS) / "anchors.jsonl"


def append_line(file: Path, line: str) -> None:
    """Add one line at the end and wait until the disk has it. A line that a power cut tore is taken away first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "a+b") as out:
        end = out.seek(0, os.SEEK_END)
        if torn := _torn(out, end):
            out.truncate(end - torn)
        out.write(line.encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())
    sync_directory(file.parent)


def _torn(file: BinaryIO, end: int) -> int:
    """How many bytes stand after the last end of a line."""
    tail = min(end, 4096)
    file.seek(end - tail)
    content = file.read(tail)
    return len(content) - (content.rfind(b"\n") + 1)


def write_whole(file: Path, content: bytes) -> None:
    """Write a new file, or replace one, in one step."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(temporary, 0o440)
        os.replace(temporary, file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_directory(file.parent)


def sync_directory(directory: Path) -> None:
    """Make a new name in a directory last; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
