"""Bulletins of the city: what it ranks, and how its tables are written."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lantian.rulebook.entry import Entry, schema

Column = Literal["district", "name", "value", "place"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Part):
    """One text in both languages."""

    zh: str
    en: str


class BulletinKind(_Part):
    """A thing that the city ranks streets and towns by.

    Attributes
    ----------
    indicator : the plans' goal indicator that places in it answer, '' for none
    better : which values take the first places
    last : how many of the last nobody wants to be among
    """

    id: str = Field(pattern=r"^[a-zA-Z0-9_.]{1,40}$")
    label: Words
    unit: str = ""
    decimals: int = Field(default=1, ge=0, le=4)
    better: Literal["lower", "higher"] = "lower"
    last: int = Field(ge=1, le=500)
    indicator: str = ""


@schema("city-bulletins")
class CityBulletins(Entry):
    """Kinds of bulletins, and the headers by which their tables' columns are known."""

    kind: tuple[BulletinKind, ...] = Field(min_length=1)
    headers: dict[Column, tuple[str, ...]]

    @model_validator(mode="after")
    def _once(self) -> Self:
        ids = [one.id for one in self.kind]
        if twice := {name for name in ids if ids.count(name) > 1}:
            raise ValueError(f"kinds named twice: {sorted(twice)}")
        return self

    def of(self, name: str) -> BulletinKind | None:
        """A kind by its id."""
        return next((one for one in self.kind if one.id == name), None)
