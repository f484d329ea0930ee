"""What a listing owes because of what it is, by when, and whether it has it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lantian.ledgers.conditions import Inside, Row, all_hold, any_holds, day_of, nowhere
from lantian.ledgers.derived import asked_by, derived
from lantian.rulebook.schemas.ledgers import TODAY, YEARLY_DAY, Condition, Duty, Ledger

__all__ = ["Owed", "owed"]

# What a state must mean at least, for a duty that asks to reach something.
REACHED = {"open": 0, "stopped": 1, "done": 2, "gone": 3}


@dataclass(frozen=True)
class Owed:
    """A duty as it stands for one listing.

    Attributes
    ----------
    applies : whether it owes at all; None where what decides is missing
    met : whether it has what is asked; None where that is unknown
    due : the day by which; None: at once, or the field that holds the day is empty
    asks : names of fields whose value is missing and would decide
    """

    duty: Duty
    applies: bool | None
    met: bool | None
    due: dt.date | None
    asks: tuple[str, ...]

    def late(self, on: dt.date) -> bool:
        """Whether it owes, does not have it (or nobody says so), and the day is past. A duty whose day stands in an
        empty field has no day yet, and is not late."""
        owing = self.applies is True and self.met is not True
        return owing and (on > self.due if self.due else not self.duty.due)


def owed(ledger: Ledger, row: Row, *, on: dt.date, inside: Inside = nowhere) -> list[Owed]:
    """The ledger's duties that hold on a day, each as it stands for a listing; those that do not apply are left out.

    Parameters
    ----------
    row : values by name; `means` says what its state means; days as YYYY-MM-DD
    on : the day of which it is asked; a day of every year (MM-DD) is that of this year

    Examples
    --------
    >>> from lantian.ledgers import get
    >>> boiler = {"capacity": 8.0, "means": "open"}
    >>> [(one.duty.name, one.met) for one in owed(get("coal_boiler"), boiler, on=dt.date(2017, 11, 1))]
    [('remove_small', False)]
    """
    found = []
    row = {**row, TODAY: on.isoformat(), **derived(ledger, row, on=on, inside=inside)}
    for duty in ledger.owing:
        if (duty.valid_from and on < duty.valid_from) or (duty.valid_to and on > duty.valid_to):
            continue
        applies = _applies(duty, row, inside)
        if applies is False:
            continue
        found.append(
            Owed(duty, applies, _met(duty, row, inside), _due(duty, row, on), _asks(ledger, duty, row, applies))
        )
    return found


def _applies(duty: Duty, row: Row, inside: Inside) -> bool | None:
    bound = all_hold(duty.when, row, inside)
    free = any_holds(duty.unless, row, inside) if duty.unless else False
    if bound is False or free is True:
        return False
    return None if bound is None or free is None else True


def _met(duty: Duty, row: Row, inside: Inside) -> bool | None:
    if row.get("means") == "gone":
        return True  # what is on the list no more has nothing left to do
    if duty.reach and REACHED.get(str(row.get("means")), 0) < REACHED[duty.reach]:
        return False
    return all_hold(duty.must, row, inside) if duty.must else True


def _due(duty: Duty, row: Row, on: dt.date) -> dt.date | None:
    if YEARLY_DAY.fullmatch(duty.due):
        return dt.date.fromisoformat(f"{on.year}-{duty.due}")
    value = row.get(duty.due) if duty.due else None
    try:
        return day_of(value) if value else None
    except ValueError:
        return None


def _asks(ledger: Ledger, duty: Duty, row: Row, applies: bool | None) -> tuple[str, ...]:
    """Fields that are missing: of what decides whether it owes, else of what it must have."""
    conditions: tuple[Condition, ...] = (*duty.when, *duty.unless) if applies is None else duty.must
    return asked_by(ledger, conditions, row)
