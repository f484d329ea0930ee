"""Dustfall as pages and metrics read it: months of areas, means of their points, held against limits."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from lantian.airquality.deductions import Account
from lantian.airquality.dustfall import Mean, keeps, mean, mean_of_months
from lantian.site.air.models import DustfallLimit, DustfallPoint, DustfallResult
from lantian.site.air.models.dustfall import COUNTED, last_day, limit_in, stood
from lantian.site.air.review_days import next_month
from lantian.site.core import clock
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area
from lantian.site.org.models.tree import subtree

NOTHING = Mean(None, None, 0)


@dataclass(frozen=True)
class AreaMonth:
    """A month of an area: the mean of its points with confirmed results, held against the limit of the month.

    Attributes
    ----------
    points : points that stood in the month and count
    drafts : how many of them have a result that waits to be confirmed
    """

    month: dt.date
    mean: Mean = NOTHING
    points: int = 0
    drafts: int = 0
    limit: DustfallLimit | None = None

    @property
    def value(self) -> float | None:
        """After what is deducted in the account."""
        return self.mean.value

    @property
    def kept(self) -> bool | None:
        """Whether the limit is kept; None without a value or a limit."""
        return judged(self.mean, self.limit)

    @property
    def is_over(self) -> bool:
        """Whether a result could be there."""
        return last_day(self.month) < clock.today()


@dataclass(frozen=True)
class AreaYear:
    """Months of an area, and the mean of those that have a value."""

    area: Area
    months: tuple[AreaMonth, ...]
    depth: int = 0
    mean: Mean = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", mean_of_months([one.mean for one in self.months]))

    @property
    def limit(self) -> DustfallLimit | None:
        """The latest limit that held in one of the months."""
        return next((one.limit for one in reversed(self.months) if one.limit), None)

    @property
    def kept(self) -> bool | None:
        """Whether the mean of the months keeps it."""
        return judged(self.mean, self.limit)


def judged(found: Mean, limit: DustfallLimit | None) -> bool | None:
    """Whether a mean keeps a limit; None where one of them is not there."""
    if limit is None or found.value is None:
        return None
    return keeps(found.value, limit=limit.limit, comparison=limit.comparison)  # type: ignore[arg-type]


def months_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Months that lie wholly within some days, by their first."""
    month = first if first.day == 1 else next_month(first)
    found = []
    while last_day(month) <= last:
        found.append(month)
        month = next_month(month)
    return found


def points(person: Actor) -> QuerySet[DustfallPoint]:
    """Points that the person may see."""
    return DustfallPoint.objects.visible_to(person).select_related("area")


def results(person: Actor) -> QuerySet[DustfallResult]:
    """Results that the person may see."""
    return DustfallResult.objects.visible_to(person).select_related("point__area", "entered_by", "confirmed_by")


def limits(person: Actor) -> QuerySet[DustfallLimit]:
    """Limits of areas that the person may see."""
    return DustfallLimit.objects.visible_to(person).select_related("area")


def area_months(
    areas: Sequence[Area], months: Sequence[dt.date], account: Account = "approved"
) -> dict[int, list[AreaMonth]]:
    """By the area's key its months: the points in it and below it, control points left out. Four SQL queries."""
    if not areas or not months:
        return {area.pk: [] for area in areas}
    parents: dict[int, int | None] = dict(Area.objects.values_list("pk", "parent_id"))
    standing = list(DustfallPoint.objects.filter(stood(months[0], last_day(months[-1])), kind=COUNTED))
    found = DustfallResult.objects.filter(
        point__in=[one.pk for one in standing], month__gte=months[0], month__lte=months[-1]
    )
    by_place = {(one.point_id, one.month): one for one in found}
    held: defaultdict[int, list[DustfallLimit]] = defaultdict(list)
    for limit in DustfallLimit.objects.filter(area__in=areas):
        held[limit.area_id].append(limit)
    made = {}
    for area in areas:
        inside = subtree(parents, {area.pk})
        own = [one for one in standing if one.area_id in inside]
        made[area.pk] = [_month(month, own, by_place, limit_in(held[area.pk], month), account) for month in months]
    return made


def _month(
    month: dt.date,
    own: Iterable[DustfallPoint],
    by_place: Mapping[tuple[int, dt.date], DustfallResult],
    limit: DustfallLimit | None,
    account: Account,
) -> AreaMonth:
    there = [one for one in own if one.stood_in(month)]
    found = [result for one in there if (result := by_place.get((one.pk, month)))]
    sure = [one for one in found if one.state == "confirmed"]
    value = mean([one.raw for one in sure], deducted=[one.less(account) for one in sure])
    return AreaMonth(month, value, len(there), len(found) - len(sure), limit)


