"""Keeping a file: counted, hashed, looked at, then moved to its place under the hash of its content in one step."""

from __future__ import annotations

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.attachments import antivirus, images, kinds
from lantian.site.core.faults import Invalid
from lantian.site.core.models import Attachment, AttachmentMeta
from lantian.site.core.policy import Actor


class Upload(Protocol):
    """What a form hands over: Django's UploadedFile, or File(open(path, "rb"))."""

    def chunks(self) -> Iterable[bytes]: ...


@dataclass
class Incoming:
    """A file on its way in, still under a name of nobody's choice."""

    path: Path
    sha256: str
    size: int


def path_of(attachment: Attachment) -> Path:
    """Where the file lies."""
    return place(attachment.sha256)


def place(sha256: str) -> Path:
    """Where the file of such content lies."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


def store(
    file: Upload, name: str, actor: Actor, *, media_type: str = "application/octet-stream", most: int | None = None
) -> Attachment:
    """Keep a file whose content the caller checks itself; the same content is kept once. For evidence use `take`.

    Parameters
    ----------
    most : bytes that it may have; None for LANTIAN_UPLOAD_MAX_MB

    Raises
    ------
    Invalid : the file is empty, over the size limit or not clean; nothing is left behind
    """
    with _named(name), _incoming(file, name, most or settings.LANTIAN_UPLOAD_MAX) as incoming:
        antivirus.scan(incoming.path)
        _move(incoming)
    return _row(incoming, name, actor, media_type)


def take(file: Upload, name: str, actor: Actor, *, allowed: tuple[str, ...] | None = None) -> Attachment:
    """Keep a file after its content was checked against the rule of attachments; a picture gets its thumbnail.

    Parameters
    ----------
    allowed : ids of kinds that are taken here (`jpeg`, `pdf`, …); None for all of the rule

    Raises
    ------
    Invalid : as `store`, and when the content is of no kind that is taken or is not what the name says
    """
    seen = look_over(file, name, allowed=allowed)
    made = _row(seen.incoming, name, actor, seen.media_type)
    if seen.told is not None:
        AttachmentMeta.objects.create(attachment=made, **asdict(seen.told))
    return made


@dataclass(frozen=True)
class Seen:
    """A file that was looked over and lies in its place; no row names it yet."""

    incoming: Incoming
    media_type: str
    told: images.Told | None
    allowed: tuple[str, ...] | None


def look_over(file: Upload, name: str, *, allowed: tuple[str, ...] | None = None) -> Seen:
    """Check a file as `take` does, and put it into its place; `take` finds it there. Actions call this before their
    transaction: a scanner may take a minute, for which SQLite would let nobody else write.

    A file that no row comes to name is taken away by `keeping.clean`.
    """
    seen: Seen | None = getattr(file, "lantian_seen", None)
    if seen is not None and seen.allowed == allowed:
        return seen
    told = None
    with _named(name), _incoming(file, name, settings.LANTIAN_UPLOAD_MAX) as incoming:
        kind = kinds.examine(incoming.path, safe_name(name), allowed=allowed)
        antivirus.scan(incoming.path)
        if kind.id in images.FORMATS:
            told = images.read(incoming.path, kind.id)
            images.make_thumbnail(incoming.path, kind.id, images.thumbnail_place(incoming.sha256))
        _move(incoming)
    seen = Seen(incoming, kind.media_type, told, allowed)
    file.lantian_seen = seen  # type: ignore[attr-defined]
    return seen


class NotTaken(Invalid):
    """A file that is not taken; `why` is the sentence without its name."""

    def __init__(self, name: str, refused: Invalid) -> None:
        self.why = refused.message
        message = format_lazy(_("“{name}”：{why}"), name=safe_name(name), why=refused.message)
        super().__init__(message, fields={"file": message}, remedy=refused.remedy)


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Say of which file it is: often several come at once."""
    try:
        yield
    except Invalid as refused:
        raise NotTaken(name, refused) from refused


@contextmanager
def _incoming(file: Upload, name: str, most: int) -> Iterator[Incoming]:
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=root, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in file.chunks():
                size += len(chunk)
                if size > most:
                    raise Invalid(too_large(most), fields={"file": _("文件过大。")})
                digest.update(chunk)
                out.write(chunk)
        if not size:
            raise empty()
        os.chmod(temporary, 0o640)
        yield Incoming(Path(temporary), digest.hexdigest(), size)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _move(incoming: Incoming) -> None:
    target = place(incoming.sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(incoming.path, target)


def _row(incoming: Incoming, name: str, actor: Actor, media_type: str) -> Attachment:
    return Attachment.objects.create(
        sha256=incoming.sha256,
        name=safe_name(name),
        size=incoming.size,
        media_type=media_type[:100],
        stored_by_id=actor.pk if isinstance(actor, models.Model) else None,
    )


def empty() -> Invalid:
    """The refusal of a file without content."""
    message = _("文件是空的。")
    return Invalid(message, fields={"file": message}, remedy=_("请重新导出或另存后再上传。"))


def too_large(limit: int) -> str:
    """The sentence for a file over the limit."""
    return str(format_lazy(_("文件超过上限 {limit}。请拆分或压缩其中的图片后再上传。"), limit=filesizeformat(limit)))


def safe_name(name: str) -> str:
    """A file's own name without directories and control characters, for showing and for download headers."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char for char in base if unicodedata.category(char)[0] != "C").strip(". ")
    if len(kept) > 200:
        stem, dot, suffix = kept.rpartition(".")
        kept = f"{stem[:180]}{dot}{suffix[:19]}" if dot else kept[:200]
    return kept or "file"
