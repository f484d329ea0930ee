"""A figure over listings: how many, what they add up to, which share."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import fsum

from lantian.ledgers.conditions import Inside, Row, all_hold, nowhere
from lantian.rulebook.schemas.ledgers import Condition, Measure

__all__ = ["Tally", "figure", "figure_of", "tally"]

Tally = tuple[float, float]  # what is counted, and what it is a share of


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
    return figure_of(measure, [tally(measure, rows, inside=inside)])


def tally(measure: Measure, rows: Iterable[Row], *, inside: Inside = nowhere) -> Tally:
    """What a measure adds up over listings, so that those of several places need not be looked through again for all.

    Examples
    --------
    >>> from lantian.ledgers import get
    >>> share = next(one for one in get("gas_boiler").measure if one.name == "converted_share")
    >>> tally(share, [{"means": "done", "capacity": 24.0}, {"means": "open", "capacity": 1.0}])
    (24.0, 25.0)
    """
    counted = [row for row in rows if row.get("means") in measure.means]
    of = _meeting(measure.of, counted, inside)
    part = _total(measure.field, _meeting(measure.where, of, inside))
    return part, _total(measure.per or measure.field, of)


def figure_of(measure: Measure, tallies: Collection[Tally]) -> float | None:
    """What a measure comes to over several tallies; None for a share of nothing."""
    part, whole = (fsum(one[place] for one in tallies) for place in (0, 1))
    if not (measure.share or measure.per):
        return part
    return part / whole * (100 if measure.share else 1) if whole else None


def _meeting(conditions: tuple[Condition, ...], rows: list[Row], inside: Inside) -> list[Row]:
    return [row for row in rows if all_hold(conditions, row, inside)] if conditions else rows


def _total(field: str, rows: list[Row]) -> float:
    return fsum(float(row.get(field) or 0) for row in rows) if field else float(len(rows))
