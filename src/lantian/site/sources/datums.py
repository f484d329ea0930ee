"""The system of coordinates of a list from Excel: a column says it, or the header; kept is WGS 84 alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import geo, rulebook
from lantian.rulebook.schemas.datums import Datums
from lantian.site.core.faults import Text
from lantian.site.core.place import DATUMS, PLACES_KEPT
from lantian.site.core.sheets import Field

OWN: geo.Datum = "wgs84"


def rules() -> Datums:
    """What the systems are called here."""
    return rulebook.get("datums", as_=Datums)


DATUM = Field(
    "datum", _("坐标系"), "choice", choices=tuple(DATUMS),
    also={word: one.name for one in rules().datum for word in one.words}, headers=rules().headers,
    help=_("空着按 WGS 84。高德、腾讯、百度的坐标选对坐标系，导入时换算成 WGS 84；导出的都是 WGS 84。"),
)  # fmt: skip


def headers(*axis: str) -> tuple[str, ...]:
    """Headers of one coordinate, also with the name of a system before it."""
    return (*axis, *(f"{name}{one}" for system in rules().datum for name in system.before for one in axis))


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
    named = (one for one in rules().datum if one.within and re.search(one.within, written, re.IGNORECASE))
    return next((one.name for one in named), OWN)
