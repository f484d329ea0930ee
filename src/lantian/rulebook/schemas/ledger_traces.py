"""What a listing leads to on other ledgers: from a failed sample to its dealer and to the deliveries of its batch."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from lantian.rulebook.schemas.ledger_lives import NAME, Name, Part
from lantian.rulebook.schemas.series import Label

__all__ = ["CALLED", "SELF", "Tie", "Trace", "ties_of"]

SELF = "self"
CALLED = ("name", "firm")  # columns that hold a name: what is tied to them is compared as names are, not as codes


class Tie(Part):
    """Two fields, or columns that every listing has, that say the same: `here` of this ledger, `there` of the other.

    `there` is a field that the other ledger marks as filter, or its name or firm.
    """

    here: Name
    there: Name

    @property
    def names(self) -> bool:
        """Whether names are compared: without legal form, brackets and spaces."""
        return self.here in CALLED or self.there in CALLED


class Trace(Part):
    """What a listing leads to: any of the ties is enough, or where it lies.

    Attributes
    ----------
    ledger : on which
    by : ties
    below, above : what lies under, or above, what these earlier traces lead to; `self` is the listing itself
    shows : fields of that ledger that tell one from another; those that it adds up are added up here as well
    """

    name: Name = Field(pattern=NAME)
    label: Label
    ledger: Name
    by: tuple[Tie, ...] = ()
    below: tuple[Name, ...] = ()
    above: tuple[Name, ...] = ()
    shows: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _leads(self) -> Self:
        if not (self.by or self.below or self.above):
            raise ValueError(f"trace {self.name}: say by what it leads there")
        return self


def ties_of(traces: tuple[Trace, ...]) -> set[Name]:
    """Fields and columns of its own that a ledger traces by.

    Raises
    ------
    ValueError : one follows a trace that does not stand before it
    """
    before = {SELF}
    for one in traces:
        if lost := {*one.below, *one.above} - before:
            raise ValueError(f"trace {one.name}: no trace before it is called {sorted(lost)}")
        before.add(one.name)
    return {tie.here for one in traces for tie in one.by}
