"""A document as read: one text, and what is known of its lines, tables and pages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from lantian.plandoc.traced import Traced

Format = Literal["docx", "pdf", "html", "txt"]


class ReadError(ValueError):
    """A document that cannot be read: says which file, where, and what to do, in Chinese and English.

    Attributes
    ----------
    code : short word for programs ('empty', 'password', 'scanned', 'old-office', 'broken', 'too-large',
        'encoding', 'bomb', 'unknown', 'missing', 'no-task')
    zh, en : one sentence each for the reader
    """

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} {en}")
        self.code, self.zh, self.en = code, zh, en


@dataclass(frozen=True, slots=True)
class Line:
    """One line of running text.

    In docx and html a line is a whole paragraph (`whole` is true); in txt and pdf it is a printed line, which may be
    half a sentence. `style` is the source's own word for a heading ('heading 1', 'h2', 'title') or ''. An automatic
    number that the source shows but does not store as text ('（一）', '1.') stands at the front of `text`.
    """

    text: Traced
    page: int | None = None
    number: int | None = None  # line number in the file, from 1 (txt), or on the page (pdf)
    whole: bool = False
    style: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; a merged cell stands once, at its upper left corner, with its spans.

    `text` keeps paragraphs of the cell as "\\n". `wrapped` says that a "\\n" may as well be a mere line wrap (pdf).
    """

    text: Traced
    rowspan: int = 1
    colspan: int = 1
    wrapped: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with known cells: `rows[r][c]` is a Cell, or None where a merged cell covers the place."""

    rows: tuple[tuple[Cell | None, ...], ...]
    page: int | None = None


Block = Line | Table


@dataclass(frozen=True)
class Place:
    """Where a source offset lies; what is not known is None. Rows, columns, tables and lines count from 1."""

    page: int | None = None
    line: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Document:
    """A document as read.

    `source` is the one text that all spans point into: the text of every line and cell in reading order, a "\\n"
    after each. `blocks` are the same pieces with their structure.
    """

    name: str
    format: Format
    source: str
    blocks: tuple[Block, ...]
    pages: int | None = None
    warnings: tuple[str, ...] = field(default=())

    def pieces(self) -> Iterator[tuple[int, Place]]:
        """(source offset, place) of every line and cell, in order."""
        table = line = 0
        for block in self.blocks:
            if isinstance(block, Line):
                line += 1
                start = block.text.span()
                if start:
                    yield start[0], Place(block.page, block.number or line)
            else:
                table += 1
                for r, row in enumerate(block.rows, 1):
                    for c, cell in enumerate(row, 1):
                        start = cell.text.span() if cell else None
                        if start:
                            yield start[0], Place(block.page, None, table, r, c)

    @cached_property
    def _index(self) -> tuple[list[int], list[Place]]:
        pieces = sorted(self.pieces(), key=lambda p: p[0])
        return [p[0] for p in pieces], [p[1] for p in pieces]

    def place(self, offset: int) -> Place:
        """Page, line or cell in which a source offset lies."""
        starts, places = self._index
        k = bisect_right(starts, offset) - 1
        return places[k] if k >= 0 else Place()
