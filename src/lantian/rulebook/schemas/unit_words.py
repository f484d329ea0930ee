"""Units (吨、蒸吨、万元) in English: one vocabulary for headers, forms and figures."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.series import Label


@schema("unit-words")
class UnitWords(Entry):
    """Units as ledgers write them, with their English; '' where English says none."""

    unit: tuple[Label, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> Self:
        names = [one.zh for one in self.unit]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"units named twice: {sorted(twice)}")
        return self
