"""A workbook or a csv file as grids of cells: bounded, hostile files refused, hidden sheets left out and said."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils.cell import coordinate_to_tuple

from lantian.plandoc.document import ReadError
from lantian.plandoc.read.encoding import text_of
from lantian.plandoc.read.guard import OLE, ZIP_ERRORS, refuse_entities
from lantian.rulebook.schemas.sheets import SheetBounds
from lantian.site.core.faults import Invalid, Text
from lantian.site.core.sheets.values import rules
from lantian.site.core.table import FORMULA

MB = 1024 * 1024
MOST_COVERED = 1_000_000  # places that merged cells may cover
OWN = {"填写说明", "Notes on filling in", "_options"}  # sheets that our own templates bring along
# Bounded, so that a file made to be slow is not.
MERGED = re.compile(rb'<(?:\w{1,9}:)?mergeCell\b[^>]{0,200}?\bref="([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})"')
ROW = re.compile(rb"<(?:\w{1,9}:)?row\b([^>]{0,400})>")
COLUMN = re.compile(rb"<(?:\w{1,9}:)?col\b([^>]{0,400})>")
IS_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
ATTRIBUTE = re.compile(rb'\b(r|min|max)="(\d{1,7})"')
UNCACHED = re.compile(
    rb'<(?:\w{1,9}:)?c\b[^>]{0,200}?\br="([A-Z]{1,3}\d{1,7})"[^>]{0,200}>\s{0,9}'
    rb"<(?:\w{1,9}:)?f\b[^>]{0,200}?(?:/>|>[^<]{0,8192}</(?:\w{1,9}:)?f>)\s{0,9}"
    rb"(?:<(?:\w{1,9}:)?v\s{0,9}/>|<(?:\w{1,9}:)?v>\s{0,9}</(?:\w{1,9}:)?v>)?\s{0,9}</(?:\w{1,9}:)?c>"
)
FILLED = (b"<v>", b"<v ", b"<is>", b"<f>", b"<f ", b":v>", b":v ", b":is>", b":f>", b":f ")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
LOCALE = re.compile(r"\[[^\]]{0,40}\]")
IN_QUOTES = re.compile(r'"[^"]*"|\\.')


class NoResult:
    """A cell whose formula was never calculated."""

    def __str__(self) -> str:
        return ""


NO_RESULT = NoResult()


@dataclass
class Grid:
    """One table: rows that are not empty, by their number from 1, each with its cells.

    `merged` are ranges of more than one cell as (top, left, bottom, right); rows and columns from 1 and 0. What is
    hidden is read like the rest. `above` are rows before those of a piece that it needs: a header, a merged cell.
    """

    number: int
    title: str
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    above: list[tuple[int, list[Any]]] = field(default_factory=list)
    _covered: dict[tuple[int, int], tuple[int, int, int, int]] = field(default_factory=dict)
    _at: dict[int, list[Any]] = field(default_factory=dict)

    def prepare(self) -> Grid:
        """Make ready for `seen`."""
        self._at = dict(self.above) | dict(self.rows)
        numbers = [row for row, _cells in self.rows]
        widest = max((len(cells) for _row, cells in self.rows), default=0)
        for area in self.merged:
            for row in numbers[bisect_left(numbers, area[0]) : bisect_right(numbers, area[2])]:
                self._covered |= {(row, col): area for col in range(area[1], min(area[3] + 1, widest + 1))}
            if len(self._covered) > MOST_COVERED:
                raise Invalid(
                    format_lazy(_("第 {n} 张表“{sheet}”的合并单元格过多。"), n=self.number, sheet=self.title),
                    remedy=_("请取消合并后再上传。"),
                )
        return self

    def line(self, row: int) -> list[Any]:
        """The cells of a row as stored; none where it is empty."""
        return self._at.get(row, [])

    def cell(self, row: int, col: int) -> Any:
        """What is stored at a place."""
        cells = self._at.get(row, ())
        return cells[col] if col < len(cells) else None

    def seen(self, row: int, col: int) -> Any:
        """What a person sees at a place: a merged cell shows one value wherever it reaches."""
        area = self._covered.get((row, col))
        return self.cell(area[0], area[1]) if area else self.cell(row, col)

    def area(self, row: int, col: int) -> tuple[int, int, int, int] | None:
        """The merged range that covers a place."""
        return self._covered.get((row, col))


@dataclass
class Opened:
    """A file's tables, and what was left out: `hidden` ones by number and name."""

    grids: list[Grid] = field(default_factory=list)
    hidden: list[tuple[int, str]] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


