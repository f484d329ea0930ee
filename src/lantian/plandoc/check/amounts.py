"""Exact arithmetic on the quantities of a task, and where in its text they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from lantian import rulebook
from lantian.plandoc.plan import Quantity, Task
from lantian.rulebook.schemas.quantities import MeasureUnits

TENS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}


@dataclass(frozen=True, eq=False)
class Amount:
    """A quantity as an exact number in its plain unit, with its place in the task's text (-1: not found there)."""

    quantity: Quantity
    value: Decimal
    unit: str
    start: int
    end: int


def amounts(task: Task) -> list[Amount]:
    """The quantities of a task in the order of its text; several may share one stretch of it (10%、20%和30%)."""
    found, at = [], 0
    for quantity in task.quantities:
        start = task.text.find(quantity.text, at)
        if start < 0:
            start = task.text.find(quantity.text)
        end = start + len(quantity.text) if start >= 0 else -1
        at = max(at, start)
        value, unit = plain(quantity)
        found.append(Amount(quantity, value, unit, start, end))
    return sorted(found, key=lambda a: a.start)


def plain(quantity: Quantity) -> tuple[Decimal, str]:
    """Value and unit without 万, 亿 …; 5万吨 is 50000 and 吨, and all counting words are '个'.

    >>> plain(Quantity(text="5万吨", value=5, unit="万吨"))
    (Decimal('50000'), '吨')
    """
    rules = measures()
    value, unit = Decimal(repr(quantity.value)), re.sub(r"\s", "", quantity.unit)
    for prefix in sorted(rules.multipliers, key=len, reverse=True):
        if unit.startswith(prefix) and len(unit) > len(prefix):
            value = value.scaleb(sum(TENS[c] for c in prefix))
            unit = unit[len(prefix) :]
            break
    value = Decimal(f"{value.normalize():f}")
    return value, "个" if unit in rules.classes["count"].units else unit


def measures() -> MeasureUnits:
    """The measure units that hold."""
    rules = rulebook.get("measure-units")
    if not isinstance(rules, MeasureUnits):
        raise rulebook.RuleError("measure-units: another schema than measure-units")
    return rules


def show(value: Decimal) -> str:
    """A number as people write it: 8.303, 300000."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
