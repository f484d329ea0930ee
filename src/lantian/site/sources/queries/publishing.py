"""What must be public by when, and what of it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from lantian.ledgers.publishing import Term, entered_by, terms
from lantian.rulebook.schemas.ledgers import Ledger, Publication
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, Release
from lantian.site.sources.queries.boards import towns_of

WHOLE = 0  # in a key: of the district, not of a town
Key = tuple[str, str, int]  # ledger, publication, town


@dataclass(frozen=True)
class Asked:
    """A list that somebody must make public: the district, or a town."""

    ledger: Ledger
    publication: Publication
    area: Area | None
    town: int

    @property
    def key(self) -> Key:
        return self.ledger.name, self.publication.name, self.town


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
    area : who makes it public: the district, or a town where every town does
    """

    ledger: Ledger
    publication: Publication
    area: Area | None
    period: str
    due: dt.date | None
    stands: str
    overdue: bool
    last: Release | None
    draft: Release | None
    now: int


def releases(person: Actor) -> QuerySet[Release]:
    """Releases that the person may see."""
    return Release.objects.visible_to(person).select_related("area", "drafted_by", "released_by", "replaces__area")


def lines(
    on: dt.date, *, towns: Collection[int] | None = None, only: tuple[Ledger, Publication] | None = None
) -> list[Line]:
    """Every list that must be public as it stands on a day, in the order of ledgers, those of towns by their codes:
    five SQL queries, two more where towns make lists public.

    Parameters
    ----------
    towns : areas whose own lists are asked for; None for all
    only : the one publication that is asked for; None for all
    """
    town_of = towns_of()
    wanted = [only] if only else [(ledger, one) for ledger in reading.all_ledgers() for one in ledger.publish]
    asked = _asked(wanted, on, town_of, towns)
    by_town = {one.ledger.name for one in asked if one.town != WHOLE}
    counts, first = _counted(by_town, town_of)
    drafts = {_key(one, town_of): one for one in _heads(Release.objects.filter(state="drafted"))}
    out = list(_heads(Release.objects.filter(state="released").order_by("released_at", "pk")))
    last = {_key(one, town_of): one for one in out}
    terms_out = {(*_key(one, town_of), one.period) for one in out if one.period}
    entered = _entered(asked, last) | _entered_in_towns(asked, last, town_of)
    found = []
    for one in asked:
        now = sum(counts.get((one.ledger.name, means, one.town), 0) for means in one.publication.means)
        since = first.get((one.ledger.name, one.town))
        term = _term(one.publication, on, one.key, terms_out, since, entered.get(one.key))
        found.append(_line(one, on, term, now, last.get(one.key), drafts.get(one.key), terms_out))
    return found


def line(ledger: Ledger, publication: Publication, on: dt.date, *, town: int | None = None) -> Line | None:
    """The same of one list; of a town's own where every town makes one. None where the town makes none any more."""
    found = lines(on, towns=() if town is None else (town,), only=(ledger, publication))
    return found[0] if found else None


def _asked(
    wanted: list[tuple[Ledger, Publication]], on: dt.date, town_of: dict[int, Area], seen: Collection[int] | None
) -> list[Asked]:
    root = next((one for _pk, one in sorted(town_of.items()) if one.parent_id is None), None)
    towns = sorted(
        (
            one
            for pk, one in town_of.items()
            if pk == one.pk
            and one.kind == Area.Kind.TOWN
            and (one.valid_to is None or one.valid_to >= on)
            and (seen is None or pk in seen)
        ),
        key=lambda one: (one.code, one.pk),
    )
    found = []
    for ledger, one in wanted:
        if one.each:
            found += [Asked(ledger, one, town, town.pk) for town in towns]
        else:
            found.append(Asked(ledger, one, root, WHOLE))
    return found


def _line(
    asked: Asked,
    on: dt.date,
    term: Term | None,
    now: int,
    last: Release | None,
    draft: Release | None,
    terms_out: set[tuple[str, str, int, str]],
) -> Line:
    overdue = term is not None and term.due < on
    out = last is not None if term is None else (*asked.key, term.period) in terms_out and not overdue
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
    return Line(
        asked.ledger, asked.publication, asked.area, term.period if term else "", term.due if term else None, stands,
        overdue, last, draft, now,
    )  # fmt: skip


