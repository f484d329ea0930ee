"""At what hours offices work."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lantian.rulebook.entry import Entry, schema


@schema("office-hours")
class OfficeHours(Entry):
    """Stretches of a working day on which offices work, from the earliest to the latest."""

    spans: tuple[tuple[time, time], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> OfficeHours:
        edges = [edge for span in self.spans for edge in span]
        if any(later <= earlier for earlier, later in pairwise(edges)):
            raise ValueError("office hours: stretches must not be empty, and stand in order without touching")
        return self

    @cached_property
    def length(self) -> timedelta:
        """Working time of a day."""
        return sum((_of(end) - _of(start) for start, end in self.spans), timedelta())


def _of(at: time) -> datetime:
    return datetime.combine(date(2000, 1, 1), at)


class Span(BaseModel):
    """A length of working time: working hours, or working days. Exactly one of the two."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hours: float | None = Field(None, gt=0, le=500)
    days: int | None = Field(None, ge=1, le=250)

    @model_validator(mode="after")
    def _one_of_two(self) -> Span:
        if (self.hours is None) == (self.days is None):
            raise ValueError("give either hours or days, both of working time")
        return self
