"""Whether a condition is true of a listing: yes, no, or unknown where what it asks for is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from lantian.rulebook.schemas.ledgers import Condition

Row = Mapping[str, Any]
# Whether the listing's place lies in a regulatory zone of a kind; None where its place or the zone is not known.
Inside = Callable[[str], bool | None]


class Around(Protocol):
    """What is known of a listing's place: an `Inside` that knows distances as well."""

    def __call__(self, zone: str, /) -> bool | None: ...

    def nearest(self, ledger: str, kinds: tuple[str, ...], /) -> float | None:
        """Metres to the nearest place on a ledger; None where its own place is not known, or the ledger has none."""


def metres_to(condition: Condition, inside: Inside) -> float | None:
    """How far the place is that a condition asks for; None where nobody knows."""
    known: Any = getattr(inside, "nearest", None)
    return None if known is None else known(condition.nearest, condition.of)


def nowhere(zone: str) -> bool | None:
    """For a listing without a place: nobody knows."""
    return None


def _contains(value: Any, words: Iterable[str]) -> bool:
    text = "、".join(value) if isinstance(value, list | tuple) else str(value)
    return any(word in text for word in words)


def _season(value: Any, between: tuple[str, str]) -> bool:
    day, (first, last) = f"{day_of(value):%m-%d}", between
    return first <= day <= last if first <= last else not last < day < first


TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda value, other: value == other,
    "one_of": lambda value, others: value in others,
    "none_of": lambda value, others: value not in others,
    "at_least": lambda value, bound: value >= bound,
    "above": lambda value, bound: value > bound,
    "at_most": lambda value, bound: value <= bound,
    "below": lambda value, bound: value < bound,
    "contains": _contains,
    "season": _season,
}


def holds(condition: Condition, row: Row, inside: Inside = nowhere) -> bool | None:
    """Whether the condition is true of a listing.

    Parameters
    ----------
    row : values by name of field or column; days as YYYY-MM-DD; `today` is the day of which is asked
    inside : tells whether the place lies in a zone of a kind on the day in question; one that is an `Around` tells
        distances as well

    Returns
    -------
    None where the value is missing and the condition does not say what a blank counts as.

    Examples
    --------
    >>> small = Condition(field="capacity", at_most=10)
    >>> holds(small, {"capacity": 10.0}), holds(small, {"capacity": 20.0}), holds(small, {})
    (True, False, None)
    """
    name, operand = condition.comparison
    if name == "inside":
        found = inside(condition.zone)
        return None if found is None else found is operand
    if condition.nearest:
        metres = metres_to(condition, inside)
        return None if metres is None else TESTS[name](metres, operand)
    value = row.get(condition.field)
    if name == "filled":
        return missing(value) is not operand
    if any(missing(row.get(one)) for one in condition.fields):
        return condition.blank
    try:
        return TESTS[name](*_compared(condition, operand, row))
    except (TypeError, ValueError):
        return None  # a value of an earlier edition, of another type: it says nothing about this condition


def _compared(condition: Condition, operand: Any, row: Row) -> tuple[Any, Any]:
    value = row[condition.field]
    if condition.days_since:
        value = (day_of(value) - day_of(row[condition.days_since])).days
    if condition.times:
        operand = operand * float(row[condition.times])
    if isinstance(operand, float) and isinstance(value, str):
        raise TypeError("a number is asked for")
    return value, operand


def day_of(value: Any) -> dt.date:
    """A day as listings keep it, or that of a moment; ValueError for anything else."""
    return dt.date.fromisoformat(str(value).partition(" ")[0])


def missing(value: Any) -> bool:
    """Whether nothing is filled in: not for 0, nor for no."""
    return value is None or value in ("", [], ())


def all_hold(conditions: Iterable[Condition], row: Row, inside: Inside = nowhere) -> bool | None:
    """Whether all are true: False as soon as one is not, None where some are unknown and none is false."""
    unknown = False
    for one in conditions:
        found = holds(one, row, inside)
        if found is False:
            return False
        unknown = unknown or found is None
    return None if unknown else True


def any_holds(conditions: Iterable[Condition], row: Row, inside: Inside = nowhere) -> bool | None:
    """Whether one is true: True as soon as one is, None where some are unknown and none is true."""
    unknown = False
    for one in conditions:
        found = holds(one, row, inside)
        if found:
            return True
        unknown = unknown or found is None
    return None if unknown else False
