"""Money of tasks, added up by plan and lead unit. Stored in yuan, shown in 万元.

>>> shown(Decimal("12345600.00")), shown(Decimal("50.00")), yuan(Decimal("1234.56"))
('1234.56', '0.005', Decimal('12345600.00'))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

WAN = Decimal(10_000)
FIELDS = ("budget", "allotted", "paid")


def shown(value: Decimal) -> str:
    """Yuan in 万元, without needless zeros."""
    return f"{(value / WAN).normalize():f}"


def yuan(value: Decimal | None) -> Decimal | None:
    """万元 in yuan."""
    return None if value is None else (value * WAN).quantize(Decimal("0.01"))


@dataclass(frozen=True)
class Funds:
    """What tasks of a plan that a unit leads have, in yuan."""

    plan: str
    unit: str
    tasks: int
    budget: Decimal
    allotted: Decimal
    paid: Decimal

    @property
    def rest(self) -> Decimal:
        """Allotted and not yet paid."""
        return self.allotted - self.paid


def of_task(task: Any, parts: Iterable[Any]) -> dict[str, Decimal] | None:
    """What a whole task has: its own figures, where it has none those of its parts together; None: nothing."""
    rows = [task] if task.budget is not None else [part for part in parts if part.budget is not None]
    if not rows:
        return None
    return {name: sum((getattr(row, name) or Decimal(0) for row in rows), Decimal(0)) for name in FIELDS}


def add(rows: Iterable[tuple[str, str, dict[str, Decimal]]]) -> list[Funds]:
    """Funds by plan and unit, in order of appearance."""
    found: dict[tuple[str, str], Funds] = {}
    for plan, unit, money in rows:
        old = found.get((plan, unit), Funds(plan, unit, 0, Decimal(0), Decimal(0), Decimal(0)))
        found[plan, unit] = Funds(
            plan,
            unit,
            old.tasks + 1,
            old.budget + money["budget"],
            old.allotted + money["allotted"],
            old.paid + money["paid"],
        )
    return list(found.values())
