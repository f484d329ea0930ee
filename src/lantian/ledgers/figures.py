"""A figure over listings: how many, what they add up to, which share."""

from __future__ import annotations

from collections.abc import Iterable

from lantian.ledgers.conditions import Inside, Row, all_hold, nowhere
from lantian.rulebook.schemas.ledgers import Condition, Measure

__all__ = ["figure"]


def figure(measure: Measure, rows: Iterable[Row], *, inside: Inside = nowhere) -> float | None:
    """What a measure of a ledger comes to over listings; only what is known to meet a condition is counted.

    Returns
    -------
    None for a share of nothing.

    Examples
    --------
    >>> from lantian.ledgers import get
    >>> share = next(one for one in get("gas_boiler").measure if one.name == "converted_share")
    >>> figure(share, [{"means": "done", "capacity": 24.0}, {"means": "open", "capacity": 1.0}])
    96.0
    """
    counted = [row for row in rows if row.get("means") in measure.means]
    of = _meeting(measure.of, counted, inside)
    part = _total(measure.field, _meeting(measure.where, of, inside))
    if not (measure.share or measure.per):
        return part
    whole = _total(measure.per or measure.field, of)
    if not whole:
        return None
    return part / whole * (100 if measure.share else 1)


def _meeting(conditions: tuple[Condition, ...], rows: list[Row], inside: Inside) -> list[Row]:
    return [row for row in rows if all_hold(conditions, row, inside)]


def _total(field: str, rows: list[Row]) -> float:
    return sum(float(row.get(field) or 0) for row in rows) if field else float(len(rows))
