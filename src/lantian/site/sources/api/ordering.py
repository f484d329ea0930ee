"""A listing made an order over the API."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from lantian.site.core.api import In, Key, Prose, Word
from lantian.site.core.request import Request
from lantian.site.orders.api import OrderFull
from lantian.site.orders.queries import orders
from lantian.site.org.models import Unit
from lantian.site.sources import actions
from lantian.site.sources.api import room
from lantian.site.sources.api.listings import found
from lantian.site.sources.api.writing import thing, write


class ListingOrderIn(In):
    """To whom it goes, and what it asks."""

    unit: Key
    title: Word = Field(min_length=1, max_length=200)
    kind: Word = Field("source", description="name of the rule order-kinds")
    text: Prose = Field("", max_length=2000)
    due: dt.date | None = Field(None, description="day of the answer, where the kind's own deadline does not fit")


@room.post("/listings/{int:pk}/order", "listing_order", summary=_("就清单记录派单"), returns=OrderFull, status=201,
           **write("listing.order"))  # fmt: skip
def listing_order(request: Request, pk: int, payload: ListingOrderIn) -> OrderFull:
    """Hand out an order about a listing: it names the listing as its cause, and lies where the listing does."""
    listing = found(request, pk)
    unit = thing(Unit.objects.visible_to(request.person), payload.unit, "unit")
    told = payload.model_dump(exclude={"unit"})
    made = actions.order_listing(request.person, listing, unit, **told)
    return OrderFull.of(orders.order(request.person, made.pk) or made)
