"""The task list as CSV, for Excel and for scripts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date

from lantian.plandoc.export.words import FORMULA_STARTS, PARTS, RECURRENCES, quantities_text
from lantian.plandoc.plan import Plan, Task

COLUMNS: dict[str, Callable[[Task], str | date | list[str] | None]] = {
    "序号": lambda t: t.number,
    "上级序号": lambda t: t.upstream_number,
    "部分": lambda t: PARTS[t.part],
    "章节": lambda t: t.section,
    "重点工作": lambda t: t.title,
    "任务内容": lambda t: t.text,
    "牵头单位": lambda t: t.lead,
    "责任单位": lambda t: t.responsible,
    "配合单位": lambda t: t.assist,
    "牵头领导": lambda t: t.leaders,
    "完成时限": lambda t: t.deadline_text,
    "时限日期": lambda t: t.deadline,
    "推算日期": lambda t: t.due,
    "周期": lambda t: RECURRENCES[t.recurrence] if t.recurrence else None,
    "指标数": quantities_text,
}


def write(plan: Plan) -> bytes:
    """One row a task, Chinese headers, units joined by '、'; UTF-8 with byte order mark, CRLF line ends.

    A cell that a spreadsheet program would take for a formula gets an apostrophe in front.
    """
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for task in plan.tasks:
        rows.writerow([_harmless(_cell(column(task))) for column in COLUMNS.values()])
    # a lone surrogate (half a character of a broken file) has no UTF-8 form
    return out.getvalue().encode("utf-8-sig", errors="replace")


def _cell(value: str | date | list[str] | None) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "、".join(value) if isinstance(value, list) else value or ""


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
