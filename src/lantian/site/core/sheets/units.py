"""The unit that a file's header names: in brackets, behind the name, or in a line above the table (单位：万元)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Text
from lantian.site.core.sheets.fields import Field
from lantian.site.core.sheets.problems import BadCell, both
from lantian.site.core.sheets.values import narrow

BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]\*?$")
ABOVE = re.compile(r"^[(\[]?(?:计量|金额)?单位:([^:)\]]{1,40})[)\]]?$")
NUMBERS = ("number", "whole")
# What else stands in brackets behind a header and is no unit.
NO_UNIT = re.compile(r"必填|选填|可选|如有|全称|合计|保留|小数|\d{4}|截至|示例|例|required|optional")


def plainly(text: Any) -> str:
    """A unit for comparing."""
    return narrow(text).lower().removeprefix("单位:")


def factor_of(column: Field, unit: str) -> float | None:
    """What a number of such a unit is multiplied by; None for a unit that the column does not know."""
    return next((factor for known, factor in column.factors.items() if plainly(known) == unit), None)


def named_in(column: Field, written: str) -> str:
    """The unit that a header names; '' for none: 投资（万元）, 投资万元, 投资/万元."""
    header = narrow(written).lower().rstrip("*:,.")
    if found := BRACKETS.search(header):
        return plainly(found[1])
    known = sorted((plainly(unit) for unit in column.factors), key=len, reverse=True)
    behind = next((unit for unit in known if header.endswith(unit) and len(header) > len(unit)), "")
    plain = {plainly(name) for name in (*column.headers, *both(column.label).values())}
    return "" if header in plain else behind


def above(cells: Iterable[Any]) -> list[str]:
    """Units that lines above a table name for all of it."""
    found = []
    for cell in cells:
        try:
            match = ABOVE.match(narrow(cell).lower())
        except BadCell:
            continue
        found += [match[1]] if match else []
    return [unit for one in found for unit in re.split(r"[、,;/]\s*|和", one) if unit]


def measured(
    column: Field, readings: list[str], over_all: list[str], *, n: int, sheet: str
) -> tuple[Field, Text | None]:
    """The column as this file measures it, with what is to be said about that.

    Parameters
    ----------
    readings : how its header may be read, the one that was taken for it first
    over_all : units that hold for the whole table
    """
    if column.type not in NUMBERS or not column.factors:
        return column, None
    place = {"n": n, "sheet": sheet, "column": " ".join(readings[0].split())}
    if unit := next(filter(None, (named_in(column, one) for one in readings)), ""):
        factor = factor_of(column, unit)
        if factor is None:
            if not column.unit or NO_UNIT.search(unit):
                return column, None
            strange = _("第 {n} 张表“{sheet}”列“{column}”的单位“{unit}”不认识，数字按“{own}”读取。请核对。")
            return column, format_lazy(strange, unit=unit, own=column.unit, **place)
    else:
        unit = next((one for one in over_all if factor_of(column, one) is not None), "")
        factor = factor_of(column, unit) if unit else None
    if factor is None or factor == 1.0:
        return column, None
    told = _("第 {n} 张表“{sheet}”列“{column}”的单位是“{unit}”，已换算成“{own}”。")
    return replace(column, plain=factor), format_lazy(told, unit=unit, own=column.unit, **place)
