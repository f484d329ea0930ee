"""The system of coordinates of a list from Excel: a column says it, or the header; kept is WGS 84 alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import geo
from lantian.site.core.faults import Text
from lantian.site.core.place import DATUMS, PLACES_KEPT
from lantian.site.core.sheets import Field

OWN: geo.Datum = "wgs84"
ALSO: dict[str, geo.Datum] = {
    "高德": "gcj02", "高德地图": "gcj02", "腾讯": "gcj02", "腾讯地图": "gcj02", "火星": "gcj02", "火星坐标": "gcj02",
    "火星坐标系": "gcj02", "国测局": "gcj02", "gcj02": "gcj02", "gcj-02": "gcj02", "gcj": "gcj02",
    "百度": "bd09", "百度地图": "bd09", "百度坐标": "bd09", "bd09": "bd09", "bd-09": "bd09", "bd09ll": "bd09",
    "wgs84": "wgs84", "wgs-84": "wgs84", "wgs": "wgs84", "gps": "wgs84", "天地图": "wgs84", "大地2000": "wgs84",
    "cgcs2000": "wgs84", "国家2000": "wgs84", "2000国家大地坐标系": "wgs84", "国家大地2000": "wgs84",
}  # fmt: skip
# Words of a header that name a system: 高德经度, 经度（GCJ-02）.
IN_HEADER: tuple[tuple[re.Pattern[str], geo.Datum], ...] = (
    (re.compile(r"gcj|高德|腾讯|火星", re.IGNORECASE), "gcj02"),
    (re.compile(r"bd-?09|百度|baidu", re.IGNORECASE), "bd09"),
)
NAMES = ("高德", "腾讯", "火星", "百度", "gcj02", "gcj-02", "bd09", "bd-09", "wgs84", "wgs-84", "cgcs2000", "国家2000")
DATUM = Field(
    "datum", _("坐标系"), "choice", choices=tuple(DATUMS), also=ALSO, headers=("坐标系统", "坐标类型", "坐标参考系"),
    help=_("空着按 WGS 84。高德、腾讯、百度的坐标选对坐标系，导入时换算成 WGS 84；导出的都是 WGS 84。"),
)  # fmt: skip


def headers(*axis: str) -> tuple[str, ...]:
    """Headers of one coordinate, also with the name of a system before it."""
    return (*axis, *(f"{name}{one}" for name in NAMES for one in axis))


def settle(values: dict[str, Any], columns: Mapping[str, str]) -> Text | None:
    """Turn the place of a row into WGS 84, where the file has it in another system.

    Returns
    -------
    what is to be said of it; None where nothing was turned
    """
    x, y = values.get("longitude"), values.get("latitude")
    datum = values.get("datum") or _of_header(columns)
    if "datum" in values:
        values["datum"] = "" if x is None else OWN
    if datum == OWN or x is None or y is None:
        return None
    true_x, true_y = geo.to_wgs84(x, y, datum=datum)
    values["longitude"], values["latitude"] = round(float(true_x), PLACES_KEPT), round(float(true_y), PLACES_KEPT)
    return format_lazy(_("坐标已由 {datum} 换算成 WGS 84"), datum=dict(DATUMS)[datum])


def _of_header(columns: Mapping[str, str]) -> geo.Datum:
    written = f"{columns.get('longitude', '')} {columns.get('latitude', '')}"
    return next((datum for pattern, datum in IN_HEADER if pattern.search(written)), OWN)
