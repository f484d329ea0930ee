"""Coordinates of Chinese maps: WGS 84, GCJ-02 (what Chinese base maps use) and BD-09 (Baidu).

GCJ-02 shifts places within China by some hundred metres, by a fixed function that has no closed inverse; BD-09 turns
GCJ-02 once more. The functions are known from what others have published, not from a standard.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Datum = Literal["wgs84", "gcj02", "bd09"]
Pair = tuple[NDArray[np.float64], NDArray[np.float64]]

# The ellipsoid of Krassowsky 1940, which the shift is reckoned on: semi-major axis [m], squared eccentricity.
AXIS, ECCENTRICITY = 6378245.0, 0.00669342162296594323
BAIDU = np.pi * 3000 / 180
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271  # the shift holds within
ROUNDS = 6  # of the inverse: each leaves about a hundredth of the error


def gcj02_of_wgs84(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    """Shifted coordinates of true ones; outside China they stay.

    Examples
    --------
    >>> x, y = gcj02_of_wgs84(116.397, 39.909)
    >>> round(float(x), 4), round(float(y), 4)
    (116.4032, 39.9104)
    """
    x, y = _arrays(longitude, latitude)
    dx, dy = _shift(x, y)
    return x + dx, y + dy


def wgs84_of_gcj02(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    """True coordinates of shifted ones, by iteration to far less than a metre."""
    shifted = _arrays(longitude, latitude)
    x, y = shifted
    for _round in range(ROUNDS):
        dx, dy = _shift(x, y)
        x, y = shifted[0] - dx, shifted[1] - dy
    return x, y


def bd09_of_gcj02(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    """Baidu's coordinates of GCJ-02."""
    x, y = _arrays(longitude, latitude)
    radius = np.hypot(x, y) + 2e-5 * np.sin(y * BAIDU)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * BAIDU)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def gcj02_of_bd09(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    """GCJ-02 of Baidu's coordinates, by iteration to far less than a metre."""
    turned = _arrays(longitude, latitude)
    x, y = turned[0] - 0.0065, turned[1] - 0.006
    for _round in range(ROUNDS):
        again = bd09_of_gcj02(x, y)
        x, y = x + turned[0] - again[0], y + turned[1] - again[1]
    return x, y


def to_wgs84(longitude: ArrayLike, latitude: ArrayLike, *, datum: Datum) -> Pair:
    """True coordinates of those of a datum."""
    if datum == "bd09":
        return wgs84_of_gcj02(*gcj02_of_bd09(longitude, latitude))
    return wgs84_of_gcj02(longitude, latitude) if datum == "gcj02" else _arrays(longitude, latitude)


def geometry_to_wgs84(geometry: Mapping[str, Any], *, datum: Datum) -> dict[str, Any]:
    """A GeoJSON geometry in true coordinates; heights are dropped."""

    def converted(part: Any) -> Any:
        if part and isinstance(part[0], list | tuple) and part[0] and not isinstance(part[0][0], list | tuple):
            places = np.asarray([place[:2] for place in part], float)
            x, y = to_wgs84(places[:, 0], places[:, 1], datum=datum)
            return [[round(float(a), 7), round(float(b), 7)] for a, b in zip(x, y, strict=True)]
        return [converted(one) for one in part]

    return {"type": geometry["type"], "coordinates": converted(geometry["coordinates"])}


EARTH = 6_371_008.8  # mean radius [m]


def distances(one: tuple[float, float], longitude: ArrayLike, latitude: ArrayLike) -> NDArray[np.float64]:
    """Distances of many points from one (WGS 84 degrees) on the sphere, in metres.

    Examples
    --------
    >>> distances((116.397, 39.909), [116.397, 116.398], [39.910, 39.909]).round().tolist()
    [111.0, 85.0]
    """
    x1, y1 = np.radians(one)
    x2, y2 = np.radians(np.asarray(longitude, float)), np.radians(np.asarray(latitude, float))
    half = np.sin((y2 - y1) / 2) ** 2 + np.cos(y1) * np.cos(y2) * np.sin((x2 - x1) / 2) ** 2
    found: NDArray[np.float64] = 2 * EARTH * np.arcsin(np.sqrt(half))
    return found


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance between two points (longitude, latitude in WGS 84 degrees) on the sphere, in metres.

    Examples
    --------
    >>> round(metres((116.397, 39.909), (116.397, 39.910)))
    111
    """
    return float(distances(one, *other))


def _arrays(longitude: ArrayLike, latitude: ArrayLike) -> Pair:
    return np.asarray(longitude, float), np.asarray(latitude, float)


def _shift(x: NDArray[np.float64], y: NDArray[np.float64]) -> Pair:
    """Degrees that GCJ-02 adds at a true place."""
    u, v = x - 105.0, y - 35.0
    waves = (20 * np.sin(6 * u * np.pi) + 20 * np.sin(2 * u * np.pi)) * 2 / 3
    root = np.sqrt(np.abs(u))
    north = -100 + 2 * u + 3 * v + 0.2 * v * v + 0.1 * u * v + 0.2 * root + waves
    north = north + (20 * np.sin(v * np.pi) + 40 * np.sin(v / 3 * np.pi)) * 2 / 3
    north = north + (160 * np.sin(v / 12 * np.pi) + 320 * np.sin(v / 30 * np.pi)) * 2 / 3
    east = 300 + u + 2 * v + 0.1 * u * u + 0.1 * u * v + 0.1 * root + waves
    east = east + (20 * np.sin(u * np.pi) + 40 * np.sin(u / 3 * np.pi)) * 2 / 3
    east = east + (150 * np.sin(u / 12 * np.pi) + 300 * np.sin(u / 30 * np.pi)) * 2 / 3
    latitude = np.radians(y)
    bend = 1 - ECCENTRICITY * np.sin(latitude) ** 2
    dy = np.degrees(north / (AXIS * (1 - ECCENTRICITY) / bend**1.5))
    dx = np.degrees(east / (AXIS / np.sqrt(bend) * np.cos(latitude)))
    inside = (x > WEST) & (x < EAST) & (y > SOUTH) & (y < NORTH)
    return np.where(inside, dx, 0.0), np.where(inside, dy, 0.0)
