"""The one map: points and outlines of our own as GeoJSON (WGS 84), drawn by a bundle that only pages with a map load.

Nothing is asked of another host unless the installation names a tile address (LANTIAN_MAP_TILES); maps that are shown
carry their approval number (审图号, LANTIAN_MAP_APPROVAL).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from lantian.site.core.faults import Text


def feature(place: tuple[float, float], *, title: Text, **properties: Any) -> dict[str, Any]:
    """A point: `label` stands on it, `colour` fills it, `ink` colours the label, `words` and `url` tell more."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(place[0], 6), round(place[1], 6)]},
        "properties": {"title": str(title)} | properties,
    }


@dataclass(frozen=True)
class Map:
    """What a map shows.

    Attributes
    ----------
    points : features with a point
    outlines : features with a polygon, below the points
    outlines_from : address of more of them, which many pages show
    tiles : address with {z}/{x}/{y} of a base map, '' for none
    approval : approval number of that base map, '' for none
    """

    points: Sequence[dict[str, Any]]
    outlines: Sequence[dict[str, Any]] = ()
    tiles: str = ""
    approval: str = ""
    outlines_from: str = ""

    @property
    def drawing(self) -> str:
        """Points as a collection."""
        return json.dumps({"type": "FeatureCollection", "features": list(self.points)}, ensure_ascii=False)

    @property
    def outline(self) -> str:
        """Outlines as a collection."""
        return json.dumps({"type": "FeatureCollection", "features": list(self.outlines)}, ensure_ascii=False)


def own_map(
    points: Sequence[dict[str, Any]], outlines: Sequence[dict[str, Any]] = (), *, outlines_from: str = ""
) -> Map:
    """A map above the base map of this installation, if it has one."""
    return Map(points, outlines, settings.LANTIAN_MAP_TILES, settings.LANTIAN_MAP_APPROVAL, outlines_from)
