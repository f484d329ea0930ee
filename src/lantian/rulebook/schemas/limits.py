"""Limits by what they are for and by day: grams of solvent a litre of a paint, milligrams a cubic metre of a boiler."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.series import Label


class LimitLine(BaseModel):
    """What holds for one key, from one day to another."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")
    label: Label
    value: float
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    clause: str
    sure: Literal["read", "second-hand", "memory", "assumed", "practice"]

    def holds(self, on: dt.date) -> bool:
        """Whether it holds on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@schema("limits")
class Limits(Entry):
    """Limits of one kind in one unit. Of one key at most one line holds on a day."""

    label: Label
    unit: str
    limit: tuple[LimitLine, ...] = Field(min_length=1)

    def of(self, key: str, on: dt.date) -> LimitLine | None:
        """The line that holds for a key on a day; None where there is none."""
        return next((one for one in self.limit if one.key == key and one.holds(on)), None)

    @model_validator(mode="after")
    def _one_at_a_time(self) -> Self:
        lines = sorted(self.limit, key=lambda one: (one.key, one.valid_from or dt.date.min))
        for one, after in pairwise(lines):
            if one.key == after.key and (one.valid_to is None or after.holds(one.valid_to)):
                raise ValueError(f"two limits for {one.key} hold on {after.valid_from}")
        return self
