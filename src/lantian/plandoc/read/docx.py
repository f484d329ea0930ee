"""Word documents: paragraphs with their automatic numbers, tables with merged cells, in the order of the body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from lantian.plandoc.document import Document
from lantian.plandoc.read.builder import Builder, Draft, limits
from lantian.plandoc.read.grid import Span, aligned
from lantian.plandoc.read.numbering import Numbering
from lantian.plandoc.read.ooxml import Package, W, attribute, child, children, integer, local, value
from lantian.plandoc.read.runs import Runs
from lantian.plandoc.read.styles import Styles

# Wrappers that hold paragraphs and tables; what is deleted or moved away is left out.
WRAPPERS = {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "body", "txbxContent"}
SLIVER = 140  # twentieths of a point: edges of cells that lie nearer are drawn as one (2.5 mm)
CONTENTS = re.compile(r"toc(?: \d+| heading)$")


def read(data: bytes, name: str) -> Document:
    """Paragraphs as whole lines, tables as cells.

    Left out: headers and footers, footnotes, comments, deleted and hidden text, the table of contents.
    Pages are known only where Word left its page breaks in the file.

    Raises
    ------
    ReadError
        'broken', 'bomb', 'password' or 'empty'.
    """
    return _Reader(Package(data, name), name).document()


@dataclass(slots=True)
class _Paragraph:
    """A paragraph as shown; `page` is that of its first character."""

    text: str
    page: int | None
    style: str = ""


@dataclass(slots=True)
class _Row:
    """A table row before merging: edges and text of its cells."""

    cells: list[tuple[Span, str, str]] = field(default_factory=list)  # (columns, text, vMerge)


class _Reader:
    def __init__(self, package: Package, name: str) -> None:
        root = package.root(package.main)
        body = child(root, "body") if root is not None else None
        self.body = body if body is not None else etree.Element(W + "body")
        self.styles = Styles(package.beside("styles.xml"))
        self.numbering = Numbering(package.beside("numbering.xml"), self.styles.list_of)
        self.build = Builder(name, "docx")
        printed = next(self.body.iter(W + "lastRenderedPageBreak"), None) is not None
        by_hand = any(attribute(b, "type") == "page" for b in self.body.iter(W + "br"))
        self.page: int | None = 1 if printed or by_hand else None
        self.runs = Runs(self.styles, "lastRenderedPageBreak" if printed else "br")
        self.pending: _Paragraph | None = None  # its paragraph mark is deleted: it goes on in the next

    def document(self) -> Document:
        self._blocks(self.body)
        self._flush()
        self._warn()
        return self.build.document(pages=self.page)

    def _blocks(self, parent: etree._Element) -> None:
        for x in _block_elements(parent):
            if local(x) == "p":
                self._paragraph(x)
            elif local(x) == "tbl":
                self._flush()
                self._table(x)
            else:
                self.build.warn(
                    "文档里嵌入了另一个文件，其内容没有读取。", "A file embedded in the document was not read."
                )

    def _flush(self) -> None:
        if self.pending:
            self.build.paragraph(self.pending.text, page=self.pending.page, style=self.pending.style)
        self.pending = None

    def _paragraph(self, p: etree._Element) -> None:
        style = self.styles.of(p)
        if CONTENTS.match(style):
            return
        read = self._text(p)
        if self.pending:
            read = replace(self.pending, text=self.pending.text + read.text)
            self.pending = None
        read.style = self.styles.heading(p)
        if _mark_deleted(p):
            self.pending = read if read.text else None
        elif read.text.strip():
            self.build.paragraph(read.text, page=read.page, style=read.style)
        for box in self.runs.take_boxes():
            self._blocks(box)

    def _text(self, p: etree._Element) -> _Paragraph:
        """Number and text of a paragraph; counts the page breaks in it."""
        shown = self.runs.text(p)
        if _mark_deleted(p) and not shown.text:
            return _Paragraph("", self.page)
        number = self._number(p)
        if self.page is None:
            return _Paragraph(number + shown.text, None)
        start = self.page + shown.breaks_before_text
        self.page += shown.breaks
        return _Paragraph(number + shown.text, start)

    def _number(self, p: etree._Element) -> str:
        list_id, depth = self.styles.list_and_level(p, self.numbering)
        return self.numbering.next(list_id, depth) if list_id else ""

    def _table(self, table: etree._Element) -> None:
        start, rows = self.page, list(_rows(table))
        if len(rows) == 1 and len(cells := list(_cells(rows[0]))) == 1:
            self._blocks(cells[0])  # a frame around text
            return
        self.build.table(self._drafts(table, rows), page=start)
        boxes = self.runs.take_boxes()
        for box in boxes:
            self._blocks(box)

    def _drafts(self, table: etree._Element, rows: list[etree._Element]) -> list[Draft]:
        bounds = limits().table
        read = []
        for row in rows[: bounds.rows]:
            before = self.page
            read.append(self._row(row, bounds.columns))
            # A row that a page break cuts shows the break in several of its cells.
            if before is not None and self.page is not None:
                self.page = min(self.page, before + 1)
        if len(rows) > bounds.rows:
            self.build.warn(
                f"表格超过 {bounds.rows} 行，其余没有读取。", f"Table rows beyond {bounds.rows} were not read."
            )
        widths = [integer(attribute(c, "w"), 0) for g in children(table, "tblGrid") for c in children(g, "gridCol")]
        spans = aligned([[c[0] for c in row.cells] for row in read], widths, SLIVER)
        return _merged(read, spans)

    def _row(self, row: etree._Element, most: int) -> _Row:
        properties = child(row, "trPr")
        column = integer(value(properties, "gridBefore"), 0) if properties is not None else 0
        column = min(max(column, 0), most)
        out = _Row()
        for cell in _cells(row):
            about = child(cell, "tcPr")
            span = integer(value(about, "gridSpan"), 1) if about is not None else 1
            span = min(max(span, 1), most - column)
            if span < 1:
                break
            text = self._cell_text(cell)
            if about is not None and _continues(about, "hMerge") and out.cells:
                (first, _), before, merge = out.cells[-1]
                out.cells[-1] = ((first, column + span), "\n".join(t for t in (before, text) if t), merge)
            else:
                merge = "" if about is None or child(about, "vMerge") is None else value(about, "vMerge") or "continue"
                out.cells.append(((column, column + span), text, merge))
            column += span
        return out

    def _cell_text(self, cell: etree._Element) -> str:
        """Paragraphs of a cell, one a line; a table inside it as lines, its cells parted by blanks."""
        lines: list[str] = []
        joined = ""
        for x in _block_elements(cell):
            if local(x) == "p":
                joined += self._text(x).text
                if _mark_deleted(x):
                    continue
                lines.append(joined.strip())
                joined = ""
            elif local(x) == "tbl":
                for row in _rows(x):
                    texts = (self._cell_text(c).replace("\n", " ") for c in _cells(row))
                    lines.append(" ".join(t for t in texts if t))
        return "\n".join(t for t in [*lines, joined] if t)

    def _warn(self) -> None:
        notes, pictures = self.runs.notes, self.runs.pictures
        if notes:
            self.build.warn(f"有 {notes} 条脚注或尾注没有读取。", f"{notes} footnotes or endnotes were not read.")
        if pictures:
            self.build.warn(
                f"有 {pictures} 张图片没有读取；图片里的文字或表格需要先做文字识别。",
                f"{pictures} pictures were not read; text or tables in them need OCR first.",
            )


def _block_elements(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs, tables and embedded files, through all wrappers."""
    for x in parent:
        name = local(x)
        if name in ("p", "tbl", "altChunk"):
            yield x
        elif name in WRAPPERS:
            yield from _block_elements(x)
        elif name == "AlternateContent":
            for choice in list(x)[:1]:
                yield from _block_elements(choice)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """Rows that are not deleted."""
    for x in table:
        if local(x) in WRAPPERS:
            yield from _rows(x)
        elif local(x) == "tr":
            properties = child(x, "trPr")
            if properties is None or child(properties, "del") is None:
                yield x


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for x in row:
        if local(x) in WRAPPERS:
            yield from _cells(x)
        elif local(x) == "tc":
            yield x


def _mark_deleted(p: etree._Element) -> bool:
    mark = p.find(f"{W}pPr/{W}rPr/{W}del")
    return mark is not None


def _continues(properties: etree._Element, name: str) -> bool:
    return child(properties, name) is not None and value(properties, name) in ("", "continue")


def _merged(rows: list[_Row], spans: list[list[Span]]) -> list[Draft]:
    """Cells with their row spans: a cell marked as going on lengthens the one above it, whatever text it hides."""
    drafts: list[Draft] = []
    open_above: dict[Span, int] = {}  # columns → index of the cell that may go on in the next row
    for r, (row, places) in enumerate(zip(rows, spans, strict=True)):
        going_on: dict[Span, int] = {}
        for (_, text, merge), (first, last) in zip(row.cells, places, strict=True):
            above = open_above.get((first, last))
            if merge == "continue" and above is not None:
                drafts[above] = replace(drafts[above], rowspan=drafts[above].rowspan + 1)
                going_on[first, last] = above
                continue
            if merge:
                going_on[first, last] = len(drafts)
            drafts.append(Draft(r, first, text, 1, last - first))
        open_above = going_on
    return drafts
