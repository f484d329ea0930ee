"""Which things on another ledger the entries of a ledger reach, and the terms in which they must."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from lantian.ledgers.conditions import Row, all_hold
from lantian.ledgers.similar import core_of
from lantian.rulebook.schemas.ledger_coverage import Coverage

__all__ = ["Term", "Thing", "reached", "term_before", "term_of"]

MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Term:
    """Days from the first to the last, and what the term is called: 2018-Q4."""

    first: dt.date
    last: dt.date
    name: str


@dataclass(frozen=True)
class Thing:
    """What may be reached, by the names that it goes by."""

    key: int
    name: str
    firm: str = ""


def term_of(coverage: Coverage, day: dt.date) -> Term:
    """The term in which a day lies.

    >>> from lantian.ledgers import get
    >>> term_of(get("product_sample").coverage[0], dt.date(2018, 11, 29))
    Term(first=datetime.date(2018, 10, 1), last=datetime.date(2018, 12, 31), name='2018-Q4')
    """
    months = MONTHS[coverage.every]
    number = (day.month - 1) // months
    first = dt.date(day.year, number * months + 1, 1)
    after = day.year * 12 + (number + 1) * months
    last = dt.date(after // 12, after % 12 + 1, 1) - dt.timedelta(days=1)
    name = {"month": f"{day.year}-{day.month:02}", "quarter": f"{day.year}-Q{number + 1}", "year": f"{day.year}"}
    return Term(first, last, name[coverage.every])


def term_before(coverage: Coverage, day: dt.date) -> Term:
    """The last term that is over on a day."""
    return term_of(coverage, term_of(coverage, day).first - dt.timedelta(days=1))


def reached(coverage: Coverage, rows: Iterable[Row], things: Iterable[Thing], term: Term) -> set[int]:
    """Keys of the things that an entry of the term names; each counts once.

    Examples
    --------
    >>> from lantian.ledgers import get
    >>> share = get("product_sample").coverage[0]
    >>> rows = [{"link": "site", "taken_on": "2018-11-02", "sampled_at": "松溪一号工地"}]
    >>> sites = [Thing(1, "松溪一号工地"), Thing(2, "松溪二号工地")]
    >>> reached(share, rows, sites, term_of(share, dt.date(2018, 11, 29)))
    {1}
    """
    known: dict[tuple[str, str], set[int]] = {}
    for one in things:
        for column, text in (("name", one.name), ("firm", one.firm)):
            if text:
                known.setdefault((column, core_of(text)), set()).add(one.key)
    first, last = term.first.isoformat(), term.last.isoformat()
    found: set[int] = set()
    for row in rows:
        if first <= str(row.get(coverage.on) or "") <= last and all_hold(coverage.where, row):
            for tie in coverage.by:
                if text := str(row.get(tie.here) or ""):
                    found |= known.get((tie.there, core_of(text)), set())
    return found
