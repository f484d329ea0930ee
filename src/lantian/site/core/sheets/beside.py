"""What a table hides or merges, said to the reader: rows that a filter hides are data like the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from lantian.site.core.faults import Text
from lantian.site.core.sheets.layout import SPREAD, Layout
from lantian.site.core.sheets.opening import Grid

SHOWN = 10


def some(rows: Sequence[int]) -> str:
    """The first row numbers, runs of them as one.

    >>> some([3, 4, 5, 9])
    '3–5、9'
    """
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    told = [f"{a}" if a == b else f"{a}、{b}" if b == a + 1 else f"{a}–{b}" for a, b in runs[:SHOWN]]
    return "、".join(told) + ("…" if len(runs) > SHOWN else "")


def told_apart(grid: Grid, layout: Layout, rows: Sequence[int]) -> Iterator[Text]:
    """What is to be said of hidden rows and columns that were read, and of cells that span several rows."""
    place = {"n": grid.number, "sheet": grid.title}
    if hidden := [row for row in rows if row in grid.hidden_rows]:
        sentence = _("第 {n} 张表“{sheet}”第 {rows} 行是隐藏的（可能是筛选），也照常读取。不要的请删去后再上传。")
        yield format_lazy(sentence, rows=some(hidden), **place)
    written = {col: layout.written[name] for name, col in layout.places.items()}
    if columns := [
        f"{get_column_letter(col + 1)}（{written[col]}）" for col in sorted(grid.hidden_columns & set(written))
    ]:
        yield format_lazy(_("第 {n} 张表“{sheet}”的隐藏列也照常读取：{columns}。"), columns="、".join(columns), **place)
    for column in layout.sheet.written:
        if column.name not in layout.places:
            continue
        at = layout.places[column.name]
        covered = [row for row in rows if (area := grid.area(row, at)) and area[0] < row]
        if not covered:
            continue
        spread = column.type in SPREAD
        filled = _("第 {n} 张表“{sheet}”列“{column}”有合并单元格，所跨各行都按同一内容读取：第 {rows} 行。")
        once = _("第 {n} 张表“{sheet}”列“{column}”有合并单元格，数字只计入所跨的第一行，其余各行为空：第 {rows} 行。")
        yield format_lazy(filled if spread else once, column=written[at], rows=some(_whole(grid, at, covered)), **place)


def _whole(grid: Grid, col: int, covered: Iterable[int]) -> list[int]:
    """All rows of the merged cells that cover these."""
    found: set[int] = set()
    for row in covered:
        if area := grid.area(row, col):
            found |= {area[0], row}
    return sorted(found)
