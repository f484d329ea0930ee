"""Rows of totals held against the rows that they add up, wherever they stand: below, above, or after every town."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.export.words import number_text
from lantian.site.core.faults import Text
from lantian.site.core.sheets.books import Values
from lantian.site.core.sheets.layout import Layout
from lantian.site.core.sheets.opening import Grid
from lantian.site.core.sheets.problems import BadCell
from lantian.site.core.sheets.scope import Scope
from lantian.site.core.sheets.units import NUMBERS

Sums = dict[str, float]
CONVERTED = 3e-5  # what factors of units leave: 2.8 MW are 4.00008 t/h


class Totals:
    """The rows of a table with its rows of totals, in their order."""

    def __init__(self, grid: Grid, layout: Layout) -> None:
        self.grid, self.layout = grid, layout
        self.columns = [one for one in layout.sheet.written if one.type in NUMBERS and one.name in layout.places]
        # A sum may be more than one row may have, and need not be there.
        self.reading = [replace(one, least=None, most=None, required=False) for one in self.columns]
        self.whole: Sums = dict.fromkeys((one.name for one in self.columns), 0.0)
        self.parts: list[Sums] = [dict(self.whole)]  # before the first subtotal, between them, after the last
        self.wholes: list[int] = []
        self.subtotals: list[int] = []
        self.began = False
        self.leads = False  # a subtotal stands above the rows that it adds up

    def add(self, values: Values) -> None:
        """A row of the list."""
        for column in self.columns:
            value = values.get(column.name) or 0.0
            self.whole[column.name] += value
            self.parts[-1][column.name] += value
        self.began = True

    def meet(self, row: int, *, part: bool) -> None:
        """A row of totals."""
        if not part:
            self.wholes.append(row)
            return
        self.leads = self.leads or not (self.began or self.subtotals)
        self.subtotals.append(row)
        self.parts.append(dict.fromkeys(self.whole, 0.0))

    def compared(self, scope: Scope) -> Iterator[Text]:
        """What is to be said of each: that it fits, or where it does not, with both numbers."""
        for row in self.wholes:
            yield from self._told(row, [self.whole], scope)
        for k, row in enumerate(self.subtotals):
            yield from self._told(row, [self.parts[k + 1 if self.leads else k], self.whole], scope)

    def _told(self, row: int, sums: Sequence[Sums], scope: Scope) -> Iterable[Text]:
        """Of one row, held against what it most likely adds up; a named one may add up all (青河区合计)."""
        said = self._said(row, scope)
        place: dict[str, Any] = {"n": self.grid.number, "sheet": self.grid.title, "row": row}
        if not said:
            return [format_lazy(_("第 {n} 张表“{sheet}”第 {row} 行是合计，没有当作数据读取。"), **place)]
        whole = {column.name for column in self.columns if column.type == "whole"}
        if any(all(_alike(value, one[name], exact=name in whole) for name, value in said.items()) for one in sums):
            fits = _("第 {n} 张表“{sheet}”第 {row} 行是合计，与各行相加一致，没有当作数据读取。")
            return [format_lazy(fits, **place)]
        sentence = _("第 {n} 张表“{sheet}”第 {row} 行合计“{column}”写的是 {said}，各行相加是 {sum}。请核对。")
        return [
            format_lazy(
                sentence,
                column=self.layout.written[name],
                said=number_text(value),
                sum=number_text(round(sums[0][name], 9)),
                **place,
            )
            for name, value in said.items()
            if not _alike(value, sums[0][name], exact=name in whole)
        ]

    def _said(self, row: int, scope: Scope) -> Sums:
        """The numbers that the row has; a column that is not added up, or holds words, is none of them."""
        found = {}
        for column in self.reading:
            try:
                value = column.read(self.grid.cell(row, self.layout.places[column.name]), scope)
            except BadCell:
                continue
            if value is not None:
                found[column.name] = value
        return found


def _alike(one: float, other: float, *, exact: bool) -> bool:
    return math.isclose(one, other, rel_tol=1e-9 if exact else CONVERTED, abs_tol=1e-6)
