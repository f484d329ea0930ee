"""What must be public by when, and what of it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from lantian.ledgers.publishing import Term, entered_by, terms
from lantian.rulebook.schemas.ledgers import Ledger, Publication
from lantian.site.core.policy import Actor
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, Release

Key = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """A list that must be public.

    Attributes
    ----------
    period, due : the term that counts on the day; '' and None where the list is only to be kept public
    stands : late, drafted, due, released, open (no day is set and nothing is out), empty (nothing is listed)
    last : what is out now; `draft`: what is about to be
    overdue : the day is past; a draft that lies about makes no list public
    now : listings that would be on it today
    """

    ledger: Ledger
    publication: Publication
    period: str
    due: dt.date | None
    stands: str
    overdue: bool
    last: Release | None
    draft: Release | None
    now: int


def releases(person: Actor) -> QuerySet[Release]:
    """Releases that the person may see."""
    return Release.objects.visible_to(person).select_related("area", "drafted_by", "released_by", "replaces")


def lines(on: dt.date) -> list[Line]:
    """Every list that must be public as it stands on a day, in the order of ledgers: four SQL queries."""
    asked = [(ledger, one) for ledger in reading.all_ledgers() for one in ledger.publish]
    counts, first = _counted()
    drafts = {_key(one): one for one in _heads(Release.objects.filter(state="drafted"))}
    out = list(_heads(Release.objects.filter(state="released").order_by("released_at", "pk")))
    last = {_key(one): one for one in out}
    terms_out = {(*_key(one), one.period) for one in out if one.period}
    entered = _entered(asked, last)
    found = []
    for ledger, one in asked:
        key = (ledger.name, one.name)
        now = sum(counts.get((ledger.name, means), 0) for means in one.means)
        term = _term(one, on, key, terms_out, first.get(ledger.name), entered.get(key))
        found.append(_line(ledger, one, on, term, now, last.get(key), drafts.get(key), terms_out))
    return found


def line(ledger: Ledger, publication: Publication, on: dt.date) -> Line:
    """The same of one list."""
    return next(one for one in lines(on) if (one.ledger.name, one.publication) == (ledger.name, publication))


def _line(
    ledger: Ledger,
    one: Publication,
    on: dt.date,
    term: Term | None,
    now: int,
    last: Release | None,
    draft: Release | None,
    terms_out: set[tuple[str, str, str]],
) -> Line:
    overdue = term is not None and term.due < on
    out = last is not None if term is None else (ledger.name, one.name, term.period) in terms_out and not overdue
    if draft is not None:
        stands = "drafted"
    elif overdue:
        stands = "late"
    elif out:
        stands = "released"
    elif term is not None:
        stands = "due"
    else:
        stands = "open" if now else "empty"
    return Line(ledger, one, term.period if term else "", term.due if term else None, stands, overdue, last, draft, now)


def _term(
    one: Publication,
    on: dt.date,
    key: Key,
    terms_out: set[tuple[str, str, str]],
    first: dt.date | None,
    entered: dt.date | None,
) -> Term | None:
    """The term that counts: one that ran out while there was something to tell and nothing came out; else the one that
    runs. Where days count from each listing, the one that has waited longest."""
    if first is None:
        return None
    around = terms(one, on)
    if around is None:
        due = entered_by(one, entered) if entered else None
        return Term(due, "") if due else None
    past, running = around
    missed = past.due >= first and (*key, past.period) not in terms_out and (*key, running.period) not in terms_out
    return past if missed else running


def _counted() -> tuple[dict[Key, int], dict[str, dt.date]]:
    """Listings by ledger and meaning; since when each ledger has any."""
    counts: dict[Key, int] = {}
    first: dict[str, dt.date] = {}
    rows = Listing.objects.exclude(means="gone").order_by().values("ledger", "means")
    for row in rows.annotate(n=Count("pk"), first=Min("listed_on")):
        counts[row["ledger"], row["means"]] = row["n"]
        first[row["ledger"]] = min(row["first"], first.get(row["ledger"], row["first"]))
    return counts, first


def _entered(asked: list[tuple[Ledger, Publication]], last: dict[Key, Release]) -> dict[Key, dt.date]:
    """For lists on which each listing has its days: since when the first one waits that the last release has not. One
    SQL query for all of them."""
    wanted: dict[str, tuple[Key, Q]] = {}
    for ledger, one in asked:
        if one.days is None or one.every:
            continue
        where = Q(ledger=ledger.name, means__in=one.means)
        released = last.get((ledger.name, one.name))
        if released is not None and released.released_at is not None:
            where &= Q(since__gt=released.released_at)
        wanted[f"x{len(wanted)}"] = ((ledger.name, one.name), where)
    if not wanted:
        return {}
    found = Listing.objects.order_by().aggregate(
        **{name: Min("since", filter=where) for name, (_k, where) in wanted.items()}
    )
    return {wanted[name][0]: timezone.localdate(since) for name, since in found.items() if since is not None}


def _heads(rows: QuerySet[Release]) -> Iterator[Release]:
    """Without what was told: the list of lists needs none of it."""
    return rows.defer("rows", "heads").iterator()


def _key(one: Release) -> Key:
    return one.ledger, one.name


def last_version(ledger: str, name: str, period: str) -> int:
    """The highest version of a list for a period."""
    found = Release.objects.filter(ledger=ledger, name=name, period=period).aggregate(n=Max("version"))
    return found["n"] or 0
