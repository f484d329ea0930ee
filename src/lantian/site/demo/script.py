"""What a demo plan says: the shape of `action_plan.toml` and `winter_plan.toml`."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

PASSWORD = "lantian-demo-2026"  # of every demo person; the demo listens on this machine only


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Row(Part):
    """One measure of the annex table."""

    text: str
    deadline: str
    leaders: list[str] = Field(default_factory=list)
    lead: list[str] = Field(default_factory=list)
    responsible: list[str] = Field(default_factory=list)
    assist: list[str] = Field(default_factory=list)


class Item(Part):
    """One numbered item of the annex table; its rows share number and upstream task (merged cells)."""

    upstream: str
    row: list[Row]


class AnnexSection(Part):
    heading: str
    item: list[Item]


class Annex(Part):
    label: str
    title: str
    headers: list[str]
    section: list[AnnexSection]


class ProseItem(Part):
    """One numbered item of the prose, with its role line."""

    title: str
    text: str
    lead: list[str]
    responsible: list[str]
    assist: list[str]
    deadline: str


class Section(Part):
    heading: str
    item: list[ProseItem]


class Chapter(Part):
    heading: str
    paragraphs: list[str] = Field(default_factory=list)
    section: list[Section] = Field(default_factory=list)


class Script(Part):
    """A whole plan document. `planted` names the findings that its slips must give."""

    file_name: str
    authority: str
    doc_number: str
    notice_title: str
    addressees: str
    notice: list[str]
    signed_by: str
    issued_on: str
    remark: str
    title: str
    planted: list[str]
    chapter: list[Chapter]
    annex: Annex


def script(name: str, *, year: int) -> Script:
    """The demo plan `name` ('action_plan' or 'winter_plan') for a year.

    >>> script("action_plan", year=2026).doc_number
    '青政办发〔2026〕3号'
    """
    text = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    raw: dict[str, Any] = tomllib.loads(text.replace("{year}", str(year)))
    return Script.model_validate(raw)