def year_of_areas(person: Actor, year: int, account: Account) -> list[AreaYear]:
    """A year by area: those that have a point in them, or a limit; the upper before the lower. Seven SQL queries."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    seen = list(Area.objects.visible_to(person).exclude(kind="village").order_by("code", "pk"))
    parents: dict[int, int | None] = dict(Area.objects.values_list("pk", "parent_id"))
    with_point = set(DustfallPoint.objects.filter(stood(first, last), kind=COUNTED).values_list("area", flat=True))
    limited = set(
        DustfallLimit.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=first), valid_from__lte=last
        ).values_list("area", flat=True)
    )  # fmt: skip
    wanted = [one for one in seen if one.pk in limited or subtree(parents, {one.pk}) & with_point]
    found = area_months(wanted, months_between(first, last), account)
    depth = {one.pk: _depth(one.pk, parents) for one in wanted}
    top = min(depth.values(), default=0)
    ordered = sorted(wanted, key=lambda one: depth[one.pk])
    return [AreaYear(one, tuple(found[one.pk]), depth[one.pk] - top) for one in ordered]


def _depth(pk: int, parents: Mapping[int, int | None]) -> int:
    above = parents.get(pk)
    return 0 if above is None else 1 + _depth(above, parents)


@dataclass(frozen=True)
class PointYear:
    """Results of a point by month; None where there is none yet, or the point did not stand."""

    point: DustfallPoint
    months: tuple[DustfallResult | None, ...]
    account: Account
    first: dt.date
    mean: Mean = field(init=False)

    def __post_init__(self) -> None:
        sure = [one for one in self.months if one is not None and one.state == "confirmed"]
        found = mean([one.raw for one in sure], deducted=[one.less(self.account) for one in sure])
        object.__setattr__(self, "mean", found)


def year_of_points(person: Actor, year: int, account: Account) -> list[PointYear]:
    """A year by point, control points after the others of their area. Two SQL queries."""
    months = months_between(dt.date(year, 1, 1), dt.date(year, 12, 31))
    standing = list(
        points(person).filter(stood(months[0], last_day(months[-1]))).order_by("area__code", "area", "-kind", "code")
    )
    found = DustfallResult.objects.filter(point__in=[one.pk for one in standing], month__in=months)
    by_place = {(one.point_id, one.month): one for one in found}
    return [
        PointYear(one, tuple(by_place.get((one.pk, month)) for month in months), account, months[0]) for one in standing
    ]


@dataclass(frozen=True)
class Place:
    """A point in a month: its result if there is one, and the last one before."""

    point: DustfallPoint
    result: DustfallResult | None
    before: DustfallResult | None


def month_of_points(person: Actor, area: Area, month: dt.date) -> list[Place]:
    """Points that stood in a month in an area and below it, with what is there. Four SQL queries."""
    parents: dict[int, int | None] = dict(Area.objects.values_list("pk", "parent_id"))
    inside = subtree(parents, {area.pk})
    standing = list(
        points(person)
        .filter(area__in=inside)
        .filter(stood(month, last_day(month)))
        .order_by("area__code", "area", "code")
    )
    before = (month - dt.timedelta(days=1)).replace(day=1)
    rows = DustfallResult.objects.filter(point__in=[one.pk for one in standing], month__in=(month, before))
    by_place = {(one.point_id, one.month): one for one in rows}
    for one in standing:
        for key in ((one.pk, month), (one.pk, before)):
            if key in by_place:
                by_place[key].point = one
    return [Place(one, by_place.get((one.pk, month)), by_place.get((one.pk, before))) for one in standing]


def areas_to_enter(person: Actor) -> list[Area]:
    """Areas whose points are entered together, the topmost first: districts (or the city); of who sees but towns,
    these."""
    seen = list(
        Area.objects.visible_to(person).exclude(kind="village").annotate(below=Count("children")).order_by("code", "pk")
    )
    areas = [one for one in seen if one.below or one.parent_id is None] or seen
    keys = {one.pk for one in areas}
    return sorted(areas, key=lambda one: one.parent_id in keys)


def months_to_confirm(person: Actor) -> list[tuple[dt.date, int]]:
    """Months with drafts, the oldest first, and how many."""
    drafts = DustfallResult.objects.visible_to(person).filter(state="draft")
    return list(drafts.values_list("month").annotate(count=Count("pk")).order_by("month"))
