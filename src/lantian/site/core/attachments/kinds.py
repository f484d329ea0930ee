"""What a file is, by its content: names and what a browser claims are not believed.

Which kinds are taken is data (`rulebook/data/site/attachments.toml`). The checks here only look; nothing is unpacked to
disk, and no more is read into memory than the bounds of that file allow.
"""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import cast

from django.utils.translation import gettext as _

from lantian import rulebook
from lantian.rulebook.schemas.attachments import ArchiveLimits, AttachmentRules, FileKind
from lantian.site.core.attachments.ole import OleError, stream_names
from lantian.site.core.faults import Invalid

MB = 1024 * 1024
HEAD = 4096
# Brands of MP4 proper, major or compatible; QuickTime and HEIF have others.
MP4_BRANDS = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"MSNV",
    b"3gp4",
    b"3gp5",
)
# How a text begins that a browser, or a spreadsheet, would run instead of show.
ACTIVE_TEXT = re.compile(
    r"\s*(<!doctype|<\?xml|<\?php|<html|<svg|<script|<head|<body|<!--|<iframe|mime-version:)", re.I
)
CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MACROS = ("vbaproject.bin", "vbadata.xml")
OLE_MACROS = ("_VBA_PROJECT", "VBA", "_VBA_PROJECT_CUR", "Macros")


def rules() -> AttachmentRules:
    """The rule as it holds here."""
    return cast(AttachmentRules, rulebook.get("attachments"))


def endings(allowed: tuple[str, ...] | None = None) -> str:
    """For the `accept` of an upload field: `.jpg,.pdf,…`."""
    return ",".join(
        f".{end}" for kind in rules().kind if allowed is None or kind.id in allowed for end in kind.extensions
    )


def examine(file: Path, name: str, *, allowed: tuple[str, ...] | None = None) -> FileKind:
    """The kind of a file, checked against its content, its name and the bounds of its kind.

    Parameters
    ----------
    file : where the content lies
    name : the name it came with; its ending must go with the content
    allowed : ids of kinds that are taken here; None for all of the rule

    Raises
    ------
    Invalid : it is of no kind that is taken, is not what its name says, is too large, or is made to do harm
    """
    kind = _recognised(file, name)
    if allowed is not None and kind.id not in allowed:
        raise _refused(_("“{label}”不能用在这里。").format(label=kind.label), _only(allowed))
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in kind.extensions:
        said = _("文件内容是“{label}”，名称却以“.{ending}”结尾。").format(label=kind.label, ending=ending[:20])
        raise _refused(said, _("请确认文件没有被改名或损坏，另存为正确的格式后再上传。"))
    if file.stat().st_size > kind.max_mb * MB:
        said = _("“{label}”不能超过 {limit} MB。").format(label=kind.label, limit=f"{kind.max_mb:g}")
        raise _refused(said, _("请压缩、裁剪或拆分后再上传。"))
    return kind


def _recognised(file: Path, name: str) -> FileKind:
    with file.open("rb") as opened:
        head = opened.read(HEAD)
    for one in rules().refused:
        if any(head.startswith(bytes.fromhex(magic), one.offset) for magic in one.magic):
            raise _refused(_("不收“{label}”。").format(label=one.label), one.remedy)
    fitting = [kind for kind in rules().kind if CHECKS[kind.container](file, head, kind)]
    if not fitting:
        raise _refused(_("文件内容不是可以上传的格式。"), _only(None))
    # Text may be txt or csv: there the ending decides, as the content cannot.
    ending = name.rpartition(".")[2].lower()
    return next((kind for kind in fitting if ending in kind.extensions), fitting[0])


def _only(allowed: tuple[str, ...] | None) -> str:
    labels = "、".join(kind.label for kind in rules().kind if allowed is None or kind.id in allowed)
    return _("可以上传：{labels}。").format(labels=labels)


def _refused(message: str, remedy: str) -> Invalid:
    return Invalid(message, fields={"file": message}, remedy=remedy)


