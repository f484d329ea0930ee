"""Rebuilds tables: from tab-separated lines, from one cell per line, and from real cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lantian.plandoc.document import Cell, Line, Table
from lantian.plandoc.rebuild.clean import clean_text
from lantian.plandoc.rebuild.marks import compact, header_role, number_of
from lantian.plandoc.rebuild.pieces import EMPTY, Grid, Row
from lantian.plandoc.traced import Traced

HEADER_CELL = 16  # characters; a longer cell is no column header
MOST_COLUMNS = 20
FAR = 12  # lines without a tab after which a tab-separated table has ended


@dataclass(frozen=True)
class Found:
    """A table found among lines: the grid and the lines it takes, `first` to before `last`."""

    grid: Grid
    first: int
    last: int


def is_header(cells: Sequence[str]) -> bool:
    """Whether texts are the header of a task table: at least two known column words and nothing long."""
    known = {header_role(c) for c in cells} - {None}
    return len(cells) >= 3 and len(known) >= 2 and all(len(compact(c)) <= HEADER_CELL for c in cells)


def _same(row: Sequence[Traced], header: Sequence[str]) -> bool:
    """Whether a row is the header printed again."""
    cells = [compact(c.text) for c in row]
    agree = sum(a == compact(b) for a, b in zip(cells, header, strict=False))
    return agree >= max(2, len(header) - 1)


# -- tab-separated ------------------------------------------------------------------------------------------


PIPED = re.compile(r"\s*\|.*\|.*\|\s*$")
DRAWN = re.compile(r"[\s|:+-]+")  # the line under a header


def is_piped(text: str) -> bool:
    """Whether a line is a row written with upright strokes: | 1 | 锅炉 | 10月 |."""
    return bool(PIPED.match(text))


def _tab_cells(line: Line) -> list[Traced]:
    if not is_piped(line.text.text):
        return line.text.split(r"\t")
    return [c.strip() for c in line.text.strip()[1:-1].split(r"\|")]


def tab_table(lines: Sequence[Line], first: int) -> Found | None:
    """The tab-separated table whose header stands at line `first`, None when no header stands there.

    A row goes on over lines until it has all its cells; a line without a tab continues the last cell.
    """
    header = [c.text.strip() for c in _tab_cells(lines[first])]
    if not is_header(header):
        return None
    columns, rows, at, last = len(header), list[Row](), first + 1, first + 1
    current: list[Traced] = []
    gap = 0

    def close() -> None:
        if current and not _same(current, header):
            cells = [clean_text(c).strip() for c in current[:columns]]
            cells += [EMPTY] * (columns - len(cells))
            rows.append(Row(tuple(cells)))
        current.clear()

    while at < len(lines):
        cells = _tab_cells(lines[at])
        if DRAWN.fullmatch(lines[at].text.text) or not lines[at].text.text.strip():
            at += 1
            continue
        if len(cells) == columns or is_piped(lines[at].text.text):
            close()
            current = cells
            gap, last = 0, at + 1
        elif len(cells) > 1 and len(current) < columns and len(current) + len(cells) - 1 <= columns:
            current = _continue(current, cells)
            gap, last = 0, at + 1
        elif len(cells) == 1 and (head := number_of(cells[0].text)) and head.level <= 3:
            if not _tabs_follow(lines, at, columns):
                break
            close()
            rows.append(_across(cells[0], columns))
            last = at + 1
        elif len(cells) == 1 and current and gap < FAR and _tabs_follow(lines, at, columns):
            current = _continue(current, cells)
            gap, last = gap + 1, at + 1
        else:
            break
        at += 1
    close()
    return Found(Grid(tuple(header), tuple(rows), lines[first].page), first, last) if rows else None


def _continue(row: list[Traced], cells: list[Traced]) -> list[Traced]:
    if not row:
        return cells
    return [*row[:-1], Traced.join("\n", [row[-1], cells[0]]), *cells[1:]]


def _tabs_follow(lines: Sequence[Line], at: int, columns: int) -> bool:
    ahead = [x for x in lines[at + 1 : at + 1 + 2 * FAR] if x.text.text.strip()][:FAR]
    return any(len(_tab_cells(x)) >= columns for x in ahead)


def _across(text: Traced, columns: int) -> Row:
    return Row((clean_text(text).strip(), *[EMPTY] * (columns - 1)), across=True)


# -- one cell per line ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Piece:
    """A cell that a tab opens, with the lines it takes."""

    text: Traced
    first: int
    last: int


def _pieces(lines: Sequence[Line], first: int) -> list[_Piece]:
    """Cells from line `first` on: a line that begins with a tab opens one, other lines continue it.

    Blank lines separate paragraphs or units inside a cell; running text that follows the table's last cell
    over a blank line and a heading is not part of it (see `_trim`).
    """
    out: list[_Piece] = []
    parts: list[Traced] = []
    start = first
    for k in range(first, len(lines) + 1):
        opens = k == len(lines) or lines[k].text.text.startswith("\t")
        if opens and parts:
            text = Traced.join("\n", [p for p in (clean_text(x).strip() for x in parts) if p])
            out.append(_Piece(text, start, k))
            parts = []
        if k < len(lines):
            if opens:
                start = k
            parts.append(lines[k].text)
    return out


def cell_table(lines: Sequence[Line], first: int) -> Found | None:
    """The table with one cell per line whose first header cell stands at line `first`, None when none does."""
    pieces = _pieces(lines, first)
    header = _header(pieces)
    if not header:
        return None
    columns = len(header)
    numbered = header_role(header[0]) == "number"
    rows: list[Row] = []
    at = columns
    while at < len(pieces):
        group = pieces[at : at + columns]
        if _same([p.text for p in group], header):
            at += columns
        elif not group[0].text.strip() and _same([p.text for p in pieces[at + 1 : at + 1 + columns]], header):
            at += 1  # what a page break left before the header that is printed again
        elif _is_section(group[0].text.text, numbered):
            rows.append(_across(group[0].text, columns))
            at += 1
        else:
            size = _row_size(pieces, at, columns, numbered)
            cells = [p.text for p in pieces[at : at + min(size, columns)]]
            rows.append(Row(tuple(cells + [EMPTY] * (columns - len(cells)))))
            at += size
    if not rows:
        return None
    grid, last = _trim(Grid(tuple(header), tuple(rows), lines[first].page), lines, pieces)
    return Found(grid, first, last)


def _header(pieces: Sequence[_Piece]) -> list[str] | None:
    """The header cells: short cells up to the last one that is a known column word."""
    texts: list[str] = []
    for piece in pieces[:MOST_COLUMNS]:
        text = compact(piece.text.text)
        if not text or len(text) > HEADER_CELL or number_of(text) or text.isdigit():
            break
        if text in texts[:1]:
            break  # the header again, behind a first row of short cells
        texts.append(text)
    known = [k for k, t in enumerate(texts) if header_role(t)]
    header = texts[: known[-1] + 1] if known else []
    return header if is_header(header) else None


def _is_section(text: str, numbered: bool) -> bool:
    number = number_of(text)
    if number and number.level <= 3:
        return True
    word = compact(text)
    return numbered and bool(word) and not word[:1].isdigit() and len(word) > 3


def _is_row_start(pieces: Sequence[_Piece], at: int, columns: int, numbered: bool) -> bool:
    """Whether a row may begin at piece `at`: a number or a blank in the number column, a section, the end."""
    if at >= len(pieces) or not numbered:
        return True
    text = pieces[at].text.text.strip()
    return (
        not text
        or compact(text).rstrip(".、").isdigit()
        or _is_section(text, numbered)
        or header_role(text) == "number"
    )


def _row_size(pieces: Sequence[_Piece], at: int, columns: int, numbered: bool) -> int:
    """How many pieces the row at `at` takes: `columns`, unless a cell was lost or a stray one came in."""
    if _is_row_start(pieces, at + columns, columns, numbered):
        return columns
    own = compact(pieces[at].text.text)
    if own.isdigit():
        for size in (columns - 1, columns + 1, columns - 2, columns + 2):
            if at + size < len(pieces) and compact(pieces[at + size].text.text) == str(int(own) + 1):
                return size
    return columns


def _trim(grid: Grid, lines: Sequence[Line], pieces: Sequence[_Piece]) -> tuple[Grid, int]:
    """The last cell ends where running text begins: at a blank line followed by a numbered heading or long prose."""
    end = pieces[-1]
    for k in range(end.first + 1, end.last):
        text = lines[k].text.text
        before_blank = not lines[k - 1].text.text.strip()
        number = number_of(text)
        if before_blank and text.strip() and ((number and number.level <= 3) or len(text) > 60):
            parts = [clean_text(x.text).strip() for x in lines[end.first : k]]
            cut = Traced.join("\n", [p for p in parts if p])
            last = grid.rows[-1]
            filled = max((i for i, c in enumerate(last.cells) if c), default=0)
            cells = (*last.cells[:filled], cut, *last.cells[filled + 1 :])
            rows = (*grid.rows[:-1], Row(cells, last.merged, last.across))
            return Grid(grid.header, rows, grid.page), k
    return grid, end.last


# -- real cells -----------------------------------------------------------------------------------------------


def real_rows(table: Table) -> list[Row]:
    """Rows of a table with known cells: merged cells give their text to every row they cover.

    >>> from lantian.plandoc.document import Table
    >>> real_rows(Table(()))
    []
    """
    width = max((len(r) for r in table.rows), default=0)
    above: dict[int, tuple[Cell, int]] = {}
    out = []
    for r, row in enumerate(table.rows):
        cells: list[Traced] = []
        merged: set[int] = set()
        across = False
        wrapped = False
        for c in range(width):
            cell = row[c] if c < len(row) else None
            if cell is not None:
                wrapped = wrapped or cell.wrapped
                across = across or (cell.colspan >= max(2, width - 1) and width > 1)
                for k in range(c, min(width, c + cell.colspan)):
                    if cell.rowspan > 1:
                        above[k] = (cell if k == c else Cell(EMPTY), r + cell.rowspan)
                cells.append(clean_text(cell.text).strip())
            elif c in above and r < above[c][1]:
                cells.append(clean_text(above[c][0].text).strip())
                merged.add(c)
            else:
                cells.append(EMPTY)
        filled = [c for c in cells if c]
        out.append(Row(tuple(cells), frozenset(merged), across and len(filled) <= 2, wrapped))
    return out


def real_grid(table: Table, before: Grid | None) -> Grid | None:
    """A table with known cells as a grid; a table without a header of its own continues `before`.

    Title rows above the header and headers of two lines are allowed for; None when this is no task table.
    """
    rows = real_rows(table)
    for k, row in enumerate(rows[:5]):
        header = [c.text for c in row.cells]
        below = rows[k + 1] if k + 1 < len(rows) else None
        if below and below.merged and _two_lines(row, below):
            header = [
                _joined(a.text, b.text, c in below.merged)
                for c, (a, b) in enumerate(zip(row.cells, below.cells, strict=True))
            ]
            k += 1
        if is_header([h for h in header if h]):
            body = [r for r in rows[k + 1 :] if not _same(r.cells, header)]
            return Grid(tuple(compact(h) for h in header), tuple(body), table.page, sure_merges=True)
    if before and rows and len(rows[0].cells) == len(before.header):
        return Grid(
            before.header, tuple(r for r in rows if not _same(r.cells, before.header)), table.page, before.sure_merges
        )
    return None


def other_grid(table: Table) -> Grid | None:
    """A table that is no task table; None for one without rows below its first."""
    rows = [r for r in real_rows(table) if any(r.cells)]
    while len(rows) > 1 and sum(bool(c) for c in rows[0].cells) <= 1:
        rows = rows[1:]
    if len(rows) < 2:
        return None
    header = tuple(compact(c.text) for c in rows[0].cells)
    return Grid(header, tuple(rows[1:]), table.page, sure_merges=True, tasks=False)


def _two_lines(row: Row, below: Row) -> bool:
    """Whether `below` is the second line of a header: its own cells are short words and some come from above."""
    own = [c.text for k, c in enumerate(below.cells) if k not in below.merged]
    return bool(own) and all(
        len(compact(t)) <= HEADER_CELL and not number_of(t) and not t.strip().isdigit() for t in own
    )


def _joined(upper: str, lower: str, same: bool) -> str:
    return upper if same else (lower if header_role(lower) else upper + lower)
