"""Reads back the workbook that `as_xlsx` writes, also after people have worked on it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import ValidationError

from lantian.plandoc.document import ReadError
from lantian.plandoc.export import columns as c
from lantian.plandoc.export.columns import HEADER_ROW, Column
from lantian.plandoc.plan import Plan, Quantity, Task

MOST_BYTES = 200_000_000  # unpacked: some 100,000 tasks; more is no task list
HEADER_SEARCH = 10  # rows in which the header row is looked for; people put lines above it
OPTIONAL = (c.QUANTITIES, c.GOALS, c.FINDINGS, c.PLAN)


def read_workbook(path: Path | str | bytes) -> Plan:
    """A plan from a workbook. Columns are found by their headers, so they may stand in another order.

    Running text outside tasks (`passages`) is not in a workbook and stays empty.

    Raises
    ------
    ReadError
        naming sheet, row and column: 'broken' (no workbook), 'too-large', 'unknown' (no sheet 任务, no such header),
        'value' (a cell that cannot be understood).
    OSError
        when the file cannot be opened.
    """
    content = path if isinstance(path, bytes) else Path(path).read_bytes()
    name = "工作簿" if isinstance(path, bytes) else Path(path).name
    _check_size(content, name)
    try:
        book = load_workbook(io.BytesIO(content), data_only=True)
    except Exception as error:  # openpyxl lets errors of many kinds through for broken files
        raise _broken(name) from error
    if c.TASKS not in book.sheetnames:
        raise ReadError(
            "unknown",
            f"{name} 中没有“{c.TASKS}”工作表。请使用本系统导出的工作簿。",
            f"{name} has no sheet {c.TASKS!r}. Use a workbook exported from here.",
        )
    sheets = {title: book[title] for title in (c.TASKS, *OPTIONAL) if title in book.sheetnames}
    held: dict[str, Any] = {}
    if c.PLAN in sheets:
        held.update(next((row for _, row in _rows(sheets[c.PLAN], c.PLAN_COLUMNS, name)), {}))
    if c.GOALS in sheets:
        held["goals"] = [row for _, row in _rows(sheets[c.GOALS], c.GOAL_COLUMNS, name)]
    if c.FINDINGS in sheets:
        held["findings"] = [row for _, row in _rows(sheets[c.FINDINGS], c.FINDING_COLUMNS, name)]
    plan: Plan = _valid(Plan, held, f"{name}“{c.PLAN}”“{c.GOALS}”“{c.FINDINGS}”")
    plan.tasks = _tasks(sheets, name)
    return plan


def _tasks(sheets: dict[str, Worksheet], name: str) -> list[Task]:
    quantities: dict[float, list[Quantity]] = {}
    if c.QUANTITIES in sheets:
        for (row, tie), values in _rows(sheets[c.QUANTITIES], c.QUANTITY_COLUMNS, name):
            where = f"{name}“{c.QUANTITIES}”第 {row} 行"
            quantities.setdefault(tie, []).append(_valid(Quantity, values, where))
    tasks = []
    for (row, tie), values in _rows(sheets[c.TASKS], c.TASK_COLUMNS, name):
        values.setdefault("text", "")
        task = _valid(Task, values, f"{name}“{c.TASKS}”第 {row} 行")
        task.quantities = quantities.get(tie, [])
        tasks.append(task)
    return tasks


def _rows(sheet: Worksheet, columns: Sequence[Column], name: str) -> Iterator[tuple[tuple[int, float], dict[str, Any]]]:
    """((row number, running number of the task), fields) of every row that is not empty."""
    head, places = _header(sheet, columns, name)
    covered = _merged_values(sheet)
    tie_at = next((k for k, cell in enumerate(sheet[head]) if cell.value == c.ROW.header), None)
    for row, cells in enumerate(sheet.iter_rows(min_row=head + 1, values_only=True), head + 1):
        if all(value is None for value in cells):
            continue
        values: dict[str, Any] = {}
        for column, at in places.items():
            cell = covered.get((row, at + 1), cells[at])
            try:
                value = column.read(cell) if column.read else None
            except ValueError as error:
                raise ReadError(
                    "value",
                    f"{name}“{sheet.title}”第 {row} 行“{column.header}”：“{cell}”无法识别，请改正后重试。",
                    f"{name}, sheet {sheet.title!r}, row {row}, column {column.header!r}: cannot read {cell!r}.",
                ) from error
            if value is not None:
                values[column.field] = value
        tie = cells[tie_at] if tie_at is not None else None
        yield (row, float(tie) if isinstance(tie, (int, float)) else row), values


def _header(sheet: Worksheet, columns: Sequence[Column], name: str) -> tuple[int, dict[Column, int]]:
    """The row of the headers, and at which index each column stands."""
    wanted = [column for column in columns if column.field and column.read]
    for row, cells in enumerate(sheet.iter_rows(max_row=HEADER_SEARCH, values_only=True), 1):
        at = {str(value).strip(): k for k, value in enumerate(cells) if value is not None}
        places = {column: at[column.header] for column in wanted if column.header in at}
        if len(places) > len(wanted) // 2:
            return row, places
    headers = "、".join(column.header for column in wanted if not column.hidden)
    raise ReadError(
        "unknown",
        f"{name}“{sheet.title}”前 {HEADER_SEARCH} 行中没有表头（{headers}）。请保留导出时的表头。",
        f"{name}, sheet {sheet.title!r}: no header row in the first {HEADER_SEARCH} rows.",
    )


def _merged_values(sheet: Worksheet) -> dict[tuple[int, int], object]:
    """What a merged cell shows, for every place that it covers."""
    shown: dict[tuple[int, int], object] = {}
    for area in sheet.merged_cells.ranges:
        if area.min_row > HEADER_ROW and area.size["rows"] * area.size["columns"] <= sheet.max_row:
            value = sheet.cell(area.min_row, area.min_col).value
            shown.update(dict.fromkeys(area.cells, value))
    return shown


def _valid(model: type[Any], values: dict[str, Any], where: str) -> Any:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise ReadError(
            "value",
            f"{where}：{field} 的值“{first.get('input')}”不可用，请改正后重试。",
            f"{where}: {field}: {first['msg']}.",
        ) from error


def _check_size(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise _broken(name) from error
    if size > MOST_BYTES:
        raise ReadError(
            "too-large",
            f"{name} 解压后有 {size // 1_000_000} MB，超过上限 {MOST_BYTES // 1_000_000} MB，不像任务清单。",
            f"{name} unpacks to {size // 1_000_000} MB, more than {MOST_BYTES // 1_000_000} MB.",
        )


def _broken(name: str) -> ReadError:
    return ReadError(
        "broken",
        f"{name} 不是可读的 Excel 工作簿（.xlsx）。请用 Excel 或 WPS 打开后另存为 .xlsx 再试。",
        f"{name} is not a readable Excel workbook (.xlsx). Open it and save it as .xlsx.",
    )
