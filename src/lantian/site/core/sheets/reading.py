"""A file read as the rows of a book: every cell understood or named, nothing left out without a word."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Invalid, Text
from lantian.site.core.sheets.beside import some, told_apart
from lantian.site.core.sheets.books import Book, Sheet, Values
from lantian.site.core.sheets.choosing import Meant, Picks, choose
from lantian.site.core.sheets.layout import IDENT, SPREAD, Layout
from lantian.site.core.sheets.opening import NO_RESULT, Grid, open_file
from lantian.site.core.sheets.problems import BadCell, Problem, bad, listed
from lantian.site.core.sheets.scope import Scope
from lantian.site.core.sheets.sorts import Sort, sort_all
from lantian.site.core.sheets.totals import Totals
from lantian.site.core.sheets.values import rules, text


@dataclass
class Line:
    """One row of the file. `values` holds what could be read; `columns` the headers as written, by field."""

    sheet: str
    grid: int
    title: str
    row: int
    ident: str = ""
    values: Values = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)


@dataclass
class Reading:
    """A file's rows, in order, with what its tables were taken for and what should be said about it."""

    lines: list[Line] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    sheets: set[str] = field(default_factory=set)
    tables: list[Meant] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether there is a table of which a person must say what it is."""
        return any(one.waits or one.why == "hidden" for one in self.tables)


def read(content: bytes, name: str, book: Book, scope: Scope, picks: Picks | None = None) -> Reading:
    """Read a file as a book.

    Parameters
    ----------
    picks : what a person said of single tables: the sheet that one is, or that it is left out

    Raises
    ------
    Invalid : it is no table, or none of its tables has a header of this book
    """
    picks = picks or {}
    opened = open_file(content, name, unhide={int(number) for number, sheet in picks.items() if sheet})
    reading = Reading(notes=list(opened.notes))
    reading.tables += [Meant(number, title, "hidden") for number, title in opened.hidden]
    for grid in opened.grids:
        if not grid.rows:
            continue
        meant, layout = choose(grid, book.sheets, picks)
        reading.tables.append(meant)
        if layout is None:
            reading.notes += not_read(meant, book)
            continue
        reading.sheets.add(layout.sheet.name)
        read_grid(grid, layout, scope, reading)
    reading.tables.sort(key=lambda one: one.number)
    if not reading.tables:
        raise Invalid(_("文件里没有内容。"), remedy=_("请确认选的是填好的那一份，填写并保存后再上传。"))
    if not reading.sheets and not reading.waits and not picks:
        raise no_header(book)
    return reading


def not_read(meant: Meant, book: Book) -> list[Text]:
    """Why a table was not read."""
    place = {"n": meant.number, "sheet": meant.title}
    if meant.why == "unknown":
        unknown = _("第 {n} 张表“{sheet}”前 {rows} 行里没有认得的表头，没有读取。")
        return [format_lazy(unknown, rows=rules().header_search, **place)]
    if meant.why == "unsure":
        unsure = _("第 {n} 张表“{sheet}”看不出是{titles}中的哪一种，没有读取。请在“文件里的表”中选定。")
        return [format_lazy(unsure, titles=listed(book.sheet(one).title for one in meant.fits[:5]), **place)]
    return []


def no_header(book: Book) -> Invalid:
    """The refusal of a file without a table of the book."""
    heads = listed(one.label for one in book.sheets[0].written)
    return Invalid(
        format_lazy(_("文件前 {rows} 行里没有认得的表头。"), rows=rules().header_search),
        remedy=format_lazy(_("表头应有这些列：{heads}。可以先下载模板，把内容粘贴进去。"), heads=heads),
    )


def read_grid(grid: Grid, layout: Layout, scope: Scope, reading: Reading) -> Layout:
    """The rows of a table; where a header further down orders the columns otherwise, each part by its own. Gives the
    header that holds at its end."""
    found = sort_all(grid, layout)
    remarks: list[int] = [row for row, sort in found.rows if sort == "remark"]
    starts = sorted(found.anew)
    for k, start in enumerate([layout.first, *starts]):
        end = starts[k] if k < len(starts) else math.inf
        rows = [(row, sort) for row, sort in found.rows if start <= row < end]
        if start in found.anew:
            again = _("第 {n} 张表“{sheet}”第 {row} 行又是一个表头，以下各行按这个表头读取。")
            reading.notes.append(format_lazy(again, n=grid.number, sheet=grid.title, row=start))
        _read_part(grid, found.anew.get(start, layout), rows, scope, reading)
    if remarks:
        told = _("第 {n} 张表“{sheet}”第 {rows} 行是标题或说明，没有当作数据读取。")
        reading.notes.append(format_lazy(told, n=grid.number, sheet=grid.title, rows=some(remarks)))
    return found.anew[starts[-1]] if starts else layout


def _read_part(grid: Grid, layout: Layout, rows: list[tuple[int, Sort]], scope: Scope, reading: Reading) -> None:
    _tell_columns(grid, layout, reading)
    reading.notes += layout.notes
    totals = Totals(grid, layout)
    lines: list[Line] = []
    settled: dict[str, tuple[Text, list[int]]] = {}
    for row, sort in rows:
        if sort == "row":
            lines.append(line := _read_row(grid, layout, row, scope))
            totals.add(line.values)
            if told := layout.sheet.settle(line.values, layout.written):
                settled.setdefault(str(told), (told, []))[1].append(row)
        elif sort in ("total", "subtotal"):
            totals.meet(row, part=sort == "subtotal")
    reading.lines += lines
    reading.notes += totals.compared(scope)
    reading.notes += told_apart(grid, layout, [line.row for line in lines])
    for told, numbers in settled.values():
        where = _("第 {n} 张表“{sheet}”第 {rows} 行：{what}。")
        reading.notes.append(format_lazy(where, n=grid.number, sheet=grid.title, rows=some(numbers), what=told))


def _tell_columns(grid: Grid, layout: Layout, reading: Reading) -> None:
    if layout.strange:
        told = _("第 {n} 张表“{sheet}”的这些列不导入：{columns}。")
        columns = "、".join(" ".join(one.split())[:20] for one in layout.strange[:20])
        reading.notes.append(format_lazy(told, n=grid.number, sheet=grid.title, columns=columns))


def _read_row(grid: Grid, layout: Layout, row: int, scope: Scope) -> Line:
    line = Line(layout.sheet.name, grid.number, grid.title, row, columns=layout.written)
    if IDENT.name in layout.places:
        line.ident = _ident(grid.cell(row, layout.places[IDENT.name]), line)
    for column in layout.sheet.written:
        if column.name not in layout.places:
            continue
        at = layout.places[column.name]
        raw = grid.seen(row, at) if column.type in SPREAD else grid.cell(row, at)
        try:
            if raw is NO_RESULT:
                raise bad(_("公式还没有计算结果。请用 Excel 打开文件，保存一次后再上传，或直接填写结果。"))
            line.values[column.name] = column.read(raw, scope)
        except BadCell as wrong:
            line.problems.append(Problem(wrong.text, column.name))
    return line


def _ident(raw: Any, line: Line) -> str:
    try:
        return text(raw)
    except BadCell as wrong:
        line.problems.append(Problem(wrong.text, IDENT.name))
        return ""


def sheet_of(book: Book, line: Line) -> Sheet:
    """The sheet that a row belongs to."""
    return book.sheet(line.sheet)
