"""A task while it is being put together: texts that still know where they stood."""

from __future__ import annotations

from dataclasses import dataclass, field

from lantian.plandoc.plan import Part
from lantian.plandoc.traced import Traced


@dataclass
class Draft:
    """A task before its deadline and quantities are read.

    `deadline` is the text of a deadline cell or line; `has_deadline_cell` says that the task's table has a column
    for it, so that running text is not searched for one.
    """

    text: Traced
    part: Part
    title: Traced | None = None
    number: str | None = None
    upstream_number: str | None = None
    section: str | None = None
    roles: dict[str, list[Traced]] = field(default_factory=dict)
    deadline: Traced | None = None
    has_deadline_cell: bool = False
    inherited: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Loose:
    """Running text that is no task, with the section it stands in; `goal`: it states the plan's goals; `preamble`: it
    stands among the requirements before the measures, where plans without a section of goals state them."""

    text: Traced
    section: str | None = None
    goal: bool = False
    preamble: bool = False
