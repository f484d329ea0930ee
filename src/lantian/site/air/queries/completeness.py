"""How much of what stations owe has come in: valid hours of their factors while they are open, by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from lantian import rulebook
from lantian.airquality.editions import POLLUTANTS
from lantian.rulebook.schemas.air import CompletenessRule
from lantian.site.air.models import Station
from lantian.site.core import clock
from lantian.site.series.queries import read

HOURS = 24
# Days keep how many valid hours they rest on; of ozone the day's largest hour does, its MDA8 counts windows.
COUNTED = {code: "o3_1h" if code == "o3" else code for code in POLLUTANTS}


@dataclass(frozen=True)
class Share:
    """Valid hours that are there, of those that are owed."""

    valid: int
    owed: int

    @property
    def rate(self) -> float | None:
        """The upload rate; None where nothing is owed."""
        return self.valid / self.owed if self.owed else None

    @property
    def percent(self) -> float | None:
        """The rate in percent, cut off after one digit: 89.96 % is not yet 90 %."""
        return None if self.rate is None else np.floor(self.valid * 1000 / self.owed) / 10

    @property
    def level(self) -> str:
        """good, fair or poor, by the rule; '' where nothing is owed."""
        if self.rate is None:
            return ""
        rule = rulebook.get("air-completeness", as_=CompletenessRule)
        return "good" if self.rate >= rule.reached else "poor" if self.rate < rule.poor else "fair"

    def __add__(self, other: Share) -> Share:
        return Share(self.valid + other.valid, self.owed + other.owed)


NOTHING = Share(0, 0)


@dataclass(frozen=True)
class Row:
    """A station's shares by month."""

    station: Station
    months: tuple[Share, ...]

    @property
    def total(self) -> Share:
        """Over all months."""
        return sum(self.months, NOTHING)


def by_month(stations: Sequence[Station], year: int) -> list[Row]:
    """Shares of a year's months: one SQL query, whatever the number of stations."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    valid, owed = _hours(stations, first, last)
    starts = [(dt.date(year, number, 1) - first).days for number in range(1, 13)]
    there, due = (np.add.reduceat(of, starts, axis=1).tolist() if stations else [] for of in (valid, owed))
    return [Row(station, tuple(map(Share, *sums))) for station, *sums in zip(stations, there, due, strict=True)]


def shares(stations: Sequence[Station], first: dt.date, last: dt.date) -> Mapping[int, Share]:
    """By the station's key, its share over some days: one SQL query."""
    valid, owed = _hours(stations, first, last)
    return {one.pk: Share(int(valid[at].sum()), int(owed[at].sum())) for at, one in enumerate(stations)}


def _hours(stations: Sequence[Station], first: dt.date, last: dt.date) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Station × day: valid hours of the factors that the station owes, and how many it owes, up to now."""
    cube = read(
        [one.owner_id for one in stations], list(COUNTED.values()),
        np.datetime64(first, "s"), np.datetime64(last, "s"), interval="1d",
    )  # fmt: skip
    days = np.datetime64(first, "D") + np.arange((last - first).days + 1)
    passed = _passed(days)
    owes = np.array([[code in station.factors for code in COUNTED] for station in stations], bool).reshape(
        -1, len(COUNTED)
    )
    is_open = np.array([_open(station, days) for station in stations], bool).reshape(-1, len(days))
    owed = np.where(is_open, passed * owes.sum(1)[:, None], 0)
    there = sum(
        (cube.counts[kept].astype(np.int64) * owes[:, [k]] for k, kept in enumerate(COUNTED.values())),
        np.zeros(owed.shape, np.int64),
    )
    return np.minimum(np.where(is_open, there, 0), owed), owed


def _passed(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Hours of each day that have passed: all of a day gone by, none of one to come."""
    now = np.datetime64(timezone.localtime(clock.now()).replace(tzinfo=None), "h")
    return np.clip((now - days.astype("datetime64[h]")).astype(np.int64), 0, HOURS)


def _open(station: Station, days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    found = np.ones(len(days), bool)
    if station.valid_from:
        found &= days >= np.datetime64(station.valid_from, "D")
    if station.valid_to:
        found &= days <= np.datetime64(station.valid_to, "D")
    return found
