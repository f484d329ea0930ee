"""Routes and trips on the page of a truck."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.registries import Panel, panels
from lantian.site.sources import tracking
from lantian.site.sources.models import ApprovedRoute, Listing, Trip

SHOWN = 10
PLACE = "sources.listing"


def asked(listing: Listing) -> bool:
    """Whether its ledger knows routes."""
    return tracking.has_tracks(listing.ledger)


def of_listing(person: Any, listing: Listing) -> dict[str, Any] | None:
    """Its routes, and its last trips with how they stand: two SQL queries."""
    if not asked(listing):
        return None
    today = clock.today()
    trips = Trip.objects.filter(listing=listing, withdrawn_at=None).defer("points")[: SHOWN + 1]
    return {
        "listing": listing,
        "routes": [(one, one.holds_on(today)) for one in ApprovedRoute.objects.filter(listing=listing)],
        "trips": list(trips)[:SHOWN],
        "more": len(trips) > SHOWN,
        "may_set": policy.may(person, "sources.route.set", listing),
        "may_add": policy.may(person, "sources.trip.add", listing),
    }


def register() -> None:
    """Fill the registry; called once from `ready()`."""
    template = "sources/panels/tracks.html"
    shown = Panel(PLACE, _("路线和轨迹"), template, of_listing, 1, "sources.see", later=True, asked=asked)
    panels.register("sources.listing.tracks", shown)
