"""Regulatory zones over the API, as rows and as GeoJSON."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, JsonResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from lantian.site.core.api import Key, Named, Out, Page, Paged, Word, orders, paged
from lantian.site.core.request import Request
from lantian.site.sources.api import READ, room
from lantian.site.sources.models import Zone
from lantian.site.sources.queries import zones as queries

GEOJSON = "application/geo+json"


class ZoneOut(Out):
    """管控区: ground on which special rules hold between days."""

    id: int
    kind: str = Field(description="name of a kind of the rule zone-kinds")
    name: str
    area: Named
    act: str
    source: str
    valid_from: dt.date | None
    valid_to: dt.date | None

    @classmethod
    def of(cls, one: Zone) -> ZoneOut:
        return cls(**_facts(one), area=Named(id=one.area_id, name=str(one.area)))


class ZoneFull(ZoneOut):
    """A zone with its ground, and how many listings of each ledger lie inside, as far as one may see them."""

    geometry: dict[str, Any] = Field(description="GeoJSON, WGS 84")
    inside: dict[str, int]


class ZoneCut(BaseModel):
    kind: Word | None = None
    area: Key | None = None
    holding: bool | None = Field(None, description="holds today")


class ZoneQuery(ZoneCut, Paged):
    pass


@room.get("/zones", "zones", summary=_("管控区"), returns=Page[ZoneOut], **READ)
def zone_list(request: Request, asked: Query[ZoneQuery]) -> Page[ZoneOut]:
    """Zones that one may see, without their ground."""
    return paged(_asked(request, asked).defer("geometry"), asked, orders("pk"), ZoneOut.of)


@room.get("/zones.geojson", "zones_geojson", summary=_("管控区 GeoJSON"), returns=None, file=GEOJSON, **READ)
def zones_geojson(request: Request, asked: Query[ZoneCut]) -> JsonResponse:
    """The same with their ground, as a collection that a map reads."""
    drawn = [
        {"type": "Feature", "id": one.pk, "geometry": one.geometry, "properties": _facts(one)}
        for one in _asked(request, asked)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": drawn}, content_type=GEOJSON)


@room.get("/zones/{int:pk}", "zone", summary=_("一个管控区"), returns=ZoneFull, **READ)
def zone(request: Request, pk: int) -> ZoneFull:
    """One zone, and what lies inside."""
    one = queries.zones(request.person).filter(pk=pk).first()
    if one is None:
        raise Http404
    told = ZoneOut.of(one).model_dump()
    return ZoneFull(**told, geometry=one.geometry, inside=dict(queries.inside(request.person, one)))


def _asked(request: Request, asked: ZoneCut) -> QuerySet[Zone]:
    rows = queries.zones(request.person)
    if asked.holding is not None:
        holding = queries.holding(queries.zones(request.person))
        rows = holding if asked.holding else rows.exclude(pk__in=holding.values("pk"))
    if asked.kind is not None:
        rows = rows.filter(kind=asked.kind)
    return rows.filter(area=asked.area) if asked.area else rows


def _facts(one: Zone) -> dict[str, Any]:
    return {
        "id": one.pk,
        "kind": one.kind,
        "name": one.name,
        "act": one.act,
        "source": one.source,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
    }
