"""Systems of coordinates as lists write them: 高德, 百度, CGCS2000."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, field_validator

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.checks import Pattern
from lantian.rulebook.schemas.ledger_lives import Part


class DatumWords(Part):
    """What one system is called.

    Attributes
    ----------
    name : the system, of those that coordinates can be turned from
    words : what a cell of a column "system of coordinates" says for it
    before : what stands before the name of a coordinate in a header (高德经度)
    within : regular expression of what in a header names it, capitals or not; '' where no header counts for it
    """

    name: Literal["wgs84", "gcj02", "bd09"]
    words: tuple[str, ...] = Field(min_length=1)
    before: tuple[str, ...] = ()
    within: Pattern = ""


@schema("datums")
class Datums(Entry):
    """The systems, and what a column that names one is called."""

    NAMED: ClassVar = {"datum": "name"}

    headers: tuple[str, ...]
    datum: tuple[DatumWords, ...] = Field(min_length=1)

    @field_validator("datum")
    @classmethod
    def _once(cls, found: tuple[DatumWords, ...]) -> tuple[DatumWords, ...]:
        systems: list[str] = [one.name for one in found]
        for what, names in (("system", systems), ("word", [word for one in found for word in one.words])):
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f"{what} named twice: {sorted(twice)}")
        return found
