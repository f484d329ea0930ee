"""The door: how big a file may be, and what it is by its content."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

from lantian.plandoc.document import ReadError
from lantian.plandoc.read.builder import limits, refusal
from lantian.plandoc.read.encoding import text_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# All that zipfile raises over damaged archives.
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    IndexError,
)
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
OTHERS = (
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"MZ", "Windows program"),
    (b"\x7fELF", "Linux program"),
    (b"SQLite format 3\0", "SQLite"),
    (b"\xcaSEP", "CEB"),
    (b"Founder CEB", "CEB"),
)
ARCHIVES = (
    ("xl/", "Excel", "工作簿"),
    ("ppt/", "PowerPoint", "演示文稿"),
    ("OFD.xml", "OFD", "版式文件"),
    ("content.xml", "OpenDocument", "文档"),
)
HTML_START = re.compile(
    rb"(?>\s+|<!--.*?-->|<\?[^>]*>)*+<(?:!doctype\s+html|(?:html|head|body|meta|title|table|div|span|article|section|main|"
    rb"h[1-6]|p|ul|ol|style|script|link|center|font)[\s/>])",
    re.IGNORECASE | re.DOTALL,
)
MHT_START = re.compile(rb"\s*+(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*+)*?Content-Type:\s*multipart/related", re.I)
WORD_XML = re.compile(rb"<\?mso-application\s+progid=\"Word\.Document\"|<w:wordDocument|<pkg:package", re.IGNORECASE)
HEAD = 8_192  # bytes looked at for the start of a page
NULS_BORNE = 0.05  # share of bytes; a damaged text may hold some


def check_size(size: int, name: str, most: int | None = None) -> None:
    """Refuse an empty file and one over the limit."""
    if most is None:
        most = limits().file.bytes
    if size == 0:
        raise refusal("empty", name, "文件是空的（0 字节）。请重新导出或下载。", "the file is empty. Export it again.")
    if size > most:
        raise refusal(
            "too-large",
            name,
            f"文件有 {size / 2**20:.1f} MiB，超过上限 {most / 2**20:.1f} MiB。请压缩图片，或只上传正文和附表。",
            f"{size / 2**20:.1f} MiB is over the limit of {most / 2**20:.1f} MiB. Shrink its pictures, or upload only "
            "the plan and its annexes.",
        )


def load(path: Path, name: str, most: int | None = None) -> bytes:
    """The bytes of a file, its size checked before anything is read."""
    try:
        if not path.is_file():
            raise refusal("missing", name, f"找不到文件 {path}。请检查路径。", f"no such file: {path}. Check the path.")
        check_size(path.stat().st_size, name, most)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, ReadError):
            raise
        raise refusal(
            "missing", name, f"打不开文件：{error}。请检查权限。", f"cannot open the file: {error}. Check permissions."
        ) from error


def kind(data: bytes, name: str) -> str:
    """Which reader takes the file: 'docx', 'pdf', 'html', 'mht', 'office' (to be converted) or 'txt'.

    Raises
    ------
    ReadError
        'broken' for a zip that is no docx, 'password' for a locked one, 'scanned' for a picture, 'unknown' for
        anything else that is no text, 'bomb' for entity definitions or an archive that swells.
    """
    head = data[:HEAD]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _archive(data, name)
    if data.startswith(OLE):
        return _compound(data, name)
    if data.startswith(b"{\\rtf") or WORD_XML.search(head):
        return "office"
    if data.startswith(PICTURES):
        raise refusal(
            "scanned",
            name,
            "这是一张图片，没有文字。请先做文字识别（OCR），再上传得到的文字版。",
            "this is a picture without text. Run OCR on it and upload the text.",
        )
    for magic, what in OTHERS:
        if data.startswith(magic):
            raise _unknown(name, f"这是 {what} 文件", f"this is a {what} file")
    page = _ascii(head)
    if MHT_START.match(page):
        return "mht"
    if HTML_START.match(page):
        return "html"
    if data[:HEAD].count(0) > NULS_BORNE * len(data[:HEAD]) and not text_of(data):
        raise _unknown(name, "这是二进制文件，不是文档", "this is a binary file, not a document")
    return "txt"


def refuse_entities(data: bytes, name: str, part: str) -> None:
    """Refuse XML that defines entities or brings a document type: no Word file does, bombs do."""
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", _flat(data), re.IGNORECASE):
        raise _entities(name, part)


def refuse_bombs_in_html(data: bytes, name: str) -> None:
    """Refuse a page whose document type defines entities; a plain document type is usual."""
    if re.search(rb"<!DOCTYPE[^>]{0,2000}\[(?>\s+|<!--.*?-->)*+<!ENTITY", _flat(data[:HEAD]), re.I | re.DOTALL):
        raise _entities(name, "HTML")


def _flat(data: bytes) -> bytes:
    """UTF-16 as if it were ASCII, for searching."""
    return data.replace(b"\0", b"") if b"\0" in data[:64] else data


def _entities(name: str, part: str) -> ReadError:
    return refusal(
        "bomb",
        name,
        f"{part} 里定义了 XML 实体，可能是恶意文件，已拒绝读取。请向发文单位索取原件。",
        f"{part} defines XML entities, as hostile files do; it was not read. Ask the issuer for the original.",
    )


def _ascii(head: bytes) -> bytes:
    """The head of a text as bytes of ASCII-like encodings, without a byte order mark."""
    for bom, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(bom):
            return head[2:].decode(encoding, "ignore").encode("ascii", "replace")
    return head.removeprefix(b"\xef\xbb\xbf")


def _archive(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except ZIP_ERRORS as error:
        raise broken(name, "压缩结构") from error
    bounds = limits().archive
    unpacked = sum(e.file_size for e in entries)
    if (
        len(entries) > bounds.entries
        or unpacked > bounds.unpacked_bytes
        or unpacked > bounds.ratio * max(len(data), 4096)
    ):
        raise refusal(
            "bomb",
            name,
            f"压缩包里有 {len(entries)} 个文件，解开后有 {unpacked / 2**20:.0f} MiB，可能是恶意文件，已拒绝读取。"
            "请用 Word 重新另存为 .docx。",
            f"{len(entries)} packed files swell to {unpacked / 2**20:.0f} MiB, as hostile files do; it was not read. "
            "Save it again as .docx with Word.",
        )
    names = {e.filename for e in entries}
    if "[Content_Types].xml" in names and any(n.startswith("word/") for n in names):
        return "docx"
    for mark, what, zh in ARCHIVES:
        if any(n.startswith(mark) for n in names):
            raise _unknown(name, f"这是 {what} {zh}", f"this is an {what} file")
    raise refusal(
        "broken",
        name,
        "这是一个压缩包，不是 Word 文档（里面没有 word/document.xml）。请解压后上传其中的文档。",
        "this is a zip archive, no Word document (there is no word/document.xml in it). Unpack it and upload the "
        "document inside.",
    )


def _compound(data: bytes, name: str) -> str:
    """OLE compound files: locked docx, old Word and WPS files, old Excel."""
    if _stream(data, "EncryptedPackage") or (data[512:514] == b"\xec\xa5" and data[523] & 1):
        raise locked(name)
    if _stream(data, "WordDocument"):
        return "office"
    for stream in ("Workbook", "Book", "PowerPoint Document"):
        if _stream(data, stream):
            raise _unknown(name, "这是旧版表格或演示文稿", "this is an old Excel or PowerPoint file")
    return "office"


def _stream(data: bytes, name: str) -> bool:
    """Whether the directory of a compound file has an entry of this name (UTF-16, aligned to 128 bytes)."""
    mark = (name + "\0").encode("utf-16-le")
    at = data.find(mark)
    while at >= 0 and at % 128:
        at = data.find(mark, at + 1)
    return at >= 0


def locked(name: str) -> ReadError:
    """The refusal of a file that opens with a password only."""
    return refusal(
        "password",
        name,
        "文件有打开密码。请用原软件打开，取消密码后另存再上传。",
        "the file is locked by a password. Open it in its own program, remove the password and save it again.",
    )


def broken(name: str, part: str) -> ReadError:
    """The refusal of a file that is cut off or damaged."""
    return refusal(
        "broken",
        name,
        f"文件已损坏或不完整（{part}）。请重新下载，或用 Word 打开后另存为 .docx。",
        f"the file is damaged or cut off ({part}). Download it again, or open it with Word and save it as .docx.",
    )


def _unknown(name: str, zh: str, en: str) -> ReadError:
    return refusal(
        "unknown",
        name,
        f"{zh}，不能当作方案读取。请上传 docx、pdf、html 或 txt。",
        f"{en} and cannot be read as a plan. Upload docx, pdf, html or txt.",
    )
