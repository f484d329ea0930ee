"""What stands under a source (生产线、治理设施、排放口): the words for kinds of devices, fuels, points, pollutants."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.ledger_lives import NAME, Name, Part
from lantian.rulebook.schemas.ledgers import Choice
from lantian.rulebook.schemas.series import Label


class WordsOf(Part):
    """The words are the choices of a field of a ledger."""

    ledger: Name
    field: Name


class Control(Part):
    """What devices of a group are for, and their kinds: a ledger's words, or `choices` of its own.

    `obsolete`: what the ledger derives to be true of kinds that are to go; they are marked.
    """

    name: Name = Field(pattern=NAME)
    label: Label
    words: WordsOf | None = None
    choices: tuple[Choice, ...] = ()
    obsolete: Name = ""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.words is None) != bool(self.choices) or (self.obsolete and self.words is None):
            raise ValueError(f"control {self.name}: words of a ledger, or choices of its own")
        return self


@schema("source-parts")
class SourceParts(Entry):
    """The words of production lines, control devices and emission points."""

    NAMED: ClassVar = {"control": "name", "point": "key", "pollutant": "key"}

    capacity_units: tuple[str, ...] = Field(min_length=1)
    fuel: WordsOf
    control: tuple[Control, ...] = Field(min_length=1)
    point: tuple[Choice, ...] = Field(min_length=1)
    pollutant: tuple[Choice, ...] = Field(min_length=1)
