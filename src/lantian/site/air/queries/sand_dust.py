"""Hours that look like sand-dust, for a person to judge: stations of one episode together, with their figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from lantian.airquality.deductions import SandDustSign, signs_of_sand_dust
from lantian.site.air import days
from lantian.site.air.models import AirEvent, Station
from lantian.site.core.policy import Actor

DAY = dt.timedelta(days=1)
LEAD = 3 * DAY  # an episode that began before the first day asked for is seen from its beginning


@dataclass(frozen=True)
class StationSign:
    """A station's part of an episode."""

    station: Station
    sign: SandDustSign


@dataclass(frozen=True)
class Episode:
    """Hours that overlap at several stations, ends of the first and the last; `entered` are events that touch them."""

    first: dt.datetime
    last: dt.datetime
    signs: Sequence[StationSign]
    entered: Sequence[AirEvent] = ()

    @property
    def stations(self) -> list[Station]:
        """Its stations."""
        return [one.station for one in self.signs]


@dataclass(frozen=True)
class Suggested:
    """Episodes, the latest first; `like_haze` counts stretches that were left out as the share of fine particles did
    not fall."""

    episodes: Sequence[Episode]
    like_haze: int


def suggested(person: Actor, first: dt.date, last: dt.date, *, haze: bool = False) -> Suggested:
    """Episodes of some days at stations whose results count: a fixed number of SQL queries. With `haze` those are left
    in whose share of fine particles did not fall.
    """
    rows = Station.objects.visible_to(person).filter(counts=True).select_related("area", "unit")
    stations = [one for one in rows.order_by("kind", "code") if "pm10" in one.factors]
    if not stations:
        return Suggested((), 0)
    hours = days.hours([one.owner_id for one in stations], first - LEAD, last)
    signs = [StationSign(one, sign) for k, one in enumerate(stations) for sign in signs_of_sand_dust(hours, station=k)]
    begin = dt.datetime.combine(first, dt.time())
    signs = [one for one in signs if one.sign.event.last > begin]
    shown = [one for one in signs if haze or one.sign.is_coarser]
    entered = _entered(person, first, last)
    return Suggested([_episode(part, entered) for part in reversed(_together(shown))], len(signs) - len(shown))


def _together(signs: Iterable[StationSign]) -> list[list[StationSign]]:
    """Signs whose hours overlap."""
    parts: list[list[StationSign]] = []
    until = dt.datetime.min
    for one in sorted(signs, key=lambda one: one.sign.event.first):
        if one.sign.event.first > until:
            parts.append([])
        parts[-1].append(one)
        until = max(until, one.sign.event.last)
    return parts


def _entered(person: Actor, first: dt.date, last: dt.date) -> list[AirEvent]:
    zone = timezone.get_current_timezone()
    since = dt.datetime.combine(first - LEAD, dt.time(), tzinfo=zone)
    until = dt.datetime.combine(last + DAY, dt.time(), tzinfo=zone)
    rows = AirEvent.objects.visible_to(person).filter(kind="sand-dust", first__lte=until, last__gte=since)
    return list(rows.order_by("first"))


def _episode(part: Sequence[StationSign], entered: Sequence[AirEvent]) -> Episode:
    zone = timezone.get_current_timezone()
    first = min(one.sign.event.first for one in part).replace(tzinfo=zone)
    last = max(one.sign.event.last for one in part).replace(tzinfo=zone)
    return Episode(first, last, part, [one for one in entered if one.first <= last and one.last >= first])
