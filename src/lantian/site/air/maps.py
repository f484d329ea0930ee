"""Maps: our own GeoJSON, and what a district may add below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lantian.site.air import shades
from lantian.site.air.queries.now import NowRow
from lantian.site.core.map import Map, feature, own_map


def of_now(rows: Iterable[NowRow], outlines: Sequence[dict[str, Any]] = ()) -> Map:
    """Stations in the colour of their index, with its number; those without a place are left out."""
    points = []
    for row in rows:
        one = row.station
        if one.longitude is None or one.latitude is None:
            continue
        named = shades.name(row.category) if row.category else ""
        points.append(
            feature(
                (one.longitude, one.latitude),
                title=one.name,
                label="" if row.aqi is None else str(row.aqi),
                words=f"AQI {row.aqi} {named}".strip() if row.aqi is not None else "—",
                colour=row.colour or "#c6ced7",
                ink=shades.on_it(row.category) if row.category else "#1d2733",
                small=one.kind in ("micro", "dust"),
                url=one.get_absolute_url(),
            )
        )
    return own_map(points, outlines)
