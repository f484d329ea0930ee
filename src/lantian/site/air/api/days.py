"""Days of stations over the HTTP API: concentrations, index, primary pollutants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from lantian.airquality.editions import POLLUTANTS
from lantian.site.air import queries, shades
from lantian.site.air.api import room
from lantian.site.air.api.common import CSV, csv_of, known_edition
from lantian.site.air.models import Station
from lantian.site.air.queries.days import DayRow, of_stations
from lantian.site.core.api import Out, Prose, Word
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request

MOST_STATIONS = 500
MOST_DAYS = 20_000  # station-days of an answer


def _decimal(row: DayRow) -> dict[str, float | None]:
    """Values as the decimal numbers that they were stored for."""
    return {name: None if value is None else round(value, 4) for name, value in row.values.items()}


class DayOut(Out):
    """A day of a station."""

    station: str = Field(description="code")
    day: dt.date
    values: dict[str, float | None] = Field(description="µg/m³, CO mg/m³; of ozone the MDA8; null where not valid")
    counts: dict[str, int] = Field(description="valid hours behind each value, of ozone eight-hour windows")
    aqi: int | None = Field(description="null where it is not available")
    category: str | None = Field(description="in the language of the caller")
    primary: list[str]

    @classmethod
    def of(cls, station: Station, row: DayRow) -> DayOut:
        return cls(
            station=station.code, day=row.day, values=_decimal(row), counts=row.counts, aqi=row.aqi,
            category=shades.name(row.category) if row.category else None, primary=list(row.primary),
        )  # fmt: skip


class DaysOut(Out):
    """Days, one a row; those of which nothing was measured are left out."""

    days: list[DayOut]


class DaysQuery(BaseModel):
    """What is asked for: 20,000 days of stations at most."""

    stations: Prose = Field(description="codes, joined by commas; at most 500")
    since: dt.date = Field(description="first day")
    until: dt.date = Field(description="last day")
    edition: Word = Field("auto", description="auto (by each day's date), 2012, 2018, 2026, 2031")


_READ: dict[str, Any] = {"policy": "air.see", "scope": "air:read"}


@room.get("/days", "days", summary=_("日值和 AQI"), returns=DaysOut, **_READ)
def days(request: Request, asked: Query[DaysQuery]) -> DaysOut:
    """Days with their index and primary pollutants."""
    return DaysOut(days=[DayOut.of(station, row) for station, row in _read(request, asked)])


@room.get("/days.csv", "days_csv", summary=_("日值和 AQI CSV"), returns=None, file=CSV, **_READ)
def days_csv(request: Request, asked: Query[DaysQuery]) -> HttpResponse:
    """The same as CSV."""
    names = tuple(reversed(POLLUTANTS))
    rows = (
        [
            station.code, row.day.isoformat(), *(values[name] for name in names), row.aqi,
            str(shades.name(row.category)) if row.category else "", ",".join(row.primary),
        ]
        for station, row in _read(request, asked)
        for values in [_decimal(row)]
    )  # fmt: skip
    return csv_of("days", ["station", "day", *names, "aqi", "category", "primary"], rows)


def _read(request: Request, asked: DaysQuery) -> Iterator[tuple[Station, DayRow]]:
    """Days on which anything was measured: four SQL queries, whatever the number of stations.

    Raises
    ------
    Invalid : a station is not there, the span is none or too long, there is no such edition
    """
    codes = list(dict.fromkeys(part.strip() for part in asked.stations.split(",") if part.strip()))
    if not codes or len(codes) > MOST_STATIONS:
        said = format_lazy(_("请给出 1 至 {most} 个站点编码。"), most=MOST_STATIONS)
        raise Invalid(said, fields={"stations": said})
    if not dt.date(1980, 1, 1) <= asked.since <= asked.until < dt.date(2200, 1, 1):
        raise Invalid(_("起止日期不对。"), fields={"since": _("须不晚于 until，在 1980 年至 2199 年之间。")})
    count = ((asked.until - asked.since).days + 1) * len(codes)
    if count > MOST_DAYS:
        said = format_lazy(_("要读取 {count} 个站日，超过上限 {most}。"), count=count, most=MOST_DAYS)
        raise Invalid(said, fields={"until": said}, remedy=_("请缩短时间或减少站点。"))
    wanted = known_edition(asked.edition)
    found = list(queries.stations(request.person).filter(code__in=codes).order_by("code"))
    if missing := sorted(set(codes) - {one.code for one in found}):
        said = format_lazy(_("没有这些站点，或不在您的范围内：{codes}。"), codes="、".join(missing[:10]))
        raise Invalid(said, fields={"stations": said})
    for station, rows in zip(found, of_stations(found, asked.since, asked.until, wanted=wanted), strict=True):
        yield from ((station, row) for row in rows if any(row.counts.values()))