def _term(
    one: Publication,
    on: dt.date,
    key: Key,
    terms_out: set[tuple[str, str, int, str]],
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


def _counted(
    by_town: set[str], town_of: dict[int, Area]
) -> tuple[dict[tuple[str, str, int], int], dict[tuple[str, int], dt.date]]:
    """Listings by ledger and meaning; since when each ledger has any. Of some ledgers by town as well."""
    counts: dict[tuple[str, str, int], int] = {}
    first: dict[tuple[str, int], dt.date] = {}
    rows = Listing.objects.exclude(means="gone").order_by()
    told = [(WHOLE, row) for row in rows.values("ledger", "means").annotate(n=Count("pk"), first=Min("listed_on"))]
    if by_town:
        cut = rows.filter(ledger__in=by_town).values("ledger", "means", "source__area")
        told += [(town_of[row["source__area"]].pk, row) for row in cut.annotate(n=Count("pk"), first=Min("listed_on"))]
    for town, row in told:
        key = (row["ledger"], row["means"], town)
        counts[key] = counts.get(key, 0) + row["n"]
        since = (row["ledger"], town)
        first[since] = min(row["first"], first.get(since, row["first"]))
    return counts, first


def _entered(asked: list[Asked], last: dict[Key, Release]) -> dict[Key, dt.date]:
    """For lists on which each listing has its days: since when the first one waits that the last release has not. One
    SQL query for all of them."""
    wanted: dict[str, tuple[Key, Q]] = {}
    for one in asked:
        if one.town != WHOLE or not _each_has_days(one.publication):
            continue
        where = Q(ledger=one.ledger.name, means__in=one.publication.means)
        released = last.get(one.key)
        if released is not None and released.released_at is not None:
            where &= Q(since__gt=released.released_at)
        wanted[f"x{len(wanted)}"] = (one.key, where)
    if not wanted:
        return {}
    found = Listing.objects.order_by().aggregate(
        **{name: Min("since", filter=where) for name, (_k, where) in wanted.items()}
    )
    return {wanted[name][0]: timezone.localdate(since) for name, since in found.items() if since is not None}


def _entered_in_towns(asked: list[Asked], last: dict[Key, Release], town_of: dict[int, Area]) -> dict[Key, dt.date]:
    """The same by towns: one SQL query for each publication that every town makes."""
    rules = {
        (one.ledger.name, one.publication.name): one.publication
        for one in asked
        if one.town != WHOLE and _each_has_days(one.publication)
    }
    keys = {one.key for one in asked}
    found: dict[Key, dt.date] = {}
    for (ledger, name), publication in rules.items():
        out = Q()
        for pk, town in town_of.items():
            released = last.get((ledger, name, town.pk))
            if released is not None and released.released_at is not None:
                out |= Q(source__area=pk, since__lte=released.released_at)
        waits = Listing.objects.filter(ledger=ledger, means__in=publication.means)
        if out:
            waits = waits.exclude(out)
        for area, since in waits.order_by().values_list("source__area").annotate(first=Min("since")):
            key, day = (ledger, name, town_of[area].pk), timezone.localdate(since)
            if key in keys:
                found[key] = min(day, found.get(key, day))
    return found


def _each_has_days(publication: Publication) -> bool:
    return publication.days is not None and not publication.every


def _heads(rows: QuerySet[Release]) -> Iterator[Release]:
    """Without what was told: the list of lists needs none of it."""
    return rows.defer("rows", "heads").iterator()


def _key(one: Release, town_of: dict[int, Area]) -> Key:
    area = town_of.get(one.area_id)
    return one.ledger, one.name, WHOLE if area is None or area.parent_id is None else area.pk


def last_version(ledger: str, name: str, period: str, *, area: Area) -> int:
    """The highest version of a list for a period."""
    rows = Release.objects.filter(ledger=ledger, name=name, period=period, area=area)
    return rows.aggregate(n=Max("version"))["n"] or 0
