"""How tasks are broken down into parts."""

from __future__ import annotations

from pydantic import Field

from lantian.rulebook.entry import Entry, schema


@schema("breakdown")
class Breakdown(Entry):
    """How a district breaks tasks down (细化分解).

    Attributes
    ----------
    depth : levels below a task of the plan: department, town, village
    rates : units of measure whose numbers are not added up over those who share a task (%, µg/m³)
    parts : most parts of one task
    """

    depth: int = Field(ge=1, le=3)
    rates: tuple[str, ...]
    parts: int = Field(ge=2, le=500)
