"""What a listing lacks so that it can be judged."""

from __future__ import annotations

import datetime as dt

from lantian.ledgers.conditions import Row, missing
from lantian.ledgers.duties import owed
from lantian.rulebook.schemas.ledgers import Ledger

__all__ = ["gaps"]


def gaps(ledger: Ledger, row: Row, *, on: dt.date) -> tuple[str, ...]:
    """Names of fields that are empty though the ledger requires them, or a duty cannot be judged without them.

    Parameters
    ----------
    row : values by name, days as YYYY-MM-DD
    on : the day whose duties count

    Examples
    --------
    >>> from lantian.ledgers import get
    >>> gaps(get("coal_boiler"), {"means": "open"}, on=dt.date(2017, 11, 1))
    ('capacity',)
    """
    required = (one.name for one in ledger.field if one.required and not one.yearly and missing(row.get(one.name)))
    asked = (name for one in owed(ledger, row, on=on) for name in one.asks)
    return tuple(dict.fromkeys((*required, *asked)))
