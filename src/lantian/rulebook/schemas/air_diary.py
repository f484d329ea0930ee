"""Checks of instruments at stations: how often, and how far a reading may be off."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.series import Label

CheckKind = Literal["zero", "span", "flow"]


class Check(BaseModel):
    """One kind of check for some factors.

    `reference` is what the instrument should read, where that is always the same; `tolerance` is absolute, in `unit`,
    `share` a part of the reference. A check is due again after `every_days`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: CheckKind
    label: Label
    factors: tuple[str, ...] = Field(min_length=1)
    unit: str
    reference: float | None = None
    tolerance: float | None = Field(None, gt=0)
    share: float | None = Field(None, gt=0, lt=1)
    every_days: int = Field(ge=1, le=400)

    @model_validator(mode="after")
    def _one_bound(self) -> Check:
        if (self.tolerance is None) == (self.share is None):
            raise ValueError(f"check {self.kind}: give either tolerance or share")
        return self

    def allowed(self, reference: float) -> float:
        """How far a reading may be off."""
        return self.tolerance if self.tolerance is not None else float(self.share or 0) * abs(reference)


@schema("air-diary")
class AirDiary(Entry):
    """All checks; the hours before a failed one are proposed for review at most `back_days` back."""

    back_days: int = Field(ge=1, le=400)
    check: tuple[Check, ...]

    @model_validator(mode="after")
    def _once(self) -> AirDiary:
        keys = [(one.kind, factor) for one in self.check for factor in one.factors]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"checks named twice: {sorted(twice)}")
        return self

    def of(self, kind: str, factor: str) -> Check | None:
        """The check of a kind for a factor."""
        return next((one for one in self.check if one.kind == kind and factor in one.factors), None)