def _starts(*magic: bytes) -> Callable[[Path, bytes, FileKind], bool]:
    return lambda _file, head, _kind: head.startswith(magic)


def _webp(_file: Path, head: bytes, _kind: FileKind) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _mp4(_file: Path, head: bytes, _kind: FileKind) -> bool:
    if head[4:8] != b"ftyp":
        return False
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, size, 4))}
    return not brands.isdisjoint(MP4_BRANDS)


def _zip(file: Path, head: bytes, kind: FileKind) -> bool:
    """An office file: a zip file from its first byte to its last, of bounded size, without macros."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if not names.issuperset(kind.inside) or (kind.container == "ooxml" and "[Content_Types].xml" not in names):
                return False
            bounded(parts, file.stat().st_size)
            _inert(archive, parts)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, RecursionError) as error:
        raise _refused(_("文件损坏，无法打开。"), _("请用办公软件打开并另存后再上传。")) from error
    return True


def bounded(parts: list[zipfile.ZipInfo], size: int, bounds: ArchiveLimits | None = None) -> None:
    """Refuse an archive of too many parts, or one that unpacks to too much; `bounds` are those of office files unless
    given."""
    bounds = bounds or rules().archive
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > bounds.max_parts or unpacked > bounds.max_unpacked_mb * MB:
        raise _refused(_("文件解开后过大。"), _("请删减或压缩其中的图片后再上传。"))
    # What the directory says is held against the file: parts that overlap would unpack to more than they take.
    if packed > size or unpacked > max(size, 4096) * bounds.max_ratio:
        raise _refused(_("文件的压缩方式异常，可能是恶意文件。"), _("请用办公软件打开并另存后再上传。"))


def _inert(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & 0x1 for part in parts):
        raise _refused(_("文件加了密码。"), _("请去掉打开密码后再上传。"))
    if any(part.filename.lower().rpartition("/")[2] in MACROS for part in parts):
        raise _refused(_("文件含有宏。"), _("请另存为不含宏的格式（docx、xlsx）后再上传。"))
    if any(_astray(part.filename) for part in parts) or min(part.header_offset for part in parts) != 0:
        raise _refused(_("文件的内部结构异常，可能是恶意文件。"), _("请用办公软件打开并另存后再上传。"))
    if archive.comment:
        raise _refused(_("文件末尾带有多余的内容。"), _("请用办公软件打开并另存后再上传。"))


def _astray(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[\\/]", name) or ":" in name or "\0" in name


def _ole(file: Path, head: bytes, kind: FileKind) -> bool:
    if not head.startswith(bytes.fromhex("d0cf11e0a1b11ae1")):
        return False
    try:
        names = stream_names(file)
    except OleError as error:
        raise _refused(_("文件损坏，无法打开。"), _("请用办公软件打开并另存后再上传。")) from error
    if "EncryptedPackage" in names:
        raise _refused(_("文件加了密码。"), _("请去掉打开密码后再上传。"))
    if not names.isdisjoint(OLE_MACROS):
        raise _refused(_("文件含有宏。"), _("请另存为不含宏的格式（docx、xlsx）后再上传。"))
    return not names.isdisjoint(kind.inside)


def _text(file: Path, head: bytes, kind: FileKind) -> bool:
    if file.stat().st_size > kind.max_mb * MB:
        return False
    content = file.read_bytes()
    for encoding in (
        ("utf-8-sig", "gb18030") if not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ("utf-16",)
    ):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not CONTROLS.search(text) and not ACTIVE_TEXT.match(text)
    return False


CHECKS: dict[str, Callable[[Path, bytes, FileKind], bool]] = {
    "pdf": _starts(b"%PDF-"),
    "jpeg": _starts(b"\xff\xd8\xff"),
    "png": _starts(b"\x89PNG\r\n\x1a\n"),
    "webp": _webp,
    "mp4": _mp4,
    "ooxml": _zip,
    "ofd": _zip,
    "ole": _ole,
    "text": _text,
}
