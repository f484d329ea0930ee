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
HEADER_LINES = 3
MARKS, HANGS = "。，、；：,;）)】", 4  # a mark that may hang over its column, and by how many columns of print
MOST_LINES = 5_000
BY_BLANK_LINES = 0.5  # share of the blocks between blank lines that hold one number: then a block is a row


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
    at = _printed_at(text.text)
    return [_Piece(at[m.start()], at[m.end()], text[m.start() : m.end()]) for m in SEGMENT.finditer(text.text)]


def _printed_at(text: str) -> list[int]:
    """The column of print at which each character begins, and the one behind the last."""
    at = [0]
    for c in text:
        at.append(at[-1] + (2 if unicodedata.east_asian_width(c) in "WFA" else 1))
    return at


def aligned_table(lines: Sequence[Line], first: int) -> Found | None:
    """The table whose header stands at line `first`, its words apart by blanks; None when no header stands there."""
    head = pieces_of(lines[first].text)
    if not opens_header([p.text.text for p in head]):
        return None
    ahead = (pieces_of(x.text) for x in lines[first + 1 : first + 1 + 2 * AHEAD])
    if not any(len(p) > 1 and not opens_header([x.text.text for x in p]) for p in ahead):
        return None  # no row follows
    upper = [pieces_of(x.text) for x in lines[first : first + HEADER_LINES]]
    header, at = header_of([[(p.start, p.end, p.text.text) for p in line] for line in upper])
    if not header:
        return None
    last = _end(lines, first, head)
    body = [pieces_of(clean_text(x.text)) for x in lines[first + 1 : last]]
    borders = _borders(head, body)
    at -= 1
    numbered = header_role(header[0]) == "number"
    printed = {compact(p.text.text) for line in [head, *body[:at]] for p in line}
    rest = [[] if _is_again(line, printed) else line for line in body[at:]]
    rows = [_row(b, len(header)) for b in _blocks(rest, borders, numbered=numbered)]
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
    """Columns of print that part the table's columns: between two header words the widest stretch no line fills."""
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
    """The column of each piece: the one in which most of it stands. A piece that hangs over a border beside others is
    two cells that a mark at the end of a line closed up (区环保局、区委办): it is cut there."""
    pieces = [cut for p in line for cut in _cut(p, borders)] if len(line) > 1 else line
    return [(sum((p.start + p.end) / 2 > b for b in borders), p.text) for p in pieces]


def _cut(piece: _Piece, borders: Sequence[int]) -> list[_Piece]:
    inside = [b for b in borders if piece.start < b < piece.end]
    if not inside:
        return [piece]
    at = _printed_at(piece.text.text)
    marks = [k for k in range(1, len(at) - 1) if piece.text.text[k - 1] in MARKS]
    out, start = [], 0
    for b in inside:
        near = [k for k in marks if k > start and abs(piece.start + at[k] - b) <= HANGS]
        if near:
            end = min(near, key=lambda k: abs(piece.start + at[k] - b))
            out.append(_Piece(piece.start + at[start], piece.start + at[end], piece.text[start:end].strip()))
            start = end
    return [*out, _Piece(piece.start + at[start], piece.end, piece.text[start:].strip())]


def opens_header(words: Sequence[str]) -> bool:
    """Whether a line can be the first of a header: several short words, no number among them."""
    return len(words) > 2 and all(len(compact(w)) <= HEADER_CELL and not w[:1].isdigit() for w in words)


def header_of(lines: Sequence[Sequence[tuple[float, float, str]]]) -> tuple[list[str], int]:
    """The header that the first line opens, its words put together with those of the lines below (完成 and 时限), and
    how many lines it takes; nothing where it is no header.

    >>> header_of([[(0, 2, "序"), (4, 8, "任务"), (10, 14, "责任")], [(0, 2, "号"), (10, 14, "单位")], [(0, 1, "1")]])
    (['序号', '任务', '责任单位'], 2)
    """
    words = [compact(text) for _, _, text in lines[0]]
    middles = [(a + b) / 2 for a, b, _ in lines[0]]
    best = (words, 1) if is_header(words) else ([], 1)
    for k, line in enumerate(lines[1:], 2):
        rest = [compact(text) for _, _, text in line]
        if any(len(r) > HEADER_CELL // 2 or r[:1].isdigit() or number_of(r) for r in rest):
            break
        words = list(words)
        for (a, b, _), text in zip(line, rest, strict=True):
            words[min(range(len(middles)), key=lambda c: abs(middles[c] - (a + b) / 2))] += text
        if is_header(words) and sum(bool(header_role(w)) for w in words) > sum(bool(header_role(w)) for w in best[0]):
            best = words, k
    return best


def _blocks(body: Sequence[Sequence[_Piece]], borders: Sequence[int], *, numbered: bool) -> list[_Block]:
    """Rows as blocks of lines. Where blank lines part the rows, a row's number may stand at its middle; otherwise the
    number opens the row."""
    parts = _parted(body, borders)
    known = sum(b.numbers == 1 or b.across is not None for b in parts)
    if numbered and not (len(parts) > 2 and known >= BY_BLANK_LINES * len(parts)):
        return _parted(body, borders, by_number=True)
    return parts


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


def _is_again(line: Sequence[_Piece], printed: set[str]) -> bool:
    """Whether a line belongs to the header printed again."""
    return bool(line) and all(compact(p.text.text) in printed for p in line)
