"""Small fictional plans for checks, and what a check says of them."""

from datetime import date
from typing import Any

from lantian.plandoc.check import check
from lantian.plandoc.parse.quantities import find_quantities
from lantian.plandoc.plan import Finding, Plan, Quantity, Task

TOWNS = ("松溪镇", "柳湾镇", "石门镇", "北桥街道", "南亭街道")


def task(text: str, **fields: Any) -> Task:
    """A task whose quantities are read from its text."""
    found = find_quantities(text, title=fields.get("title"), towns=TOWNS)
    quantities = [
        Quantity(text=q.text, what=q.what, value=q.value, unit=q.unit, town=q.town, op=q.op, kind=q.kind) for q in found
    ]
    return Task(text=text, **({"quantities": quantities} | fields))


def plan(*tasks: Task, **fields: Any) -> Plan:
    known: dict[str, Any] = {
        "title": "青河区2020年大气污染防治行动方案",
        "district": "青河区",
        "issued_on": date(2020, 3, 10),
        "period_start": date(2020, 1, 1),
        "period_end": date(2020, 12, 31),
    }
    return Plan(tasks=list(tasks), **(known | fields))


def said(code: str, *tasks: Task, source: str | None = None, **fields: Any) -> list[Finding]:
    """The findings of one code."""
    return [finding for finding in check(plan(*tasks, **fields), source=source) if finding.code == code]
