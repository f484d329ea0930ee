"""Sources over the API: the register cut by text, area, firm and distance, one of them with its listings."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field, model_validator

from lantian import geo
from lantian.rulebook.schemas.ledgers import Means
from lantian.site.core.api import Key, Named, Out, Page, Paged, Word, orders, paged
from lantian.site.core.filters import holds
from lantian.site.core.request import Request
from lantian.site.sources.api import READ, room
from lantian.site.sources.models import Listing, Source
from lantian.site.sources.queries import sources as queries

FARTHEST = 50_000  # metres within which sources near a point are looked for
Longitude = Annotated[float | None, Field(ge=70, le=140, description="WGS 84")]
Latitude = Annotated[float | None, Field(ge=0, le=60)]


class SourceOut(Out):
    """污染源: a thing in the world that pollutes or may."""

    id: int
    name: str
    firm: str
    unit: Named | None = Field(description="the firm, where it is a unit of the register")
    credit_code: str
    area: Named
    address: str
    longitude: float | None = Field(description="WGS 84")
    latitude: float | None
    opened: dt.date | None
    ended: dt.date | None
    listings: int = Field(description="ledgers on which it stands")
    distance: float | None = Field(description="metres from the point that was asked for; null where none was")

    @property
    def location(self) -> str:
        """Where it is read again."""
        return reverse("api:sources_source", args=[self.id])


class OnLedger(Out):
    """A listing of the source, in short."""

    id: int
    ledger: str
    state: str
    means: Means
    due_on: dt.date | None

    @classmethod
    def of(cls, one: Listing) -> OnLedger:
        return cls(id=one.pk, ledger=one.ledger, state=one.state, means=one.means, due_on=one.due_on)  # type: ignore[arg-type]


class SourceFull(SourceOut):
    """A source with its listings."""

    on: list[OnLedger]


class SourceQuery(Paged):
    q: Word = Field("", max_length=100, description="in name, firm or address; or the beginning of the credit code")
    area: Key | None = Field(None, description="with the villages of a town")
    firm: Word = Field("", max_length=100, description="in the firm's name")
    unit: Key | None = Field(None, description="the firm as a unit of the register")
    ledger: Word = Field("", max_length=40, description="on this ledger")
    located: bool | None = Field(None, description="with a place, or without")
    longitude: Longitude = None
    latitude: Latitude = None
    within: int = Field(1000, ge=1, le=FARTHEST, description="metres from the point; the nearest comes first")

    @model_validator(mode="after")
    def _point(self) -> SourceQuery:
        if (self.longitude is None) != (self.latitude is None):
            raise ValueError("longitude and latitude go together")
        return self

    @property
    def point(self) -> tuple[float, float] | None:
        """The point near which is asked."""
        return None if self.longitude is None or self.latitude is None else (self.longitude, self.latitude)


@room.get("", "sources", summary=_("污染源名录"), returns=Page[SourceOut], **READ)
def sources(request: Request, asked: Query[SourceQuery]) -> Page[SourceOut]:
    """Sources that one may see, by the order in which they were entered; near a point the nearest first."""
    rows = queries.sources(request.person).filter(
        queries.called(asked.q), queries.lying(asked.area, located=asked.located)
    )
    if asked.firm:
        rows = rows.filter(holds(asked.firm, "firm"))
    if asked.unit:
        rows = rows.filter(unit=asked.unit)
    if asked.ledger:
        rows = rows.filter(pk__in=Listing.objects.filter(ledger=asked.ledger).values("source"))
    if asked.point is None:
        return paged(rows, asked, orders("pk"), lambda one: SourceOut(**_facts(one)))
    near = queries.near(rows, asked.point, asked.within)
    return paged(near, asked, orders("away", "pk"), lambda one: SourceOut(**_facts(one, asked.point)))


@room.get("/{int:pk}", "source", summary=_("一个污染源"), returns=SourceFull, **READ)
def source(request: Request, pk: int) -> SourceFull:
    """One source with all its listings."""
    return full(request, pk)


def full(request: Request, pk: int) -> SourceFull:
    """A source that the caller may see, as its page tells it."""
    one = found(request, pk)
    on = [OnLedger.of(listing) for listing in one.listings.all()]
    return SourceFull(**_facts(one) | {"listings": len(on)}, on=on)


def found(request: Request, pk: int) -> Source:
    """A source that the caller may see."""
    one = queries.source(request.person, pk)
    if one is None:
        raise Http404
    return one


def _facts(one: Source, point: tuple[float, float] | None = None) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "firm": one.firm,
        "unit": Named.of(one.unit),
        "credit_code": one.credit_code,
        "area": Named(id=one.area_id, name=str(one.area)),
        "address": one.address,
        "longitude": one.longitude,
        "latitude": one.latitude,
        "opened": one.opened,
        "ended": one.ended,
        "listings": getattr(one, "listed", 0),
        "distance": round(geo.metres(point, one.place), 1) if point and one.place else None,
    }
