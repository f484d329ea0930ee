"""A sheet of the kind that offices keep, without a database behind it: boilers of a town."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook

from lantian.site.core.policy import System
from lantian.site.core.sheets import Book, Field, Row, Scope, Sheet
from lantian.site.core.sheets.comparing import Outcome, compare
from lantian.site.core.sheets.reading import Reading, read

BOILERS = Sheet(
    "test.boilers",
    "燃煤锅炉",
    fields=(
        Field("firm", "企业名称", headers=("单位名称", "企业"), required=True, longest=60),
        Field(
            "capacity",
            "蒸吨数",
            "number",
            headers=("蒸吨", "锅炉吨位", "容量"),
            required=True,
            unit="蒸吨",
            units={"t/h": 1.0, "蒸吨/小时": 1.0},
            least=0.05,
            most=2000,
        ),
        Field("count", "台数", "whole", headers=("数量",), least=0),
        Field("cost", "投资", "number", unit="万元", units={"元": 0.0001}),
        Field("fuel", "燃料", "choice", choices=(("coal", "煤"), ("gas", "天然气")), also={"燃气": "gas"}),
        Field("done", "完成日期", "day", headers=("完成时间", "改造日期")),
        Field("share", "完成率", "percent", least=0, most=100),
        Field("stopped", "已停用", "yes"),
        Field("others", "其他名称", "names"),
        Field("note", "备注", wide=True),
        Field("told", "说明", readonly=True),
    ),
    keys=(("firm",),),
    rows=lambda scope: scope.once("rows", list),
    write=lambda scope, change: None,
)


def book(*sheets: Sheet, **given: Any) -> Book:
    """A book of sheets for tests."""
    return Book(
        "test", "测试", sheets=sheets or (BOILERS,), see="core.home", change="core.home", home=lambda p: "/", **given
    )


def scope(*rows: Row) -> Scope:
    """The machine's scope, with stored rows."""
    made = Scope(System())
    made.once("rows", lambda: list(rows))
    return made


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def workbook(*rows: list[Any], title: str = "燃煤锅炉") -> bytes:
    """A workbook of one sheet with these rows."""
    made = Workbook()
    sheet = made.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return saved(made)


def reading(content: bytes, *sheets: Sheet) -> Reading:
    return read(content, "表.xlsx", book(*sheets), scope())


def compared(content: bytes, *rows: Row, of: Book | None = None) -> list[Outcome]:
    """A file held against stored rows."""
    where = scope(*rows)
    used = of or book()
    return compare(read(content, "表.xlsx", used, where), used, where)


def texts(things: list[Any]) -> list[str]:
    return [str(getattr(one, "text", one)) for one in things]
