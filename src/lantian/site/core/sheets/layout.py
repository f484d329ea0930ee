"""Where in a table the header stands, which column is which, and what around the rows is no row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Text
from lantian.site.core.sheets import units
from lantian.site.core.sheets.books import Sheet
from lantian.site.core.sheets.fields import Field, matched
from lantian.site.core.sheets.opening import Grid
from lantian.site.core.sheets.problems import BadCell
from lantian.site.core.sheets.values import narrow, rules, text

IDENT = Field(
    "ident",
    _("系统编号"),
    headers=("系统编号", "system id"),
    help=_("导出时自动填写，用来认出原有的行。请勿修改；新增的行留空。"),
)
COUNTED = re.compile(r"\d+(?:家|台|户|个|条|辆|处|座|项)?$")  # behind the word of a total
SENTENCE = re.compile(r"[。：:；;]|.{20}")  # below a table one such cell is a remark, not a row that lacks the rest
SPREAD = ("text", "choice", "day", "reference", "names", "yes")  # a merged cell stands for all rows that it covers
Sort = Literal["row", "total", "subtotal", "remark", "header", "empty"]


@dataclass
class Layout:
    """A table's header: its first and last row, the place of every column and its header as written there.

    `sheet` has its columns as this table measures them; `notes` says where that is another unit.
    """

    sheet: Sheet
    first: int
    last: int
    places: dict[str, int] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)

    @property
    def score(self) -> int:
        return len(self.places)


@dataclass
class Heads:
    """How the headers of a table may be read, by row and depth, worked out once for all sheets that it may be."""

    grid: Grid
    _read: dict[tuple[int, int], dict[int, list[tuple[str, str]]]] = field(default_factory=dict)

    def at(self, row: int, depth: int) -> dict[int, list[tuple[str, str]]]:
        """By column its readings, each as written and as it is compared."""
        if (row, depth) not in self._read:
            widest = max(len(cells) for number, cells in self.grid.rows if row <= number < row + depth)
            self._read[row, depth] = {
                col: [(one, matched(one)) for one in _readings(self.grid, row, depth, col)] for col in range(widest)
            }
        return self._read[row, depth]


def safe(raw: Any) -> str:
    """A cell's text; '' for a formula's error."""
    try:
        return text(raw)
    except BadCell:
        return ""


def find(grid: Grid, sheet: Sheet, heads: Heads | None = None) -> Layout | None:
    """The header of a sheet in a table; None where there is none in the first rows."""
    heads = heads or Heads(grid)
    best: Layout | None = None
    rows = [number for number, _cells in grid.rows[: rules().header_search]]
    for row in rows:
        for depth in (1, 2):
            if depth == 2 and row + 1 not in rows:
                continue
            found = _laid(heads.at(row, depth), sheet, row, depth)
            if not _fits(found):
                continue
            if best is None or found.score > best.score or _says_it_better(grid, found, best):
                best = found
    return best and _measured(grid, best, heads)


def _says_it_better(grid: Grid, found: Layout, best: Layout) -> bool:
    """Whether of two headers as long this one leaves out a title above, or takes in a line of units below."""
    if found.score < best.score:
        return False
    without_title = found.first == found.last == best.last
    with_units = found.first == best.first < found.last and _only_units(grid, found.last)
    return without_title or with_units


def _fits(layout: Layout) -> bool:
    known = set(layout.places)
    keyed = IDENT.name in known or any(key[0] in known for key in layout.sheet.keys)
    return keyed and layout.score >= min(2, len(layout.sheet.fields))


def _only_units(grid: Grid, row: int) -> bool:
    """Whether a line below the header says nothing but units: （元）, （t/h）."""
    cells = [narrow(one) for cells in (dict(grid.rows)[row],) for one in map(safe, cells) if one]
    return all(one.startswith("(") and one.endswith(")") for one in cells)


def _laid(headers: dict[int, list[tuple[str, str]]], sheet: Sheet, row: int, depth: int) -> Layout:
    layout = Layout(sheet, row, row + depth - 1)
    there = {compared for readings in headers.values() for _written, compared in readings}
    taken: set[int] = set()
    for column in (*sheet.fields, IDENT):
        if column.called.isdisjoint(there):
            continue
        for col, readings in headers.items():
            match = next((written for written, compared in readings if compared in column.called), None)
            if match and col not in taken:
                layout.places[column.name] = col
                layout.written[column.name] = " ".join(match.split()).rstrip("*")
                taken.add(col)
                break
    layout.strange = [readings[0][0] for col, readings in headers.items() if col not in taken and readings]
    return layout


def _measured(grid: Grid, layout: Layout, heads: Heads) -> Layout:
    """The layout with its columns in the units that the file names."""
    over_all = units.above(cell for row, cells in grid.rows if row <= layout.last for cell in cells)
    headers = heads.at(layout.first, layout.last - layout.first + 1)
    columns = []
    for column in layout.sheet.fields:
        if column.name in layout.places and not column.readonly:
            readings = [layout.written[column.name], *(one for one, _compared in headers[layout.places[column.name]])]
            column, told = units.measured(column, readings, over_all, n=grid.number, sheet=grid.title)
            layout.notes += [told] if told else []
        columns.append(column)
    layout.sheet = replace(layout.sheet, fields=tuple(columns))
    return layout


def _readings(grid: Grid, row: int, depth: int, col: int) -> Iterator[str]:
    """How a column's header may be read: both lines together, the lower, the upper."""
    top = safe(grid.seen(row, col))
    if depth == 1:
        if top:
            yield top
        return
    area = grid.area(row, col)
    if not top and (left := grid.area(row, col - 1)) and left[3] >= col:
        top = safe(grid.seen(row, col - 1))
    low = "" if area and area[2] > row else safe(grid.seen(row + 1, col))
    if top and low:
        yield f"{top}{low}"
    if low:
        yield low
    if top:
        yield top


def sort_of(grid: Grid, layout: Layout, row: int, cells: list[Any], *, trailing: bool) -> Sort:
    """Whether a row under the header is one of the list, or what else it is."""
    filled = [col for col, cell in enumerate(cells) if cell is not None and safe(cell) != ""]
    ours = set(layout.places.values())
    first = safe(cells[filled[0]]) if filled else ""
    total = _total(first)
    if not filled or not (set(filled) & ours or re.match(rules().notes, first) or total):
        return "empty" if not filled or len(filled) == 1 else "remark"
    if all(matched(safe(grid.seen(row, col))) == matched(layout.written[name]) for name, col in layout.places.items()):
        return "header"
    if total:
        return total
    if re.match(rules().notes, first):
        told = sum(bool(re.match(rules().notes, safe(cells[col]))) for col in filled)
        if len(filled) <= 2 or 2 * told >= len(filled):
            return "remark"
    if len(filled) == 1:
        area = grid.area(row, filled[0])
        across = area is not None and area[3] > area[1]
        if across or (trailing and SENTENCE.search(first)):
            return "remark"
    return "row"


def _total(first: str) -> Literal["total", "subtotal"] | None:
    """Whether a row that begins so is a total: 合计, 合计（蒸吨）, 共计12家, 松溪镇小计."""
    said = COUNTED.sub("", matched(first))
    if said in rules().totals:
        return "total"
    parts = rules().part_totals
    return "subtotal" if said in parts or (len(said) <= 12 and said.endswith(parts)) else None
