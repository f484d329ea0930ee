"""A zip file of evidence, taken apart: bounded as a whole, every member looked at by itself, none written by its name.

Names are for reading alone: old tools write them in GBK without saying so. What a member is, is then seen by its
content, like that of every other upload; a zip within a zip is of no kind that is taken.
"""

from __future__ import annotations

import io
import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from lantian.site.core.attachments import kinds
from lantian.site.core.faults import Invalid

MB = 1024 * 1024
UTF8 = 0x800  # flag of a member whose name is UTF-8
LITTER = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini")  # what systems leave in folders
DIRECTORY_LINE = 700  # bytes that the directory may have for each file: its name, and what systems add
ERRORS = (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, OSError, EOFError, RuntimeError)


@dataclass(frozen=True)
class Member:
    """A file of the archive; `astray` where its name would lead elsewhere, or where it is a link."""

    info: zipfile.ZipInfo
    path: str
    astray: bool = False


class _Bounded(io.FileIO):
    """A file of which no one read may ask for much: a directory made to fill the memory is refused before it does."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.most = kinds.rules().batch.max_parts * DIRECTORY_LINE

    def read(self, size: int | None = -1, /) -> bytes:
        asked = os.fstat(self.fileno()).st_size - self.tell() if size is None or size < 0 else size
        if asked > self.most + MB:
            raise zipfile.BadZipFile("a part that is larger than any may be")
        return super().read(size) or b""


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """An archive whose directory is within bounds.

    Raises
    ------
    Invalid : it is none but a single file, is broken or locked, or would unpack to too much
    """
    with path.open("rb") as head:
        if not head.read(4).startswith(b"PK"):
            raise _no_archive()
    try:
        with _Bounded(path) as file, zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if any(part.filename in ("[Content_Types].xml", "OFD.xml") for part in parts):
                raise _no_archive()
            kinds.bounded(parts, path.stat().st_size, kinds.rules().batch)
            file.most = _largest()
            if any(part.flag_bits & 0x1 for part in parts):
                raise Invalid(_("压缩包加了密码。"), remedy=_("请去掉密码后重新压缩。"))
            yield archive
    except ERRORS as error:
        raise Invalid(_("压缩包损坏，或不是 zip 格式。"), remedy=_("请用系统自带的压缩功能另存为 zip。")) from error


def _no_archive() -> Invalid:
    message = _("这是单个文件，不是 zip 压缩包。")
    return Invalid(message, remedy=_("请把放文件的文件夹用系统自带的压缩功能压成 zip（不是 rar、7z）后再上传。"))


def members(archive: zipfile.ZipFile) -> list[Member]:
    """Its files in their order, without folders and what systems leave behind."""
    found = []
    for info in archive.infolist():
        path = readable(info)
        parts = [one for one in path.replace("\\", "/").split("/") if one not in ("", ".")]
        if info.is_dir() or not parts or any(one.lower() in LITTER or one.startswith("._") for one in parts):
            continue
        astray = ".." in parts or path.startswith(("/", "\\")) or ":" in parts[0] or _is_link(info)
        found.append(Member(info, "/".join(parts)[:500], astray))
    return found


def readable(info: zipfile.ZipInfo) -> str:
    """A member's name as its maker wrote it.

    >>> readable(zipfile.ZipInfo("烟囱.jpg".encode("gbk").decode("cp437")))
    '烟囱.jpg'
    """
    name = info.filename
    if not info.flag_bits & UTF8:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = b""
        for encoding in ("utf-8", "gb18030") if raw else ():
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return "".join(sign for sign in unicodedata.normalize("NFC", name) if unicodedata.category(sign)[0] != "C")


def content(archive: zipfile.ZipFile, member: Member) -> SimpleUploadedFile:
    """A member as an upload, not more of it than its directory entry says.

    Raises
    ------
    Invalid : it is broken, or larger than any kind that is taken
    """
    most = _largest()
    if member.info.file_size > most:
        raise Invalid(_("文件超过 {limit} MB。").format(limit=f"{most / MB:g}"))
    try:
        with archive.open(member.info) as stream:
            data = io.BytesIO(stream.read(member.info.file_size + 1)).getvalue()
    except ERRORS as error:
        raise Invalid(_("文件在压缩包里已经损坏。")) from error
    if len(data) != member.info.file_size:
        raise Invalid(_("文件大小与压缩包里写的不符，可能是恶意文件。"))
    return SimpleUploadedFile(member.path.rsplit("/", 1)[-1], data)


def _largest() -> int:
    """Bytes of the largest file of any kind that is taken."""
    return int(max(kind.max_mb for kind in kinds.rules().kind) * MB)


def _is_link(info: zipfile.ZipInfo) -> bool:
    mode = info.external_attr >> 16
    return bool(mode) and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0)
