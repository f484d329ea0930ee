"""Routes and trips."""

from __future__ import annotations

from lantian.site.core.policy import Actor
from lantian.site.sources.models import ApprovedRoute, Listing, Trip


def trip(person: Actor, pk: int) -> Trip | None:
    """One trip that the person may see."""
    rows = Trip.objects.filter(listing__in=Listing.objects.visible_to(person).values("pk"))
    return rows.select_related("listing__source__area", "made_by").filter(pk=pk).first()


def route(person: Actor, pk: int) -> ApprovedRoute | None:
    """One route that the person may see."""
    rows = ApprovedRoute.objects.filter(listing__in=Listing.objects.visible_to(person).values("pk"))
    return rows.select_related("listing__source__area").filter(pk=pk).first()
