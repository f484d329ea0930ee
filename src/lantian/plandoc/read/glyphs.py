"""Printed lines from the characters of a PDF page and where they stand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

SAME_LINE = 0.45  # heights: characters whose baselines lie nearer stand on one line (sub- and superscripts do)
WORD_GAP = 0.2  # heights: a gap between Latin words
WIDE_GAP = 1.0  # heights: a gap between anything
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
