"""Shape of the rule that says how tables of other offices are read."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.checks import Pattern


class SheetBounds(BaseModel):
    """How much a workbook may hold; beyond it is refused before it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_mb: float = Field(gt=0)
    max_unpacked_mb: float = Field(gt=0)
    max_sheets: int = Field(gt=0)
    max_rows: int = Field(gt=0)
    max_columns: int = Field(gt=0)


@schema("sheets")
class SheetRules(Entry):
    """How a table in a workbook is told from what stands around it.

    Attributes
    ----------
    bounds, long : how much a workbook may hold; and one of lists that are read in pieces
    header_search : rows from the top in which the header is looked for
    totals : how a row of totals begins
    part_totals : how a row of subtotals begins; or ends, where a name stands before it (松溪镇小计)
    list_words : what names of lists end in, and tells none from the other; longer ones first
    notes : regular expression of how a line of remarks around the table begins
    nothing : what people write into a cell that has no number or date; never begins with a digit
    unsaid : words for the same, lower case, nor do they; in a column of choices or of yes and no they may be an answer
    counters : measure words that may stand behind a number of things
    kept_days : an import that nobody confirms is thrown away after so many days
    """

    bounds: SheetBounds
    long: SheetBounds
    header_search: int = Field(gt=0, le=200)
    totals: tuple[str, ...]
    part_totals: tuple[str, ...]
    list_words: tuple[str, ...]
    notes: Pattern
    nothing: tuple[str, ...]
    unsaid: tuple[str, ...]
    counters: tuple[str, ...]
    kept_days: int = Field(gt=0)

    @field_validator("nothing", "unsaid")
    @classmethod
    def _no_numbers(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        if numbers := [one for one in words if one[:1].isdigit()]:
            raise ValueError(f"begin with a digit, as values do: {numbers}")
        return words
