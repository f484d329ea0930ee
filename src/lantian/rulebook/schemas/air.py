"""Rules around measured air: dustfall and sand-dust."""

from __future__ import annotations

from pydantic import Field

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.standards import Pollutant, Sure


@schema("dustfall")
class DustfallRule(Entry):
    """Dustfall by weighing: results are t/(km²·`days`), rounded to `decimals`; what a plan's 左右 allows."""

    days: int = Field(ge=1, le=31)
    decimals: int
    about: float = Field(ge=0, le=1)
    about_sure: Sure


@schema("sand-dust")
class SandDustRule(Entry):
    """When a sand-dust event begins and ends by the hours of a station, and which pollutants it takes out."""

    before: int = Field(ge=1, le=24)
    least: int = Field(ge=1, le=24)
    times: float = Field(gt=1)
    above: float
    ratio: float = Field(gt=0, lt=1)
    back: float = Field(ge=0, le=1)
    removes: tuple[Pollutant, ...]
