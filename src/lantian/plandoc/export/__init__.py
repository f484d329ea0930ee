"""A plan as a file: JSON for programs, CSV for a quick look, the annex table in Excel as offices know it.

>>> from lantian.plandoc.export import export
>>> from lantian.plandoc.plan import Plan, Task
>>> export(Plan(title="青河区行动方案", tasks=[Task(text="…")]), "json").decode()[:26]
'{\\n  "schema_version": "1.0"'
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from lantian.plandoc.export.files import write_whole
from lantian.plandoc.plan import Plan

ExportFormat = Literal["json", "csv", "xlsx"]
FORMATS: tuple[str, ...] = get_args(ExportFormat)


def export(plan: Plan, format: ExportFormat, path: Path | str | None = None) -> bytes:
    """The plan in a file format; with `path` also written there, whole or not at all.

    Parameters
    ----------
    format : 'json' is the contract (see plan.schema.json), UTF-8; 'csv' has one row a task, UTF-8 with the mark by
        which Excel knows it; 'xlsx' has the sheets 任务, 指标, 目标, 疑点, 方案 and can be read back by `read_xlsx`.

    Raises
    ------
    ValueError
        for another format, or for a cell that Excel cannot hold.
    OSError
        when the file cannot be written; an older file of this name is then still there.
    """
    content = _writer(format)(plan)
    if path is not None:
        write_whole(Path(path), content)
    return content


def read_xlsx(path: Path | str | bytes) -> Plan:
    """The plan in a workbook that `export` wrote, also after a person has changed cells, moved rows or columns.

    See `lantian.plandoc.export.workbook_read.read_workbook`.
    """
    module = importlib.import_module("lantian.plandoc.export.workbook_read")
    plan: Plan = module.read_workbook(path)
    return plan


def _writer(format: str) -> Callable[[Plan], bytes]:
    # looked up by name, because openpyxl costs a quarter of a second that a JSON export must not pay
    if format not in FORMATS:
        raise ValueError(f"不支持的导出格式“{format}”，可用：{'、'.join(FORMATS)}。 Unknown format {format!r}.")
    module = importlib.import_module(f"lantian.plandoc.export.as_{format}")
    writer: Callable[[Plan], bytes] = module.write
    return writer
