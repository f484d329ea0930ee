"""Heating seasons by city."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lantian.rulebook.entry import Entry, schema


class City(BaseModel):
    """Legal heating season of a city: month-days; `since` is the first autumn it holds for, where it was changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    start: str = Field(pattern=r"^\d{2}-\d{2}$")
    end: str = Field(pattern=r"^\d{2}-\d{2}$")
    since: date | None = None
    sure: Literal["read", "second-hand", "memory", "assumed", "practice"] = "memory"
    note: str = ""


@schema("heating-season")
class HeatingSeasons(Entry):
    """Heating seasons; `default` holds where a city is not listed, and is an assumption."""

    default: City
    city: tuple[City, ...]
