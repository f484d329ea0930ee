"""The wall chart (挂图作战): units by sections, tasks or plans, with how many are done. Pure over a loaded `Board`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from django.urls import reverse

from lantian.site.org.models import Unit
from lantian.site.plans.queries.board import Board, Line
from lantian.site.plans.standing import RollUp, Standing, roll_up

Across = Literal["section", "task", "plan"]
# From this share of red tasks on a cell is drawn in the next deeper red.
HEAT = ((0.5, "red-3"), (0.2, "red-2"), (0.0, "red-1"))


@dataclass(frozen=True)
class Place:
    """A row or a column: its name, the full name where that is cut, and the address that leads on."""

    key: Hashable
    name: str
    full: str = ""
    url: str = ""


@dataclass(frozen=True)
class Cell:
    """How many tasks of a unit in a column are done, and the ledger cut to just those."""

    of: RollUp
    url: str

    @property
    def done(self) -> int:
        """Closed, or at 100 percent."""
        return self.of.states["closed"] + self.of.states["complete"]

    @property
    def red(self) -> int:
        return self.of.levels["red"]

    @property
    def heat(self) -> str:
        """The class that colours it: red by the share of red tasks, else the worst level."""
        if self.red:
            return next(name for share, name in HEAT if self.red / self.of.total >= share)
        return "done" if self.done == self.of.total else self.of.worst


@dataclass(frozen=True)
class Chart:
    """A grid of cells (None: the unit has nothing to do there), with sums at the end of rows and columns."""

    columns: Sequence[Place]
    rows: Sequence[tuple[Place, Sequence[Cell | None], Cell]]
    sums: Sequence[Cell | None]
    all: Cell


def short(section: str) -> str:
    """The last part of a section's path: '附件/二、控尘' is '二、控尘'."""
    return section.rsplit("/", 1)[-1]


def chart(board: Board, *, kind: str, across: Across, asked: dict[str, str]) -> Chart:
    """The chart of all units of a kind; a cell counts each unit's own part of a task, as far as it is read.

    Parameters
    ----------
    kind : of the units in the rows: town, department …
    asked : parameters of the ledger's address that all cells share (plan, due_from, due_to, role)
    """
    columns = _columns(board, across)
    groups: dict[tuple[int, Hashable], list[Standing]] = defaultdict(list)
    whole: dict[Hashable, list[Standing]] = defaultdict(list)
    for line in board.lines:
        key = _key(line, across)
        units = [unit for unit in line.units if board.register.units[unit].kind == kind]
        if units:
            whole[key].append(line.standing())
        for unit in units:
            groups[unit, key].append(board.part_of(line, unit))
    found = {unit for unit, _key in groups}
    units = sorted(found, key=lambda pk: _order(board.register.units[pk]))
    columns = [column for column in columns if whole.get(column.key)]

    def cell(rows: list[Standing], **more: object) -> Cell | None:
        return Cell(roll_up(rows), _ledger(asked, across, more)) if rows else None

    made = []
    for unit in units:
        name = board.register.name(unit)
        place = Place(unit, name, url=reverse("org:unit", args=[unit]))
        cells = [cell(groups[unit, c.key], unit=unit, column=c.key) for c in columns]
        every = [s for c in columns for s in groups[unit, c.key]]
        made.append((place, cells, Cell(roll_up(every), _ledger(asked, across, {"unit": unit}))))
    sums = [cell(whole[c.key], column=c.key) for c in columns]
    return Chart(
        columns, made, sums, Cell(roll_up([s for c in columns for s in whole[c.key]]), _ledger(asked, across, {}))
    )


def _order(unit: Unit) -> tuple[int, int]:
    return unit.area_id or 0, unit.pk


def _key(line: Line, across: Across) -> Hashable:
    return {"section": line.section, "task": line.pk, "plan": line.plan.pk}[across]


def _columns(board: Board, across: Across) -> list[Place]:
    """Columns in the order of the plan."""
    found: dict[Hashable, Place] = {}
    for line in board.lines:
        key = _key(line, across)
        if key in found:
            continue
        if across == "plan":
            found[key] = Place(key, line.plan.title, url=reverse("plans:plan", args=[key]))
        elif across == "task":
            found[key] = Place(key, line.number or "·", line.title, reverse("plans:task", args=[key]))
        else:
            found[key] = Place(key, short(line.section) or "—", line.section)
    return list(found.values())


def _ledger(asked: dict[str, str], across: Across, more: dict[str, object]) -> str:
    """The ledger cut as the cell is; of one task its page."""
    column = more.pop("column", None)
    if across == "task" and column is not None:
        return reverse("plans:task", args=[column])
    query = {name: value for name, value in asked.items() if value} | more
    if column is not None:
        query[across] = column
    if "unit" not in query:
        query.pop("role", None)
    return f"{reverse('plans:ledger')}?{urlencode(query)}"
