"""The document beside the review: its blocks as JSON, and the same cut into marked pieces for the page."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lantian.plandoc.document import Cell, Document, Line
from lantian.plandoc.plan import Span

Blocks = list[dict[str, Any]]


def blocks_of(document: Document) -> Blocks:
    """The document's blocks by their place in its source text.

    A line is `{"kind": "line", "at": [start, end], "style": …, "page": …}`, a table `{"kind": "table", "page": …,
    "rows": [[{"at": [start, end], "rowspan": …, "colspan": …} or null]]}`; no text, so nothing is stored twice.
    """
    out: Blocks = []
    for block in document.blocks:
        if isinstance(block, Line):
            if at := block.text.span():
                out.append({"kind": "line", "at": list(at), "style": block.style, "page": block.page})
        else:
            rows = [[_cell(cell) if cell else None for cell in row] for row in block.rows]
            out.append({"kind": "table", "page": block.page, "rows": rows})
    return out


def _cell(cell: Cell) -> dict[str, Any]:
    at = cell.text.span()
    return {"at": list(at) if at else None, "rowspan": cell.rowspan, "colspan": cell.colspan}


@dataclass(frozen=True)
class Piece:
    """A stretch of source text and the names of all that it belongs to ('t3', 't3-lead', 'f1a2…')."""

    start: int
    end: int
    text: str
    marks: str


@dataclass(frozen=True)
class ShownCell:
    pieces: list[Piece]
    rowspan: int
    colspan: int


@dataclass(frozen=True)
class ShownBlock:
    """One paragraph (`pieces`) or table (`rows`), ready for the page."""

    kind: str
    style: str = ""
    page: int | None = None
    new_page: bool = False
    pieces: list[Piece] = field(default_factory=list)
    rows: list[list[ShownCell]] = field(default_factory=list)


def shown(source: str, blocks: Blocks, marks: Mapping[str, Iterable[Span]]) -> list[ShownBlock]:
    """Blocks with their text cut wherever a mark begins or ends, so that the page can light up each alone."""
    cutter = _Cutter(source, marks)
    out: list[ShownBlock] = []
    page: int | None = None
    for block in blocks:
        new_page = block["page"] is not None and page is not None and block["page"] != page
        page = block["page"] if block["page"] is not None else page
        if block["kind"] == "line":
            pieces = cutter.cut(*block["at"])
            out.append(ShownBlock("line", _style(block["style"]), page, new_page, pieces=pieces))
        else:
            rows = [[_shown_cell(cutter, cell) for cell in row if cell] for row in block["rows"]]
            out.append(ShownBlock("table", page=page, new_page=new_page, rows=rows))
    return out


def around(
    source: str, blocks: Blocks, span: Span, marks: Mapping[str, Iterable[Span]], *, lines: int
) -> list[ShownBlock]:
    """The blocks that a span lies in with some `lines` of their neighbourhood; of a table, the rows near it."""
    hit = [k for k, block in enumerate(blocks) if _touches(block, span)]
    if not hit:
        return []
    near = blocks[max(0, hit[0] - lines) : hit[-1] + lines + 1]
    return shown(source, [_near_rows(block, span, lines) for block in near], marks)


def _near_rows(block: dict[str, Any], span: Span, lines: int) -> dict[str, Any]:
    """A table cut to its header and the rows near the span; merged cells that reach in are shown where they begin."""
    if block["kind"] == "line":
        return block
    rows = block["rows"]
    hit = [k for k, row in enumerate(rows) if any(cell and _at_meets(cell["at"], span) for cell in row)]
    if not hit:
        return {**block, "rows": rows[:2] if len(rows) > 2 else rows}
    first, last = max(1, hit[0] - lines), min(len(rows), hit[-1] + lines + 1)
    kept = list(range(first, last))
    out = [rows[0]] if first > 0 else []
    for k in kept:
        out.append([_reaching(rows, k, c, kept) for c in range(len(rows[k]))])
    return {**block, "rows": out}


def _reaching(rows: list[list[dict[str, Any] | None]], r: int, c: int, kept: list[int]) -> dict[str, Any] | None:
    """The cell at (r, c) as a table cut to the rows `kept` shows it."""
    cell = rows[r][c]
    if cell:
        return {**cell, "rowspan": min(cell["rowspan"], kept[-1] - r + 1)}
    if r != kept[0]:
        return None
    for above in range(r - 1, -1, -1):
        over = rows[above][c] if c < len(rows[above]) else None
        if over:
            left = above + over["rowspan"] - r
            return {**over, "rowspan": min(left, len(kept))} if left > 0 else None
    return None


def _touches(block: dict[str, Any], span: Span) -> bool:
    if block["kind"] == "line":
        return _at_meets(block["at"], span)
    return any(cell and _at_meets(cell["at"], span) for row in block["rows"] for cell in row)


def _at_meets(at: list[int] | None, span: Span) -> bool:
    return at is not None and at[0] < span.end and span.start < at[1]


def _style(style: str) -> str:
    """'title', 'heading' or ''."""
    low = style.lower()
    if "title" in low:
        return "title"
    return "heading" if low.startswith("h") else ""


def _shown_cell(cutter: _Cutter, cell: dict[str, Any]) -> ShownCell:
    return ShownCell(cutter.cut(*cell["at"]) if cell["at"] else [], cell["rowspan"], cell["colspan"])


class _Cutter:
    """Cuts stretches of the source at the ends of marks; zero-length spans mark nothing."""

    def __init__(self, source: str, marks: Mapping[str, Iterable[Span]]) -> None:
        self.source = source
        opening: dict[int, list[str]] = defaultdict(list)
        closing: dict[int, list[str]] = defaultdict(list)
        for name, spans in marks.items():
            for span in (s for s in spans if s.start < s.end):
                opening[span.start].append(name)
                closing[span.end].append(name)
        self.edges = sorted({*opening, *closing})
        self.active: list[dict[str, int]] = []  # after each edge: open marks, counted
        current: dict[str, int] = {}
        for edge in self.edges:
            for name in closing[edge]:
                current[name] -= 1
                if not current[name]:
                    del current[name]
            for name in opening[edge]:
                current[name] = current.get(name, 0) + 1
            self.active.append(dict(current))

    def cut(self, start: int, end: int) -> list[Piece]:
        from_edge = bisect_right(self.edges, start)
        cuts = [start]
        pieces: list[Piece] = []
        for k in range(from_edge, len(self.edges)):
            if self.edges[k] >= end:
                break
            cuts.append(self.edges[k])
        for k, a in enumerate(cuts):
            b = cuts[k + 1] if k + 1 < len(cuts) else end
            edge = from_edge + k - 1
            names = sorted(self.active[edge]) if edge >= 0 else []
            pieces.append(Piece(a, b, self.source[a:b], " ".join(names)))
        return pieces
