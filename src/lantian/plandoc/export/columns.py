"""The sheets of the workbook as tables of columns: header, width, how a value is written and read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lantian.plandoc.export import cells, words
from lantian.plandoc.export.cells import Cell
from lantian.plandoc.plan import Model, Span

TASKS, QUANTITIES, GOALS, FINDINGS, PLAN = "任务", "指标", "目标", "疑点", "方案"
TITLE_ROW, HEADER_ROW = 1, 2


@dataclass(frozen=True)
class Column:
    """One column. `field` is the model's field that it holds, '' for one that is only shown.

    `hidden` columns carry what programs need and offices do not (spans).
    """

    header: str
    width: float
    write: Callable[[Any, str], Cell]
    read: Callable[[object], Any] | None = None
    field: str = ""
    hidden: bool = False
    centred: bool = False


def text(header: str, field: str, width: float, **look: bool) -> Column:
    return Column(header, width, lambda x, where: cells.text_cell(getattr(x, field), where=where), cells.read_text,
                  field, **look)  # fmt: skip


def texts(header: str, field: str, width: float, **look: bool) -> Column:
    return Column(header, width, lambda x, where: cells.list_cell(getattr(x, field), where=where), cells.read_list,
                  field, **look)  # fmt: skip


def day(header: str, field: str) -> Column:
    return Column(header, 12, lambda x, _: cells.date_cell(getattr(x, field)), cells.read_date, field, centred=True)


def value(header: str, field: str, width: float) -> Column:
    return Column(header, width, lambda x, _: cells.number_cell(getattr(x, field)), cells.read_number, field)


def choice(header: str, field: str, width: float, shown: Mapping[str, str]) -> Column:
    """A word of a closed list, shown in Chinese."""
    back = {zh: word for word, zh in shown.items()}

    def read(cell: object) -> str | None:
        return None if cell is None else back.get(str(cell).strip(), str(cell).strip())

    return Column(header, width, lambda x, _: shown[w] if (w := getattr(x, field)) else None, read, field, centred=True)


def packed(header: str, field: str) -> Column:
    """Spans and the like, as JSON in a hidden column."""
    return Column(header, 10, lambda x, where: _json(getattr(x, field), where), _from_json, field, hidden=True)


def _json(held: Any, where: str) -> str | None:
    if not held:
        return None
    plain = held.model_dump(exclude_none=True) if isinstance(held, Model) else held
    if isinstance(plain, dict):
        plain = {k: v.model_dump(exclude_none=True) if isinstance(v, Span) else v for k, v in plain.items()}
    if isinstance(plain, list):
        plain = [v.model_dump(exclude_none=True) if isinstance(v, Span) else v for v in plain]
    # ASCII, so that no character of a name can be unfit for a cell; spaces aside it is never long
    return cells.text_cell(json.dumps(plain, separators=(",", ":")).replace("\\", "\\\\"), where=where)


def _from_json(cell: object) -> Any:
    held = cells.read_text(cell)
    return json.loads(held.replace("\\\\", "\\")) if held else None


TASK_COLUMNS: tuple[Column, ...] = (
    text("序号", "number", 7, centred=True),
    text("上级序号", "upstream_number", 7, centred=True),
    text("章节", "section", 18),
    text("重点工作", "title", 22),
    text("任务内容", "text", 60),
    texts("牵头单位", "lead", 18),
    texts("责任单位", "responsible", 22),
    texts("配合单位", "assist", 22),
    texts("牵头领导", "leaders", 12),
    text("完成时限", "deadline_text", 16),
    day("时限日期", "deadline"),
    day("推算日期", "due"),
    choice("周期", "recurrence", 9, words.RECURRENCES),
    Column("指标数", 28, lambda t, where: cells.text_cell(words.quantities_text(t) or None, where=where)),
    choice("部分", "part", 10, words.PARTS),
    text("推算依据", "due_rule", 14, hidden=True),
    texts("承上字段", "inherited", 12, hidden=True),
    packed("位置", "spans"),
)
ROW = Column("任务行", 8, lambda x, _: None)  # the running number that ties a quantity to its task
QUANTITY_COLUMNS: tuple[Column, ...] = (
    text("镇街", "town", 18),
    text("指标", "what", 30),
    choice("比较", "op", 8, words.OPS),
    value("数值", "value", 12),
    text("单位", "unit", 12),
    choice("类别", "kind", 10, words.KINDS),
    text("原文", "text", 40),
    packed("位置", "span"),
)
GOAL_COLUMNS: tuple[Column, ...] = (
    text("目标", "text", 60),
    text("指标", "indicator", 16),
    choice("比较", "op", 10, words.OPS),
    value("数值", "value", 10),
    text("单位", "unit", 12),
    text("基准", "baseline", 18),
    text("范围", "scope", 14),
    day("起始日期", "period_start"),
    day("截止日期", "period_end"),
    text("出处", "where", 30),
    packed("位置", "span"),
)
FINDING_COLUMNS: tuple[Column, ...] = (
    choice("类型", "code", 20, words.CODES),
    choice("程度", "severity", 8, words.SEVERITIES),
    text("说明", "message", 80),
    text("说明（英文）", "message_en", 60),
    texts("任务", "task_numbers", 16),
    packed("位置", "spans"),
)
PLAN_COLUMNS: tuple[Column, ...] = (
    text("方案名称", "title", 60),
    text("通知名称", "notice_title", 60),
    text("发文机关", "issuer", 30),
    text("文号", "doc_number", 24),
    day("印发日期", "issued_on"),
    text("行政区", "district", 16),
    day("起始日期", "period_start"),
    day("截止日期", "period_end"),
    text("来源文件", "source", 40),
    packed("位置", "spans"),
)
