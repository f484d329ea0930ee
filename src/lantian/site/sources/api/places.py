"""The map over the API: what lies in a part of it, as GeoJSON."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import JsonResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.site.core.api import Word
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.sources import reading
from lantian.site.sources.api import READ, room
from lantian.site.sources.api.cutting import FURTHER, Cut, cut
from lantian.site.sources.api.zones import GEOJSON
from lantian.site.sources.models import Listing
from lantian.site.sources.queries import places


class PlaceQuery(Cut):
    bbox: Word = Field(description="west,south,east,north in degrees, WGS 84")
    ledger: Word = Field("", max_length=40, description="one ledger alone, which can then be cut by its fields")


@room.get(
    "/places.geojson", "places", summary=_("地图范围内的上账记录 GeoJSON"), returns=None, file=GEOJSON,
    further=FURTHER, **READ,
)  # fmt: skip
def places_geojson(request: Request, asked: Query[PlaceQuery]) -> JsonResponse:
    """Listings in a part of the map, but those that are off their ledger: one by one where there are few, else squares
    with their `number`."""
    box = places.Box.of(asked.bbox)
    if box is None:
        raise Invalid(_("范围不对。"), fields={"bbox": _("请填 西,南,东,北 四个数（度），西小于东，南小于北。")})
    ledger = reading.found(asked.ledger) if asked.ledger else None
    rows: QuerySet[Listing] = Listing.objects.visible_to(request.person).exclude(means="gone")
    if ledger is not None:
        rows = rows.filter(ledger=ledger.name)
    rows, _given = cut(request, rows, asked, ledger)
    single, squares = places.seen(rows, box)
    drawn = [_point(one) for one in single] + [_square(one) for one in squares]
    return JsonResponse({"type": "FeatureCollection", "features": drawn}, content_type=GEOJSON)


def _point(one: Listing) -> dict[str, Any]:
    source = one.source
    told = {
        "source": source.pk, "name": source.name, "ledger": one.ledger, "state": one.state, "means": one.means,
        "late": one.late,
    }  # fmt: skip
    return {"id": one.pk} | _feature(source.longitude, source.latitude, told)


def _square(square: places.Square) -> dict[str, Any]:
    return _feature(square.longitude, square.latitude, {"number": square.number})


def _feature(longitude: float | None, latitude: float | None, told: dict[str, Any]) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "geometry": geometry, "properties": told}
