"""A listing made an order: somebody has to answer for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lantian.site.core.change import change
from lantian.site.core.policy import Actor
from lantian.site.orders import actions as orders
from lantian.site.orders.models import Order
from lantian.site.org.models import Unit
from lantian.site.sources.models import Listing

ORIGIN = "sources.listing"


def order_listing(
    actor: Actor,
    listing: Listing,
    unit: Unit,
    *,
    kind: str,
    title: str,
    text: str = "",
    due: dt.date | None = None,
    **fields: Any,
) -> Order:
    """Hand out an order about a listing: it names the listing as its cause, and where it lies as its place.

    Raises
    ------
    Refused : the actor hands no orders out for this area
    Invalid : a unit that cannot have orders, a day that has passed
    """
    source = listing.source
    with change(actor, listing, "sources.listing.order"):
        made = orders.create_order(
            actor,
            kind=kind,
            area=source.area,
            unit=unit,
            title=title,
            text=text,
            origin=ORIGIN,
            cause=listing,
            due=due,
            place=source.address[:200],
            longitude=source.longitude,
            latitude=source.latitude,
            **fields,
        )
        return orders.issue_order(actor, made)
