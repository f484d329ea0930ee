"""A station's hours and months for its figures: wind, cycles, trend."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from lantian.airquality.arrays import Floats
from lantian.airquality.cycles import Times
from lantian.airquality.trends import Months, months_known
from lantian.site.air.models import Station
from lantian.site.series.queries import read

WIND = ("wind_direction", "wind_speed")
HOUR, DAY = np.timedelta64(1, "h"), np.timedelta64(1, "D")
# Years of months that a trend looks back at most.
LONGEST = 20


@dataclass(frozen=True)
class StationHours:
    """Hours of one station over whole days; NaN where missing or invalid.

    Attributes
    ----------
    times : local, each the end of its hour
    """

    times: Times
    values: Floats
    direction: Floats
    speed: Floats

    @property
    def has_wind(self) -> bool:
        """Whether any hour has both direction and speed."""
        return bool((np.isfinite(self.direction) & np.isfinite(self.speed)).any())


def station_hours(station: Station, factor: str, first: dt.date, last: dt.date) -> StationHours:
    """Valid hours from the first to the last day: one SQL query."""
    since, until = np.datetime64(first, "s") + HOUR, np.datetime64(last, "s") + DAY
    cube = read([station.owner_id], [factor, *WIND], since, until)
    values, direction, speed = (cube.values[name][0].astype(float) for name in (factor, *WIND))
    return StationHours(cube.times, values, direction, speed)


def station_months(station: Station, factor: str, last: dt.date) -> Months:
    """Months as stored up to that of a day, from the first that has a value: one SQL query. Of ozone the MDA8."""
    until = np.datetime64(last, "M").astype("datetime64[s]")
    since = np.datetime64(dt.date(last.year - LONGEST, 1, 1), "s")
    cube = read([station.owner_id], [factor], since, until, interval="1mo")
    mean, count = cube.values[factor][0].astype(float), cube.counts[factor][0].astype(np.int64)
    there = np.flatnonzero(np.isfinite(mean))
    begin = int(there[0]) if len(there) else len(mean) - 1
    return months_known(cube.times[begin:].astype("datetime64[M]"), mean[begin:], count[begin:])
