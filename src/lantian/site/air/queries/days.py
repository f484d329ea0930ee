"""Days of a station: concentrations, index and primary pollutants."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lantian.airquality.aqi import category_of
from lantian.airquality.days import Days
from lantian.airquality.editions import LABELS, POLLUTANTS
from lantian.rulebook.schemas.standards import Category
from lantian.site.air import days, shades
from lantian.site.air.models import Station

ONE_DAY = dt.timedelta(days=1)


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
    return of_stations([station], first, last, wanted=wanted)[0]


def of_stations(
    stations: Sequence[Station], first: dt.date, last: dt.date, *, wanted: str = "auto"
) -> list[list[DayRow]]:
    """Every day of a span for each of some stations: two SQL queries for each edition that holds in it."""
    owners = [one.owner_id for one in stations]
    rows: list[list[DayRow]] = [[] for _one in stations]
    for begin, end, rules in days.stretches(first, last, wanted):
        found = days.under(owners, begin, end, rules)
        for k, mine in enumerate(rows):
            mine.extend(rows_of(found, k))
    return rows


def rows_of(found: Days, row: int) -> Iterator[DayRow]:
    """Rows of the days of a station or an area, which lies in a row of `found`."""
    values = {name: found.concentration(name)[row].tolist() for name in POLLUTANTS}
    counts = {name: found.count[name][row].tolist() for name in POLLUTANTS}
    index = found.index[row].tolist()
    for k, number in enumerate(index):
        yield DayRow(
            found.start + k * ONE_DAY,
            {name: None if math.isnan(of[k]) else of[k] for name, of in values.items()},
            {name: of[k] for name, of in counts.items()},
            None if number < 0 else number,
            None if number < 0 else category_of(number, found.edition.index),
            tuple(LABELS[item.split("_")[0]] for item in found.primary_at(row, k)),
        )
