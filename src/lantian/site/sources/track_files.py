"""Files of routes and of tracks: bounded, hostile ones refused, what cannot be read named by its row."""

from __future__ import annotations

import datetime as dt
import json
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from lxml import etree
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape

from lantian import coordinates, geo
from lantian.ledgers.similar import rules
from lantian.ledgers.tracks import CHINA as CHINA_TIME
from lantian.plandoc.document import ReadError
from lantian.plandoc.read.guard import refuse_entities
from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Text
from lantian.site.core.geojson import CHINA, COARSE, FINE, KEPT
from lantian.site.core.sheets.fields import matched
from lantian.site.core.sheets.opening import Grid, open_file

MOST_BYTES = 10 * 1024 * 1024
MOST_POINTS = 20_000
HEADER_ROWS = 20
NAMED = 10  # rows that are told by their number
LINES = ("LineString", "MultiLineString")
AREAS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Track:
    """Points in the order of time, and the rows of the file that could not be read."""

    at: list[dt.datetime]
    longitude: list[float]
    latitude: list[float]
    unread: list[int]


def wrong(text: Text, field: str = "file") -> Invalid:
    """A refusal that names its field."""
    return Invalid(_("没有导入。"), fields={field: text})


def route_of(content: bytes, datum: geo.Datum) -> dict[str, Any]:
    """The lines and areas of GeoJSON or KML as one geometry in WGS 84, no heavier than a page can carry.

    Raises
    ------
    Invalid : neither of the two, nothing in it, or not in China
    """
    if len(content) > MOST_BYTES:
        raise wrong(_("文件超过 10 MB。"))
    try:
        kml = content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
        parts = list(_of_kml(content)) if kml else list(_of_geojson(json.loads(content.decode("utf-8-sig"))))
        found = [shape(geo.geometry_to_wgs84(one, datum=datum)) for one in parts]
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
        OverflowError,
        StopIteration,
        ShapelyError,
    ):
        raise wrong(_("文件不是 GeoJSON 或 KML，或内容不完整。")) from None
    return _light(found)


def line_of(text: str, datum: geo.Datum) -> dict[str, Any]:
    """A line typed corner by corner, an empty line before each further one; or GeoJSON as a map draws it.

    Raises
    ------
    Invalid : a line is no place, or fewer than two corners stand together
    """
    if text.lstrip().startswith("{"):
        return route_of(text.encode(), "wgs84")
    lines: list[list[list[float]]] = [[]]
    for number, row in enumerate(text.splitlines(), 1):
        if not row.strip():
            lines.append([])
            continue
        try:
            found = coordinates.spot(row)
        except coordinates.Unreadable:
            said = format_lazy(
                _("第 {number} 行“{line}”不是经纬度。请一行写一个点，如 116.36, 39.91。"), number=number, line=row[:40]
            )
            raise wrong(said, "shape") from None
        lines[-1].append([found.longitude, found.latitude])
    kept = [one for one in lines if one]
    if not kept or any(len(one) < 2 for one in kept):
        raise wrong(_("一条路线至少要两个点。"), "shape")
    return route_of(json.dumps({"type": "MultiLineString", "coordinates": kept}).encode(), datum)


def _of_geojson(data: Any) -> Iterator[dict[str, Any]]:
    kind = data["type"]
    if kind == "FeatureCollection":
        for one in data["features"]:
            yield from _of_geojson(one)
    elif kind == "Feature":
        if data["geometry"]:
            yield from _of_geojson(data["geometry"])
    elif kind == "GeometryCollection":
        for one in data["geometries"]:
            yield from _of_geojson(one)
    elif kind in (*LINES, *AREAS):
        yield data


def _xml(content: bytes) -> Any:
    """The root of a document that neither defines entities nor asks for anything outside."""
    try:
        refuse_entities(content, "", "XML")
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except ReadError:
        raise wrong(_("文件里定义了 XML 实体，可能是恶意文件，没有读取。")) from None
    except etree.XMLSyntaxError:
        raise wrong(_("文件不完整，读不下去。请重新导出。")) from None


def _named(root: Any, name: str) -> Iterator[Any]:
    return (one for one in root.iter() if isinstance(one.tag, str) and etree.QName(one).localname == name)


def _of_kml(content: bytes) -> Iterator[dict[str, Any]]:
    root = _xml(content)
    for one in _named(root, "LineString"):
        yield {"type": "LineString", "coordinates": _corners(one)}
    for one in _named(root, "Polygon"):
        outer = [_corners(ring) for side in _named(one, "outerBoundaryIs") for ring in _named(side, "LinearRing")]
        inner = [_corners(ring) for side in _named(one, "innerBoundaryIs") for ring in _named(side, "LinearRing")]
        yield {"type": "Polygon", "coordinates": [*outer[:1], *inner]}


def _corners(one: Any) -> list[list[float]]:
    text = next(_named(one, "coordinates")).text or ""
    return [[float(part) for part in place.split(",")[:2]] for place in text.split()]


