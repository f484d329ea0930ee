"""The catalogue of processes and equipment that are to go (淘汰目录), and where firms' processes are written."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.checks import Pattern
from lantian.rulebook.schemas.ledger_fields import Condition
from lantian.rulebook.schemas.ledger_lives import Name, Part
from lantian.rulebook.schemas.project_gate import Dated


class Written(Part):
    """A ledger, and the fields of it in which a trade, a process or equipment is written."""

    ledger: Name
    fields: tuple[Name, ...] = Field(min_length=1)


class ExitEntry(Dated):
    """A line of the catalogue.

    Attributes
    ----------
    words : regular expression over what is written, and over the names of the source and its firm
    unless : regular expression of what is none after all
    when : all of these as well, of a ledger that has their fields; where it has not, the line does not count there
    """

    words: Pattern = Field(min_length=1)
    unless: Pattern = ""
    when: tuple[Condition, ...] = ()


@schema("exit-catalogue")
class ExitCatalogue(Entry):
    """The catalogue. A district lays its own lines over these.

    Attributes
    ----------
    exits : the ledger of those who leave
    fills : fields of that ledger with what was written, and with the line of the catalogue
    """

    NAMED: ClassVar = {"written": "ledger", "entry": "name"}

    exits: Name
    fills: tuple[Name, Name]
    written: tuple[Written, ...] = Field(min_length=1)
    entry: tuple[ExitEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> Self:
        names = [one.name for one in self.entry]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"entry: named twice: {sorted(twice)}")
        return self
