"""Files as they are handed in: of a kind that can be read, unpacked within bounds, under names that lead nowhere else.

Nothing that a file says of itself is believed: what is unpacked is counted byte by byte.
"""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import polars as pl
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.airquality.read import Skipped
from lantian.rulebook.schemas.series import IntakeRules
from lantian.site.core.attachments import kinds, safe_name
from lantian.site.core.faults import Fault, Invalid, Text
from lantian.site.core.sheets.problems import joined

MB = 1024 * 1024
TABLES = (".csv", ".txt", ".tsv", ".csv.gz", ".xlsx", ".parquet", ".pq")
ENDINGS = ",".join([*TABLES, ".zip", ".gz"])
CHUNK = 1 << 18
LONGEST = 120  # bytes of a name on disk, well below what file systems allow
ASIDE = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def rules() -> IntakeRules:
    """The bounds as they hold here."""
    return rulebook.get("series-intake", as_=IntakeRules)


def ending(name: str) -> str:
    """How a name of a table, or of a zip file, ends; '' for all others."""
    lower = name.lower()
    return next((one for one in (".csv.gz", ".zip", *TABLES) if lower.endswith(one)), "")


def examine(path: Path, name: str) -> None:
    """Refuse what cannot be read as a table, or a zip file of tables, by name and content.

    Raises
    ------
    Invalid : with what to do
    """
    kind = ending(name)
    with path.open("rb") as opened:
        head = opened.read(65_536)
    if not kind:
        raise _refused(name, _("不是可以导入的文件。"), _("请上传 csv、csv.gz、xlsx、parquet，或装有这些文件的 zip。"))
    if kind == ".xlsx":
        kinds.examine(path, name, allowed=("xlsx",))
    elif kind == ".zip":
        _examine_zip(path, name)
    elif kind in (".parquet", ".pq"):
        if head[:4] != b"PAR1":
            raise _refused(name, _("内容不是 Parquet。"), _("请重新导出。"))
    elif kind == ".csv.gz":
        if head[:2] != b"\x1f\x8b":
            raise _refused(name, _("内容不是 gzip 压缩文件。"), _("请重新压缩，或直接上传 csv。"))
    elif b"\0" in head or head[:4] in (b"PK\x03\x04", b"PAR1", b"%PDF"):
        raise _refused(name, _("内容不是文本表格。"), _("请另存为 csv（UTF-8 或 GBK）。"))


def _examine_zip(path: Path, name: str) -> None:
    bounds = rules()
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise _refused(name, _("文件损坏，无法打开。"), _("请重新压缩后再上传。")) from error
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > bounds.max_files * 2 or unpacked > bounds.max_unpacked_mb * MB:
        raise _refused(name, _("解开后过大。"), _("请分成几次导入。"))
    if unpacked > max(path.stat().st_size, 4096) * bounds.max_ratio:
        raise _refused(name, _("压缩方式异常，可能是恶意文件。"), _("请重新压缩后再上传。"))
    if any(part.flag_bits & 0x1 for part in parts):
        raise _refused(name, _("加了密码。"), _("请去掉密码后再上传。"))


def _refused(name: str, message: Text, remedy: Text) -> Invalid:
    said = format_lazy("“{name}”{message}", name=name, message=message)
    return Invalid(said, fields={"files": format_lazy("{said}{remedy}", said=said, remedy=remedy)}, remedy=remedy)


@dataclass
class Opened:
    """Tables ready to be read, and files that are none."""

    tables: list[Path] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    aside: int = 0


@contextmanager
def opened(files: Iterable[tuple[Path, str]]) -> Iterator[Opened]:
    """The tables in some files (where they lie, name), zip and gzip files unpacked, until the block ends."""
    with TemporaryDirectory(prefix="lantian-intake-") as directory:
        unpacking = _Unpacking(Path(directory))
        for path, name in files:
            unpacking.take(path, name)
        yield unpacking.found


class _Unpacking:
    def __init__(self, directory: Path) -> None:
        self.directory, self.found, self.bounds = directory, Opened(), rules()
        self.left = self.bounds.max_unpacked_mb * MB
        self.number = 0

    def take(self, path: Path, name: str) -> None:
        """One file as it was handed in."""
        try:
            examine(path, name)
            if ending(name) == ".zip":
                self._zip(path, name)
            else:
                place = self._place(name)
                place.symlink_to(path)
                self._table(place, name)
        except (Fault, zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            self._skip(name, error)

    def _zip(self, path: Path, name: str) -> None:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                own = safe_name(part.filename)
                if part.is_dir():
                    continue
                if any(sign in part.filename for sign in ASIDE) or ending(own) in ("", ".zip"):
                    self.found.aside += 1
                    continue
                try:
                    place = self._place(own)
                    with archive.open(part) as packed:
                        self._copy(packed, place)
                    examine(place, own)
                    self._table(place, own)
                except (Fault, zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
                    self._skip(f"{name}/{own}", error)

    def _table(self, place: Path, name: str) -> None:
        """A table under its own name; one that is gzipped is unpacked first, as its size cannot be known before."""
        if len(self.found.tables) >= self.bounds.max_files:
            raise Invalid(_("文件过多。"), remedy=_("请分成几次导入。"))
        kind = ending(name)
        if kind == ".csv.gz":
            plain = self._place(name[: -len(".gz")])
            with gzip.open(place) as packed:
                self._copy(packed, plain)
            place = plain
        elif kind in (".parquet", ".pq"):
            self._bounded(place)
        self.found.tables.append(place)

    def _bounded(self, place: Path) -> None:
        """Columns of equal values take no room in a Parquet file, and all of it in memory."""
        try:
            frame = pl.scan_parquet(place)
            columns, rows = len(frame.collect_schema()), frame.select(pl.len()).collect().item()
        except (pl.exceptions.PolarsError, OSError) as error:
            raise Invalid(_("文件损坏，无法打开。"), remedy=_("请重新导出。")) from error
        if columns * rows > self.bounds.max_values * 2:
            raise Invalid(_("行或列过多。"), remedy=_("请分成几次导入。"))

    def _place(self, name: str) -> Path:
        """A place of its own for each file, so that two of one name do not meet."""
        self.number += 1
        folder = self.directory / str(self.number)
        folder.mkdir()
        tail = ending(name)
        stem = safe_name(name)[: -len(tail) or None].encode()[:LONGEST].decode(errors="ignore").strip() or "file"
        return folder / f"{stem}{tail}"

    def _copy(self, packed: IO[bytes] | gzip.GzipFile, place: Path) -> None:
        with place.open("wb") as out:
            while piece := packed.read(CHUNK):
                self.left -= len(piece)
                if self.left < 0:
                    out.close()
                    place.unlink()
                    raise Invalid(_("解开后过大。"), remedy=_("请分成几次导入。"))
                out.write(piece)
        if shutil.disk_usage(self.directory).free < 64 * MB:
            raise Invalid(_("服务器磁盘空间不足。"), remedy=_("请联系管理员。"))

    def _skip(self, name: str, error: Exception) -> None:
        if isinstance(error, Fault):
            told = joined(error.message, error.remedy)
        else:
            told = joined(_("文件损坏，无法打开。"), _("请重新导出或压缩后再上传。"))
        self.found.skipped.append(Skipped("unreadable-file", name, None, "", "", told["zh-hans"], told["en"]))
