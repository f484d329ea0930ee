"""Files as they were handed in: kept once under the hash of their content, never under the name they came with."""

from __future__ import annotations

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Invalid
from lantian.site.core.models import Attachment
from lantian.site.core.policy import Actor


class Upload(Protocol):
    """What a form hands over: Django's UploadedFile, or File(open(path, "rb"))."""

    def chunks(self) -> Iterable[bytes]: ...


def path_of(attachment: Attachment) -> Path:
    """Where the file lies."""
    return _place(attachment.sha256)


def store(file: Upload, name: str, actor: Actor, *, media_type: str = "application/octet-stream") -> Attachment:
    """Keep a file; the same content is kept once. Call it inside the action that needs it.

    Raises
    ------
    Invalid : the file is empty or over the size limit (LANTIAN_UPLOAD_MAX_MB); nothing is left behind
    """
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=root, prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in file.chunks():
                size += len(chunk)
                if size > settings.LANTIAN_UPLOAD_MAX:
                    raise Invalid(too_large(settings.LANTIAN_UPLOAD_MAX), fields={"file": _("文件过大。")})
                digest.update(chunk)
                out.write(chunk)
        if not size:
            raise Invalid(
                format_lazy(_("文件“{name}”是空的。"), name=safe_name(name)),
                fields={"file": _("文件是空的。")},
                remedy=_("请重新导出或另存后再上传。"),
            )
        place = _place(digest.hexdigest())
        place.parent.mkdir(parents=True, exist_ok=True)
        os.chmod(temporary, 0o640)
        os.replace(temporary, place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return Attachment.objects.create(
        sha256=digest.hexdigest(),
        name=safe_name(name),
        size=size,
        media_type=media_type[:100],
        stored_by_id=actor.pk if isinstance(actor, models.Model) else None,
    )


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


def _place(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256
