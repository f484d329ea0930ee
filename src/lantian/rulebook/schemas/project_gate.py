"""The gate for new projects (准入): trades that are banned or restricted, tonnes to be cut for one that is added."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.ledger_lives import NAME, Name, Part
from lantian.rulebook.schemas.ledgers import Condition
from lantian.rulebook.schemas.series import Label

Sure = Literal["read", "second-hand", "memory", "assumed", "practice"]


class Dated(Part):
    """What holds from one day to another, by a clause of a plan."""

    name: Name = Field(pattern=NAME)
    label: Label
    plan: str = ""
    clause: str = ""
    sure: Sure = "practice"
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def holds(self, on: dt.date) -> bool:
        """Whether it holds on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


class TradeRule(Dated):
    """A line of the catalogue of bans and restrictions: of projects whose trade has one of the words.

    Attributes
    ----------
    when : and all of these; `unless`: any of these frees it
    must : what such a project must have; without it the trade is banned
    """

    words: tuple[str, ...] = Field(min_length=1)
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    must: tuple[Condition, ...] = ()


class Offset(Part):
    """A pollutant: fields of the project's ledger with what it adds and with what is allotted to it (which the platform
    fills in), and the field of the bank's ledger with what a cut takes off. All in tonnes."""

    name: Name = Field(pattern=NAME)
    label: Label
    added: Name
    offset: Name
    cut: Name


class Ratio(Dated):
    """How many tonnes must be cut for one that is added. Of several that hold the highest counts.

    `when`: of projects of which all this is true: a zone, a town, a trade.
    """

    pollutants: tuple[Name, ...] = Field(min_length=1)
    times: float = Field(gt=0, le=10)
    when: tuple[Condition, ...] = ()


@schema("project-gate")
class ProjectGate(Entry):
    """The gate.

    Attributes
    ----------
    project, bank : ledgers of projects and of cuts; a cut can be used as soon as its state means done
    trade_field : the field of the project's ledger in which the catalogue looks for its words
    special : the state of a project that was let through though it does not meet every rule; '' where none may be
    """

    NAMED: ClassVar = dict.fromkeys(("trade", "offset", "ratio"), "name")

    project: Name
    bank: Name
    trade_field: Name
    special: Name | Literal[""] = ""
    trade: tuple[TradeRule, ...] = ()
    offset: tuple[Offset, ...] = Field(min_length=1)
    ratio: tuple[Ratio, ...] = ()

    def pollutant(self, name: Name) -> Offset | None:
        """A pollutant by its name."""
        return next((one for one in self.offset if one.name == name), None)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition that it speaks of."""
        trades = (c for one in self.trade for c in (*one.when, *one.unless, *one.must))
        return (*trades, *(c for one in self.ratio for c in one.when))

    @model_validator(mode="after")
    def _known(self) -> Self:
        for what in ("trade", "offset", "ratio"):
            names = [one.name for one in getattr(self, what)]
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f"{what}: named twice: {sorted(twice)}")
        known = {one.name for one in self.offset}
        if lost := {name for one in self.ratio for name in one.pollutants} - known:
            raise ValueError(f"ratio: no such pollutant: {sorted(lost)}")
        return self
