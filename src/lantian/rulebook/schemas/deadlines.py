"""How plan documents speak of time: words beside the plain dates, which are grammar."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lantian.rulebook.entry import Entry, schema

MONTH_DAY = r"^\d{2}-\d{2}$"


class Every(BaseModel):
    """Words for a frequency. `recurrence` is the nearest word of the plan contract's closed list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recurrence: Literal["daily", "weekly", "monthly", "quarterly", "yearly"]
    words: tuple[str, ...]


class Season(BaseModel):
    """A part of the year with a name ('汛期'); month-day bounds, `end` before `start` runs into the next year.

    `recurrence` is what a cell with only this season in it means, where the closed list has a word for it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: tuple[str, ...]
    start: str = Field(pattern=MONTH_DAY)
    end: str = Field(pattern=MONTH_DAY)
    recurrence: Literal["heating-season"] | None = None


class Festival(BaseModel):
    """A public holiday. `holiday` is the name under which the holiday calendar lists it; `day` a fixed month-day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: tuple[str, ...]
    holiday: str = ""
    day: str = ""


@schema("deadline-words")
class DeadlineWords(Entry):
    """Vocabulary of deadlines.

    `blank` stands in a cell for nothing. `long_term`, `at_once` are looked for in cells; `long_term_prose` in running
    text, where the short words are too common. `attribute_before`, `attribute_verbs` and `unmet` tell a date that
    describes an object (应于年底前淘汰的企业, 10月底前未完成的) from a duty, `consequence` a sanction from a duty,
    `records` a book-keeping duty from the measure itself, `reported` after 截至 what is done already. `lead_in` may
    stand before a named period at the beginning of a clause, `kept_until` before 至 where something is kept.
    """

    blank: tuple[str, ...]
    long_term: tuple[str, ...]
    long_term_prose: tuple[str, ...]
    at_once: tuple[str, ...]
    from_now: tuple[str, ...]
    since_issue: tuple[str, ...]
    heating: tuple[str, ...]
    heating_begins: tuple[str, ...]
    heating_measures: tuple[str, ...]
    attribute_before: tuple[str, ...]
    attribute_verbs: tuple[str, ...]
    unmet: tuple[str, ...]
    consequence: tuple[str, ...]
    records: tuple[str, ...]
    kept_until: tuple[str, ...]
    reported: tuple[str, ...]
    lead_in: tuple[str, ...]
    every: tuple[Every, ...]
    season: tuple[Season, ...]
    festival: tuple[Festival, ...]
