"""Undoes what layouts do to a text: wrapped lines become paragraphs, flattened tables become grids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantian.plandoc.document import Document, Line, Table
from lantian.plandoc.rebuild.aligned import aligned_table
from lantian.plandoc.rebuild.bare import bare_table
from lantian.plandoc.rebuild.clean import clean_blocks, without_numbers
from lantian.plandoc.rebuild.paragraphs import paragraphs
from lantian.plandoc.rebuild.pieces import Grid, Paragraph, Piece, Row
from lantian.plandoc.rebuild.tables import Found, cell_table, is_piped, other_grid, real_grid, real_rows, tab_table

__all__ = ["Grid", "Paragraph", "Piece", "Row", "rebuild"]

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
    """Running text and the tables flattened into it."""
    bare = next(filter(None, (bare_table(lines, k) for k in range(len(lines)))), None)
    if bare:
        return [*_from_lines(lines[: bare.first]), bare.grid, *_from_lines(lines[bare.last :])]
    lines = without_numbers(lines)
    out: list[Piece] = []
    start = at = 0
    while at < len(lines):
        found = _table_at(lines, at)
        if found:
            out.extend(paragraphs(lines[start : found.first]))
            out.append(found.grid)
            start = at = found.last
        else:
            at += 1
    out.extend(paragraphs(lines[start:]))
    return out


def _table_at(lines: Sequence[Line], at: int) -> Found | None:
    text = lines[at].text.text
    if (text.count("\t") >= 2 and text.strip()) or is_piped(text):
        return tab_table(lines, at)
    if text.count("  ") + text.count("\u3000") >= 2 and not text.startswith("\t"):
        return aligned_table(lines, at)
    if text.startswith("\t"):
        return cell_table(lines, at)
    return None


def _as_text(table: Table) -> list[Piece]:
    """Cells of a table that is no task table, as paragraphs."""
    cells = (c for row in real_rows(table) for k, c in enumerate(row.cells) if k not in row.merged)
    parts = (part.strip() for cell in cells for part in cell.split("\n"))
    return [Paragraph(part, "", table.page) for part in parts if part]
