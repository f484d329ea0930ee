"""How tasks are broken down into parts, and into steps before their due date."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

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


class MilestoneStep(BaseModel):
    """A step of a template: so many days before the due date, working days where `working` says so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
    before: int = Field(ge=0, le=1000)
    working: bool = False


class MilestoneTemplate(BaseModel):
    """Steps of a kind of work; proposed first for tasks whose text has one of the words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    zh: str
    en: str
    words: tuple[str, ...] = ()
    step: tuple[MilestoneStep, ...] = Field(min_length=1, max_length=30)


@schema("milestones")
class Milestones(Entry):
    """How work is scheduled backward from its due date (倒排工期), by kind of work."""

    template: tuple[MilestoneTemplate, ...]
