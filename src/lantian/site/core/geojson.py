"""Polygons from GeoJSON files: brought to WGS 84, no heavier than a page can carry, refused where they are none."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from shapely.geometry import mapping, shape
from shapely.validation import explain_validity

from lantian import coordinates, geo
from lantian.site.core.faults import Invalid, Text

MOST_BYTES = 10 * 1024 * 1024
KEPT = 3000  # places: more only make pages heavy
FINE, COARSE = 1e-5, 1e-3  # degrees: about 1 m and 100 m
CHINA = (72.0, 0.0, 138.0, 56.0)


def polygons_of(content: bytes, datum: geo.Datum) -> dict[str, Any]:
    """The polygons of a file as one geometry in WGS 84.

    Parameters
    ----------
    content : a Polygon or MultiPolygon, bare, in a Feature, or several in a FeatureCollection
    datum : what the file's coordinates are

    Raises
    ------
    Invalid : the file is no GeoJSON, holds no polygon, crosses itself, or lies outside China
    """
    if len(content) > MOST_BYTES:
        raise _wrong(_("文件超过 10 MB。请先简化边界。"))
    try:
        polygons = _polygons(json.loads(content.decode("utf-8-sig")))
        parts = [geo.geometry_to_wgs84(one, datum=datum)["coordinates"] for one in polygons]
        found = shape({"type": "MultiPolygon", "coordinates": parts})
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        raise _wrong(_("文件不是 GeoJSON。请导出为 GeoJSON（.geojson、.json）后再导入。")) from None
    if found.is_empty:
        raise _wrong(_("文件里没有面（Polygon 或 MultiPolygon）。请确认导出的是边界，不是点或线。"))
    west, south, east, north = found.bounds
    if not (CHINA[0] <= west and south >= CHINA[1] and east <= CHINA[2] and north <= CHINA[3]):
        raise _wrong(_("边界不在中国范围内。请确认坐标是经度在前的十进制度，不是米制投影坐标。"))
    if not found.is_valid:
        raise _wrong(_("边界自相交或有缺陷：{where}。请修复后再导入。").format(where=explain_validity(found)))
    return _light(found)


def ground_of(text: str, datum: geo.Datum) -> dict[str, Any]:
    """The polygons of a text as one geometry in WGS 84: GeoJSON as a map draws it, or corners typed line by line, an
    empty line before each further polygon.

    Raises
    ------
    Invalid : see `polygons_of`; a line is no place, or fewer than three corners stand together
    """
    if text.lstrip().startswith("{"):
        return polygons_of(text.encode(), datum)
    rings: list[list[list[float]]] = [[]]
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            rings.append([])
            continue
        try:
            found = coordinates.spot(line)
        except coordinates.Unreadable:
            said = _("第 {number} 行“{line}”不是经纬度。请一行写一个顶点，如 116.36, 39.91。")
            raise _wrong(said.format(number=number, line=line[:40]), "shape") from None
        rings[-1].append([found.longitude, found.latitude])
    rings = [one for one in rings if one]
    if not rings or any(len(one) < 3 for one in rings):
        raise _wrong(_("一个面至少要三个顶点。"), "shape")
    closed = [[[*one, one[0]]] for one in rings]
    return polygons_of(json.dumps({"type": "MultiPolygon", "coordinates": closed}).encode(), datum)


def _polygons(data: Any) -> list[dict[str, Any]]:
    """Every polygon of the file, one by one."""
    kind = data["type"]
    if kind == "FeatureCollection":
        return [one for feature in data["features"] for one in _polygons(feature)]
    if kind == "Feature":
        return _polygons(data["geometry"]) if data["geometry"] else []
    if kind == "GeometryCollection":
        return [one for part in data["geometries"] for one in _polygons(part)]
    if kind == "MultiPolygon":
        return [{"type": "Polygon", "coordinates": part} for part in data["coordinates"]]
    return [data] if kind == "Polygon" else []


def _light(found: Any) -> dict[str, Any]:
    """The geometry with no more places than a page can carry, its shape kept."""
    step = FINE
    while _places(found) > KEPT and step <= COARSE:
        found, step = found.simplify(step, preserve_topology=True), step * 3
    made: dict[str, Any] = json.loads(json.dumps(mapping(found)))
    return geo.geometry_to_wgs84(made, datum="wgs84")


def _places(found: Any) -> int:
    parts = getattr(found, "geoms", [found])
    return sum(len(ring.coords) for part in parts for ring in (part.exterior, *part.interiors))


def _wrong(said: Text, field: str = "file") -> Invalid:
    return Invalid(_("边界未导入。"), fields={field: said})
