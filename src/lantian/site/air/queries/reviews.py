"""How far the review of a month is, station by station, and who is behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Count, Q, QuerySet

from lantian.site.air.models import CityResult, Station, Suspicion
from lantian.site.air.review_days import due_before, next_month
from lantian.site.core import clock
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area
from lantian.site.org.models.tree import subtree
from lantian.site.series.grid import aware
from lantian.site.series.models import Stage
from lantian.site.series.queries import read

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """A station's month.

    Attributes
    ----------
    hours : hours with data; `first`, `second`, `above` of them looked at once, twice, settled by the city's data
    late_first, late_second : hours whose look is overdue
    waiting : open suspicions
    accepted, refused : days by the city's answer
    """

    station: Station
    hours: int
    first: int
    second: int
    above: int
    late_first: int
    late_second: int
    waiting: int
    accepted: int
    refused: int
    locked: bool

    @property
    def is_behind(self) -> bool:
        """Whether a look is overdue."""
        return bool(self.late_first or self.late_second)


def in_use(month: dt.date) -> Q:
    """Stations that measured in a month: condition for a query."""
    last = next_month(month) - DAY
    begun = Q(valid_from=None) | Q(valid_from__lte=last)
    return begun & (Q(valid_to=None) | Q(valid_to__gte=month))


def stations_of(area: Area, month: dt.date) -> QuerySet[Station]:
    """Stations of an area and all below it that measured in a month."""
    inside = subtree(dict(Area.objects.values_list("pk", "parent_id")), {area.pk})
    rows = Station.objects.filter(in_use(month), area__in=inside)
    return rows.select_related("owner", "area", "unit").order_by("kind", "code")


def progress(person: Actor, month: dt.date) -> list[Standing]:
    """Every station that the person may see, with how far its month is: five SQL queries."""
    stations = list(
        Station.objects.visible_to(person)
        .filter(in_use(month))
        .select_related("owner", "area", "unit")
        .order_by("kind", "code")
    )
    last = next_month(month) - DAY
    stages = _stages(stations, month, last)
    waiting = _waiting(person, month, last)
    city = _city(person, month, last)
    today = clock.today()
    late = [24 * max((due_before(today, level) - month).days, 0) for level in (1, 2)]
    end = aware(np.datetime64(last, "s") + np.timedelta64(1, "D"))
    there, once, twice = (stages >= stage for stage in (Stage.REALTIME, Stage.CHECKED, Stage.REVIEWED))
    counts = zip(
        *(
            of.sum(1).tolist()
            for of in (
                there, once, twice, stages >= Stage.ABOVE,
                (there & ~once)[:, : late[0]], (there & ~twice)[:, : late[1]],
            )
        ),
        strict=True,
    )  # fmt: skip
    return [
        Standing(
            station,
            hours,
            first,
            second,
            above,
            late_first,
            late_second,
            waiting.get(station.pk, 0),
            city.get((station.pk, "accepted"), 0),
            city.get((station.pk, "refused"), 0),
            station.owner.locked_until is not None and station.owner.locked_until >= end,
        )
        for station, (hours, first, second, above, late_first, late_second) in zip(stations, counts, strict=True)
    ]


def below(station: Station, first: dt.date, last: dt.date, stage: Stage) -> int:
    """Hours with data that have not reached a stage."""
    of = _stages([station], first, last)
    return int(((of > 0) & (of < stage)).sum())


def behind(stations: Sequence[Station], first: dt.date, last: dt.date) -> int:
    """Hours of stations with data that were not looked at twice."""
    of = _stages(stations, first, last)
    return int(((of > 0) & (of < Stage.REVIEWED)).sum())


def _stages(stations: Sequence[Station], first: dt.date, last: dt.date) -> np.ndarray:
    hour = np.timedelta64(1, "h")
    since, until = np.datetime64(first, "s") + hour, np.datetime64(last, "s") + np.timedelta64(1, "D")
    return read([one.owner_id for one in stations], [], since, until).stages


def _waiting(person: Actor, first: dt.date, last: dt.date) -> dict[int, int]:
    since, until = aware(np.datetime64(first, "s")), aware(np.datetime64(last, "s") + np.timedelta64(1, "D"))
    rows = Suspicion.objects.visible_to(person).filter(state="open", first__lte=until, last__gt=since)
    return dict(rows.order_by().values_list("station").annotate(n=Count("pk")))


def _city(person: Actor, first: dt.date, last: dt.date) -> dict[tuple[int, str], int]:
    rows = CityResult.objects.visible_to(person).filter(day__gte=first, day__lte=last)
    counted = rows.order_by().values_list("station", "verdict").annotate(n=Count("pk"))
    return {(station, verdict): n for station, verdict, n in counted}
