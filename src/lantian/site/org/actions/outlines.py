"""Outlines of areas, from GeoJSON."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian import geo
from lantian.site.core import policy
from lantian.site.core.change import change
from lantian.site.core.geojson import polygons_of
from lantian.site.core.policy import Actor, roles
from lantian.site.org.models import Area, AreaOutline

policy.declare(
    {"org.set_outline": roles("system_admin", "air_office")},
    titles={"org.set_outline": _("导入行政区边界")},
)


def set_outline(actor: Actor, area: Area, *, content: bytes, datum: geo.Datum, source: str = "") -> AreaOutline:
    """Keep an area's outline from a GeoJSON file; an earlier one is replaced.

    Parameters
    ----------
    content : a Polygon or MultiPolygon, bare, in a Feature, or several in a FeatureCollection
    datum : what the file's coordinates are; they are kept in WGS 84

    Raises
    ------
    Refused : the actor may not for this area
    Invalid : the file is no GeoJSON, holds no polygon, crosses itself, or lies outside China
    """
    outline = AreaOutline.objects.filter(area=area).first() or AreaOutline(area=area)
    with change(actor, outline, "org.set_outline") as current:
        current.geometry = polygons_of(content, datum)
        current.source = source[:300]
    return current
