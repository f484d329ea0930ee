"""Makes simulated listings do what their ledger's rules ask, so that what is wrong on purpose can be seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from lantian import ledgers
from lantian.ledgers import Inside, Owed, holds
from lantian.ledgers.conditions import day_of
from lantian.rulebook.schemas.ledgers import NUMBERS, Condition, Ledger, LedgerField

ROUNDS = 5
AHEAD = 300  # days that a licence still runs
Row = dict[str, Any]
Value = Callable[[LedgerField], Any]


def behaved(ledger: Ledger, values: Row, columns: Row, *, on: dt.date, inside: Inside, value: Value) -> Row:
    """Values of a listing that owes nothing but its work, as far as its fields can say.

    Parameters
    ----------
    values : by field, as they are kept
    columns : what every listing has beside them
    value : gives another value for a field
    """
    values = dict(values)
    states = [{"state": one.name, "means": one.means} for one in ledgers.life_of(ledger).state if one.means != "gone"]
    asks_state = any(name in ("state", "means") for one in ledger.conditions for name in one.fields)
    stands = states if asks_state else [{"means": "done"}, {"means": "open"}]
    for _round in range(ROUNDS):
        mended = False
        for stand in stands:
            row = columns | stand | values
            known = row | ledgers.derived(ledger, row, on=on, inside=inside) | {"today": on.isoformat()}
            for one in ledgers.owed(ledger, row, on=on, inside=inside):
                if one.late(on):
                    mended |= _mend(ledger, values, known, one, value)
        if not mended:
            break
    return values


def _mend(ledger: Ledger, values: Row, known: Row, owed: Owed, value: Value) -> bool:
    """Change what makes a duty late; whether anything could be."""
    duty = owed.duty
    failing = [one for one in duty.must if not holds(one, known)]
    if failing:
        met = [_meet(ledger, values, known, one, value) for one in failing]
        return any(met)
    if (day := ledger.named(duty.due)) is not None:
        values[day.name] = (day_of(known["today"]) + dt.timedelta(days=AHEAD)).isoformat()
        return True
    return any(_escape(ledger, values, one, value) for one in duty.when if not duty.due)


def _meet(ledger: Ledger, values: Row, known: Row, must: Condition, value: Value) -> bool:
    """Make a condition true: by its field, or by drawing anew what it follows from."""
    if must.field == "today" and (since := ledger.named(must.days_since)) is not None:
        values[since.name] = known["today"]
        return True
    field = ledger.named(must.field)
    if field is not None:
        values[field.name] = _held(must, field, known)
        return True
    return _drawn(ledger, values, must.field, value)


def _escape(ledger: Ledger, values: Row, when: Condition, value: Value) -> bool:
    """Make a condition false that would have the listing gone at once."""
    field = ledger.named(when.field)
    if field is None:
        return _drawn(ledger, values, when.field, value)
    if field.type == "yes":
        values[field.name] = when.comparison[1] is not True
    else:
        values[field.name] = value(field)
    return True


def _drawn(ledger: Ledger, values: Row, name: str, value: Value) -> bool:
    derived = ledger.derives(name)
    asked = [found for one in (derived.asked if derived else ()) if (found := ledger.named(one))]
    for one in asked:
        values[one.name] = value(one)
    return bool(asked)


def _held(must: Condition, field: LedgerField, known: Row) -> Any:
    """A value for which the condition holds."""
    name, asked = must.comparison
    operand: Any = asked
    if must.days_since:
        ahead = AHEAD if name in ("at_least", "above") else 0
        since = day_of(known.get(must.days_since) or known["today"])
        return (since + dt.timedelta(days=operand + ahead)).isoformat()
    if name == "equals":
        return operand
    if name in ("one_of", "contains"):
        return operand[0]
    if name == "none_of":
        return next((one.key for one in field.choices if one.key not in operand), None)
    if name == "filled":
        return _something(field, known) if operand else None
    bound = operand * float(known.get(must.times) or 0) if must.times else operand
    if isinstance(bound, str):
        return bound
    step = {"above": 1, "below": -1}.get(name, 0)
    return int(bound) + step if field.type == "whole" else bound + step


def _something(field: LedgerField, known: Row) -> Any:
    if field.type in ("day", "moment"):
        return known["today"]
    if field.type in NUMBERS:
        return field.example if isinstance(field.example, int | float) else 1
    if field.type == "yes":
        return True
    return field.choices[0].key if field.choices else f"模拟{field.label.zh}"
