"""What follows from what is filled in: whether a control is obsolete, which limit a sample has to keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from lantian import rulebook
from lantian.ledgers.conditions import Inside, Row, all_hold, day_of, missing, nowhere
from lantian.rulebook.schemas.ledgers import TODAY, Condition, Derived, FromLimits, Ledger
from lantian.rulebook.schemas.limits import Limits

__all__ = ["asked_by", "asks", "derived"]


def derived(ledger: Ledger, row: Row, *, on: dt.date, inside: Inside = nowhere) -> dict[str, Any]:
    """What the ledger derives for a listing, by name; None where it is unknown.

    Parameters
    ----------
    row : values by name of field or column; days as YYYY-MM-DD
    on : the day of which it is asked
    inside : tells whether the place lies in a zone of a kind on that day

    Examples
    --------
    >>> from lantian.ledgers import get
    >>> kiln = {"dust_control": "bag", "fuel": "gas"}
    >>> derived(get("industrial_kiln"), kiln, on=dt.date(2018, 11, 1))
    {'obsolete': None, 'dirty_fuel': False}
    >>> derived(get("industrial_kiln"), kiln | {"desulphurisation": "water"}, on=dt.date(2018, 11, 1))
    {'obsolete': True, 'dirty_fuel': False}
    """
    known = {**row, TODAY: on.isoformat()}
    found = {}
    for one in ledger.derived:
        found[one.name] = known[one.name] = _limit(one.limit, known, on) if one.limit else _case(one, known, inside)
    return found


def _case(one: Derived, row: Row, inside: Inside) -> Any:
    possible: list[str | float | bool | None] = []
    for case in one.case:
        holds = all_hold(case.when, row, inside)
        if holds is not False:
            possible.append(case.value)
        if holds:
            break
    else:
        possible.append(one.otherwise)
    return possible[0] if all(value == possible[0] for value in possible) else None


def _limit(asked: FromLimits, row: Row, on: dt.date) -> float | None:
    key, day = asked.key or row.get(asked.by), row.get(asked.on) if asked.on else on.isoformat()
    if missing(key) or missing(day):
        return None
    try:
        line = rulebook.get(asked.rule, as_=Limits).of(str(key), day_of(day))
    except ValueError:
        return None  # no day: a text of an earlier edition
    return line.value if line else None


def asks(ledger: Ledger, name: str, row: Row) -> tuple[str, ...]:
    """Names of fields that are missing for a name to be known: itself, or those that it is derived from."""
    one = ledger.derives(name)
    if one is None:
        return (name,) if missing(row.get(name)) else ()
    if row.get(name) is not None:
        return ()
    if one.limit:
        return tuple(part for part in (one.limit.by, one.limit.on) if part and missing(row.get(part)))
    return asked_by(ledger, (condition for case in one.case for condition in case.when), row)


def asked_by(ledger: Ledger, conditions: Iterable[Condition], row: Row) -> tuple[str, ...]:
    """Names of fields that are missing for conditions to be known."""
    open_ = (one for one in conditions if one.blank is None)
    return tuple(dict.fromkeys(field for one in open_ for name in one.fields for field in asks(ledger, name, row)))
