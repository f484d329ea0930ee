"""Rebuilds tables whose columns are held apart by blanks alone: laid-out text, pages printed without ruling lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lantian.plandoc.document import Line
from lantian.plandoc.rebuild.clean import clean_text
from lantian.plandoc.rebuild.marks import compact, header_role, number_of
from lantian.plandoc.rebuild.pieces import EMPTY, Grid, Row
from lantian.plandoc.rebuild.tables import HEADER_CELL, Found, is_header
from lantian.plandoc.traced import Traced

SEGMENT = re.compile(r"[^\s\u3000](?:[ \u3000]?[^\s\u3000])*")  # words apart by less than two blanks
PROSE = 0.6  # of the table's width: a line of one piece that is longer is no cell
AHEAD = 4  # lines in which a table must go on behind a heading
MOST_LINES = 5_000


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text in a line: columns of print from `start` to before `end`."""

    start: int
    end: int
    text: Traced


@dataclass
class _Block:
    """Lines of one row: a list of pieces a column."""

    cells: list[list[Traced]]
    numbers: int = 0
    across: Traced | None = None
    lines: int = field(default=0)


def pieces_of(text: Traced) -> list[_Piece]:
    """The pieces of a line that two or more blanks part, and where they are printed; wide characters take two columns.

    >>> [(p.start, p.end, p.text.text) for p in pieces_of(Traced.of("1  锅炉   10月"))]
    [(0, 1, '1'), (3, 7, '锅炉'), (10, 14, '10月')]
    """
    at = [0]
    for c in text.text:
        at.append(at[-1] + (2 if unicodedata.east_asian_width(c) in "WFA" else 1))
    return [_Piece(at[m.start()], at[m.end()], text[m.start() : m.end()]) for m in SEGMENT.finditer(text.text)]


def aligned_table(lines: Sequence[Line], first: int) -> Found | None:
    """The table whose header stands at line `first`, its words apart by blanks; None when no header stands there."""
    head = pieces_of(lines[first].text)
    if not is_header([p.text.text for p in head]):
        return None
    last = _end(lines, first, head)
    body = [pieces_of(clean_text(x.text)) for x in lines[first + 1 : last]]
    borders = _borders(head, body)
    header = [compact(p.text.text) for p in head]
    at = 0
    while at < len(body) and (not body[at] or _is_second_line(body[at])):
        for k, cell in _dealt(body[at], borders):
            joined = header[k] + compact(cell.text)
            header[k] = joined if header_role(joined) or not header_role(header[k]) else header[k]
        at += 1
    numbered = header_role(header[0]) == "number"
    rows = [_row(b, len(header)) for b in _blocks(body[at:], borders, numbered=numbered) if not _again(b, header)]
    if sum(not r.across for r in rows) < 2:
        return None
    return Found(Grid(tuple(header), tuple(rows), lines[first].page), first, last)


def _end(lines: Sequence[Line], first: int, head: Sequence[_Piece]) -> int:
    """The line behind the table: running text begins, or a heading that no row follows."""
    wide, last = head[-1].end - head[0].start, first + 1
    for k in range(first + 1, min(len(lines), first + MOST_LINES)):
        pieces = pieces_of(lines[k].text)
        if not pieces:
            continue
        if len(pieces) == 1 and pieces[0].start < head[0].end + 2:
            number = number_of(pieces[0].text.text)
            heading = bool(number and number.level <= 3)
            if (heading or pieces[0].end - pieces[0].start > PROSE * wide) and not _goes_on(lines, k + 1):
                return last
        last = k + 1
    return last


def _goes_on(lines: Sequence[Line], k: int) -> bool:
    ahead = [p for p in (pieces_of(x.text) for x in lines[k : k + 2 * AHEAD]) if p][:AHEAD]
    return any(len(p) > 2 for p in ahead)


def _borders(head: Sequence[_Piece], body: Sequence[Sequence[_Piece]]) -> list[int]:
    """Columns of print that part the table's columns: between two header words, the widest stretch that no line fills."""
    whole = [line for line in body if len(line) > 1]
    reach = max([p.end for line in whole for p in line] + [head[-1].end]) + 1
    filled = [0] * (reach + 1)
    for line in [head, *whole]:
        for p in line:
            for c in range(p.start, p.end):
                filled[c] += 1
    out = []
    for a, b in pairwise(head):
        low, high = (a.start + a.end) // 2, (b.start + b.end + 1) // 2
        least = min(filled[low:high])
        runs: list[list[int]] = []
        for c in range(low, high):
            if filled[c] == least:
                if runs and runs[-1][-1] == c - 1:
                    runs[-1].append(c)
                else:
                    runs.append([c])
        widest = max(runs, key=len)
        out.append(widest[len(widest) // 2])
    return out


def _dealt(line: Sequence[_Piece], borders: Sequence[int]) -> list[tuple[int, Traced]]:
    """The column of each piece: the one in which most of it stands."""
    return [(sum((p.start + p.end) / 2 > b for b in borders), p.text) for p in line]


def _is_second_line(line: Sequence[_Piece]) -> bool:
    """Whether a line can be the rest of a header: short words, no number."""
    return all(len(compact(p.text.text)) <= HEADER_CELL // 2 and not p.text.text[:1].isdigit() for p in line)


def _blocks(body: Sequence[Sequence[_Piece]], borders: Sequence[int], *, numbered: bool) -> list[_Block]:
    """Rows as blocks of lines. Where blank lines part the rows, a row's number may stand at its middle; otherwise the
    number opens the row."""
    parts = _parted(body, borders)
    if numbered and not (
        len(parts) > 2 and sum(b.numbers == 1 or b.across is not None for b in parts) >= 0.7 * len(parts)
    ):
        parts = _parted(body, borders, by_number=True)
    out: list[_Block] = []
    for part in parts:
        if out and numbered and not part.numbers and part.across is None and out[-1].across is None:
            for mine, more in zip(out[-1].cells, part.cells, strict=True):
                mine += more
        else:
            out.append(part)
    return out


def _parted(body: Sequence[Sequence[_Piece]], borders: Sequence[int], *, by_number: bool = False) -> list[_Block]:
    out: list[_Block] = []
    blank = True
    for line in body:
        if not line:
            blank = blank or not by_number
            continue
        dealt = _dealt(line, borders)
        opens = dealt[0][0] == 0 and compact(dealt[0][1].text).rstrip(".、").isdigit()
        heading = number_of(line[0].text.text) if len(line) == 1 and not opens else None
        if heading and heading.level <= 3 and dealt[0][0] <= 1:
            out.append(_Block([[] for _ in range(len(borders) + 1)], across=line[0].text))
            blank = True
            continue
        if blank or (by_number and opens) or not out:
            out.append(_Block([[] for _ in range(len(borders) + 1)]))
        blank = False
        out[-1].numbers += opens
        for k, text in dealt:
            out[-1].cells[k].append(text)
    return out


def _row(block: _Block, columns: int) -> Row:
    if block.across is not None:
        return Row((block.across, *[EMPTY] * (columns - 1)), across=True)
    return Row(tuple(Traced.join("\n", cell) if cell else EMPTY for cell in block.cells), wrapped=True)


def _again(block: _Block, header: Sequence[str]) -> bool:
    """Whether a block is the header printed again."""
    words = ["".join(compact(x.text) for x in cell) for cell in block.cells]
    return sum(a == b for a, b in zip(words, header, strict=True)) >= max(2, len(header) - 1)
