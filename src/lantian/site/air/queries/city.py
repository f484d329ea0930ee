"""Bulletins of the city: whose a name is, who is among the last, who kept out of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from lantian.site.air.models import Bulletin, BulletinRow
from lantian.site.air.models.bulletins import bulletin_rule
from lantian.site.core.metrics import Period
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area
from lantian.site.org.models.tree import subtree

LOOKED_BACK = 12  # bulletins of a kind that the hot list counts


class Matching:
    """Areas of a district by what the city calls them; a name that two have is nobody's."""

    def __init__(self, area: Area) -> None:
        self._own = {_bare(name) for name in (area.name, *area.aliases)}
        rows = list(Area.objects.all())
        inside = subtree({one.pk: one.parent_id for one in rows}, {area.pk})
        self._areas: dict[str, set[int]] = defaultdict(set)
        self._by_key = {one.pk: one for one in rows}
        for one in rows:
            if one.pk in inside:
                for name in (one.name, *one.aliases):
                    self._areas[_bare(name)].add(one.pk)

    def area_of(self, name: str, district: str = "") -> Area | None:
        """The area that is meant; None for one of another district, and for a name that is not known."""
        if district and _bare(district) not in self._own:
            return None
        found = self._areas.get(_bare(name), set())
        return self._by_key[next(iter(found))] if len(found) == 1 else None


def _bare(name: str) -> str:
    return "".join(name.split())


def city_bulletins(person: Actor) -> QuerySet[Bulletin]:
    """Bulletins with how many of their lines are of the district: one SQL query."""
    rows: QuerySet[Bulletin] = Bulletin.objects.visible_to(person).select_related("area", "person")
    return rows.annotate(
        count=Count("lines", distinct=True), ours=Count("lines", filter=Q(lines__area__isnull=False), distinct=True)
    )


def lines_of(kind: str, areas: Sequence[Area], period: Period) -> dict[int, list[BulletinRow]]:
    """Lines of areas in the bulletins of a kind whose period ends within one, the earliest first: one SQL query."""
    rows = BulletinRow.objects.filter(
        bulletin__kind=kind, area__in=areas, bulletin__last__gte=period.first, bulletin__last__lte=period.last
    )
    found: dict[int, list[BulletinRow]] = {area.pk: [] for area in areas}
    for row in rows.select_related("bulletin").order_by("bulletin__last", "pk"):
        found[row.area_id].append(row)  # type: ignore[index]
    return found


@dataclass(frozen=True)
class KeptOut:
    """Whether an area kept out of the last so many: None where no bulletin names it; the lines that were among them."""

    kept: bool | None
    bulletins: int
    among: tuple[BulletinRow, ...]


def not_in_last(kind: str, area: Area, period: Period, count: int) -> KeptOut:
    """Whether an area was never among the last `count` of a kind within a period."""
    rows = lines_of(kind, [area], period)[area.pk]
    among = tuple(row for row in rows if row.from_last <= count)
    return KeptOut(not among if rows else None, len(rows), among)


@dataclass(frozen=True)
class Hot:
    """An area among the last in the latest bulletin of a kind, and how often it was in those before."""

    kind: str
    title: str
    line: BulletinRow
    count: int
    times: int
    of: int


def hot_list(person: Actor, last: dict[str, int] | None = None) -> list[Hot]:
    """Who of the district is among the last now, and how often of late: two SQL queries a kind."""
    found = []
    for kind in bulletin_rule().kind:
        count = (last or {}).get(kind.id, kind.last)
        latest = list(Bulletin.objects.visible_to(person).filter(kind=kind.id)[:LOOKED_BACK])
        rows = BulletinRow.objects.filter(bulletin__in=latest, area__isnull=False).select_related("bulletin", "area")
        among = [row for row in rows if row.from_last <= count]
        for row in among:
            if latest and row.bulletin_id == latest[0].pk:
                times = sum(one.area_id == row.area_id for one in among)
                found.append(Hot(kind.id, latest[0].title, row, count, times, len(latest)))
    return found
