"""Stations over the HTTP API."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.site.air import queries
from lantian.site.air.api import room
from lantian.site.air.models import Station
from lantian.site.core import clock
from lantian.site.core.api import Key, Named, Out, Page, Paged, Word, orders, paged
from lantian.site.core.request import Request

Kind = Literal["national", "provincial", "district", "town", "micro", "dust"]


class StationOut(Out):
    """站点: a place where ambient air is measured."""

    id: int
    code: str
    name: str
    kind: Kind
    area: Named | None
    unit: Named | None = Field(description="who runs it")
    longitude: float | None = Field(description="WGS 84")
    latitude: float | None
    factors: list[str] = Field(description="codes of what it measures by its approval")
    counts: bool = Field(description="whether its values go into results of its area")
    background: bool = Field(description="a clean background: never in results of its area")
    valid_from: dt.date | None
    valid_to: dt.date | None = Field(description="its last day, null while it is open")
    source: str

    @classmethod
    def of(cls, one: Station) -> StationOut:
        names = ("code", "name", "kind", "longitude", "latitude", "factors", "counts", "background", "source")
        told = {name: getattr(one, name) for name in (*names, "valid_from", "valid_to")}
        return cls(id=one.pk, area=Named.of(one.area), unit=Named.of(one.unit), **told)


class StationQuery(Paged):
    kind: Kind | None = None
    area: Key | None = Field(None, description="of this very area, not of those below it")
    code: Word | None = None
    open: bool | None = Field(None, description="true for stations in use today, false for closed ones")


@room.get("/stations", "stations", policy="air.see", scope="air:read", summary=_("站点"), returns=Page[StationOut])
def stations(request: Request, asked: Query[StationQuery]) -> Page[StationOut]:
    """Stations, as far as one may see them."""
    rows = queries.stations(request.person)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.area:
        rows = rows.filter(area=asked.area)
    if asked.code:
        rows = rows.filter(code=asked.code)
    if asked.open is not None:
        still = Q(valid_to=None) | Q(valid_to__gte=clock.today())
        rows = rows.filter(still if asked.open else ~still)
    return paged(rows, asked, orders("kind", "code", "pk"), StationOut.of)
