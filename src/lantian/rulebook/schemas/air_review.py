"""How measured hours are reviewed before they are handed to the city."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from lantian.rulebook.entry import Entry, schema

SuspicionRule = Literal[
    "range", "flat", "spike", "inversion", "ratio", "neighbour", "micro", "step", "plateau", "failed_check"
]


@schema("air-review")
class AirReview(Entry):
    """Two levels of review, the days of locking and handing in, and what each suspicion weighs.

    `first` and `second` are roles. Of a month the city takes data up to `upload_day` of the next one, and the district
    locks them `lock_days_before` working days before that. Hours are due
    for the first and the second look `first_days` and `second_days` working days later. `office_only`
    rules are shown to second reviewers alone.
    """

    first: tuple[str, ...] = Field(min_length=1)
    second: tuple[str, ...] = Field(min_length=1)
    different_person: bool
    upload_day: int = Field(ge=1, le=28)
    lock_days_before: int = Field(ge=0, le=20)
    first_days: int = Field(ge=0, le=20)
    second_days: int = Field(ge=0, le=20)
    look_back: int = Field(ge=1, le=400)
    context: int = Field(ge=1, le=72)
    office_only: tuple[SuspicionRule, ...]
    weights: dict[SuspicionRule, float]

    @model_validator(mode="after")
    def _weighed(self) -> AirReview:
        by_points = {"step", "plateau"}
        every = set(SuspicionRule.__args__)  # type: ignore[attr-defined]
        if missing := every - by_points - set(self.weights):
            raise ValueError(f"weights of rules are missing: {sorted(missing)}")
        return self
