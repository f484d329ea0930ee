"""Where in a table the header stands, and which column is which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

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
SPREAD = ("text", "choice", "day", "reference", "names", "yes")  # a merged cell stands for all rows that it covers


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
        best = _better(grid, sheet, row, heads, best, deeper=row + 1 in rows)
    return best and _measured(grid, best, heads)


def header_at(grid: Grid, sheet: Sheet, row: int, heads: Heads) -> Layout | None:
    """The header of a sheet that begins in a row; None where none does."""
    numbers = {number for number, _cells in grid.rows}
    best = _better(grid, sheet, row, heads, None, deeper=row + 1 in numbers)
    return best and _measured(grid, best, heads)


def _better(grid: Grid, sheet: Sheet, row: int, heads: Heads, best: Layout | None, *, deeper: bool) -> Layout | None:
    """The header that begins in a row where it is better than the best so far."""
    for depth in (1, 2) if deeper else (1,):
        found = _laid(heads.at(row, depth), sheet, row, depth)
        if _fits(found) and (best is None or found.score > best.score or _says_it_better(grid, found, best)):
            best = found
    return best


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
    cells = [narrow(one) for one in map(safe, grid.line(row)) if one]
    return bool(cells) and all(one.startswith("(") and one.endswith(")") for one in cells)


def _units_below(grid: Grid, layout: Layout) -> dict[int, str]:
    """By column the units that a line of its own below the header names; none where the line says anything else."""
    row = layout.last + 1
    below = {col: one for col, cell in enumerate(grid.line(row)) if (one := safe(cell))}
    columns = {col: layout.sheet.field(name) for name, col in layout.places.items() if name != IDENT.name}
    known = [
        col in columns and units.factor_of(columns[col], units.plainly(one).strip("()")) is not None
        for col, one in below.items()
    ]
    return below if below and (all(known) or _only_units(grid, row)) else {}


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
    below = _units_below(grid, layout)
    layout.last += bool(below)
    columns = []
    for column in layout.sheet.fields:
        if column.name in layout.places and not column.readonly:
            readings = [layout.written[column.name], *(one for one, _compared in headers[layout.places[column.name]])]
            if unit := below.get(layout.places[column.name]):
                readings.insert(0, f"{layout.written[column.name]}（{narrow(unit).strip('()')}）")
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
