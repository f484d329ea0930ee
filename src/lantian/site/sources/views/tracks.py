"""Routes and trips of trucks: entered, ended, looked at, taken back."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from shapely.geometry import LineString, mapping

from lantian.site.core import policy
from lantian.site.core.faults import Text
from lantian.site.core.forms import submitted
from lantian.site.core.map import feature, own_map
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.org.models import AreaOutline
from lantian.site.org.views.common import FORM, history
from lantian.site.sources import actions, reading, tracking
from lantian.site.sources.models import ApprovedRoute, Listing, Trip
from lantian.site.sources.outside_forms import WithdrawForm
from lantian.site.sources.queries import listings, tracks
from lantian.site.sources.track_files import NAMED
from lantian.site.sources.track_forms import EndForm, RouteForm, TrackForm

ROUTE, TRACK, STRAY = "#2e7d32", "#1f6fb2", "#c0392b"
FINE = 2e-5  # degrees: some two metres, finer than any device


@room("sources", "trip", policy="sources.see")
def trip_page(request: Request, pk: int) -> HttpResponseBase:
    """A trip on the map, with what of it was not allowed."""
    trip = _trip(request, pk)
    routes = [one for one in ApprovedRoute.objects.filter(listing=trip.listing) if one.holds_on(_day(trip))]
    return page(
        request,
        "sources/tracks/trip.html",
        title=str(trip),
        crumbs=_crumbs(trip.listing),
        trip=trip,
        number=len(trip.points),
        routes=routes,
        strays=tracking.told(trip),
        map=_map(trip, routes),
        history=history(request, trip),
    )


def _day(trip: Trip) -> Any:
    return tracking.moment(trip.points[0]).date()


def _map(trip: Trip, routes: list[ApprovedRoute]) -> Any:
    """Routes, the trip, and in red what was not allowed; its ends as points."""
    places = [(one[1], one[2]) for one in trip.points]
    lines = [_shape(one.geometry, one.name, ROUTE) for one in routes]
    lines.append(_shape(mapping(LineString(places).simplify(FINE)), "", TRACK))
    marks = [
        feature(places[0], title=_("起点"), colour=TRACK, small=True),
        feature(places[-1], title=_("终点"), colour=TRACK, small=True),
    ]
    for one, stray in zip(trip.strays, tracking.told(trip), strict=True):
        part = places[one["first"] : one["last"] + 1]
        if len(part) > 1:
            lines.append(_shape(mapping(LineString(part).simplify(FINE)), str(stray.why), STRAY))
        marks.append(feature(part[0], title=stray.why, colour=STRAY, small=True, words=stray.plain))
    return own_map(marks, lines)


def _shape(geometry: Any, title: str, colour: str) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"title": title, "colour": colour}}


@room("sources", "route_new", policy="sources.route.set", methods=FORM)
def new_route(request: Request, pk: int) -> HttpResponseBase:
    """Enter an approved route."""
    listing = _listing(request, pk)
    policy.require(request.person, "sources.route.set", listing)
    form = RouteForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and submitted(form, partial(actions.add_route, request.person, listing)):
        messages.success(request, _("已保存。已有的轨迹已按这条路线重新判断。"))
        return see_other(listing.get_absolute_url())
    around = [one.feature for one in AreaOutline.objects.visible_to(request.person).select_related("area")]
    drawn = [_shape(one.geometry, one.name, ROUTE) for one in ApprovedRoute.objects.filter(listing=listing)]
    return page(
        request,
        "sources/tracks/route.html",
        title=_("登记核准路线"),
        form=form,
        crumbs=_crumbs(listing),
        cancel_url=listing.get_absolute_url(),
        map=own_map([], [*around, *drawn]),
        status=form.status,
    )


@room("sources", "route_end", policy="sources.route.set", methods=FORM)
def end_route(request: Request, pk: int) -> HttpResponseBase:
    """Let a route end."""
    route = tracks.route(request.person, pk)
    if route is None:
        raise Http404
    policy.require(request.person, "sources.route.set", route)
    title = format_lazy(_("停用路线“{name}”"), name=route.name)
    act = partial(actions.end_route, request.person, route)
    return _acted(request, route.listing, EndForm(request.POST or None), title, act)


@room("sources", "trip_new", policy="sources.trip.add", methods=FORM)
def new_trip(request: Request, pk: int) -> HttpResponseBase:
    """Take in a track."""
    listing = _listing(request, pk)
    policy.require(request.person, "sources.trip.add", listing)
    form = TrackForm(request.POST or None, request.FILES or None)

    unread: list[int] = []

    def save(*, file: Any, datum: Any) -> Trip:
        made, rows = actions.add_trip(request.person, listing, content=file.read(), name=file.name, datum=datum)
        unread.extend(rows)
        return made

    if request.method == "POST" and (made := submitted(form, save)):
        _tell(request, made, unread)
        return see_other(made.get_absolute_url())
    return _form(request, listing, form, _("导入轨迹"))


def _tell(request: Request, made: Trip, unread: list[int]) -> None:
    messages.success(request, format_lazy(_("已导入 {n} 个定位点。"), n=len(made.points)))
    if unread:
        rows = "、".join(map(str, unread[:NAMED])) + ("…" if len(unread) > NAMED else "")
        messages.warning(
            request, format_lazy(_("{n} 行读不出时间或坐标，没有导入：第 {rows} 行。"), n=len(unread), rows=rows)
        )


@room("sources", "trip_withdraw", policy="sources.trip.withdraw", methods=FORM)
def withdraw_trip(request: Request, pk: int) -> HttpResponseBase:
    """Take a track back."""
    trip = _trip(request, pk)
    policy.require(request.person, "sources.trip.withdraw", trip)
    act = partial(actions.withdraw_trip, request.person, trip)
    return _acted(request, trip.listing, WithdrawForm(request.POST or None), _("撤下轨迹"), act)


def _acted(request: Request, listing: Listing, form: Any, title: Text, act: Any) -> HttpResponseBase:
    if request.method == "POST" and submitted(form, act):
        messages.success(request, _("已保存。"))
        return see_other(listing.get_absolute_url())
    return _form(request, listing, form, title)


def _form(request: Request, listing: Listing, form: Any, title: Text) -> HttpResponseBase:
    return page(
        request, "core/form.html", title=title, form=form, crumbs=_crumbs(listing),
        cancel_url=listing.get_absolute_url(), status=form.status,
    )  # fmt: skip


def _crumbs(listing: Listing) -> list[tuple[Text, str]]:
    ledger = reading.ledger_of(listing.ledger)
    return [(reading.said(ledger.label), reading.address_of(ledger.name)), (str(listing), listing.get_absolute_url())]


def _listing(request: Request, pk: int) -> Listing:
    found = listings.listings(request.person).filter(pk=pk).first()
    if found is None or not tracking.has_tracks(found.ledger):
        raise Http404
    return found


def _trip(request: Request, pk: int) -> Trip:
    found = tracks.trip(request.person, pk)
    if found is None:
        raise Http404
    return found
