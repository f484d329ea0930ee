"""Anchors: the chain's head, written day by day to a file outside the database.

Whoever rewrites the trail from some event on, with all hashes, or cuts off its end, must also rewrite this file; an
office keeps it on a share that the database's administrator cannot write (LANTIAN_ANCHORS). Each line carries the hash
of the line before it, and every anchoring is itself an event that names the line: file and trail hold each other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from lantian.site.core import clock
from lantian.site.core.audit import files
from lantian.site.core.audit.chain import START, append, canonical, locked_head
from lantian.site.core.faults import Invalid
from lantian.site.core.models import AuditEvent
from lantian.site.core.policy import Actor, System

ACTION = "core.anchor_audit"


@dataclass(frozen=True)
class Anchor:
    """One line: on `date` the chain ended with event `seq`, whose hash was `hash`."""

    number: int
    date: str
    seq: int
    hash: str
    prev: str

    @property
    def line(self) -> str:
        """The line as written."""
        return canonical(
            {"number": self.number, "date": self.date, "seq": self.seq, "hash": self.hash, "prev": self.prev}
        )

    @property
    def digest(self) -> str:
        """What the next line, and the trail, remember of this one."""
        return hashlib.sha256(self.line.encode()).hexdigest()


class Unfit(Exception):
    """The anchor file cannot be right; `number` is the line, counted from 1."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number = number
        self.why = why


def anchor(actor: Actor | None = None) -> Anchor | None:
    """Write the chain's head to the anchor file; None when nothing was added since the last anchor.

    Raises
    ------
    Invalid : the file cannot be written, or does not fit itself; nothing is written then
    """
    with transaction.atomic():
        head = locked_head()
        try:
            there = read()
        except Unfit as unfit:
            raise Invalid(unfit.why, remedy=_("请先用 lantian audit verify 查明原因，保留现有文件。")) from unfit
        last = there[-1] if there else None
        if not head.seq or (last is not None and head.seq <= last.seq + 1 and _is_anchoring(head.seq)):
            return None
        made = Anchor(
            number=(last.number if last else 0) + 1,
            date=clock.real_now().isoformat(timespec="seconds"),
            seq=head.seq,
            hash=head.hash,
            prev=last.digest if last else START,
        )
        try:
            files.append_line(files.anchors_file(), made.line)
        except OSError as error:
            raise Invalid(
                _("无法写入锚定文件 {file}（{why}）。").format(file=files.anchors_file(), why=error.strerror or error),
                remedy=_("请检查 LANTIAN_ANCHORS 所指目录是否存在、可写、空间足够。"),
            ) from error
        append(actor or System(), ACTION, head, line=made.number, digest=made.digest, anchored=made.seq)
    return made


def _is_anchoring(seq: int) -> bool:
    return AuditEvent.objects.filter(seq=seq, action=ACTION).exists()


def read() -> list[Anchor]:
    """All anchors, oldest first.

    Raises
    ------
    Unfit : a line is no anchor, or does not follow the one before
    """
    anchors, unfit = examine()
    if unfit is not None:
        raise unfit
    return anchors


def examine() -> tuple[list[Anchor], Unfit | None]:
    """The anchors up to the first line that does not fit, and what is wrong with that one.

    A last line that a power cut left without its end was never acknowledged and is left out.
    """
    file = files.anchors_file()
    try:
        lines = file.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return [], None
    except OSError as error:
        return [], Unfit(1, _("无法读取锚定文件 {file}（{why}）。").format(file=file, why=error.strerror))
    anchors: list[Anchor] = []
    for number, line in enumerate(lines, start=1):
        one = _parsed(line)
        if one is None:
            return anchors, Unfit(number, _("锚定文件第 {number} 行被改动，无法识别。").format(number=number))
        before = anchors[-1].digest if anchors else START
        if one.number != number or one.prev != before or (anchors and one.seq <= anchors[-1].seq):
            return anchors, Unfit(number, _("锚定文件第 {number} 行与前一行不相衔接。").format(number=number))
        anchors.append(one)
    return anchors, None


def _parsed(line: bytes) -> Anchor | None:
    try:
        one = Anchor(**json.loads(line))
        dt.datetime.fromisoformat(one.date)
        fits = one.line.encode() == line and len(one.hash) == len(one.prev) == 64
        return one if fits and type(one.seq) is int and type(one.number) is int else None
    except (ValueError, TypeError, AttributeError):
        return None
