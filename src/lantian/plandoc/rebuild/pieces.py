"""What a document is made of once wrapping and flattening are undone: paragraphs and grids."""

from __future__ import annotations

from dataclasses import dataclass

from lantian.plandoc.traced import Traced


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text; `style` is the source's own word for a heading, or ''."""

    text: Traced
    style: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a grid: one text a column. `merged` are the columns whose text comes from a cell merged from above;
    `across` says that the row is one cell over all columns (a section heading inside the table), `wrapped` that line
    breaks in its cells may be mere wraps, `opens_page` that the table goes on with it on a new page."""

    cells: tuple[Traced, ...]
    merged: frozenset[int] = frozenset()
    across: bool = False
    wrapped: bool = False
    opens_page: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its header: `header` has one text a column, `rows` as many cells each. `sure_merges` says that
    merged cells are known (docx, html, ruled pdf); otherwise a blank cell may be merged or empty. `tasks` is false for
    a table that has no columns of a task table (goals by town, a list of contacts): its header is its first row."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    page: int | None = None
    sure_merges: bool = False
    tasks: bool = True


Piece = Paragraph | Grid
EMPTY = Traced.of("")
