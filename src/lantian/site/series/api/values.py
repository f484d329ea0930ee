"""Who is measured, and their values: long and wide in JSON, wide in CSV and Parquet."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import polars as pl
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from lantian import rulebook
from lantian.rulebook.schemas.series import Factors
from lantian.site.core.api import Line, Named, Out, Page, Paged, Prose, Word, orders, paged
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.core.table import harmless
from lantian.site.series import queries
from lantian.site.series.api import room
from lantian.site.series.grid import GRIDS
from lantian.site.series.models import Owner
from lantian.site.series.queries.tables import Table

MOST_JSON = 50_000  # values of an answer in JSON
MOST_FILE = 5_000_000  # values of a file
PARQUET = "application/vnd.apache.parquet"


class OwnerOut(Out):
    """Somebody or something that is measured."""

    id: int
    kind: str = Field(description="station, outlet …: the room that it belongs to")
    code: str
    name: str
    area: Named | None
    unit: Named | None

    @classmethod
    def of(cls, one: Owner) -> OwnerOut:
        return cls(
            id=one.pk, kind=one.kind, code=one.code, name=one.name, area=Named.of(one.area), unit=Named.of(one.unit)
        )


class OwnerQuery(Paged):
    kind: Word | None = None
    code: Word | None = None


@room.get("/owners", "owners", policy="series.see", scope="series:read", summary=_("监测对象"), returns=Page[OwnerOut])
def owners(request: Request, asked: Query[OwnerQuery]) -> Page[OwnerOut]:
    """Who is measured, as far as one may see them."""
    rows = queries.owners(request.person).filter(**asked.asked())
    return paged(rows, asked, orders("kind", "code", "pk"), OwnerOut.of)


class ValueQuery(BaseModel):
    """What is asked for. Times are those of the site's clock and name the end of each interval."""

    stations: Prose = Field(description="codes, joined by commas; at most 2000")
    since: dt.date = Field(description="first day")
    until: dt.date = Field(description="last day")
    factors: Line = Field("", description="codes, joined by commas; the six pollutants without it")
    interval: Literal["1min", "5min", "10min", "1h", "1d", "1mo"] = "1h"
    kind: Word = Field("station", description="of what is measured")
    stage: int = Field(
        1, ge=1, le=4, description="reviewed at least so far: 1 real-time, 2 checked, 3 reviewed, 4 above"
    )


class ValueOut(Out):
    """One value."""

    station: str
    time: str = Field(description="end of the interval, local wall time; of a day or month its first moment")
    factor: str
    value: float = Field(description="in the unit of the factor, also where it is not valid")
    valid: bool = Field(description="false where a flag takes it out of all results")
    flags: list[str]
    stage: int
    count: int | None = Field(description="valid values that an aggregate rests on; null for what was measured")


class ValuesOut(Out):
    """Values, a row each; missing ones are left out."""

    units: dict[str, str] = Field(description="of the factors")
    values: list[ValueOut]


class WideOut(Out):
    """A row a station and time: `station`, `time`, `stage`, then each factor with its flags (and count)."""

    units: dict[str, str]
    columns: list[str]
    rows: list[list[Any]]


_READ: dict[str, Any] = {"policy": "series.see", "scope": "series:read"}


@room.get("/values", "values", summary=_("监测值（一值一行）"), returns=ValuesOut, **_READ)
def values(request: Request, asked: Query[ValueQuery]) -> ValuesOut:
    """Values one a row. Asked for more than 50,000 it is refused: ask for fewer days, or for a file."""
    found = _read(request, asked, MOST_JSON)
    return ValuesOut(units=_units(found), values=[ValueOut(**row) for row in found.long()])


