"""A row of a preview as people read it: where it stands, what is wrong, what changes from what to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lantian.site.core.models import SheetRow
from lantian.site.core.sheets.books import Book
from lantian.site.core.sheets.fields import Field
from lantian.site.core.sheets.problems import said
from lantian.site.core.sheets.scope import Scope


@dataclass(frozen=True)
class Told:
    """One line about a row: what is wrong, or a field with its values; `before` None where there was none."""

    label: str = ""
    wrong: str = ""
    before: str | None = None
    after: str = ""

    def __str__(self) -> str:
        if self.wrong:
            return self.wrong
        if self.before is None:
            return _("{label}：{after}").format(label=self.label, after=self.after)
        return _("{label}：{before} → {after}").format(
            label=self.label, before=self.before or _("空"), after=self.after or _("空")
        )


class Drawn:
    """Draws the rows of one import."""

    def __init__(self, book: Book, scope: Scope) -> None:
        self.book, self.scope = book, scope

    def place(self, row: SheetRow) -> str:
        """Where the row stands in the file."""
        if not row.row:
            return ""
        if row.grid_title == "csv":
            return _("第 {row} 行").format(row=row.row)
        place = {"n": row.grid, "sheet": row.grid_title, "row": row.row}
        return _("第 {n} 张表“{sheet}”第 {row} 行").format(**place)

    def lines(self, row: SheetRow) -> list[Told]:
        """What is to be said of the row."""
        if row.kind == "bad":
            return [Told(wrong=self.sentence(row, problem)) for problem in row.problems]
        if row.kind == "vanished":
            return [Told(wrong=_("系统里有这一行，文件里没有。不会删除。"))]
        columns = [one for one in self.book.sheet(row.sheet).written if one.name in row.values]
        if row.kind == "new":
            filled = [one for one in columns if row.values[one.name] != one.empty]
            return [Told(str(one.label), after=self._shown(one, row.values)) for one in filled]
        was = row.was or {}
        return [
            Told(str(one.label), before=self._shown(one, was), after=self._shown(one, row.values))
            for one in columns
            if was.get(one.name) != row.values[one.name]
        ]

    def sentence(self, row: SheetRow, problem: dict[str, str]) -> str:
        """第 3 张表“燃煤锅炉”第 17 行“蒸吨数”：“约十吨”不是数字。请填数字，如 10。"""
        named = {one.name: str(one.label) for one in self.book.sheet(row.sheet).fields}
        column = problem.get("column") or named.get(problem["field"], "")
        place = self.place(row)
        if column:
            place = _("{place}“{column}”").format(place=place, column=column)
        return _("{place}：{what}").format(place=place, what=said(problem))

    def text(self, row: SheetRow) -> str:
        """The same for a file."""
        return "\n".join(map(str, self.lines(row)))

    def _shown(self, column: Field, values: dict[str, Any]) -> str:
        return column.shown(values.get(column.name), self.scope)
