"""A book as a workbook: the template to fill in, and what is stored in the same columns, so that it can come back."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from lantian.plandoc.export.words import number_text
from lantian.site.core.sheets.books import Book, Row, Sheet
from lantian.site.core.sheets.fields import LONGEST_CELL, Field
from lantian.site.core.sheets.layout import IDENT
from lantian.site.core.sheets.scope import Scope

ROOM_TO_FILL = 2000  # rows for which a template has drop-downs and formats
LONGEST_LIST = 250  # characters of choices that a cell's own list may have
MOST_OFFERED = 3000
TEXT, DAY, WHOLE = "@", "yyyy-mm-dd", "0"
HEAD = PatternFill("solid", fgColor="DCE9F5")
TOLD = PatternFill("solid", fgColor="EEEEEE")
ROW_END = 1_048_576


def template(book: Book, scope: Scope) -> bytes:
    """An empty workbook to fill in, with drop-downs, formats and explanations."""
    return _Writer(book, scope).content(lambda sheet: () if sheet.adds else sheet.rows(scope))


def export(book: Book, scope: Scope) -> bytes:
    """What is stored and may be seen, in the same columns."""
    return _Writer(book, scope).content(lambda sheet: sheet.rows(scope))


class _Writer:
    def __init__(self, book: Book, scope: Scope) -> None:
        self.declared, self.scope = book.of(scope.params), scope
        self.book = Workbook(write_only=True)
        self.lists: list[list[str]] = []

    def content(self, rows: Any) -> bytes:
        for sheet in self.declared.sheets:
            self._sheet(sheet, rows(sheet))
        self._explanations()
        self._options()
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()

    def _sheet(self, sheet: Sheet, rows: Iterable[Row]) -> None:
        drawn = self.book.create_sheet(_title(sheet))
        drawn.freeze_panes = "A2"
        columns = [*sheet.fields, IDENT]
        for index, column in enumerate(columns, 1):
            dimension = drawn.column_dimensions[get_column_letter(index)]
            dimension.width = _width(column)
            dimension.number_format = _format(column)
        drawn.append([self._head(drawn, column) for column in columns])
        count = 0
        cells = [_styled(drawn, column) for column in columns]  # filled anew by every row, which is written at once
        for row in rows:
            count += 1
            shown = [column.cell(row.values.get(column.name), self.scope) for column in sheet.fields]
            for cell, value in zip(cells, (*shown, row.ident), strict=True):
                _put(cell, value)
            drawn.append(cells)
        for index, column in enumerate(sheet.fields, 1):
            self._validation(drawn, column, get_column_letter(index), count + ROOM_TO_FILL)

    def _head(self, drawn: Any, column: Field) -> Any:
        cell = _plain(drawn, column.header())
        cell.font, cell.fill = Font(bold=True), TOLD if column.readonly or column is IDENT else HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        said = "\n".join(filter(None, (_demand(column), str(column.help))))
        if said:
            cell.comment = Comment(said, "Lantian", height=90, width=260)
        return cell

    def _validation(self, drawn: Any, column: Field, letter: str, last: int) -> None:
        if column.readonly:
            return
        rule = self._rule(column)
        if rule is None:
            return
        rule.allow_blank = True
        rule.showErrorMessage = column.type not in ("text", "reference", "names")
        rule.errorTitle, rule.error = str(column.label)[:32], _demand(column)[:225]
        rule.promptTitle, rule.prompt = str(column.label)[:32], _demand(column)[:225]
        rule.add(f"{letter}2:{letter}{min(last + 1, ROW_END)}")
        drawn.data_validations.append(rule)

    def _rule(self, column: Field) -> DataValidation | None:
        if offered := self._offered(column):
            return DataValidation(type="list", formula1=self._list(offered))
        if column.type == "day":
            return DataValidation(type="date", operator="greaterThan", formula1="1")
        if column.type in ("number", "whole", "percent"):
            least, most = column.least, column.most
            kind = "whole" if column.type == "whole" else "decimal"
            if least is not None and most is not None:
                return DataValidation(type=kind, operator="between", formula1=f"{least:g}", formula2=f"{most:g}")
            if least is not None:
                return DataValidation(type=kind, operator="greaterThanOrEqual", formula1=f"{least:g}")
        return None

    def _offered(self, column: Field) -> list[str]:
        if column.type == "reference" and column.names:
            return list(dict.fromkeys(column.names(self.scope).values()))[:MOST_OFFERED]
        return [str(label) for _key, label in column.offered(self.scope)][:MOST_OFFERED]

    def _list(self, offered: list[str]) -> str:
        """A list of the cell's own where it fits, else a column of the hidden sheet."""
        joined = ",".join(offered)
        if len(joined) <= LONGEST_LIST and not any("," in one or '"' in one for one in offered):
            return f'"{joined}"'
        if offered not in self.lists:
            self.lists.append(offered)
        letter = get_column_letter(self.lists.index(offered) + 1)
        return f"_options!${letter}$1:${letter}${len(offered)}"

    def _explanations(self) -> None:
        drawn = self.book.create_sheet(_("填写说明"))
        for letter, width in zip("ABCDE", (18, 22, 12, 52, 28), strict=True):
            drawn.column_dimensions[letter].width = width
        drawn.append([_bold(drawn, str(self.declared.called(self.scope.params)))])
        general = _(
            "在前面的表里填写，不要改动表头。可以增加行，多余的列不导入。导入时先预览，确认之前不写入任何内容。"
        )
        drawn.append([general])
        drawn.append([])
        drawn.append([_bold(drawn, head) for head in (_("表"), _("列名"), _("必填"), _("怎么填"), _("示例"))])
        for line in self._explained():
            cells = [_plain(drawn, text) for text in line]
            for cell in cells:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            drawn.append(cells)

    def _explained(self) -> Iterator[list[str]]:
        for sheet in self.declared.sheets:
            for column in sheet.fields:
                must = _("必填") if column.required else ""
                demand = "".join(filter(None, (_demand(column), str(column.help))))
                yield [str(sheet.title), str(column.label), must, demand, _example(column)]

    def _options(self) -> None:
        if not self.lists:
            return
        hidden = self.book.create_sheet("_options")
        hidden.sheet_state = "hidden"
        for row in range(max(map(len, self.lists))):
            hidden.append([_plain(hidden, offered[row]) if row < len(offered) else None for offered in self.lists])


