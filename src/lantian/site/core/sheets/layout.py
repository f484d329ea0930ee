"""Where in a table the header stands, which column is which, and what around the rows is no row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from lantian.site.core.sheets.books import Sheet
from lantian.site.core.sheets.fields import Field, matched
from lantian.site.core.sheets.opening import Grid
from lantian.site.core.sheets.problems import BadCell, both
from lantian.site.core.sheets.values import rules, text

IDENT = Field(
    "ident",
    _("系统编号"),
    headers=("系统编号", "system id"),
    help=_("导出时自动填写，用来认出原有的行。请勿修改；新增的行留空。"),
)
SENTENCE = re.compile(r"[。：:；;]|.{20}")  # below a table one such cell is a remark, not a row that lacks the rest
Sort = Literal["row", "total", "subtotal", "remark", "header", "empty"]


@dataclass
class Layout:
    """A table's header: its first and last row, the place of every column and its header as written there."""

    sheet: Sheet
    first: int
    last: int
    places: dict[str, int] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)

    @property
    def score(self) -> int:
        return len(self.places)


def _safe(raw: Any) -> str:
    try:
        return text(raw)
    except BadCell:
        return ""


def find(grid: Grid, sheet: Sheet) -> Layout | None:
    """The header of a sheet in a table; None where there is none in the first rows."""
    best: Layout | None = None
    rows = [number for number, _cells in grid.rows[: rules().header_search]]
    for row in rows:
        for depth in (1, 2):
            if depth == 2 and row + 1 not in rows:
                continue
            found = _laid(grid, sheet, row, depth)
            if _fits(found) and (best is None or found.score > best.score):
                best = found
    return best


def _fits(layout: Layout) -> bool:
    known = set(layout.places)
    keyed = IDENT.name in known or any(key[0] in known for key in layout.sheet.keys)
    return keyed and layout.score >= min(2, len(layout.sheet.fields))


def _laid(grid: Grid, sheet: Sheet, row: int, depth: int) -> Layout:
    layout = Layout(sheet, row, row + depth - 1)
    widest = max(len(cells) for number, cells in grid.rows if row <= number < row + depth)
    headers = {col: list(_readings(grid, row, depth, col)) for col in range(widest)}
    for column in (*sheet.fields, IDENT):
        called = column.called()
        for col, readings in headers.items():
            if col in layout.places.values():
                continue
            if match := next((written for written in readings if matched(written) in called), None):
                layout.places[column.name] = col
                layout.written[column.name] = " ".join(match.split()).rstrip("*")
                break
    taken = set(layout.places.values())
    layout.strange = [readings[0] for col, readings in headers.items() if col not in taken and readings]
    return layout


def _readings(grid: Grid, row: int, depth: int, col: int) -> Iterator[str]:
    """How a column's header may be read: both lines together, the lower, the upper."""
    top = _safe(grid.seen(row, col))
    if depth == 1:
        if top:
            yield top
        return
    area = grid.area(row, col)
    if not top and (left := grid.area(row, col - 1)) and left[3] >= col:
        top = _safe(grid.seen(row, col - 1))
    low = "" if area and area[2] > row else _safe(grid.seen(row + 1, col))
    if top and low:
        yield f"{top}{low}"
    if low:
        yield low
    if top:
        yield top


def sort_of(grid: Grid, layout: Layout, row: int, cells: list[Any], *, trailing: bool) -> Sort:
    """Whether a row under the header is one of the list, or what else it is."""
    filled = [col for col, cell in enumerate(cells) if cell is not None and _safe(cell) != ""]
    ours = set(layout.places.values())
    first = _safe(cells[filled[0]]) if filled else ""
    if not filled or not (set(filled) & ours or re.match(rules().notes, first) or matched(first) in rules().totals):
        return "empty" if not filled or len(filled) == 1 else "remark"
    if all(matched(_safe(grid.seen(row, col))) == matched(layout.written[name]) for name, col in layout.places.items()):
        return "header"
    if matched(first) in rules().totals:
        return "subtotal" if matched(first) in ("小计", "subtotal") else "total"
    if len(filled) <= 2 and re.match(rules().notes, first):
        return "remark"
    if len(filled) == 1:
        area = grid.area(row, filled[0])
        across = area is not None and area[3] > area[1]
        if across or (trailing and SENTENCE.search(first)):
            return "remark"
    return "row"


def best(grid: Grid, sheets: tuple[Sheet, ...]) -> Layout | None:
    """The sheet that a table is one of: by its name, else by the columns that fit."""
    found = [layout for sheet in sheets if (layout := find(grid, sheet)) is not None]
    return max(found, key=lambda one: (grid.title in both(one.sheet.title).values(), one.score), default=None)
