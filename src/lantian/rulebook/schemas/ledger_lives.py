"""Life cycles of listings: their states, what these mean, and the steps between them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.series import Label

Name = str
NAME = r"^[a-z][a-z0-9_]{0,39}$"
Means = Literal["open", "stopped", "done", "gone"]


class Part(BaseModel):
    """A piece of a ledger or a life cycle."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LifeState(Part):
    """A state of a listing: what it is called and what it means for targets and duties.

    `open`: there is still something to do; `stopped`: as well, but nothing may run; `done`: what the plan asks is done
    and proven, or the listing is in order; `gone`: it is on the list no more.
    """

    name: Name = Field(pattern=NAME)
    label: Label
    means: Means
    tone: Literal["red", "orange", "amber", "blue", "green", "grey"] = "grey"


class LifeStep(Part):
    """A step: from states to a state, by roles of the policy table, with what it needs (a reason, proof)."""

    name: Name = Field(pattern=NAME)
    label: Label
    source: tuple[Name, ...] = Field(alias="from", min_length=1)
    target: Name = Field(alias="to")
    by: tuple[str, ...]
    needs: tuple[Literal["reason", "proof"], ...] = ()
    tone: Literal["primary", "danger", "plain"] = "plain"


@schema("ledger-life")
class LedgerLife(Entry):
    """A life cycle of listings; the first state is the start."""

    label: Label
    state: tuple[LifeState, ...] = Field(min_length=2)
    step: tuple[LifeStep, ...] = Field(min_length=1)

    @property
    def name(self) -> Name:
        """Its name as ledgers write it."""
        return self.id.removeprefix("ledger-life-").replace("-", "_")

    def means(self, state: Name) -> Means:
        """What a state means; one that the rule does not know (of an older edition) is still open."""
        return next((one.means for one in self.state if one.name == state), "open")

    def states(self, *means: Means) -> tuple[Name, ...]:
        """States that mean one of these."""
        return tuple(one.name for one in self.state if one.means in means)

    @model_validator(mode="after")
    def _walks(self) -> Self:
        known = [one.name for one in self.state]
        if not self.id.startswith("ledger-life-") or len(set(known)) < len(known):
            raise ValueError("the id begins with ledger-life-, and states have names of their own")
        if lost := {name for one in self.step for name in (*one.source, one.target)} - set(known):
            raise ValueError(f"no such state: {sorted(lost)}")
        cells = [(one.name, source) for one in self.step for source in one.source]
        if twice := {cell for cell in cells if cells.count(cell) > 1}:
            raise ValueError(f"more than one row for {sorted(twice)}")
        reached: set[Name] = set()
        more = {known[0]}
        while more - reached:
            reached |= more
            more = {one.target for one in self.step if set(one.source) & reached}
        if lost := set(known) - reached:
            raise ValueError(f"states that nothing leads to: {sorted(lost)}")
        return self
