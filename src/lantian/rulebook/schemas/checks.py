"""What a check of a plan document looks for, and how sure it must be before it speaks."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lantian.rulebook.entry import Entry, schema


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]
Share = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SumRules(Part):
    """Parts against their headline. `opens` announces parts, `open_ended` says that the list is not whole.

    `about`: share by which the sum of parts may miss a headline that says 约.
    """

    opens: tuple[str, ...]
    open_ended: tuple[str, ...]
    about: Share


class PairRules(Part):
    """Body against annex.

    `same_clause`: how far two clauses must agree (Dice coefficient of character pairs, rare ones weigh more) to speak
    of the same measure. `same_subject`: the same for the words around two numbers. `shared`: character pairs that both
    must have in common at least. `above_minimum`: how many times the annex may exceed a body's 以上 before it is odd.
    """

    same_clause: Share
    same_subject: Share
    shared: int
    above_minimum: float


class DateRules(Part):
    """`days_before_period`: how long before the plan's period a deadline may lie as a preparation."""

    days_before_period: int


class NeighbourRules(Part):
    """A field counts as missing where at least `share` of at least `rows` tasks of the same kind have it."""

    share: Share
    rows: int


class UnitRules(Part):
    """Names of units.

    `short_forms`: [long, short] ways to write the same office. `endings`: kinds of bodies at the end of a name.
    `kindred`: kinds that are easily mixed up in one office's name. `groups`: words by which a name stands for many.
    `telling_apart`: characters that number or place sister bodies, and thus never are a slip.
    `stem`: characters that a name must have without prefix and ending to be compared by likeness.
    """

    short_forms: tuple[tuple[str, str], ...]
    endings: tuple[str, ...]
    kindred: tuple[tuple[str, ...], ...]
    groups: tuple[str, ...]
    places: tuple[str, ...]
    telling_apart: str
    stem: int


class ListRules(Part):
    """Announced lists: '7 项清单，包括：…'. `anaphora` stand before a noun that points back."""

    classifiers: tuple[str, ...]
    opens: tuple[str, ...]
    anaphora: tuple[str, ...]
    prefixes: tuple[str, ...]


class AnnexRules(Part):
    """References to annexes: `words` for an annex, `points` by which a sentence sends the reader there."""

    words: tuple[str, ...]
    points: tuple[str, ...]


class TextRules(Part):
    """Unfinished or broken text: patterns of blanks to be filled in, and what wrong encodings leave behind."""

    placeholders: tuple[Pattern, ...]
    mojibake: tuple[Pattern, ...]


@schema("plan-checks")
class PlanChecks(Entry):
    """Words and thresholds of all checks."""

    sums: SumRules
    pairs: PairRules
    dates: DateRules
    neighbours: NeighbourRules
    units: UnitRules
    lists: ListRules
    annexes: AnnexRules
    text: TextRules
