"""By when a list of a ledger must be public: the terms of a publication around a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lantian.rulebook.calendar import working_day_after
from lantian.rulebook.schemas.ledgers import Publication

__all__ = ["Term", "entered_by", "terms"]

MONTHS = {"month": 1, "quarter": 3}


@dataclass(frozen=True, order=True)
class Term:
    """One time that a list must come out: until when, and for which period (2018, 2018-Q3, 2018-09)."""

    due: dt.date
    period: str


def terms(publication: Publication, on: dt.date) -> tuple[Term, Term] | None:
    """The term that has last run out before a day, and the one that runs on it; None where none is set by the calendar.

    Examples
    --------
    >>> from lantian.ledgers import get
    >>> past, running = terms(get("retained_coal_boiler").publish[0], dt.date(2018, 11, 1))
    >>> past.period, past.due, running.period
    ('2018', datetime.date(2018, 10, 31), '2019')
    """
    if publication.due:
        found = [_of_year(publication, on.year + k) for k in (-1, 0, 1)]
    elif publication.every:
        found = _of_periods(publication, on)
    else:
        return None
    past = max(one for one in found if one.due < on)
    return past, min(one for one in found if one.due >= on)


def _of_year(publication: Publication, year: int) -> Term:
    return Term(dt.date.fromisoformat(f"{year}-{publication.due}"), str(year))


def _of_periods(publication: Publication, on: dt.date) -> list[Term]:
    """Periods that end within the years around a day; as many as the longest number of working days may need."""
    length = MONTHS[publication.every]
    found = []
    for year in range(on.year - 2, on.year + 2):
        for k in range(12 // length):
            after = dt.date(year + (k + 1) * length // 12, (k + 1) * length % 12 + 1, 1)
            name = f"{year}-Q{k + 1}" if length > 1 else f"{year}-{k + 1:02}"
            day = working_day_after(after - dt.timedelta(days=1), publication.days or 1).day
            found.append(Term(day, name))
    return found


def entered_by(publication: Publication, since: dt.date) -> dt.date | None:
    """The day by which a listing must be public that came to be what the list shows on a day; None where no days are
    set, or they count from the end of a period."""
    if publication.days is None or publication.every:
        return None
    return working_day_after(since, publication.days).day
