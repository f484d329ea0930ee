"""The air at this hour: latest values, real-time index, the last 24 hours, and how old each station's data is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Q

from lantian import rulebook
from lantian.airquality.aqi import aqi, category_of
from lantian.airquality.editions import LABELS, POLLUTANTS, Edition
from lantian.airquality.evaluate import Evaluation, evaluate
from lantian.rulebook.schemas.air import CompletenessRule
from lantian.rulebook.schemas.standards import Category
from lantian.site.air import days, shades
from lantian.site.air.models import Station
from lantian.site.air.models.stations import CLASSES
from lantian.site.air.queries.stations import stations
from lantian.site.core import clock
from lantian.site.core.policy import Actor
from lantian.site.series.grid import aware, local

DAY_HOURS = 24
ORDER = {code: place for place, (code, _title) in enumerate(CLASSES)}


@dataclass(frozen=True)
class NowRow:
    """A station as it stands.

    Attributes
    ----------
    at : end of the last hour that has a value, within today and yesterday; None where there is none
    values : by pollutant, of that hour
    aqi : real-time index of that hour; None where not available
    rolling : index of the mean of the last 24 hours (of ozone 8), up to the hour that is now
    last_day : index of each of the last 24 hours up to now
    age : hours since `at`, None without
    late : whether the data is older than it should be (rule `air-completeness`)
    """

    station: Station
    at: dt.datetime | None
    values: dict[str, float | None]
    aqi: int | None
    category: Category | None
    primary: tuple[str, ...]
    rolling: int | None
    rolling_category: Category | None
    last_day: list[float | None]
    age: int | None
    late: bool

    @property
    def colour(self) -> str:
        """Colour of the category, '' without one."""
        return shades.colour(self.category) if self.category else ""


@dataclass(frozen=True)
class Now:
    """All stations asked for, at the last full hour."""

    hour: dt.datetime
    edition: Edition
    rows: list[NowRow]

    @property
    def late(self) -> int:
        """How many stations are late."""
        return sum(row.late for row in self.rows)


SORTS: dict[str, Callable[[NowRow], Any]] = {
    "station": lambda row: row.station.name,
    "aqi": lambda row: row.aqi,
    "rolling": lambda row: row.rolling,
    "at": lambda row: row.at,
    **{name: (lambda row, name=name: row.values[name]) for name in POLLUTANTS},  # type: ignore[misc]
}


def now(person: Actor, where: Q | None = None, *, sort: str = "") -> Now:
    """Stations in use that the person may see: four SQL queries, whatever their number."""
    moment = clock.now()
    hour = moment.replace(minute=0, second=0, microsecond=0)
    today = (hour - dt.timedelta(seconds=1)).date()  # the hour that ends at midnight is of the day before
    open_now = Q(valid_to=None) | Q(valid_to__gte=today)
    found = list(stations(person).filter(open_now, where or Q()))
    first = today - dt.timedelta(days=1)
    done = evaluate(days.hours([one.owner_id for one in found], first, today), edition="auto", on=today)
    upto = int((local(hour) - np.datetime64(first, "s")) / days.HOUR)
    rows = _rows(found, done, np.datetime64(first, "s"), upto)
    return Now(hour, done.edition, _sorted(rows, sort))


def _rows(found: Sequence[Station], done: Evaluation, start: np.datetime64, upto: int) -> list[NowRow]:
    hours = {name: done.hours.values[name][:, :upto] for name in POLLUTANTS}
    there = np.logical_or.reduce([~np.isnan(array) for array in hours.values()])
    last = np.where(there.any(1), upto - 1 - np.argmax(there[:, ::-1], axis=1), -1)
    rolling = _rolling(done, upto - 1)
    rule = done.edition.index
    late = rulebook.get("air-completeness", as_=CompletenessRule).late_hours
    rows = []
    for row, station in enumerate(found):
        k = int(last[row])
        index = int(done.index[row, k]) if k >= 0 else -1
        bits = int(done.primary[row, k]) if k >= 0 else 0
        values = {name: _number(array[row, k]) if k >= 0 else None for name, array in hours.items()}
        of_day = done.index[row, max(upto - DAY_HOURS, 0) : upto]
        mean = _number(rolling[row])
        rows.append(
            NowRow(
                station,
                aware(start + (k + 1) * days.HOUR) if k >= 0 else None,
                values,
                index if index >= 0 else None,
                category_of(index, rule) if index >= 0 else None,
                tuple(LABELS[item.split("_")[0]] for bit, item in enumerate(done.items) if bits >> bit & 1),
                None if mean is None else int(mean),
                None if mean is None else category_of(mean, rule),
                [None if value < 0 else float(value) for value in of_day],
                upto - 1 - k if k >= 0 else None,
                k < 0 or upto - 1 - k >= late,
            )
        )
    return rows


def _rolling(done: Evaluation, at: int) -> np.ndarray:
    """Index of the running means at an hour, as the day's report judges them."""
    items = {("o3_8h" if name == "o3" else f"{name}_24h"): done.running[name][:, at] for name in POLLUTANTS}
    return np.asarray(aqi(items, report="day", edition=done.edition).aqi, float)


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)


def _sorted(rows: list[NowRow], sort: str) -> list[NowRow]:
    """By class and code; or by a column, with what has no value last both ways."""
    rows.sort(key=lambda row: (ORDER[row.station.kind], row.station.code))
    key = SORTS.get(sort.lstrip("-"))
    if key is None:
        return rows
    known = [row for row in rows if key(row) is not None]
    known.sort(key=key, reverse=sort.startswith("-"))
    return known + [row for row in rows if key(row) is None]
