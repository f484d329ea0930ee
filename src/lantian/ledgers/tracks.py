"""A vehicle's track held against its approved routes: where it left their corridors, and when it drove out of hours."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape

from lantian.geo import EARTH

__all__ = ["Hours", "Route", "Stray", "hours_of", "judge"]

CHINA = dt.timezone(dt.timedelta(hours=8))  # the clock that permits are written by
CLOCK = re.compile(r"(?<![\d:])(\d{1,2})(?:[:时点](\d{1,2})?分?)?")
BETWEEN = re.compile(r"\s*(?:-|–|—|~|～|至|到)\s*(?:次日|第二天|翌日)?\s*")
SEVERAL = re.compile(r"[、,;，；和及\s]+")
Hours = tuple[tuple[dt.time, dt.time], ...]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Route:
    """An approved route: lines or areas as GeoJSON in WGS 84, and the hours in which it may be driven; () at any."""

    geometry: Mapping[str, Any]
    hours: Hours = ()


@dataclass(frozen=True)
class Stray:
    """A stretch of a track that was not allowed.

    Attributes
    ----------
    why : off the route, or on it but out of hours
    first, last : numbers of its points in the track
    metres : how far from the corridor's middle line (or from the area) its farthest point is
    """

    why: Literal["route", "hours"]
    first: int
    last: int
    metres: float


def hours_of(text: str) -> Hours:
    """The windows that a permit names; a window may reach over midnight.

    Raises
    ------
    ValueError : the text names no window

    Examples
    --------
    >>> [(str(a), str(b)) for a, b in hours_of("22:00-次日5:30、9时至16时")]
    [('22:00:00', '05:30:00'), ('09:00:00', '16:00:00')]
    """
    written = unicodedata.normalize("NFKC", text).strip()
    found = []
    for part in SEVERAL.split(BETWEEN.sub("-", written)):
        ends = [CLOCK.fullmatch(one) for one in part.split("-")]
        if len(ends) != 2 or None in ends:
            raise ValueError(f"no window of hours: {part!r}")
        found.append(tuple(_clock(int(end[1]), int(end[2] or 0)) for end in ends if end))
    return tuple((first, last) for first, last in found)


def _clock(hour: int, minute: int) -> dt.time:
    return dt.time(0 if hour == 24 and not minute else hour, minute)


def judge(
    at: Sequence[dt.datetime],
    longitude: Sequence[float],
    latitude: Sequence[float],
    routes: Sequence[Route],
    *,
    width: float,
    least: int = 1,
) -> list[Stray]:
    """Stretches of a track that left every approved route, or kept to one only out of its hours.

    Parameters
    ----------
    at, longitude, latitude : the track in the order of time; times with their zone, places in WGS 84 degrees
    routes : those that hold for the trip; without any nothing can be said
    width : metres on either side of a line, and around an area, that still count as on it
    least : so many points in a row make a stray: one alone may be an error of the device

    Notes
    -----
    Distances are taken on the plane that touches the earth in the middle of the track: right to about a metre over the
    size of a district.
    """
    if not routes or not len(at):
        return []
    x, y = np.asarray(longitude, float), np.asarray(latitude, float)
    middle = float(x.mean()), float(y.mean())
    points = shapely.points(_plane(np.column_stack([x, y]), middle))
    times = [one.astimezone(CHINA).time() for one in at]
    far = np.full(len(x), np.inf)
    allowed = np.zeros(len(x), bool)
    for route in routes:
        ground = shapely.transform(shape(route.geometry), lambda places: _plane(places, middle))
        shapely.prepare(ground)
        away = shapely.distance(points, ground)
        far = np.minimum(far, away)
        allowed |= (away <= width) & np.array([within(one, route.hours) for one in times])
    off = far > width
    found = [*_runs(off, "route", far, least), *_runs(~off & ~allowed, "hours", far, least)]
    return sorted(found, key=lambda one: one.first)


def within(time: dt.time, hours: Hours) -> bool:
    """Whether a time lies in a window; both ends count."""
    return not hours or any(a <= time <= b if a <= b else time >= a or time <= b for a, b in hours)


def _plane(places: Floats, middle: tuple[float, float]) -> Floats:
    """Degrees as metres from a place."""
    turned = np.radians(places - np.asarray(middle))
    turned[:, 0] *= np.cos(np.radians(middle[1]))
    return np.asarray(turned * EARTH)


def _runs(wrong: NDArray[np.bool_], why: Literal["route", "hours"], far: Floats, least: int) -> Iterator[Stray]:
    edges: Iterable[int] = np.flatnonzero(np.diff(np.concatenate([[0], wrong.astype(int), [0]])))
    ends = iter(edges)
    for first, after in zip(ends, ends, strict=True):
        if after - first >= least:
            yield Stray(why, int(first), int(after) - 1, round(float(far[first:after].max()), 1))
