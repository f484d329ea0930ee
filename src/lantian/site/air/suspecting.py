"""Hours looked over by the library's rules: what the job finds, before it is stored.

The library gives runs of hours; here they get the station, the hours around them and the neighbours' values, so that
whoever judges sees at once what the rule saw.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lantian import rulebook
from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.hours import Hours
from lantian.airquality.interference import interference
from lantian.airquality.micro import against_reference
from lantian.airquality.quality import Near, check, median_of, nearest, places_of
from lantian.rulebook.schemas.air import AirSuspicions
from lantian.rulebook.schemas.air_review import AirReview
from lantian.site.air import days
from lantian.site.air.models import Station
from lantian.site.series.grid import aware

HOUR = dt.timedelta(hours=1)
JUDGES_NOBODY = ("micro", "dust")


@dataclass(frozen=True)
class Found:
    """Hours of one factor at one station that a rule marks; `first` and `last` are their ends."""

    station: Station
    factor: str
    rule: str
    first: dt.datetime
    last: dt.datetime
    score: float
    evidence: dict[str, Any] = field(default_factory=dict, compare=False)


def look_over(stations: Sequence[Station], first: dt.date, last: dt.date) -> list[Found]:
    """Everything that the rules mark at stations over whole days, both included; a few SQL queries.

    Neighbours are sought among the stations given, micro-stations never being one's neighbours.
    """
    if not stations:
        return []
    margin = rulebook.get("air-suspicions", as_=AirSuspicions).micro.days
    hours = days.hours([one.owner_id for one in stations], first - dt.timedelta(days=margin), last)
    at = _Looked(list(stations), hours)
    since = aware(np.datetime64(first, "s"))
    return [one for one in (*at.marked(), *at.signs(), *at.micro()) if one.last > since]


class _Looked:
    """Hours of stations, with who stands near whom."""

    def __init__(self, stations: list[Station], hours: Hours) -> None:
        self.stations, self.hours = stations, hours
        self.rule = rulebook.get("air-review", as_=AirReview)
        self.by_owner = {str(one.owner_id): one for one in stations}
        self.near = _near(stations)
        neighbours = places_of(hours, self.near, rulebook.get("air-suspicions", as_=AirSuspicions).neighbour.stations)
        self.around = {p: median_of(hours.values[p], neighbours) for p in POLLUTANTS}
        self.row = {name: k for k, name in enumerate(hours.stations)}

    def marked(self) -> Iterator[Found]:
        """Runs of hours that the rules of quality mark."""
        for one in check(self.hours, near=self.near).suspicions():
            told = {"least": round(one.least, 3), "largest": round(one.largest, 3)}
            score = self.rule.weights[one.rule] * one.hours  # type: ignore[index]
            yield self._found(one.station, one.pollutant, one.rule, (one.first, one.last), score, told)

    def signs(self) -> Iterator[Found]:
        """Signs of interference."""
        for suspect in interference(self.hours, self.near):
            for sign in suspect.signs:
                told = {"value": round(sign.value, 1), "neighbours_at": round(sign.neighbours, 1)}
                span = (sign.first, sign.last)
                yield self._found(sign.station, sign.pollutant, sign.kind, span, sign.points, told)

    def micro(self) -> Iterator[Found]:
        """Days on which a micro-station no longer follows the nearest reference."""
        for station in (one for one in self.stations if one.kind == "micro"):
            reference = self._reference(station)
            if reference is None:
                continue
            name = str(station.owner_id)
            for p in (p for p in POLLUTANTS if p in station.factors):
                values, held = (self.hours.values[p][self.row[one]] for one in (name, reference))
                fit = against_reference(values, held)
                for day in np.flatnonzero(fit.calibrate).tolist():
                    there = np.flatnonzero(np.isfinite(values[day * 24 : day * 24 + 24]))
                    if not len(there):
                        continue
                    span = tuple(self._time(day * 24 + int(k)) for k in (there[0], there[-1]))
                    told = {
                        "slope": round(float(fit.slope[day]), 3),
                        "r2": round(float(fit.r2[day]), 3),
                        "reference": self.by_owner[reference].name,
                    }
                    score = self.rule.weights["micro"] * len(there)
                    yield self._found(name, p, "micro", (span[0], span[1]), score, told)

    def _reference(self, station: Station) -> str | None:
        return next(iter(self.near.get(str(station.owner_id), ())), None)

    def _found(
        self,
        name: str,
        factor: str,
        rule: str,
        span: tuple[dt.datetime, dt.datetime],
        score: float,
        told: Mapping[str, Any],
    ) -> Found:
        first, last = (aware(np.datetime64(one, "s")) for one in span)
        station = self.by_owner[name]
        evidence = {**told, **self._seen(name, factor, span)}
        return Found(station, factor, rule, first, last, round(score, 2), evidence)

    def _seen(self, name: str, factor: str, span: tuple[dt.datetime, dt.datetime]) -> dict[str, Any]:
        """The hours in question with some before and after, the neighbours' median, and the neighbours by name."""
        begin = self._time(0)
        length = self.hours.days * 24
        low, high = ((one - begin) // HOUR for one in span)
        context = self.rule.context
        low, high = max(low - context, 0), min(high + context + 1, length)
        around = self.around[factor]
        rows = [other for other in self.near.get(name, ()) if other in self.row]
        middle = slice((span[0] - begin) // HOUR, (span[1] - begin) // HOUR + 1)
        return {
            "from": self._time(low).isoformat(),
            "values": _plain(self.hours.values[factor][self.row[name], low:high]),
            "around": _plain(around[self.row[name], low:high]) if around is not None else [],
            "neighbours": [
                {"name": self.by_owner[one].name, "median": _median(self.hours.values[factor][self.row[one], middle])}
                for one in rows
            ],
        }

    def _time(self, hour: int) -> dt.datetime:
        start = self.hours.start
        return dt.datetime(start.year, start.month, start.day, 1) + hour * HOUR


def _near(stations: Sequence[Station]) -> Near:
    """Neighbours of each station among those that judge."""
    places = {
        str(one.owner_id): (one.longitude, one.latitude)
        for one in stations
        if one.longitude is not None and one.latitude is not None
    }
    quiet = {str(one.owner_id) for one in stations if one.kind in JUDGES_NOBODY}
    most = rulebook.get("air-suspicions", as_=AirSuspicions).neighbour.stations
    found = nearest(places, most=most + len(quiet)) if places else {}
    return {name: [one for one in others if one not in quiet][:most] for name, others in found.items()}


def _plain(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), 2) for value in values]


def _median(values: np.ndarray) -> float | None:
    there = values[np.isfinite(values)]
    return round(float(np.median(there)), 1) if len(there) else None
