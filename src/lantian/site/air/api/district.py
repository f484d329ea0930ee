"""A month or a year of an area and its stations over the HTTP API, as a bulletin shows it."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from lantian.airquality.editions import POLLUTANTS
from lantian.site.air.api import room
from lantian.site.air.api.common import CSV, csv_of, known_edition
from lantian.site.air.asked import day_of
from lantian.site.air.queries.bulletins import Bulletin, BulletinRow, bulletin, counted
from lantian.site.core.api import Key, Out, Word
from lantian.site.core.faults import Invalid
from lantian.site.core.metrics import Period
from lantian.site.core.request import Request
from lantian.site.org.models import Area

NAMES = tuple(reversed(POLLUTANTS))


class LineOut(Out):
    """A station's line, or that of the area."""

    name: str
    is_area: bool
    values: dict[str, float | None] = Field(
        description="means of the span; of CO the 95th, of ozone the 90th percentile [µg/m³; CO mg/m³]"
    )
    changes: dict[str, float | None] = Field(description="per cent against the same span a year before")
    enough: dict[str, bool] = Field(description="whether there are as many valid days as the standard asks")
    composite: float | None
    composite_change: float | None
    index_days: int = Field(description="days with an index")
    good_days: int | None
    good_before: int | None = Field(description="a year before")
    heavy_days: int | None
    levels: list[int] = Field(description="days by category, from the best")

    @classmethod
    def of(cls, row: BulletinRow) -> LineOut:
        names = [name for name in cls.model_fields if name != "name"]
        return cls(name=row.title, **{name: getattr(row, name) for name in names})


class BulletinOut(Out):
    """Stations that count and their area, over a month or a year."""

    area: int
    first: dt.date
    last: dt.date
    edition: str = Field(description="the set that all days were judged by")
    rows: list[LineOut]


class BulletinQuery(BaseModel):
    """Which area, and which month or year."""

    area: Key
    span: Word = Field(description="2026-01 for a month, 2026 for a year")
    edition: Word = Field("auto", description="auto (of the last day), 2012, 2018, 2026, 2031")


_READ: dict[str, Any] = {"policy": "air.see", "scope": "air:read"}


@room.get("/district", "district", summary=_("行政区月报和年报"), returns=BulletinOut, **_READ)
def district(request: Request, asked: Query[BulletinQuery]) -> BulletinOut:
    """The table of the month or year."""
    area, period, found = _found(request, asked)
    return BulletinOut(
        area=area.pk,
        first=period.first,
        last=period.last,
        edition=found.edition.name,
        rows=[LineOut.of(row) for row in found.rows],
    )


@room.get("/district.csv", "district_csv", summary=_("行政区月报和年报 CSV"), returns=None, file=CSV, **_READ)
def district_csv(request: Request, asked: Query[BulletinQuery]) -> HttpResponse:
    """The same as CSV."""
    _area, _period, found = _found(request, asked)
    more = ("composite", "composite_change", "good_days", "good_before", "heavy_days", "index_days")
    head = ["name", *NAMES, *(f"{name}_change" for name in NAMES), *more]
    rows = (
        [
            row.title, *(row.values[name] for name in NAMES), *(row.changes[name] for name in NAMES),
            *(getattr(row, name) for name in more),
        ]
        for row in found.rows
    )  # fmt: skip
    return csv_of("district", head, rows)


def _found(request: Request, asked: BulletinQuery) -> tuple[Area, Period, Bulletin]:
    """The bulletin: seven SQL queries.

    Raises
    ------
    Invalid : the area is not there for this person, the span is none, there is no such edition
    """
    area = Area.objects.visible_to(request.person).filter(pk=asked.area).first()
    if area is None:
        said = _("没有这个行政区，或不在您的范围内。")
        raise Invalid(said, fields={"area": said})
    wanted, period = known_edition(asked.edition), _period(asked.span)
    return area, period, bulletin(area, counted(request.person, area), period, wanted)


def _period(written: str) -> Period:
    month, year = day_of(f"{written}-01"), day_of(f"{written}-01-01")
    if len(written) == 7 and month:
        return Period(month, month.replace(day=calendar.monthrange(month.year, month.month)[1]))
    if len(written) == 4 and year:
        return Period(year, dt.date(year.year, 12, 31))
    said = _("请写成 2026-01（月）或 2026（年）。")
    raise Invalid(said, fields={"span": said})
