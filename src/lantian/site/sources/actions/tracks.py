"""Approved routes and trips of trucks."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian import geo
from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.policy import Actor, require
from lantian.site.org.models import Person
from lantian.site.sources import track_files
from lantian.site.sources.models import ApprovedRoute, Listing, Trip
from lantian.site.sources.tracking import has_tracks, judged, trips_of

FIELDS = ("hours", "act", "valid_from", "valid_to")


def add_route(actor: Actor, listing: Listing, *, name: str, geometry: dict[str, Any], **fields: Any) -> ApprovedRoute:
    """Enter an approved route of a truck; trips of its days are judged anew. `fields` are hours, act, valid_from,
    valid_to; `geometry` is what `track_files` reads.

    Raises
    ------
    Refused : the actor may not for this truck
    Invalid : its ledger knows no routes, or the hours cannot be read
    """
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"a route has no {sorted(unknown)} that could be set")
    _tracked(listing)
    made = ApprovedRoute(listing=listing, name=name.strip(), geometry=geometry, made_by=_person(actor))
    with change(actor, made, "sources.route.set") as made:
        for field, value in fields.items():
            setattr(made, field, value.strip() if isinstance(value, str) else value)
        made.full_clean(exclude=["listing"])
        made.save()
        _judge_all(listing)
    return made


def end_route(actor: Actor, route: ApprovedRoute, *, valid_to: dt.date) -> ApprovedRoute:
    """Let a route hold until a day; trips after it are judged anew."""
    with change(actor, route, "sources.route.set") as current:
        current.valid_to = valid_to
        current.full_clean(exclude=["listing"])
        current.save()
        _judge_all(current.listing)
    return current


def add_trip(
    actor: Actor, listing: Listing, *, content: bytes, name: str, datum: geo.Datum = "wgs84"
) -> tuple[Trip, list[int]]:
    """Take in a track of a truck from a file, and hold it against its routes.

    Returns
    -------
    The trip, and the rows of the file that could not be read.

    Raises
    ------
    Refused : the actor may not for this truck
    Invalid : the file is none, is hostile, or came in already
    """
    require(actor, "sources.trip.add", listing)
    _tracked(listing)
    track = track_files.track_of(content, name, datum)
    points = [[round(at.timestamp()), x, y] for at, x, y in zip(track.at, track.longitude, track.latitude, strict=True)]
    made = Trip(listing=listing, file_name=name[-200:], points=points, made_by=_person(actor))
    made.digest = hashlib.sha256(repr(points).encode()).hexdigest()
    made.began, made.ended = track.at[0], track.at[-1]
    if Trip.objects.filter(listing=listing, digest=made.digest, withdrawn_at=None).exists():
        raise Invalid(_("没有导入。"), fields={"file": _("这条轨迹已经导入过。")})
    with change(actor, made, "sources.trip.add", points=len(points), unread=len(track.unread)) as made:
        judged(made, list(ApprovedRoute.objects.filter(listing=listing)))
    return made, track.unread


def withdraw_trip(actor: Actor, trip: Trip, *, reason: str) -> Trip:
    """Take back a track that belongs to another truck, or is wrong: it stays known, and no check asks it any more."""
    if not reason.strip():
        raise Invalid(_("请填写理由。"), fields={"reason": _("请填写理由。")})
    with change(actor, trip, "sources.trip.withdraw", note=reason.strip()[:300]) as current:
        if current.withdrawn_at is not None:
            raise WrongState(_("这条轨迹已经撤下。"), remedy=_("请刷新页面后再看。"))
        current.withdrawn_at, current.withdrawn_because = clock.now(), reason.strip()[:300]
    return current


def _judge_all(listing: Listing) -> None:
    routes, trips = list(ApprovedRoute.objects.filter(listing=listing)), trips_of(listing)
    for one in trips:
        judged(one, routes)
    Trip.objects.bulk_update(trips, ["strays", "routed"], batch_size=50)


def _tracked(listing: Listing) -> None:
    if not has_tracks(listing.ledger):
        raise Invalid(_("这个清单不登记路线和轨迹。"))


def _person(actor: Actor) -> Person | None:
    return actor if isinstance(actor, Person) else None