def open_file(content: bytes, name: str, *, unhide: Collection[int] = ()) -> Opened:
    """The tables of a file.

    Parameters
    ----------
    unhide : numbers of hidden tables that are read all the same

    Raises
    ------
    Invalid : no workbook, an old or locked one, one that is made to do harm, or one that is too large
    """
    opened, bounds = Opened(), rules().bounds
    for grid, rows in tables(content, name, opened, bounds, unhide=unhide):
        try:
            grid.rows = list(rows)
        except Invalid:
            raise
        except Exception as error:  # openpyxl lets errors of many kinds through for broken files
            raise _broken() from error
        opened.grids.append(grid.prepare())
    return opened


def tables(
    content: bytes, name: str, opened: Opened, bounds: SheetBounds, *, unhide: Collection[int] = ()
) -> Iterator[tuple[Grid, Iterator[tuple[int, list[Any]]]]]:
    """Each table of a file, still without its rows, and its rows as they are read.

    What is left out is told to `opened`.
    """
    if len(content) > bounds.max_mb * MB:
        raise Invalid(
            format_lazy(_("文件超过上限 {limit} MB。"), limit=f"{bounds.max_mb:g}"),
            remedy=_("请删去图片和无关的表，或拆成几个文件后再上传。"),
        )
    if content.startswith(OLE):
        raise old_format()
    if content.startswith(b"PK"):
        yield from _workbook(content, name, opened, bounds, unhide)
    else:
        grid = Grid(1, "csv")
        yield grid, _bounded(_csv(content), grid, bounds)


def old_format() -> Invalid:
    """The refusal of a workbook of before 2007."""
    message = _("这是旧版 Excel 工作簿（.xls、.et），没有读取。")
    return Invalid(
        message,
        fields={"file": message},
        remedy=_("请用 Excel 或 WPS 打开，选“文件—另存为”，类型选“Excel 工作簿（*.xlsx）”，再上传。"),
    )


def _broken() -> Invalid:
    return Invalid(_("文件损坏，或不是 Excel 工作簿。"), remedy=_("请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。"))


