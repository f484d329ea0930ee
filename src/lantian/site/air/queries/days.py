"""Days of a station: concentrations, index and primary pollutants."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

import numpy as np

from lantian.airquality.aqi import Aqi, aqi
from lantian.airquality.editions import LABELS, POLLUTANTS, Edition, edition
from lantian.airquality.evaluate import evaluate
from lantian.rulebook.schemas.standards import Category
from lantian.site.air import days, shades
from lantian.site.air.models import Station
from lantian.site.series.queries import read


@dataclass(frozen=True)
class DayRow:
    """One day of a station.

    Attributes
    ----------
    values : by pollutant, the day's concentration [µg/m³; CO mg/m³; ozone MDA8]; None where not valid
    counts : by pollutant, the valid hours (of ozone windows) behind it
    aqi : index; None where not available
    primary : labels of the primary pollutants
    """

    day: dt.date
    values: dict[str, float | None]
    counts: dict[str, int]
    aqi: int | None
    category: Category | None
    primary: tuple[str, ...]

    @property
    def colour(self) -> str:
        """The category's colour, as the standard gives it."""
        return shades.colour(self.category) if self.category else ""


def month(station: Station, year: int, number: int, *, wanted: str = "auto") -> list[DayRow]:
    """Every day of a month, under the edition in force on it or under the one that is asked for."""
    first = dt.date(year, number, 1)
    last = dt.date(year, number, calendar.monthrange(year, number)[1])
    owner = [station.owner_id]
    since, until = np.datetime64(first, "s"), np.datetime64(last, "s")
    stored = read(owner, days.FACTORS, since, until, interval="1d")
    values = {name: stored.values[name][0].astype(float) for name in POLLUTANTS}
    counts = {name: stored.counts[name][0] for name in POLLUTANTS}
    if wanted != "auto":
        # the night before belongs to the first day's windows
        found = evaluate(days.hours(owner, first - dt.timedelta(days=1), last), edition=wanted).days
        values = {name: found.concentration(name)[0, 1:] for name in POLLUTANTS}
        counts = {name: found.count[name][0, 1:] for name in POLLUTANTS}
    return [_row(first + dt.timedelta(days=k), values, counts, k, wanted) for k in range((last - first).days + 1)]


def _row(day: dt.date, values: dict[str, np.ndarray], counts: dict[str, np.ndarray], k: int, wanted: str) -> DayRow:
    of_day = {name: float(array[k]) for name, array in values.items()}
    there = {name: value for name, value in of_day.items() if not np.isnan(value)}
    found = _index(there, edition(wanted, on=day)) if there else None
    number = None if found is None or np.isnan(found.aqi) else int(found.aqi)
    return DayRow(
        day,
        {name: there.get(name) for name in POLLUTANTS},
        {name: int(array[k]) for name, array in counts.items()},
        number,
        found.category_at() if found is not None and number is not None else None,
        tuple(LABELS[item.split("_")[0]] for item in found.primary_at()) if found is not None else (),
    )


def _index(values: dict[str, float], found: Edition) -> Aqi:
    """The day's index; of ozone the MDA8 counts."""
    items = {("o3_8h" if name == "o3" else f"{name}_24h"): value for name, value in values.items()}
    return aqi(items, report="day", edition=found)
