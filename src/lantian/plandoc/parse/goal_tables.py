"""Goals out of tables: one column an indicator and one row a town, or one row an indicator."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lantian.plandoc.parse.indicators import FoundGoal, Mention, mentions_in
from lantian.plandoc.parse.quantities.lexer import FOLD
from lantian.plandoc.plan import Comparison


def goals_of_rows(header: Sequence[str], rows: Sequence[Sequence[str]], *, where: str | None = None) -> list[FoundGoal]:
    """Goals out of a table: one column an indicator and one row a town, or one row an indicator.

    Examples
    --------
    >>> rows = [["松溪镇", "38"], ["柳湾镇", "≤40"]]
    >>> [(g.scope, g.op, g.value) for g in goals_of_rows(["镇街", "PM2.5年均浓度（微克/立方米）"], rows)]
    [('松溪镇', '<=', 38.0), ('柳湾镇', '<=', 40.0)]
    """
    columns = [(c, m) for c, text in enumerate(header) if (m := _of_cell(text))]
    if columns:
        cells = (
            (r, c, m, _bracketed(header[c]), _scope_of_row(row, [x for x, _ in columns]))
            for r, row in enumerate(rows)
            for c, m in columns
            if c < len(row)
        )
    else:
        aim = next((c for c, t in enumerate(header) if c and re.search("目标|任务|指标值", t)), len(header) - 1)
        unit = next((c for c, t in enumerate(header) if "单位" in t and "责任" not in t and "牵头" not in t), None)
        cells = (
            (
                r,
                aim,
                m,
                _bracketed(row[0]) or (row[unit].strip() if unit is not None and unit < len(row) else None),
                "district",
            )
            for r, row in enumerate(rows)
            if aim < len(row) and row and (m := _of_cell(" ".join(row)))
        )
    found = []
    for r, c, mention, unit_text, scope in cells:
        goal = _of_value(rows[r][c], mention, unit_text, scope)
        if goal:
            found.append(replace(goal, where=where, cell=(r, c)))
    return found


def _of_cell(text: str) -> Mention | None:
    """The indicator of a header cell, which need not say 浓度 where its unit says it."""
    folded = text.translate(FOLD)
    found = mentions_in(folded)
    if found:
        return found[0]
    return next((m for m in mentions_in(folded + " 浓度") if not m.indicator.endswith("_reduction")), None)


def _bracketed(text: str) -> str | None:
    m = re.search(r"（([^（）]*(?:（[^（）]*）)?[^（）]*)）", text.translate(FOLD))
    return m[1].removeprefix("单位：").strip() if m else None


def _scope_of_row(row: Sequence[str], indicators: Sequence[int]) -> str:
    name = next(
        (re.sub(r"\s", "", t) for c, t in enumerate(row) if c not in indicators and re.search(r"[\u4e00-\u9fff]", t)),
        "",
    )
    return "district" if not name or re.match("全[区县市]|合计|总计|平均", name) else name


def _of_value(cell: str, mention: Mention, unit: str | None, scope: str) -> FoundGoal | None:
    m = re.search(r"([<>≤≥]=?)? ?([0-9]+(?:\.[0-9]+)?) ?(%)?(左右|以下|以上|以内)?", cell.translate(FOLD))
    if not m:
        return None
    signs: dict[str, Comparison] = {
        "<": "<",
        ">": ">",
        "≤": "<=",
        "≥": ">=",
        "左右": "~",
        "以下": "<",
        "以上": ">=",
        "以内": "<=",
    }
    default: Comparison = "<=" if mention.rule.better == "lower" else ">="
    op = signs.get(m[1] or m[4] or "", default)
    return FoundGoal(cell.strip(), mention.indicator, op, float(m[2]), m[3] or unit, (0, len(cell)), scope=scope)
