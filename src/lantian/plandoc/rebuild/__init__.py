"""Undoes what layouts do to a text: wrapped lines become paragraphs, flattened tables become grids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from lantian.plandoc.document import Document, Line, Table
from lantian.plandoc.rebuild.aligned import aligned_table, opens_header, pieces_of
from lantian.plandoc.rebuild.bare import bare_table, opens_bare_table
from lantian.plandoc.rebuild.clean import clean_blocks, without_numbers
from lantian.plandoc.rebuild.paragraphs import paragraphs
from lantian.plandoc.rebuild.pieces import Grid, Paragraph, Piece, Row
from lantian.plandoc.rebuild.tables import Found, cell_table, is_piped, other_grid, real_grid, real_rows, tab_table
from lantian.plandoc.traced import Traced

__all__ = ["Grid", "Paragraph", "Piece", "Row", "rebuild"]

TRIED = 30  # lines that look like a table's header and open none, after which no more are looked at
STRAY = 2  # pieces (a page's leftovers) that may stand between two halves of one table


def rebuild(document: Document) -> list[Piece]:
    """Paragraphs and grids of a document in reading order."""
    out: list[Piece] = []
    lines: list[Line] = []

    def flush() -> None:
        for piece in _from_lines(lines):
            _append(out, piece)
        lines.clear()

    for block in clean_blocks(document.blocks):
        if isinstance(block, Table):
            flush()
            before = next((p for p in reversed(out[-STRAY - 1 :]) if isinstance(p, Grid) and p.tasks), None)
            grid = real_grid(block, before) or other_grid(block)
            for piece in [grid] if grid else _as_text(block):
                _append(out, piece)
        else:
            lines.append(block)
    flush()
    return out


def _append(out: list[Piece], piece: Piece) -> None:
    """Adds a piece; a table that goes on with the same header is one table."""
    last = out[-1] if out else None
    if isinstance(piece, Grid) and isinstance(last, Grid) and piece.header == last.header:
        opening = tuple(replace(row, opens_page=True) for row in piece.rows[:1])
        out[-1] = replace(last, rows=last.rows + opening + piece.rows[1:])
    else:
        out.append(piece)


def _from_lines(lines: Sequence[Line]) -> list[Piece]:
    """Running text and the tables flattened into it: first those without any marks, which bare numbers open."""
    out: list[Piece] = []
    start = 0
    for k in [k for k, line in enumerate(lines) if opens_bare_table(line)][:TRIED]:
        found = bare_table(lines, k) if k >= start else None
        if found:
            out += [*_marked(lines[start : found.first]), found.grid]
            start = found.last
    return [*out, *_marked(lines[start:])]


def _marked(lines: Sequence[Line]) -> list[Piece]:
    """Running text and the tables whose cells have marks (tabs, strokes, wide blanks)."""
    lines = without_numbers(lines)
    out: list[Piece] = []
    start = at = failed = 0
    while at < len(lines):
        looks = _looks_like_table(lines[at].text.text) if failed < TRIED else None
        found = looks(lines, at) if looks else None
        failed += looks is not None and found is None
        if found:
            out.extend(paragraphs(lines[start : found.first]))
            out.append(found.grid)
            start = at = found.last
        else:
            at += 1
    out.extend(paragraphs(lines[start:]))
    return out


def _looks_like_table(text: str) -> Callable[[Sequence[Line], int], Found | None] | None:
    """How to read the table that a line may open."""
    if (text.count("\t") >= 2 and text.strip()) or is_piped(text):
        return tab_table
    if text.startswith("\t"):
        return cell_table
    spaced = text.count("  ") + text.count("\u3000") >= 2
    return aligned_table if spaced and opens_header([p.text.text for p in pieces_of(Traced.of(text))]) else None


def _as_text(table: Table) -> list[Piece]:
    """Cells of a table that is no task table, as paragraphs."""
    cells = (c for row in real_rows(table) for k, c in enumerate(row.cells) if k not in row.merged)
    parts = (part.strip() for cell in cells for part in cell.split("\n"))
    return [Paragraph(part, "", table.page) for part in parts if part]
