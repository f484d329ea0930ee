"""How goals of plans are judged on the way."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.standards import Sure

Share = Annotated[float, Field(ge=0, le=1)]


@schema("goal-outlook")
class GoalOutlook(Entry):
    """How the outlook of a goal is worked out, and when its light turns.

    Attributes
    ----------
    about : how far from its number a plan's 左右 may lie, as a share of it; `about_sure` how sure that is
    fewest_years, most_years : years of values that a chance needs, and that are looked back
    valid_share : a year counts where so much of its days is valid
    spread : smallest spread between years of a mean or a ratio, as a share of it
    likely, unlikely : from this chance on the light is green, below this one red
    units : words of plans for a unit, and by what the number is multiplied to be in the metric's unit
    """

    about: Share
    about_sure: Sure
    fewest_years: int = Field(ge=2, le=30)
    most_years: int = Field(ge=2, le=30)
    valid_share: Share
    spread: Share
    likely: Share
    unlikely: Share
    units: dict[str, dict[str, float]]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.unlikely > self.likely:
            raise ValueError("unlikely lies above likely")
        if self.fewest_years > self.most_years:
            raise ValueError("fewest_years lies above most_years")
        return self
