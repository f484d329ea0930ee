"""The plan as an Excel workbook: the annex table as offices know it, and what belongs to it on further sheets."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from lantian.plandoc.export import columns as c
from lantian.plandoc.export.cells import Cell, text_cell
from lantian.plandoc.export.columns import HEADER_ROW, TITLE_ROW, Column
from lantian.plandoc.plan import Model, Plan

A3, LANDSCAPE = "8", "landscape"
THIN = Side(style="thin", color="BFBFBF")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEADER_FILL = PatternFill("solid", fgColor="DDEBF7")
TOP = Alignment(vertical="top", wrap_text=True)
CENTRE = Alignment(horizontal="center", vertical="top", wrap_text=True)
MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)


def write(plan: Plan) -> bytes:
    """The workbook. Sheets: 任务 (one row a task), 指标 (one row a number), 目标, 疑点, 方案.

    Every text is stored as a text and marked so, whatever it begins with: nothing becomes a formula, 1-2 no date.

    Raises
    ------
    lantian.plandoc.export.cells.CellTooLong
        when a text does not fit into a cell.
    """
    book = Workbook()
    del book[book.sheetnames[0]]
    title = plan.title or "任务清单"
    _task_sheet(book.create_sheet(c.TASKS), plan, title)
    _quantity_sheet(book.create_sheet(c.QUANTITIES), plan, title)
    _sheet(book.create_sheet(c.GOALS), f"{title} 目标", c.GOAL_COLUMNS, plan.goals)
    _sheet(book.create_sheet(c.FINDINGS), f"{title} 疑点", c.FINDING_COLUMNS, plan.findings)
    _sheet(book.create_sheet(c.PLAN), f"{title} 基本信息", c.PLAN_COLUMNS, [plan])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _task_sheet(sheet: Worksheet, plan: Plan, title: str) -> None:
    rows = [_row(c.TASK_COLUMNS, task, f"“{c.TASKS}”表第 {k} 行") for k, task in enumerate(plan.tasks, 1)]
    numbered = [[k, *row] for k, row in enumerate(rows, 1)]
    _table(sheet, title, (c.ROW, *c.TASK_COLUMNS), numbered)
    _merge_sections(sheet, [task.section for task in plan.tasks])


def _quantity_sheet(sheet: Worksheet, plan: Plan, title: str) -> None:
    number = Column("任务序号", 9, lambda x, _: None, centred=True)
    rows: list[list[Cell]] = []
    for k, task in enumerate(plan.tasks, 1):
        where = f"“{c.QUANTITIES}”表（任务 {k}）"
        for quantity in task.quantities:
            rows.append([k, text_cell(task.number, where=where), *_row(c.QUANTITY_COLUMNS, quantity, where)])
    _table(sheet, f"{title} 指标分解", (c.ROW, number, *c.QUANTITY_COLUMNS), rows)


def _sheet(sheet: Worksheet, title: str, columns: Sequence[Column], held: Iterable[Model]) -> None:
    rows = [_row(columns, one, f"“{sheet.title}”表第 {k} 行") for k, one in enumerate(held, 1)]
    _table(sheet, title, columns, rows)


def _row(columns: Sequence[Column], one: Model, where: str) -> list[Cell]:
    return [column.write(one, f"{where}“{column.header}”") for column in columns]


def _table(sheet: Worksheet, title: str, columns: Sequence[Column], rows: list[list[Cell]]) -> None:
    shown = sum(not column.hidden for column in columns)
    _put(sheet.cell(TITLE_ROW, 1), text_cell(title, where=f"“{sheet.title}”表标题"))
    sheet.cell(TITLE_ROW, 1).font, sheet.cell(TITLE_ROW, 1).alignment = Font(size=18, bold=True), MIDDLE
    sheet.merge_cells(start_row=TITLE_ROW, end_row=TITLE_ROW, start_column=1, end_column=shown)
    sheet.row_dimensions[TITLE_ROW].height = 36
    for k, column in enumerate(columns, 1):
        head = sheet.cell(HEADER_ROW, k, column.header)
        head.font, head.fill, head.border, head.alignment = Font(bold=True), HEADER_FILL, GRID, MIDDLE
        sheet.column_dimensions[get_column_letter(k)].width = column.width
        sheet.column_dimensions[get_column_letter(k)].hidden = column.hidden
    for r, row in enumerate(rows, HEADER_ROW + 1):
        for k, (column, value) in enumerate(zip(columns, row, strict=True), 1):
            cell = sheet.cell(r, k)
            _put(cell, value)
            cell.border, cell.alignment = GRID, CENTRE if column.centred else TOP
    _page(sheet, len(columns), len(rows))


def _put(cell: SheetCell, value: Cell) -> None:
    if value is None:
        return
    cell.value = value
    if isinstance(value, str):
        # after the value: openpyxl takes '=…' for a formula and '#N/A' for an error. quotePrefix keeps it a text
        # when somebody edits the cell, '@' keeps 1-2 from becoming a date
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = True
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"


def _page(sheet: Worksheet, columns: int, rows: int) -> None:
    """Header in sight on screen and on every printed page; A3 across, as wide as the paper."""
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 1)
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(columns)}{HEADER_ROW + rows}"
    sheet.print_title_rows = f"{TITLE_ROW}:{HEADER_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = LANDSCAPE, A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P / &N"


def _merge_sections(sheet: Worksheet, sections: list[str | None]) -> None:
    """One tall cell for neighbouring rows of a section.

    The covered cells keep their value (`merge_cells` would empty them), so that filters and sorting still work.
    """
    column = 2 + [one.field for one in c.TASK_COLUMNS].index("section")
    row = HEADER_ROW + 1
    for section, group in groupby(sections):
        last = row + len(list(group)) - 1
        if section and last > row:
            sheet.merged_cells.add(CellRange(min_row=row, max_row=last, min_col=column, max_col=column))
        row = last + 1