def _workbook(
    content: bytes, name: str, opened: Opened, bounds: SheetBounds, unhide: Collection[int]
) -> Iterator[tuple[Grid, Iterator[tuple[int, list[Any]]]]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        if sum(part.file_size for part in archive.infolist()) > bounds.max_unpacked_mb * MB:
            raise Invalid(_("文件解开后过大。"), remedy=_("请删去图片和无关的表后再上传。"))
        for part in archive.infolist():
            if part.filename.endswith((".xml", ".rels")):
                refuse_entities(_read(archive, part), name, part.filename)
    except ReadError as error:
        raise Invalid(_("文件里定义了 XML 实体，可能是恶意文件，没有读取。")) from error
    except ZIP_ERRORS as error:
        raise _broken() from error
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl lets errors of many kinds through for broken files
        raise _broken() from error
    if len(book.sheetnames) > bounds.max_sheets:
        raise Invalid(
            format_lazy(_("工作簿有 {n} 张表，超过上限 {most}。"), n=len(book.sheetnames), most=bounds.max_sheets),
            remedy=_("请拆成几个文件后再上传。"),
        )
    for number, sheet in enumerate(book.worksheets, 1):
        if sheet.title in OWN:
            continue
        if sheet.sheet_state != "visible" and number not in unhide:
            hidden = _("第 {n} 张表“{sheet}”是隐藏的，没有读取。")
            opened.notes.append(format_lazy(hidden, n=number, sheet=sheet.title))
            opened.hidden.append((number, sheet.title))
            continue
        grid = Grid(number, sheet.title)
        try:
            rows = _rows(grid, sheet, archive, bounds)
        except Invalid:
            raise
        except Exception as error:
            raise _broken() from error
        yield grid, rows
    book.close()


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """A part's content, not more of it than its directory entry says."""
    with archive.open(part) as opened:
        return opened.read(part.file_size + 1)[: part.file_size]


def _rows(grid: Grid, sheet: Any, archive: zipfile.ZipFile, bounds: SheetBounds) -> Iterator[tuple[int, list[Any]]]:
    """What a sheet says of its table as a whole, and its rows as they are read."""
    xml = archive.read(sheet._worksheet_path.lstrip("/"))
    for top, bottom in MERGED.findall(xml):
        (r1, c1), (r2, c2) = coordinate_to_tuple(top.decode()), coordinate_to_tuple(bottom.decode())
        grid.merged.append((r1, c1 - 1, r2, c2 - 1))
    if len(grid.merged) > MOST_COVERED:
        raise _broken()
    _note_hidden(grid, xml)
    without_result = {coordinate_to_tuple(place.decode()) for place in UNCACHED.findall(xml)}
    last = _last_filled(xml)
    del xml
    sheet.reset_dimensions()
    return _bounded(islice(_cells(sheet, without_result), last), grid, bounds)


def _last_filled(xml: bytes) -> int | None:
    """The last row in which anything but formats stands; None where that cannot be told."""
    end = max(map(xml.rfind, FILLED))
    start = max(xml.rfind(b"<row ", 0, end), xml.rfind(b":row ", 0, end)) if end >= 0 else -1
    told = dict(ATTRIBUTE.findall(xml[start : start + 400].partition(b">")[0])) if start >= 0 else {}
    return int(told[b"r"]) if b"r" in told else None


def _note_hidden(grid: Grid, xml: bytes) -> None:
    """Rows and columns that a person does not see; a row number that is left out counts on from the row before."""
    last = 0
    for found in ROW.finditer(xml):
        told: dict[bytes, bytes] = dict(ATTRIBUTE.findall(found[1]))
        last = int(told.get(b"r", b"%d" % (last + 1)))
        if IS_HIDDEN.search(found[1]):
            grid.hidden_rows.add(last)
    most = rules().bounds.max_columns
    for found in COLUMN.finditer(xml):
        told = dict(ATTRIBUTE.findall(found[1]))
        if IS_HIDDEN.search(found[1]) and b"min" in told:
            grid.hidden_columns |= set(range(int(told[b"min"]) - 1, min(int(told.get(b"max", told[b"min"])), most)))


def _cells(sheet: Any, without_result: set[tuple[int, int]]) -> Iterator[list[Any]]:
    for number, row in enumerate(sheet.iter_rows(max_col=rules().bounds.max_columns), 1):
        cells = [None if cell is EMPTY_CELL else _value(cell) for cell in row]  # most of a narrow table's are
        for col in range(len(cells)):
            if cells[col] is None and (number, col + 1) in without_result:
                cells[col] = NO_RESULT
        yield cells


def _value(cell: Any) -> Any:
    """A cell's value; a percentage as it is shown, as the number behind it is a hundredth, and a month as a month."""
    value = cell.value
    if isinstance(value, dt.datetime) and _shows_no_day(cell.number_format or ""):
        return f"{value.year}年{value.month}月"
    if type(value) in (int, float) and "%" in (shape := cell.number_format or "") and "%" in IN_QUOTES.sub("", shape):
        return f"{round(value * 100, 10):g}%"
    return value if not isinstance(value, dt.timedelta) else str(value)


def _shows_no_day(shape: str) -> bool:
    """Whether a format of dates shows year and month alone: people wrote a month, the first of it is the program's."""
    signs = IN_QUOTES.sub("", LOCALE.sub("", shape)).lower().partition(";")[0]
    return "y" in signs and "m" in signs and "d" not in signs


def _bounded(rows: Iterable[list[Any]], grid: Grid, bounds: SheetBounds) -> Iterator[tuple[int, list[Any]]]:
    """Rows that hold anything, without the empty cells at their ends."""
    kept, most = 0, bounds.max_rows
    for number, cells in enumerate(rows, 1):
        while cells and (cells[-1] is None or (isinstance(cells[-1], str) and not cells[-1].strip())):
            cells.pop()
        if not cells:
            continue
        kept += 1
        if kept > most:
            raise Invalid(
                format_lazy(_("第 {n} 张表“{sheet}”超过 {most} 行。"), n=grid.number, sheet=grid.title, most=most),
                remedy=_("请拆成几个文件后再上传。"),
            )
        yield number, cells


def _csv(content: bytes) -> Iterator[list[Any]]:
    found = text_of(content)
    if found is None or "\0" in found[0]:
        raise _broken()
    lines = list(islice(_lines(found[0]), rules().header_search))
    delimiter = max(",\t;", key=lambda sign: sum(line.count(sign) for line in lines))  # a title above may have none
    try:
        for row in csv.reader(_lines(found[0]), delimiter=delimiter):
            yield [_unquoted(cell) for cell in row]
    except csv.Error as error:
        raise _broken() from error


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends, one by one: a long file is not there twice."""
    return (found[0] for found in LINE.finditer(text))


def _unquoted(cell: str) -> Any:
    """A cell of a csv file, without the sign that keeps spreadsheets from taking it for a formula."""
    if cell.startswith("'") and cell[1:].startswith(FORMULA):
        return cell[1:]
    return cell or None
