"""Offices: the forms of their names, and what became of them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from lantian.rulebook.entry import Entry, schema


class Office(BaseModel):
    """One office under all forms of its name, without the area before it: the full name first.

    `short` is the form that plans mostly write. `place` marks a body that carries its own place in its name (北桥街道).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: tuple[str, ...]
    short: str
    place: bool = False

    @model_validator(mode="after")
    def _short_is_a_form(self) -> Office:
        if self.short not in self.names:
            raise ValueError(f"short {self.short!r} is none of names")
        return self


class Change(BaseModel):
    """A reorganisation: what `old` (names of offices) did, `new` does.

    It began on `since` (the decision of the level above) and was carried out everywhere by `by`. `areas` limits it to
    places whose names begin so; empty is everywhere.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    old: tuple[str, ...]
    new: tuple[str, ...]
    since: date
    by: date
    areas: tuple[str, ...] = ()
    clause: str = ""
    sure: Literal["read", "second-hand", "memory", "assumed", "practice"] = "memory"
    note: str = ""


@schema("offices")
class Offices(Entry):
    """Offices and their reorganisations; every name in a change is a form of some office."""

    office: tuple[Office, ...]
    change: tuple[Change, ...]

    @model_validator(mode="after")
    def _changes_name_offices(self) -> Offices:
        known = [name for office in self.office for name in office.names]
        doubled = sorted({name for name in known if known.count(name) > 1})
        if doubled:
            raise ValueError(f"names of two offices: {'、'.join(doubled)}")
        unknown = {name for change in self.change for name in (*change.old, *change.new)} - set(known)
        if unknown:
            raise ValueError(f"no office has the name {'、'.join(sorted(unknown))}")
        return self
