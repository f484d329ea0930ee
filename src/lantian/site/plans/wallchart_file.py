"""The wall chart as a spreadsheet: one sheet to hang up, one with every number in a column of its own."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lantian.site.plans import standing
from lantian.site.plans.wallchart import Cell, Chart

COLOURS = {
    "red-3": "F0A49C",
    "red-2": "F6C6C1",
    "red-1": "FBE3E0",
    "amber": "FDF0CF",
    "green": "DDF1E3",
    "grey": "EEF1F4",
    "done": "C3E6CF",
}
THIN = Side(style="thin", color="B8C1CB")


def workbook(chart: Chart, title: str) -> bytes:
    """The chart as drawn, and a second sheet with a row for every cell."""
    book = Workbook()
    drawn = book.active
    assert isinstance(drawn, Worksheet)
    drawn.title = _("挂图作战")[:31]
    _draw(drawn, chart, title)
    _list(book.create_sheet(_("明细")[:31]), chart)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def said(cell: Cell) -> str:
    """A cell in words: '3/12 40% ■2'."""
    parts = [f"{cell.done}/{cell.of.total}"]
    if cell.of.percent is not None:
        parts.append(f"{cell.of.percent}%")
    if cell.red:
        parts.append(f"■{cell.red}")
    return " ".join(parts)


def _draw(sheet: Worksheet, chart: Chart, title: str) -> None:
    _text(sheet.cell(1, 1), title).font = Font(bold=True, size=14)
    heads = [_("单位"), *(column.full or column.name for column in chart.columns), _("合计")]
    for number, head in enumerate(heads, 1):
        at = _text(sheet.cell(2, number), head)
        at.font = Font(bold=True)
        at.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        sheet.column_dimensions[get_column_letter(number)].width = 24 if number == 1 else 15
    rows = [*((place.name, cells, total) for place, cells, total in chart.rows), (_("合计"), chart.sums, chart.all)]
    for row, (name, cells, total) in enumerate(rows, 3):
        _text(sheet.cell(row, 1), name)
        for column, cell in enumerate([*cells, total], 2):
            at = sheet.cell(row, column)
            at.border = Border(THIN, THIN, THIN, THIN)
            at.alignment = Alignment(horizontal="center")
            if cell is not None:
                _text(at, said(cell))
                at.fill = PatternFill("solid", fgColor=COLOURS[cell.heat])
    sheet.freeze_panes = "B3"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 8  # A3
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    _text(sheet.cell(len(rows) + 4, 1), _("单元格：完成数/任务数 完成率 ■红灯数"))


def _list(sheet: Worksheet, chart: Chart) -> None:
    levels = list(standing.LEVELS)
    heads = [_("单位"), _("列"), _("任务"), _("完成"), _("完成率"), _("已过期")]
    for number, head in enumerate([*heads, *(str(standing.LEVELS[level]) for level in levels)], 1):
        _text(sheet.cell(1, number), head).font = Font(bold=True)
    row = 2
    for place, cells, _total in chart.rows:
        for column, cell in zip(chart.columns, cells, strict=True):
            if cell is None:
                continue
            _text(sheet.cell(row, 1), place.name)
            _text(sheet.cell(row, 2), column.full or column.name)
            numbers = [cell.of.total, cell.done, cell.of.percent, cell.of.states["overdue"]]
            for number, value in enumerate([*numbers, *(cell.of.levels[level] for level in levels)], 3):
                sheet.cell(row, number, value)
            row += 1
    sheet.freeze_panes = "A2"


def _text(cell: SheetCell, text: object) -> SheetCell:
    """Text as text, never as a formula."""
    cell.value = "".join(char for char in str(text) if char >= " ")
    cell.data_type = "s"
    return cell
