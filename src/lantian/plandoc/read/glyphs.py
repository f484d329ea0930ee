"""Printed lines from the characters of a PDF page and where they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

SAME_LINE = 0.45  # heights: characters whose baselines lie nearer stand on one line (sub- and superscripts do)
WORD_GAP = 0.2  # heights: a gap between Latin words
WIDE_GAP = 1.0  # heights: a gap between anything
CELL_GAP = 0.8  # heights: a gap between cells
APART = 1.4  # usual steps from line to line: rows of a table stand further apart than the lines in a cell
OVERPRINT = 0.3  # widths: the same character again, drawn twice to look bold
RADICALS = re.compile("[\u2e80-\u2fdf]")  # look like common characters, and PDF fonts take them for such
SUPPLEMENT = {
    "⺠": "民",
    "⻓": "长",
    "⻔": "门",
    "⻅": "见",
    "⻋": "车",
    "⻛": "风",
    "⻢": "马",
    "⻚": "页",
    "⻉": "贝",
    "⻩": "黄",
}


class Glyph(NamedTuple):
    """A character: left and right edge, baseline, height, and the middle of its box [points, y upwards]."""

    left: float
    right: float
    base: float
    height: float
    middle: float
    text: str


class PrintedLine(NamedTuple):
    """Text of a line and its baseline."""

    base: float
    text: str


def printed_lines(glyphs: Iterable[Glyph]) -> list[PrintedLine]:
    """Lines from top to bottom, characters from left to right, blanks where gaps show them."""
    read = (PrintedLine(_chief(line).base, _text(line)) for line in rows_of(glyphs))
    return [line for line in read if line.text]


def rows_of(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Characters that stand on one line, from the top line down."""
    lines: list[list[Glyph]] = []
    chief: Glyph | None = None  # the greatest character of the line: its baseline is the line's
    for g in sorted(glyphs, key=lambda g: -g.base):
        if chief and abs(chief.base - g.base) <= SAME_LINE * max(chief.height, g.height):
            lines[-1].append(g)
            if g.height > chief.height * 1.2:
                chief = g
        else:
            lines.append([g])
            chief = g
    return lines


def _chief(line: Sequence[Glyph]) -> Glyph:
    """The greatest character of a line, of equals nearly the highest."""
    chief = line[0]
    for g in line[1:]:
        if g.height > chief.height * 1.2:
            chief = g
    return chief


def _text(line: list[Glyph]) -> str:
    out = ""
    last: Glyph | None = None
    for g in sorted(line, key=lambda g: g.left):
        if last is not None:
            if g.text == last.text and abs(g.left - last.left) < OVERPRINT * max(last.right - last.left, 0.1):
                continue
            gap, height = g.left - last.right, max(g.height, last.height)
            words = last.text.isascii() and g.text.isascii()
            if gap > (WORD_GAP if words else WIDE_GAP) * height and not out.endswith(" ") and g.text != " ":
                out += " "
        if g.text != " " or not out.endswith(" "):
            out += g.text
        last = g
    return RADICALS.sub(_character, out).strip()


def _character(radical: re.Match[str]) -> str:
    """The common character that a radical stands for: by compatibility, or by its looks."""
    return SUPPLEMENT.get(radical[0]) or unicodedata.normalize("NFKC", radical[0])


def laid_out(glyphs: Iterable[Glyph]) -> list[PrintedLine]:
    """Lines with as many blanks as gaps are wide, one column of print for half a character, and an empty line where
    lines stand further apart than usual: so that a table without ruling lines can be told from its columns."""
    rows = rows_of(g for g in glyphs if g.text.strip())
    if not rows:
        return []
    widths = sorted(g.right - g.left for row in rows for g in row if not g.text.isascii())
    column = (widths[len(widths) // 2] if widths else rows[0][0].height) / 2 or 1.0
    left = min(g.left for row in rows for g in row)
    bases = [_chief(row).base for row in rows]
    steps = sorted(a - b for a, b in pairwise(bases))
    usual = steps[len(steps) // 2] if steps else 0.0
    out: list[PrintedLine] = []
    for k, row in enumerate(rows):
        if k and bases[k - 1] - bases[k] > APART * usual:
            out.append(PrintedLine((bases[k - 1] + bases[k]) / 2, ""))
        out.append(PrintedLine(bases[k], _spaced(row, left, column)))
    return out


def _spaced(row: list[Glyph], left: float, column: float) -> str:
    """A line whose pieces stand at their columns of print."""
    out, at = "", 0
    for piece in pieces(row):
        start = round((piece[0].left - left) / column)
        out += " " * max(start - at, 2 if out else 0)
        text = _text(piece)
        at = max(start, at + 2 if out.strip() else start) + sum(1 if c.isascii() else 2 for c in text)
        out += text
    return out


def pieces(row: Iterable[Glyph]) -> list[list[Glyph]]:
    """Characters of a line, parted where a gap is as wide as a character."""
    out: list[list[Glyph]] = []
    for g in sorted((g for g in row if g.text.strip()), key=lambda g: g.left):
        if out and g.left - out[-1][-1].right < CELL_GAP * max(g.height, out[-1][-1].height):
            out[-1].append(g)
        else:
            out.append([g])
    return out


def opens_table(glyphs: Iterable[Glyph], is_header: Callable[[list[list[tuple[float, float, str]]]], bool]) -> bool:
    """Whether some lines of a page are a table's header whose words stand apart; `is_header` is asked about each line
    that has several pieces and the two below it, a piece as (left, right, text)."""
    rows = [[(p[0].left, p[-1].right, _text(p)) for p in pieces(row)] for row in rows_of(glyphs)]
    return any(len(row) > 2 and is_header(rows[k : k + 3]) for k, row in enumerate(rows))
