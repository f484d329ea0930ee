"""What ledgers are made of: fields, and conditions that ask them."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from lantian.rulebook.schemas.ledger_lives import NAME, Name, Part
from lantian.rulebook.schemas.series import Label

__all__ = [
    "BOUNDS", "COLUMNS", "COMPARISONS", "NUMBERS", "TODAY", "Choice", "Condition", "FieldType", "LedgerField", "Refers",
]  # fmt: skip

FieldType = Literal["text", "number", "whole", "percent", "day", "moment", "choice", "yes", "names"]
NUMBERS = ("number", "whole", "percent")
# What every listing has beside the fields of its ledger, for conditions, duties and publications.
COLUMNS = ("name", "firm", "credit_code", "area", "address", "opened", "ended", "listed_on", "due_on", "state", "means")
TODAY = "today"  # the day of which is asked; conditions may ask it like a column


class Choice(Part):
    """One of the answers that a field allows; `also`: what other offices write for it."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")
    label: Label
    also: tuple[str, ...] = ()


class Refers(Part):
    """What the field names is a listing on another ledger: the one that has the same in one of these fields or columns.

    It need not be there, as machines come from elsewhere; where it is, its page shows the listings that name it.
    """

    ledger: Name
    by: tuple[Name, ...] = ("name",)


class LedgerField(Part):
    """One column of a ledger.

    Attributes
    ----------
    type : of what is asked; a `moment` is a day, with the time of day where somebody wrote it
    unit : of a number; `units` may stand behind it in a cell, each with what the number is then multiplied by
    range : what a number may be
    headers : what the column is called in other offices' files, beside its label
    filter, sum : lists can be cut to it, or add it up: its values are kept in an index of their own
    yearly : has a value for each year
    personal : masked outside the unit that keeps the listing; never exported or published unmasked
    wide : running text
    worked_out : the platform fills it in from what was done; nobody types it, no file brings it
    refers : a text that names a listing on another ledger
    was : names of the field in earlier editions
    """

    name: Name = Field(pattern=NAME)
    label: Label
    type: FieldType = "text"
    unit: str = ""
    units: tuple[tuple[str, float], ...] = ()
    choices: tuple[Choice, ...] = ()
    required: bool = False
    range: tuple[float, float] | None = None
    headers: tuple[str, ...] = ()
    example: str | float | None = None
    help: Label | None = None
    filter: bool = False
    sum: bool = False
    yearly: bool = False
    personal: bool = False
    wide: bool = False
    worked_out: bool = False
    refers: Refers | None = None
    was: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Of what tells most fields apart: columns are looked up by their field with every row of a list."""
        return hash((self.name, self.type, self.label.zh))

    @field_validator("units", mode="before")
    @classmethod
    def _pairs(cls, given: Any) -> Any:
        return tuple(given.items()) if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError(f"field {self.name}: choices belong to type choice, and it needs them")
        if self.type not in NUMBERS and (self.unit or self.units or self.range or self.sum):
            raise ValueError(f"field {self.name}: unit, range and sum are for numbers")
        if self.filter and self.type in ("names",):
            raise ValueError(f"field {self.name}: several names in one cell cannot be filtered by")
        if self.personal and (self.filter or self.sum):
            raise ValueError(f"field {self.name}: a personal value is in no index")
        if self.personal and self.yearly:
            raise ValueError(f"field {self.name}: values of years are shown unmasked, so that none is personal")
        if self.worked_out and (self.required or self.yearly):
            raise ValueError(f"field {self.name}: nobody can be asked for what the platform fills in")
        if self.refers and not (self.type == "text" and self.filter):
            raise ValueError(f"field {self.name}: what names a listing is a text, and in the index (filter)")
        if self.name in (*COLUMNS, TODAY):
            raise ValueError(f"field {self.name}: every listing has that column already")
        return self


class Condition(Part):
    """Something that is true of a listing or not; unknown where the value it asks for is missing.

    Asks a `field` of the ledger (or one of the columns that every listing has), whether the place lies in a regulatory
    `zone` of a kind on the day, or how many metres it is to the `nearest` place on another ledger. Exactly one
    comparison; days compare like numbers, as YYYY-MM-DD.

    Attributes
    ----------
    days_since : asks not the field but how many days it lies after this other day
    times : the bound is that many times this other field: `at_least = 2, times = "added"`
    blank : what an empty cell counts as, where it is not to leave the condition unknown: an exemption that nobody
        claimed (`equals = true, blank = false`), a count that nobody began
    season : a day lies between these two of every year (MM-DD), both counted; a winter begins late and ends early
    of : with `nearest`, the choices of that ledger's field `kind` that count; all without it
    """

    field: Name = ""
    days_since: Name = ""
    times: Name = ""
    blank: bool | None = None
    zone: str = ""
    inside: bool | None = None
    nearest: Name = ""
    of: tuple[str, ...] = ()
    equals: str | float | bool | None = None
    one_of: tuple[str | float, ...] | None = None
    none_of: tuple[str | float, ...] | None = None
    at_least: float | str | None = None
    above: float | str | None = None
    at_most: float | str | None = None
    below: float | str | None = None
    filled: bool | None = None
    contains: tuple[str, ...] | None = None
    season: tuple[str, str] | None = None

    @cached_property
    def comparison(self) -> tuple[str, object]:
        """Name and operand of the one comparison."""
        return next((n, v) for n in COMPARISONS if (v := getattr(self, n)) is not None)

    @cached_property
    def fields(self) -> tuple[Name, ...]:
        """What it must know of a listing."""
        return tuple(one for one in (self.field, self.days_since, self.times) if one)

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in COMPARISONS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"a condition has one comparison, this has {given or 'none'}")
        asked = [one for one in (self.field, self.zone, self.nearest) if one]
        if len(asked) != 1 or bool(self.zone) != (given[0] == "inside"):
            raise ValueError("a condition asks a field, whether it is inside a zone, or how far the nearest place is")
        if self.nearest and (given[0] not in BOUNDS or not isinstance(getattr(self, given[0]), float)):
            raise ValueError("nearest goes with metres: at_least, above, at_most or below")
        for day in self.season or ():
            dt.date.fromisoformat(f"2001-{day}")  # a day that every year has
        if self.of and not self.nearest:
            raise ValueError("of goes with nearest")
        if self.blank is not None and (not self.field or given[0] == "filled"):
            raise ValueError("blank is for conditions that compare the value of a field")
        bound = getattr(self, given[0])
        if (self.days_since or self.times) and (given[0] not in BOUNDS or not isinstance(bound, float)):
            raise ValueError("days_since and times go with a number: at_least, above, at_most or below")
        return self


BOUNDS = ("at_least", "above", "at_most", "below")
COMPARISONS = (
    "inside", "equals", "one_of", "none_of", "at_least", "above", "at_most", "below", "filled", "contains",
    "season",
)  # fmt: skip
