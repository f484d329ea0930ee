"""A bulletin's table as it was pasted or uploaded: which columns, which rows, what is wrong with a row."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.airquality.rank import rank
from lantian.site.air.models.bulletins import bulletin_rule
from lantian.site.core.faults import Invalid, Text
from lantian.site.core.sheets.opening import open_file
from lantian.site.core.sheets.problems import BadCell
from lantian.site.core.sheets.values import text

SEARCHED = 10  # rows in which the head is looked for
MOST = 5000


@dataclass(frozen=True)
class Line:
    """One row as it was written; `place` None where the table has no such column."""

    name: str
    district: str
    value: float | None
    place: int | None


@dataclass
class Written:
    """Rows that can be taken, and what is wrong with the others."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Text] = field(default_factory=list)


def table_text(content: bytes, name: str) -> str:
    """The first table of a file as text with tabs, as if it had been pasted."""
    grids = [grid for grid in open_file(content, name).grids if grid.rows]
    if not grids:
        raise Invalid(_("文件里没有表格。"), fields={"file": _("请核对文件。")})
    return "\n".join("\t".join(_cell(cell).replace("\n", " ") for cell in cells) for _number, cells in grids[0].rows)


def read_table(pasted: str, *, better: str) -> Written:
    """Rows of a pasted table. Where it has no places, they follow from the values.

    Raises
    ------
    Invalid : there is no head with a name and a place or a value, or no row
    """
    rows = _rows(pasted)
    at, columns = _head(rows)
    found = Written()
    seen: set[tuple[str, str]] = set()
    for number, cells in rows[at + 1 : at + 1 + MOST]:
        line = _line(number, cells, columns, found.problems)
        if line is None:
            continue
        if (line.district, line.name) in seen:
            found.problems.append(format_lazy(_("第 {row} 行：“{name}”重复。"), row=number, name=line.name))
            continue
        seen.add((line.district, line.name))
        found.lines.append(line)
    if not found.lines:
        raise Invalid(_("表格里没有可用的行。"), fields={"table": _("请核对表格。")})
    if "place" not in columns:
        found.lines = _placed(found.lines, better)
    return found


def _rows(pasted: str) -> list[tuple[int, list[Any]]]:
    """Rows that are not empty, by their number; what is copied from a spreadsheet has tabs."""
    if "\t" not in pasted:
        return open_file(pasted.encode(), "pasted.csv").grids[0].rows if pasted.strip() else []
    lines = enumerate(pasted.splitlines()[: MOST + SEARCHED], 1)
    return [(number, line.split("\t")) for number, line in lines if line.strip()]


def _head(rows: list[tuple[int, list[Any]]]) -> tuple[int, dict[str, int]]:
    headers = bulletin_rule().headers
    for at, (_number, cells) in enumerate(rows[:SEARCHED]):
        titles = [_bare(_cell(cell)) for cell in cells]
        columns: dict[str, int] = {}
        for name, words in headers.items():
            known = {_bare(word) for word in words}
            col = next((k for k, title in enumerate(titles) if title in known), None)
            if col is not None:
                columns[name] = col
        if "name" in columns and columns.keys() & {"place", "value"}:
            return at, columns
    raise Invalid(
        _("没有找到表头。表头须有镇街名称，以及排名或数值。"),
        fields={"table": _("请连同表头一起粘贴。")},
    )


def _bare(title: str) -> str:
    """A header without spaces and without its unit in brackets."""
    plain = title.replace("（", "(").replace("）", ")").replace(" ", "")
    return plain.split("(")[0] if not plain.startswith(("街道(", "乡镇(")) else plain


def _line(number: int, cells: list[Any], columns: dict[str, int], problems: list[Text]) -> Line | None:
    def cell(name: str) -> str:
        col = columns.get(name)
        return _cell(cells[col]) if col is not None and col < len(cells) else ""

    name = cell("name")
    if not name or len(name) > 100:
        if any(_cell(one) for one in cells):
            problems.append(format_lazy(_("第 {row} 行：没有镇街名称。"), row=number))
        return None
    value, place = _number(cell("value")), _number(cell("place"))
    if cell("value") and value is None:
        problems.append(format_lazy(_("第 {row} 行“{name}”：“{value}”不是数字。"), row=number, name=name,
                                    value=cell("value")[:30]))  # fmt: skip
        return None
    if "place" in columns and (place is None or place != int(place) or not 1 <= place <= 100_000):
        problems.append(format_lazy(_("第 {row} 行“{name}”：没有排名。"), row=number, name=name))
        return None
    if "place" not in columns and value is None:
        problems.append(format_lazy(_("第 {row} 行“{name}”：没有数值。"), row=number, name=name))
        return None
    return Line(name, cell("district")[:100], value, None if place is None else int(place))


def _placed(lines: list[Line], better: Any) -> list[Line]:
    found = rank({str(k): line.value for k, line in enumerate(lines)}, better=better)
    return [
        Line(one.name, one.district, one.value, row.place)
        for row in found
        for one in [lines[int(row.name)]]
    ]  # fmt: skip


def _cell(raw: Any) -> str:
    try:
        return text(raw)
    except BadCell:
        return str(raw)


def _number(written: str) -> float | None:
    try:
        value = float(written)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e9 else None