@room.get("/wide", "wide", summary=_("监测值（一时刻一行）"), returns=WideOut, **_READ)
def wide(request: Request, asked: Query[ValueQuery]) -> WideOut:
    """Values of a station and time in one row; null where missing or invalid. Bounded as the long form."""
    found = _read(request, asked, MOST_JSON)
    frame = pl.concat(list(found.wide())).with_columns(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S"))
    rows = [[round(v, 4) if isinstance(v, float) else v for v in row] for row in frame.iter_rows()]
    return WideOut(units=_units(found), columns=frame.columns, rows=rows)


@room.get("/values.csv", "values_csv", summary=_("监测值 CSV"), returns=None, file="text/csv", **_READ)
def values_csv(request: Request, asked: Query[ValueQuery]) -> StreamingHttpResponse:
    """The wide form as CSV, up to 5,000,000 values."""
    found = _read(request, asked, MOST_FILE)
    response = StreamingHttpResponse(_lines(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="values.csv"'
    return response


@room.get("/values.parquet", "values_parquet", summary=_("监测值 Parquet"), returns=None, file=PARQUET, **_READ)
def values_parquet(request: Request, asked: Query[ValueQuery]) -> HttpResponse:
    """The wide form as Parquet, up to 5,000,000 values."""
    out = io.BytesIO()
    pl.concat(list(_read(request, asked, MOST_FILE).wide())).write_parquet(out, compression="zstd")
    response = HttpResponse(out.getvalue(), content_type=PARQUET)
    response["Content-Disposition"] = 'attachment; filename="values.parquet"'
    return response


def _lines(found: Table) -> Iterator[str]:
    for number, frame in enumerate(found.wide()):
        shown = frame.with_columns(
            pl.col("time").dt.strftime("%Y-%m-%d %H:%M"),
            pl.col("station").map_elements(harmless, return_dtype=pl.String),
            pl.col(list(found.factors)).round(4),
        )
        yield shown.write_csv(include_header=not number)


def _units(found: Table) -> dict[str, str]:
    rule = rulebook.get("series-factors", as_=Factors)
    return {code: rule.of(code).unit for code in found.factors}


def _read(request: Request, asked: ValueQuery, most: int) -> Table:
    """The values, as far as the person may see their owners.

    Raises
    ------
    Invalid : a station is not there, a factor unknown, the span is none or too long
    """
    codes = list(dict.fromkeys(part.strip() for part in asked.stations.split(",") if part.strip()))
    factors = list(dict.fromkeys(part.strip() for part in asked.factors.split(",") if part.strip()))
    factors = factors or ["so2", "no2", "co", "o3", "pm10", "pm25"]
    known = {one.code for one in rulebook.get("series-factors", as_=Factors).factor}
    if strange := [code for code in factors if code not in known]:
        said = format_lazy(_("没有这种监测因子：{codes}。"), codes="、".join(strange[:10]))
        raise Invalid(said, fields={"factors": said})
    if not codes or len(codes) > 2000:
        raise Invalid(_("请给出 1 至 2000 个站点编码。"), fields={"stations": _("请给出 1 至 2000 个站点编码。")})
    if not dt.date(1980, 1, 1) <= asked.since <= asked.until < dt.date(2200, 1, 1):
        raise Invalid(_("起止日期不对。"), fields={"since": _("须不晚于 until，在 1980 年至 2199 年之间。")})
    grid = GRIDS[asked.interval]
    days = (asked.until - asked.since).days + 1
    per_day = {"1d": 1.0, "1mo": 1 / 28}.get(asked.interval, 86_400 / max(grid.step, 1))
    cells = int(len(codes) * len(factors) * (days * per_day + 1))
    if cells > most:
        said = _("要读取约 {cells} 个值，超过上限 {most}。")
        raise Invalid(
            format_lazy(said, cells=cells, most=most), remedy=_("请缩短时间、减少站点或因子，或改用 CSV、Parquet。")
        )
    rows = list(queries.owners(request.person).filter(kind=asked.kind, code__in=codes).order_by("code"))
    if missing := sorted(set(codes) - {one.code for one in rows}):
        said = format_lazy(_("没有这些站点，或不在您的范围内：{codes}。"), codes="、".join(missing[:10]))
        raise Invalid(said, fields={"stations": said})
    first = np.datetime64(asked.since, "s")
    last = np.datetime64(asked.until, "s")
    if asked.interval not in ("1d", "1mo"):
        first, last = first + np.timedelta64(grid.step, "s"), last + np.timedelta64(1, "D")
    cube = queries.read([one.pk for one in rows], factors, first, last, interval=asked.interval)
    return Table(rows, cube, factors, asked.stage)
