"""Files and rows held against each other: what is missing or changed, and what nobody needs any more."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, OuterRef

from lantian.site.core import clock
from lantian.site.core.attachments.storing import place
from lantian.site.core.models import Attachment

HASHED = re.compile(r"[0-9a-f]{64}")
# What is younger may belong to an action that is still going on.
GRACE = dt.timedelta(days=1)


@dataclass
class Report:
    """What `check` found. `hashed` of `files` were read whole; the others only looked for, and their size compared."""

    files: int = 0
    hashed: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is missing or changed."""
        return not (self.missing or self.changed)


def check(*, seconds: float | None = None) -> Report:
    """Look at every file that a row names, newest first; contents are read as far as the time allows (None: all)."""
    report, end = Report(), None if seconds is None else time.monotonic() + seconds
    rows = Attachment.objects.order_by("-pk").values_list("sha256", "size", "name")
    seen: set[str] = set()
    for sha256, size, name in rows.iterator(chunk_size=1000):
        if sha256 in seen:
            continue
        seen.add(sha256)
        report.files += 1
        path = place(sha256)
        try:
            found = path.stat().st_size
            if found == size and (end is None or time.monotonic() < end):
                report.hashed += 1
                with path.open("rb") as opened:
                    found = size if hashlib.file_digest(opened, "sha256").hexdigest() == sha256 else -1
        except OSError:
            report.missing.append(f"{name}（{sha256[:12]}）")
            continue
        if found != size:
            report.changed.append(f"{name}（{sha256[:12]}）")
    return report


@dataclass
class Cleaned:
    """What `clean` took away."""

    rows: int = 0
    files: int = 0
    freed: int = 0


def clean(*, older_than: dt.timedelta = GRACE) -> Cleaned:
    """Take away rows that nothing refers to, and files that no row names. What was removed from a thing still counts.

    Files go first under their own name only when no row of that content is left; a file that appears meanwhile is
    younger than `older_than` and stays.
    """
    done = Cleaned()
    done.rows = _unreferred(clock.now() - older_than)
    limit = (clock.real_now() - older_than).timestamp()
    for path in _files():
        try:
            if path.stat().st_mtime > limit or Attachment.objects.filter(sha256=path.name.split(".")[0]).exists():
                continue
            done.freed += path.stat().st_size
            path.unlink()
            done.files += 1
        except FileNotFoundError:
            continue
    return done


def _unreferred(before: dt.datetime) -> int:
    rows = Attachment.objects.filter(stored_at__lt=before)
    for relation in Attachment._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and relation.name != "meta":
            name = relation.field.attname  # type: ignore[union-attr]
            rows = rows.exclude(Exists(relation.related_model._base_manager.filter(**{name: OuterRef("pk")})))  # type: ignore[union-attr]
    keys = list(rows.values_list("pk", flat=True))
    # One by one: a row that was referred to meanwhile is held by the database.
    return sum(bool(Attachment.objects.filter(pk=key).delete()[0]) for key in keys)


def _files() -> Iterator[Path]:
    root = Path(settings.MEDIA_ROOT)
    if not root.exists():
        return
    for path in root.rglob("*"):
        if path.is_file() and (HASHED.fullmatch(path.name.split(".")[0]) or path.name.startswith("incoming-")):
            yield path
