"""When people are reminded of a due date."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lantian.rulebook.entry import Entry, schema


@schema("reminders")
class Reminders(Entry):
    """Reminders of due dates, in working days. The day itself is always one.

    Attributes
    ----------
    before : so many working days ahead, each
    overdue_every : after every so many working days overdue
    overdue_until : after so many it is no longer said every time; the matter stays in the lists of what is overdue
    """

    before: tuple[Annotated[int, Field(ge=1, le=60)], ...]
    overdue_every: int = Field(ge=1, le=60)
    overdue_until: int = Field(ge=1, le=500)
