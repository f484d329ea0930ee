"""Rankings of towns, and the wording of the bulletin that tells of one."""

from __future__ import annotations

from string import Formatter
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lantian.rulebook.entry import Entry, schema

Source = Literal["own", "city"]
Kind = Literal["city", "district", "town"]
# What the wording may have filled in; anything else in braces is a mistake of who wrote it.
PLACES = (
    "district",  # whose parts are ranked
    "parts",  # what those that are ranked are called: 镇街, 区县
    "period",  # 2026年1月, or the first and the last day
    "metric",  # what they are ranked by
    "unit",  # its unit, empty where it has none
    "ranked",  # how many have a place
    "best",  # the first, with their values
    "worst",  # the last, with their values
    "improved",  # whose value became better most against the year before
    "missing",  # those without a value
    "source",  # where the data are from
    "note",  # what the office added
    "day",  # of the release
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Monthly(_Part):
    """A ranking that is drafted every month: of the parts of the platform's own area, or of other areas as well.

    Attributes
    ----------
    of : kinds of areas whose parts are ranked, each area by itself: ["city", "district"] ranks districts and, in each
        of them, towns
    areas : codes or names of the areas whose parts are ranked, where not all of a kind are
    """

    metric: str
    source: Source
    of: tuple[Kind, ...] = ()
    areas: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.of and self.areas:
            raise ValueError(f"{self.metric}: say either the kinds of areas (of) or single ones (areas)")
        return self


@schema("air-rankings")
class RankingRule(Entry):
    """What is ranked every month, and how the bulletin (通报) reads.

    Attributes
    ----------
    named : how many of the first and of the last the text names
    source : by kind of source, how the text names it
    heading, opening, best, worst, improved, missing, note, closing : the text; a paragraph whose place has nothing to
        say (nobody improved, nothing missing, no note) is left out
    """

    monthly: tuple[Monthly, ...] = ()
    named: int = Field(default=3, ge=1, le=10)
    source: dict[Source, str]
    heading: str
    opening: str
    best: str
    worst: str
    improved: str
    missing: str
    note: str
    closing: str

    @model_validator(mode="after")
    def _places_are_known(self) -> Self:
        texts = (
            self.heading, self.opening, self.best, self.worst, self.improved, self.missing, self.note, self.closing,
        )  # fmt: skip
        for text in texts:
            for _text, name, spec, turned in Formatter().parse(text):
                if name is not None and (name not in PLACES or spec or turned):
                    raise ValueError(f"{text!r}: there is no place {{{name}}}; there are {', '.join(PLACES)}")
        return self
