"""Days of a station: concentrations, index and primary pollutants."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from lantian.airquality.aqi import Aqi, aqi, category_of
from lantian.airquality.editions import LABELS, POLLUTANTS, Edition, edition
from lantian.airquality.evaluate import evaluate_days
from lantian.rulebook.schemas.standards import Category
from lantian.site.air import days, shades
from lantian.site.air.models import Station
from lantian.site.series.queries import read

ONE_DAY = dt.timedelta(days=1)
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class DayRow:
    """One day of a station or an area.

    Attributes
    ----------
    values : by pollutant, the day's concentration [µg/m³; CO mg/m³; ozone MDA8]; None where not valid
    counts : by pollutant, the valid hours (of ozone windows) behind it; of an area its stations
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
    """Every day of a month."""
    last = calendar.monthrange(year, number)[1]
    return between(station, dt.date(year, number, 1), dt.date(year, number, last), wanted=wanted)


def between(station: Station, first: dt.date, last: dt.date, *, wanted: str = "auto") -> list[DayRow]:
    """Every day of a span, under the edition in force on it or under the one that is asked for."""
    owner = [station.owner_id]
    if wanted == "auto":
        stored = read(owner, days.FACTORS, np.datetime64(first, "s"), np.datetime64(last, "s"), interval="1d")
        values: Arrays = {name: stored.values[name][0].astype(float) for name in POLLUTANTS}
        counts: Arrays = {name: stored.counts[name][0] for name in POLLUTANTS}
    else:
        # the night before belongs to the first day's windows
        found = evaluate_days(days.hours(owner, first - ONE_DAY, last), edition=wanted)
        values = {name: found.concentration(name)[0, 1:] for name in POLLUTANTS}
        counts = {name: found.count[name][0, 1:] for name in POLLUTANTS}
    return list(rows_of(values, counts, first, last, wanted))


def rows_of(values: Arrays, counts: Arrays, first: dt.date, last: dt.date, wanted: str) -> Iterator[DayRow]:
    """Rows of days from their concentrations, each judged by its edition."""
    for begin, end, rules in _editions(first, last, wanted):
        part = slice((begin - first).days, (end - first).days + 1)
        found = _index({name: array[part] for name, array in values.items()}, rules)
        primary = {LABELS[item.split("_")[0]]: flags for item, flags in found.primary.items()}
        for k, number in enumerate(np.asarray(found.aqi, float).tolist()):
            place = part.start + k
            there = {name: float(array[place]) for name, array in values.items()}
            yield DayRow(
                begin + k * ONE_DAY,
                {name: None if np.isnan(value) else value for name, value in there.items()},
                {name: int(array[place]) for name, array in counts.items()},
                None if np.isnan(number) else int(number),
                category_of(number, rules.index),
                tuple(label for label, flags in primary.items() if flags[k]),
            )


def _editions(first: dt.date, last: dt.date, wanted: str) -> Iterator[tuple[dt.date, dt.date, Edition]]:
    """Stretches of days that one set holds for."""
    begin = first
    while begin <= last:
        rules = edition(wanted, on=begin)
        end = begin
        while end < last and edition(wanted, on=end + ONE_DAY) is rules:
            end += ONE_DAY
        yield begin, end, rules
        begin = end + ONE_DAY


def _index(values: Arrays, rules: Edition) -> Aqi:
    """Indices of days; of ozone the MDA8 counts."""
    items = {("o3_8h" if name == "o3" else f"{name}_24h"): array for name, array in values.items()}
    return aqi(items, report="day", edition=rules)
