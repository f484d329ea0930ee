"""Small lists beside the measurements: which area a station belongs to, and where it stands."""

from __future__ import annotations

from pathlib import Path

from lantian.airquality.faults import AirError
from lantian.airquality.read.frames import LINE, frame_of

STATION = ("station", "code", "站点编码", "监测点编码", "站点")
AREA = ("area", "town", "district", "city", "行政区", "乡镇", "街道", "区县", "城市")
LON = ("lon", "longitude", "经度")
LAT = ("lat", "latitude", "纬度")


def areas_of(path: Path) -> dict[str, list[str]]:
    """Codes of stations by area, from a table with a column of stations and one of areas."""
    found: dict[str, list[str]] = {}
    for _line, code, area in _columns(path, STATION, AREA):
        if area:
            found.setdefault(area, []).append(code)
    return found


def places_of(path: Path) -> dict[str, tuple[float, float]]:
    """Longitude and latitude by code; stations without a place are left out."""
    found = {}
    for line, code, lon, lat in _columns(path, STATION, LON, LAT):
        if not lon or not lat:
            continue
        try:
            found[code] = (float(lon), float(lat))
        except ValueError as error:
            raise AirError(
                f"{path.name} 第 {line} 行：坐标“{lon}，{lat}”不是数字。",
                f"{path.name}, line {line}: the place {lon!r}, {lat!r} is no pair of numbers.",
            ) from error
    return found


def _columns(path: Path, *wanted: tuple[str, ...]) -> list[tuple[str, ...]]:
    frame = frame_of(path)
    plain = {name.strip().lower(): name for name in frame.columns}
    chosen = []
    for words in wanted:
        name = next((plain[word] for word in words if word in plain), None)
        if name is None:
            raise AirError(
                f"{path.name}：缺少列“{words[0]}”（或 {'、'.join(words[1:])}）。",
                f"{path.name}: no column {words[0]!r} (or {', '.join(words[1:])}).",
            )
        chosen.append(name)
    rows = frame.select(LINE, *chosen).iter_rows()
    return [tuple("" if cell is None else str(cell).strip() for cell in row) for row in rows if row[1]]