def _title(sheet: Sheet) -> str:
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in str(sheet.title))[:31]


def _plain(drawn: Any, text: str) -> Any:
    """A cell of text."""
    cell = WriteOnlyCell(drawn)
    _put(cell, text)
    return cell


def _put(cell: Any, value: Any) -> None:
    """Fill a cell; text is never a formula, whatever it begins with."""
    if isinstance(value, str):
        cell.value = value[:LONGEST_CELL]
        cell.data_type = "s"
    else:
        cell.value = value


def _styled(drawn: Any, column: Field) -> Any:
    """A cell as a column's look: styles are the most of what a large file costs."""
    cell = WriteOnlyCell(drawn)
    cell.alignment = Alignment(wrap_text=column.wide, vertical="top")
    cell.number_format = _format(column)
    if column.readonly or column is IDENT:
        cell.fill = TOLD
    return cell


def _bold(drawn: Any, text: str) -> Any:
    cell = _plain(drawn, text)
    cell.font = Font(bold=True)
    return cell


def _width(column: Field) -> float:
    if column.wide:
        return 50
    return {"day": 13, "moment": 17, "number": 12, "whole": 10, "percent": 10, "choice": 14, "yes": 8, "names": 28}.get(
        column.type, 10 if column is IDENT else 22
    )


def _format(column: Field) -> str:
    if column.type == "day":
        return DAY
    if column.type == "whole":
        return WHOLE
    return "General" if column.type in ("number", "percent") else TEXT


def _demand(column: Field) -> str:
    """What the column takes, in a sentence."""
    if column.readonly:
        return _("供参考，不导入。")
    said = {
        "number": _("填数字。"),
        "whole": _("填整数。"),
        "percent": _("填 0 到 100 的数，不带百分号。"),
        "day": _("填日期，如 2026-03-01。"),
        "moment": _("填日期和时刻，如 2026-03-01 08:20；时刻可以不填。"),
        "choice": _("从下拉列表选择。"),
        "names": _("多个用顿号隔开。"),
        "yes": _("填“是”或“否”。"),
        "reference": _("填已有的名称。"),
    }.get(column.type, "")
    if column.least is not None and column.most is not None and column.type != "percent":
        bounds = {"least": number_text(column.least), "most": number_text(column.most)}
        said += _("在 {least} 和 {most} 之间。").format(**bounds)
    return said


def _example(column: Field) -> str:
    if column.example in (None, ""):
        return ""
    if isinstance(column.example, list | tuple):
        return "、".join(map(str, column.example))
    return str(column.example)
