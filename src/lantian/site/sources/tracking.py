"""Trips held against the routes of their truck, by the library."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from lantian.ledgers.similar import rules
from lantian.ledgers.tracks import CHINA, Route, hours_of, judge
from lantian.site.core.faults import Text
from lantian.site.sources.models import ApprovedRoute, Listing, Trip

WHY: dict[str, Text] = {"route": _("偏离路线"), "hours": _("时段以外")}


def has_tracks(ledger: str) -> bool:
    """Whether what stands on a ledger drives approved routes."""
    return ledger in rules().track.ledgers


def judged(trip: Trip, routes: Sequence[ApprovedRoute]) -> None:
    """Let a trip say what of it was not allowed by the routes that hold on the day on which it began."""
    at = [moment(one) for one in trip.points]
    holding = [one for one in routes if one.holds_on(at[0].date())]
    rule = rules().track
    found = judge(
        at,
        [one[1] for one in trip.points],
        [one[2] for one in trip.points],
        [Route(one.geometry, hours_of(one.hours) if one.hours else ()) for one in holding],
        width=rule.width,
        least=rule.least,
    )
    trip.routed = bool(holding)
    trip.strays = [
        {"why": one.why, "first": one.first, "last": one.last, "metres": None if one.why == "hours" else one.metres}
        for one in found
    ]


def moment(point: Sequence[float]) -> dt.datetime:
    """When a point was taken."""
    return dt.datetime.fromtimestamp(point[0], CHINA)


@dataclass(frozen=True)
class Told:
    """A stretch that was not allowed, for the reader."""

    why: Text
    began: dt.datetime
    ended: dt.datetime
    metres: float | None
    first: tuple[float, float]
    last: tuple[float, float]
    points: int

    @property
    def plain(self) -> str:
        """In one line that every language reads."""
        far = f" · {self.metres:.0f} m" if self.metres else ""
        places = "{:.5f}, {:.5f} → {:.5f}, {:.5f}".format(*self.first, *self.last)
        return f"{localtime(self.began):%Y-%m-%d %H:%M:%S} – {localtime(self.ended):%H:%M:%S}{far} · {places}"


def told(trip: Trip) -> list[Told]:
    """Its strays for the reader."""
    found = []
    for one in trip.strays:
        first, last = trip.points[one["first"]], trip.points[one["last"]]
        number = one["last"] - one["first"] + 1
        ends = (first[1], first[2]), (last[1], last[2])
        found.append(Told(WHY[one["why"]], moment(first), moment(last), one["metres"], *ends, number))
    return found


def trips_of(listing: Listing) -> list[Trip]:
    """Trips that count."""
    return list(Trip.objects.filter(listing=listing, withdrawn_at=None))
