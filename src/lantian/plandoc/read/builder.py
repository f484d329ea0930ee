"""Puts a document together, line by line and cell by cell, and keeps the source text beside it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lantian import rulebook
from lantian.plandoc.document import Block, Cell, Document, Format, Line, ReadError, Table
from lantian.plandoc.traced import Traced
from lantian.rulebook.schemas.reading import PlanReading

# Cc but tab and line feed, and what is never seen in print: soft hyphen, zero-width and bidi marks, BOM, surrogates,
# noncharacters, interlinear and language tags.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
LINE_ENDS = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def refusal(code: str, name: str, zh: str, en: str) -> ReadError:
    """A ReadError that begins with the file's name in both languages."""
    return ReadError(code, f"“{name}”：{zh}", f"{name}: {en}")


def limits() -> PlanReading:
    """The rule that says what readers accept."""
    entry = rulebook.get("plan-reading")
    if not isinstance(entry, PlanReading):
        raise rulebook.RuleError("plan-reading: not of the shape plan-reading")
    return entry


@dataclass(frozen=True, slots=True)
class Draft:
    """A cell before it has a place in the source: upper left corner (from 0), spans, text."""

    row: int
    column: int
    text: str
    rowspan: int = 1
    colspan: int = 1


class Builder:
    """Collects blocks in reading order.

    Examples
    --------
    >>> build = Builder("a.txt", "txt")
    >>> build.line("松溪镇", number=1)
    >>> build.document().source
    '松溪镇\\n'
    """

    def __init__(self, name: str, format: Format) -> None:
        self.name, self.format = name, format
        self.blocks: list[Block] = []
        self.warnings: list[str] = []
        self._parts: list[str] = []
        self._length = 0
        self._unseen = 0
        self._most = limits().file.characters

    def warn(self, zh: str, en: str) -> None:
        """Something the reader should know: kept with the document, in both languages."""
        self.warnings.append(f"{zh} {en}")

    def line(
        self, text: str, *, page: int | None = None, number: int | None = None, whole: bool = False, style: str = ""
    ) -> None:
        """One line; a line end inside becomes a space."""
        self.blocks.append(Line(self._piece(LINE_ENDS.sub(" ", text)), page, number, whole, style))

    def paragraph(self, text: str, *, page: int | None = None, style: str = "") -> None:
        """A paragraph of docx or html. One with line breaks set by hand becomes lines, which may be half a sentence."""
        pieces = [p for p in LINE_ENDS.split(text) if p.strip()]
        for piece in pieces:
            self.blocks.append(Line(self._piece(piece.strip()), page, None, len(pieces) == 1, style))

    def table(self, drafts: Iterable[Draft], *, page: int | None = None, wrapped: bool = False) -> None:
        """A table from its cells; a place that no cell covers gets an empty cell."""
        rows = tuple(tuple(self._cell(d, wrapped) if d else None for d in row) for row in layout(drafts))
        if rows:
            self.blocks.append(Table(rows, page))

    def document(self, *, pages: int | None = None) -> Document:
        """The document; refuses one without any text."""
        if self._unseen:
            self.warn(
                f"去掉了 {self._unseen} 个不可见的控制字符。", f"{self._unseen} invisible control characters left out."
            )
        source = "".join(self._parts)
        if not source or source.isspace():
            raise refusal(
                "empty",
                self.name,
                "文件里没有文字。请检查是否选错了文件。",
                "there is no text in the file. Check that it is the right one.",
            )
        return Document(self.name, self.format, source, tuple(self.blocks), pages, tuple(self.warnings))

    def _cell(self, draft: Draft, wrapped: bool) -> Cell:
        return Cell(self._piece(LINE_ENDS.sub("\n", draft.text)), draft.rowspan, draft.colspan, wrapped)

    def _piece(self, text: str) -> Traced:
        text, unseen = UNSEEN.subn("", text)
        self._unseen += unseen
        start = self._length
        self._length += len(text) + 1
        if self._length > self._most:
            raise refusal(
                "too-large",
                self.name,
                f"文字超过 {self._most:,} 字，不像是一份方案。请只上传方案本身。",
                f"more than {self._most:,} characters, which is no plan. Please upload the plan alone.",
            )
        self._parts += (text, "\n")
        return Traced.of(text, start)


def layout(drafts: Iterable[Draft]) -> list[list[Draft | None]]:
    """Rows of a table from its cells: None where a merged cell covers, empty cells in holes.

    Columns and rows in which no cell begins are taken out (Word and PDF leave such slivers), and spans shrink with
    them. Of two cells that claim one place the first has it; the other's text is added to it.
    """
    cells = _without_slivers(list(drafts))
    owner: dict[tuple[int, int], int] = {}
    placed: list[Draft] = []
    for cell in sorted(cells, key=lambda d: (d.row, d.column)):
        if (cell.row, cell.column) in owner:
            k = owner[cell.row, cell.column]
            first = placed[k]
            text = "\n".join(t for t in (first.text, cell.text) if t)
            placed[k] = Draft(first.row, first.column, text, first.rowspan, first.colspan)
            continue
        cell = _fitted(cell, owner)
        for r in range(cell.row, cell.row + cell.rowspan):
            for c in range(cell.column, cell.column + cell.colspan):
                owner[r, c] = len(placed)
        placed.append(cell)
    height = max((d.row + d.rowspan for d in placed), default=0)
    width = max((d.column + d.colspan for d in placed), default=0)
    rows: list[list[Draft | None]] = [
        [None if (r, c) in owner else Draft(r, c, "") for c in range(width)] for r in range(height)
    ]
    for d in placed:
        rows[d.row][d.column] = d
    return rows


def _fitted(cell: Draft, owner: dict[tuple[int, int], int]) -> Draft:
    """The cell, cut so that it covers no other cell's place."""
    colspan = 1
    while colspan < cell.colspan and (cell.row, cell.column + colspan) not in owner:
        colspan += 1
    columns = range(cell.column, cell.column + colspan)
    rowspan = 1
    while rowspan < cell.rowspan and not any((cell.row + rowspan, c) in owner for c in columns):
        rowspan += 1
    return Draft(cell.row, cell.column, cell.text, rowspan, colspan)


def _without_slivers(cells: Sequence[Draft]) -> list[Draft]:
    rows, columns = sorted({d.row for d in cells}), sorted({d.column for d in cells})

    def squeezed(d: Draft) -> Draft:
        row, column = bisect_left(rows, d.row), bisect_left(columns, d.column)
        last_row, last_column = bisect_left(rows, d.row + d.rowspan), bisect_left(columns, d.column + d.colspan)
        return Draft(row, column, d.text, max(1, last_row - row), max(1, last_column - column))

    return [squeezed(d) for d in cells]
