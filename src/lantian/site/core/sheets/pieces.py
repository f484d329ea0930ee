"""Long tables in pieces: lists of other offices with hundreds of thousands of rows, read and held against what is
stored some thousand rows at a time, so that memory stays small however long they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from lantian.site.core.sheets.books import Book, Row, Sheet, Values
from lantian.site.core.sheets.choosing import Meant, Picks, choose
from lantian.site.core.sheets.comparing import Comparison, Outcome, Stored, key_of, loosely
from lantian.site.core.sheets.layout import Layout
from lantian.site.core.sheets.opening import Grid, Opened, tables
from lantian.site.core.sheets.reading import Line, Reading, no_header, not_read, read_grid
from lantian.site.core.sheets.scope import Scope
from lantian.site.core.sheets.values import rules

PIECE = 2000


def read_pieces(content: bytes, name: str, book: Book, scope: Scope, picks: Picks) -> Iterator[Reading]:
    """Read a file as a book, piece by piece; each reading says what is new of the file.

    Raises
    ------
    Invalid : it is no table; at the end, where none of its tables has a header of this book
    """
    opened, found = Opened(), Reading()
    unhide = {int(number) for number, sheet in picks.items() if sheet}
    for grid, rows in tables(content, name, opened, rules().long, unhide=unhide):
        for reading in _table(_pieces(grid, rows), book, scope, picks):
            found.tables += reading.tables
            found.sheets |= reading.sheets
            yield reading
    hidden = [Meant(number, title, "hidden") for number, title in opened.hidden]
    found.tables += hidden
    if not found.sheets and not found.waits and not picks:
        raise no_header(book)
    yield Reading(notes=list(opened.notes), tables=hidden)


def _table(pieces: Iterator[Grid], book: Book, scope: Scope, picks: Picks) -> Iterator[Reading]:
    layout: Layout | None = None
    head: list[tuple[int, list[Any]]] = []
    for piece in pieces:
        reading = Reading()
        if layout is None:
            meant, layout = choose(piece.prepare(), book.sheets, picks)
            reading.tables.append(meant)
            if layout is None:
                reading.notes += not_read(meant, book)
                yield reading
                return
        piece.above = sorted(dict([*head, *piece.above]).items())
        reading.sheets.add(layout.sheet.name)
        layout = read_grid(piece.prepare(), layout, scope, reading)
        head = [(row, piece.line(row)) for row in range(layout.first, layout.last + 1)]
        yield reading


def _pieces(grid: Grid, rows: Iterator[tuple[int, list[Any]]]) -> Iterator[Grid]:
    """A table cut into such of some rows, each with the cells above it that reach into it."""
    reaching = [area for area in grid.merged if area[2] > area[0]]
    tops = {area[0] for area in reaching}
    kept: dict[int, list[Any]] = {}  # rows in which such a cell begins
    while some := list(islice(rows, PIECE)):
        piece = Grid(grid.number, grid.title, some, hidden_rows=grid.hidden_rows, hidden_columns=grid.hidden_columns)
        low, high = some[0][0], some[-1][0]
        piece.merged = [area for area in grid.merged if area[0] <= high and area[2] >= low]
        piece.above = [(area[0], kept[area[0]]) for area in reaching if area[0] < low <= area[2] and area[0] in kept]
        kept |= {row: cells for row, cells in some if row in tops}
        yield piece


class _Keys(Stored):
    """What is stored, by the hashes of its keys: rows themselves are read when a piece asks for them."""

    def __init__(self, sheet: Sheet, scope: Scope) -> None:
        super().__init__(sheet, ())
        self.scope = scope
        self.idents: set[int] = set()
        self.named: set[int] = set()  # by the file
        self.hashes: list[dict[int, int]] = [{} for _key in sheet.keys]
        self.loose: list[dict[int, int]] = [{} for _key in sheet.keys]
        for row in sheet.rows(scope):
            self.idents.add(int(row.ident))
            for known, loose, key in zip(self.hashes, self.loose, sheet.keys, strict=True):
                if parts := key_of(sheet, key, row.values):
                    known.setdefault(hash(parts), int(row.ident))
                    loose.setdefault(hash(loosely(parts)), int(row.ident))

    def find(self, values: Values) -> str:
        """As of rows that are all there."""
        keys = [key_of(self.sheet, key, values) for key in self.sheet.keys]
        for known, parts in zip(self.hashes, keys, strict=True):
            if parts and (ident := known.get(hash(parts))):
                return str(ident)
        for known, parts in zip(self.loose, keys, strict=True):
            if parts and (ident := known.get(hash(loosely(parts)))):
                return str(ident)
        return ""

    def hold(self, lines: Sequence[Line]) -> None:
        """Read the rows that some lines may mean."""
        asked = {line.ident or self.find(line.values) for line in lines}
        self.rows = self.read([one for one in asked if one.isdecimal() and int(one) in self.idents])

    def read(self, idents: Sequence[str]) -> dict[str, Row]:
        """Stored rows by their keys."""
        some = self.sheet.some
        return {row.ident: row for row in some(self.scope, idents)} if some and idents else {}


def compare_pieces(
    readings: Iterable[Reading], book: Book, scope: Scope, tell: Callable[[Reading], None]
) -> Iterator[list[Outcome]]:
    """What the rows of each piece mean, and at the end the stored rows that the file lacks, some at a time; `tell` gets
    every reading before its rows."""
    comparisons: dict[str, tuple[Comparison, _Keys]] = {}
    for reading in readings:
        tell(reading)
        for name in reading.sheets:
            if name not in comparisons:
                keys = _Keys(book.sheet(name), scope)
                comparisons[name] = Comparison(book, book.sheet(name), scope, keys), keys
            comparison, stored = comparisons[name]
            stored.hold(reading.lines)
            outcomes = [comparison.one(line) for line in reading.lines]
            stored.named |= {int(one.ident) for one in outcomes if one.ident}
            yield outcomes
    for name, (_comparison, stored) in comparisons.items():
        if book.tells_vanished:
            yield from _vanished(book.sheet(name), stored)


def _vanished(sheet: Sheet, stored: _Keys) -> Iterator[list[Outcome]]:
    left = iter(sorted(stored.idents - stored.named))
    while some := list(islice(left, PIECE)):
        yield [
            Outcome(sheet.name, "vanished", row.ident, sheet.title_of(row.values), {}, row.values)
            for row in stored.read([str(one) for one in some]).values()
        ]
