"""The policy table as people read it: actions by room, one column a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lantian.site.core import policy
from lantian.site.core.faults import Text

Cell = Literal["", "yes", "if"]


@dataclass(frozen=True)
class Row:
    """One action: who may ("yes"), who may where a condition holds ("if"), and the conditions."""

    action: str
    title: Text
    cells: dict[str, Cell]
    conditions: tuple[Text, ...]

    @property
    def room(self) -> str:
        return self.action.split(".")[0]


def table() -> list[Row]:
    """Every action that people do, of every room that is installed; steps of the machine alone are left out."""
    rows = [_row(action, rule) for action, rule in sorted(policy.POLICIES.items())]
    return [row for row in rows if any(row.cells.values())]


def _row(action: str, rule: policy.Rule) -> Row:
    other: Cell = "if" if rule.conditions else ""
    cells: dict[str, Cell] = {role: "yes" if role in rule.names else other for role in policy.ROLES}
    return Row(action, policy.title(action), cells, tuple(dict.fromkeys(rule.conditions)))
