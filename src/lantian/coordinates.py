"""Coordinates as people write them: decimal degrees, degrees-minutes-seconds, either order, any signs between."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

__all__ = ["Spot", "Unreadable", "degrees", "spot"]

Why = Literal["empty", "one", "many", "parts", "range", "projected"]

# Half-width (NFKC has narrowed most signs before): degrees, minutes, seconds in all their writings.
DEGREES, MINUTES, SECONDS = "°º˚度", "′'’‘`分", '″"”“秒'
NUMBER = r"\d+(?:\.\d+)?"
ANGLE = re.compile(
    rf"""(?P<before>东经|西经|北纬|南纬|经度|纬度|longitude|latitude|lng|lon|lat|[NSEW])?\s*[:=]?\s*
    (?P<sign>[-+])?(?P<degrees>{NUMBER})\s*
    (?:[{DEGREES}]\s*(?:(?P<minutes>{NUMBER})\s*(?:[{MINUTES}](?![{MINUTES}])\s*
       (?:(?P<seconds>{NUMBER})\s*(?:[{SECONDS}]|[{MINUTES}]{{2}}|(?=\s|,|[NSEW]|$)))?|(?=\s|,|[NSEW]|$)))?)?\s*
    (?(before)|(?P<after>[NSEW])?)""",
    re.VERBOSE | re.IGNORECASE,
)
BETWEEN = re.compile(r"[\s,;/|()、和与]*")
AXES = {
    "东经": "x", "西经": "x", "经度": "x", "longitude": "x", "lng": "x", "lon": "x", "e": "x", "w": "x",
    "北纬": "y", "南纬": "y", "纬度": "y", "latitude": "y", "lat": "y", "n": "y", "s": "y",
}  # fmt: skip
BACKWARDS = ("西经", "南纬", "w", "s")
EAST, NORTH = (70.0, 140.0), (0.0, 60.0)  # longitudes and latitudes of China, which tell the two apart


class Unreadable(ValueError):
    """What cannot be read as coordinates, and why: `why` is for whoever words it.

    empty: nothing is there; one: only one of the two; many: more than two, or other words; parts: minutes or seconds
    of 60 and more; range: not in China; projected: metres of a projection.
    """

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Spot:
    """Longitude and latitude in degrees; `swapped`: the latitude was written first without saying so."""

    longitude: float
    latitude: float
    swapped: bool = False


def spot(text: str) -> Spot:
    """The place that a text names. The system of the coordinates is for the caller to know.

    Raises
    ------
    Unreadable : the text names no place in China

    Examples
    --------
    >>> spot("116.36, 39.91")
    Spot(longitude=116.36, latitude=39.91, swapped=False)
    >>> spot("北纬39°54′36″ 东经116°21′36″")
    Spot(longitude=116.36, latitude=39.91, swapped=False)
    >>> spot("39.91，116.36").swapped
    True
    """
    found = _angles(text)
    if len(found) != 2:
        raise Unreadable("one" if len(found) == 1 else "many" if found else "empty")
    (first, one), (second, other) = found
    if "y" in (first, "") and "x" in (second, "") and (first or second):
        return _within(other, one, swapped=False)
    if "x" in (first, "") and "y" in (second, "") and (first or second):
        return _within(one, other, swapped=False)
    if first or second:
        raise Unreadable("many")  # twice the same axis
    if _in(one, NORTH) and _in(other, EAST):
        return Spot(other, one, swapped=True)
    return _within(one, other, swapped=False)


def degrees(text: str) -> float:
    """One longitude or latitude in degrees, as a cell of a list holds it.

    Raises
    ------
    Unreadable : the text is no angle

    Examples
    --------
    >>> degrees("116°21′36″"), degrees("E116.36"), degrees("39度54.6分")
    (116.36, 116.36, 39.91)
    """
    found = _angles(text)
    if len(found) != 1:
        raise Unreadable("many" if found else "empty")
    return found[0][1]


def _angles(text: str) -> list[tuple[str, float]]:
    """Every angle of the text with its axis, x or y, '' where it does not say."""
    narrow = text.replace("″", '"').replace("′", "'").replace("º", "°").replace("˚", "°")
    narrow = unicodedata.normalize("NFKC", narrow).strip()
    found: list[tuple[str, float]] = []
    at = BETWEEN.match(narrow).end()  # type: ignore[union-attr]
    while at < len(narrow):
        match = ANGLE.match(narrow, at)
        if match is None or match.end() == at or len(found) == 2:
            raise Unreadable("many")
        found.append(_value(match))
        at = BETWEEN.match(narrow, match.end()).end()  # type: ignore[union-attr]
    return found


def _value(match: re.Match[str]) -> tuple[str, float]:
    minutes, seconds = float(match["minutes"] or 0), float(match["seconds"] or 0)
    if minutes >= 60 or seconds >= 60:
        raise Unreadable("parts")
    value = float(match["degrees"]) + minutes / 60 + seconds / 3600
    if value > 1000:
        raise Unreadable("projected")
    says = (match["before"] or match["after"] or "").lower()
    if match["sign"] == "-" or says in BACKWARDS:
        value = -value
    return AXES.get(says, ""), round(value, 8)


def _within(longitude: float, latitude: float, *, swapped: bool) -> Spot:
    if not _in(longitude, EAST) or not _in(latitude, NORTH):
        raise Unreadable("range")
    return Spot(longitude, latitude, swapped)


def _in(value: float, span: tuple[float, float]) -> bool:
    return span[0] <= value <= span[1]
