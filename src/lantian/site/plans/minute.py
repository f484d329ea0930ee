"""The leader's minute: what stands out today, of a loaded `Board`. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from lantian.site.core import clock
from lantian.site.plans.queries.board import Board, Line
from lantian.site.plans.standing import LEVELS, RollUp, Standing, roll_up, roll_up_by

WEEK = dt.timedelta(days=7)
WORST = 5
SHOWN = 4
ORDER = list(LEVELS)


@dataclass(frozen=True)
class Minute:
    """Counts, what turned red within seven days, the units with most red tasks, and tasks that name the person."""

    all: RollUp
    turned: Sequence[tuple[Line, Standing]]
    worst: Sequence[tuple[int, str, RollUp]]
    mine: Sequence[tuple[Line, Standing]]
    of_mine: RollUp


def minute(board: Board, name: str) -> Minute:
    """The minute of a person of this name, over all tasks of a board."""
    today = clock.today()
    stood = [(line, line.standing()) for line in board.lines]
    by_unit = roll_up_by((unit, one) for line, one in stood for unit in line.units)
    worst = sorted(by_unit.items(), key=lambda item: (-item[1].levels["red"], -item[1].total))
    mine = [pair for pair in stood if named(pair[0], name)]
    return Minute(
        roll_up(one for _line, one in stood),
        [pair for pair in stood if turned_red(*pair, since=today - WEEK)],
        [(unit, board.register.name(unit), of) for unit, of in worst[:WORST] if of.levels["red"]],
        sorted(mine, key=_urgency),
        roll_up(one for _line, one in mine),
    )


def named(line: Line, name: str) -> bool:
    """Whether a task names the person as 牵头领导; plans part the two characters of a short name by a space."""
    return any("".join(one.split()) == name for one in line.leaders)


def turned_red(line: Line, one: Standing, *, since: dt.date) -> bool:
    """Whether a task that is red now was not yet red on a day."""
    if one.level != "red":
        return False
    day = line.due if one.state == "overdue" else line.late_since
    return day is not None and day >= since


def _urgency(pair: tuple[Line, Standing]) -> tuple[int, dt.date]:
    line, one = pair
    return ORDER.index(one.level), line.due or dt.date.max