def _light(found: list[Any]) -> dict[str, Any]:
    kept = [part for one in found for part in getattr(one, "geoms", [one]) if not part.is_empty]
    if not kept:
        raise wrong(_("文件里没有线或面。"))
    for one in kept:
        west, south, east, north = one.bounds
        if not (CHINA[0] <= west and south >= CHINA[1] and east <= CHINA[2] and north <= CHINA[3]):
            raise wrong(_("路线不在中国范围内。请确认坐标是经度在前的十进制度，不是米制投影坐标。"))
        if one.geom_type == "Polygon" and not one.is_valid:
            raise wrong(_("有的面自相交。请修复后再导入。"))
    step = FINE
    while sum(_places(one) for one in kept) > KEPT and step <= COARSE:
        kept, step = [one.simplify(step, preserve_topology=True) for one in kept], step * 3
    lines = [mapping(one)["coordinates"] for one in kept if one.geom_type == "LineString"]
    areas = [mapping(one)["coordinates"] for one in kept if one.geom_type == "Polygon"]
    parts = [
        {"type": kind, "coordinates": some}
        for kind, some in (("MultiLineString", lines), ("MultiPolygon", areas))
        if some
    ]
    whole = parts[0] if len(parts) == 1 else {"type": "GeometryCollection", "geometries": parts}
    made: dict[str, Any] = json.loads(json.dumps(whole))
    return made


def _places(one: Any) -> int:
    rings = (one.exterior, *one.interiors) if one.geom_type == "Polygon" else (one,)
    return sum(len(ring.coords) for ring in rings)


def track_of(content: bytes, name: str, datum: geo.Datum) -> Track:
    """The points of a track: GPX, or a table (csv, xlsx) with time, longitude and latitude.

    Raises
    ------
    Invalid : no such file, columns missing, no point that can be read, or too many
    """
    if len(content) > MOST_BYTES:
        raise wrong(_("文件超过 10 MB。"))
    head = content.lstrip(b"\xef\xbb\xbf \r\n\t")
    rows = _of_gpx(content) if head.startswith(b"<") else _of_table(content, name)
    found, unread = {}, []
    latest = clock.now() + dt.timedelta(hours=1)
    for number, at, x, y in rows:
        point = _point(at, x, y)
        if point is None or point[0] > latest:
            unread.append(number)
            continue
        found[point[0]] = point
        if len(found) + len(unread) > MOST_POINTS:
            raise wrong(format_lazy(_("超过 {most} 个点。请按天拆成几个文件。"), most=MOST_POINTS))
    if len(found) < 2:
        raise wrong(_("读得出的定位点不到两个。每个点要有时间、经度、纬度。"))
    points = [found[at] for at in sorted(found)]
    x, y = geo.to_wgs84([one[1] for one in points], [one[2] for one in points], datum=datum)
    return Track(
        [one[0] for one in points],
        [round(float(one), 6) for one in np.atleast_1d(x)],
        [round(float(one), 6) for one in np.atleast_1d(y)],
        unread,
    )


def _of_gpx(content: bytes) -> Iterator[tuple[int, Any, Any, Any]]:
    for number, one in enumerate(_named(_xml(content), "trkpt"), 1):
        time = next(_named(one, "time"), None)
        yield number, time.text if time is not None else None, one.get("lon"), one.get("lat")


def _of_table(content: bytes, name: str) -> Iterator[tuple[int, Any, Any, Any]]:
    for grid in open_file(content, name).grids:
        if head := _head(grid):
            number, places = head
            for row, cells in grid.rows:
                if row > number and any(cell not in (None, "") for cell in cells):
                    at, x, y = (cells[one] if one < len(cells) else None for one in places)
                    yield row, at, x, y
            return
    raise wrong(_("没有找到表头。表头要有“时间”“经度”“纬度”三列。"))


def _head(grid: Grid) -> tuple[int, list[int]] | None:
    headers = rules().track.headers
    wanted = (headers.at, headers.longitude, headers.latitude)
    for row, cells in grid.rows[:HEADER_ROWS]:
        called = [matched(cell) if isinstance(cell, str) else "" for cell in cells]
        places = [next((at for at, one in enumerate(called) if one in names), None) for names in wanted]
        if None not in places:
            return row, [at for at in places if at is not None]
    return None


def _point(at: Any, x: Any, y: Any) -> tuple[dt.datetime, float, float] | None:
    try:
        when, here = _time(at), (_degrees(x), _degrees(y))
    except (ValueError, OverflowError, TypeError):
        return None
    if not (math.isfinite(here[0]) and math.isfinite(here[1])):
        return None
    inside = CHINA[0] <= here[0] <= CHINA[2] and CHINA[1] <= here[1] <= CHINA[3]
    return (when, *here) if inside else None


def _time(raw: Any) -> dt.datetime:
    """A time with its zone; one that names none is of China."""
    if isinstance(raw, dt.datetime):
        found = raw
    else:
        text = unicodedata.normalize("NFKC", str(raw)).strip()
        for sign, plain in (("/", "-"), ("年", "-"), ("月", "-"), ("日", " ")):
            text = text.replace(sign, plain)
        day, _between, time = text.replace("T", " ").replace("t", " ").partition(" ")
        padded = "-".join(part.zfill(2) for part in day.split("-"))
        found = dt.datetime.fromisoformat(f"{padded} {time.strip().zfill(8 if time.count(':') == 2 else 5)}")
    if found.year < 2000:
        raise ValueError(raw)
    return found if found.tzinfo else found.replace(tzinfo=CHINA_TIME)


def _degrees(raw: Any) -> float:
    return float(raw) if isinstance(raw, int | float) else coordinates.degrees(str(raw))
