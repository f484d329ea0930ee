"""Sealed segments: old events leave the table as compressed files and are read back as if they were still there.

A segment is gzip over lines of JSON: a head (first and last number, hash before it, hash of its last event), then one
line an event. Its row in `AuditSegment` keeps the file's own hash. Row and removal are one transaction, and the
database lets an event go only when such a row names it.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from lantian.site.core import clock
from lantian.site.core.audit import anchors, files
from lantian.site.core.audit.chain import START, append, canonical, chained, from_record, locked_head, record
from lantian.site.core.faults import Invalid
from lantian.site.core.models import AuditEvent, AuditHead, AuditSegment, AuditTouch
from lantian.site.core.policy import Actor, System

ACTION = "core.seal_audit"
FORMAT = "lantian-audit-segment-1"
# Events in one segment: some MB when read back, and a transaction that does not hold up others for long.
LONGEST = 10_000


class Unreadable(Exception):
    """A segment's file is missing, changed or damaged."""


def seal(actor: Actor | None = None, *, before: dt.datetime | None = None) -> list[AuditSegment]:
    """Move events older than `before` (default: LANTIAN_AUDIT_MONTHS back) out of the table, after anchoring the head.

    Raises
    ------
    Invalid : the events to seal do not fit the chain, or a file cannot be written; segments made until then stay
    """
    actor = actor or System()
    limit = before or _months_back(clock.now(), settings.LANTIAN_AUDIT_MONTHS)
    anchors.anchor(actor)
    end = AuditHead.objects.get(pk=1).seq  # sealing adds events of its own, which stay
    made: list[AuditSegment] = []
    while (segment := _seal_next(actor, limit, end)) is not None:
        made.append(segment)
    return made


def _seal_next(actor: Actor, limit: dt.datetime, end: int) -> AuditSegment | None:
    with transaction.atomic():
        head = locked_head()
        last = AuditSegment.objects.order_by("-last_seq").first()
        events = _old_events(last.last_seq + 1 if last else 1, end, limit)
        if not events:
            return None
        prev_hash = last.last_hash if last else START
        if events[0].seq != (last.last_seq + 1 if last else 1) or not chained(events, prev_hash):
            raise Invalid(_("待封存的记录与记录链不符，没有封存。"), remedy=_("请用 lantian audit verify 查明原因。"))
        content = _packed(events, prev_hash)
        segment = AuditSegment(
            first_seq=events[0].seq,
            last_seq=events[-1].seq,
            first_at=events[0].at,
            last_at=events[-1].at,
            prev_hash=prev_hash,
            last_hash=events[-1].hash,
            file_name=f"{events[0].seq:012d}-{events[-1].seq:012d}.jsonl.gz",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            sealed_at=clock.now(),
        )
        _write(segment, content)
        segment.save(force_insert=True)
        _leave_table(segment)
        _tell(actor, head, segment)
    return segment


def _old_events(first: int, end: int, limit: dt.datetime) -> list[AuditEvent]:
    """Events from `first` on, up to the first that is not old enough: a replay may have moved times."""
    found: list[AuditEvent] = []
    for event in AuditEvent.objects.filter(seq__gte=first, seq__lte=min(end, first + LONGEST - 1)).order_by("seq"):
        if event.at >= limit:
            break
        found.append(event)
    return found


def _packed(events: list[AuditEvent], prev_hash: str) -> bytes:
    head = {"format": FORMAT, "first_seq": events[0].seq, "last_seq": events[-1].seq}
    head |= {"prev_hash": prev_hash, "last_hash": events[-1].hash}
    lines = [canonical(head), *(canonical(record(event)) for event in events)]
    # No time in the head of the file: the same events always give the same bytes.
    return gzip.compress(("\n".join(lines) + "\n").encode(), compresslevel=9, mtime=0)


def _write(segment: AuditSegment, content: bytes) -> None:
    try:
        files.write_whole(files.segments_directory() / segment.file_name, content)
    except OSError as error:
        place = files.segments_directory()
        raise Invalid(
            _("无法写入封存目录 {place}（{why}）。").format(place=place, why=error.strerror or error),
            remedy=_("请检查目录权限和磁盘空间。"),
        ) from error


def _leave_table(segment: AuditSegment) -> None:
    span = {"seq__gte": segment.first_seq, "seq__lte": segment.last_seq}
    # The model's own query set refuses to delete; the database lets go of what the new segment names.
    for model in (AuditEvent, AuditTouch):
        rows: models.QuerySet[models.Model] = models.QuerySet(model).filter(**span)
        rows._raw_delete(rows.db)


def _tell(actor: Actor, head: AuditHead, segment: AuditSegment) -> None:
    told: dict[str, Any] = {"first_seq": segment.first_seq, "last_seq": segment.last_seq, "sha256": segment.sha256}
    append(actor, ACTION, head, **told)


def read(segment: AuditSegment) -> list[AuditEvent]:
    """The events of a segment, oldest first.

    Raises
    ------
    Unreadable : the file is missing, is not what was written, or does not hold what its row says
    """
    place = files.segments_directory() / segment.file_name
    try:
        content = place.read_bytes()
    except OSError as error:
        raise Unreadable(
            _("封存文件 {file} 无法读取（{why}）。").format(file=place, why=error.strerror or error)
        ) from error
    if hashlib.sha256(content).hexdigest() != segment.sha256:
        raise Unreadable(_("封存文件 {file} 的内容被改动或已损坏。").format(file=place))
    try:
        head, *lines = gzip.decompress(content).decode().splitlines()
        events = [from_record(json.loads(line)) for line in lines]
        said = json.loads(head)
    except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
        raise Unreadable(_("封存文件 {file} 的内容无法识别。").format(file=place)) from error
    asked = {"format": FORMAT, "first_seq": segment.first_seq, "last_seq": segment.last_seq}
    asked |= {"prev_hash": segment.prev_hash, "last_hash": segment.last_hash}
    numbers = [event.seq for event in events]
    if said != asked or numbers != list(range(segment.first_seq, segment.last_seq + 1)):
        raise Unreadable(_("封存文件 {file} 与登记的起止不符。").format(file=place))
    return events


def backwards(below: int | None = None) -> Iterator[AuditSegment]:
    """Segments from the newest on, from the one that holds the last event with a number below `below`."""
    found = AuditSegment.objects.order_by("-first_seq")
    if below is not None:
        found = found.filter(first_seq__lt=below)
    return found.iterator()


def _months_back(moment: dt.datetime, months: int) -> dt.datetime:
    count = moment.year * 12 + moment.month - 1 - months
    first = dt.date(count // 12, count % 12 + 1, 1)
    return moment.replace(year=first.year, month=first.month, day=1, hour=0, minute=0, second=0, microsecond=0)
