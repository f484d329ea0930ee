"""How many of the things on another ledger must be reached in each term: sites that are sampled, of all sites."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from lantian.rulebook.schemas.ledger_fields import Condition
from lantian.rulebook.schemas.ledger_lives import NAME, Name, Part
from lantian.rulebook.schemas.ledger_traces import CALLED, Tie
from lantian.rulebook.schemas.series import Label

__all__ = ["Coverage"]


class Coverage(Part):
    """A share that a ledger's entries must reach, again in every term.

    Attributes
    ----------
    of : the ledger whose listings are to be reached; those that stood in the term count
    by : what names the thing that was reached: a field or column here, its name or firm there
    on : the field with the day
    where : entries that count
    least : per cent of them that are to be reached
    every : the term
    """

    name: Name = Field(pattern=NAME)
    label: Label
    of: Name
    by: tuple[Tie, ...] = Field(min_length=1)
    on: Name
    where: tuple[Condition, ...] = ()
    least: float = Field(gt=0, le=100)
    every: Literal["month", "quarter", "year"]
    clause: str = ""

    @model_validator(mode="after")
    def _called(self) -> Self:
        if any(one.there not in CALLED for one in self.by):
            raise ValueError(f"coverage {self.name}: things of the other ledger are known by their name or firm")
        return self

    @property
    def asks(self) -> set[Name]:
        """Fields and columns of its own ledger that it asks."""
        return {self.on, *(one.here for one in self.by), *(name for one in self.where for name in one.fields)}
