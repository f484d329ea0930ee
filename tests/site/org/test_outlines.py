"""Outlines of areas: brought to WGS 84, refused where they are none."""

from __future__ import annotations

import json

import pytest

from lantian import geo
from lantian.site.core import audit
from lantian.site.core.faults import Invalid, Refused
from lantian.site.org import actions
from lantian.site.org.models import AreaOutline

RING = [[116.3, 39.9], [116.4, 39.9], [116.4, 40.0], [116.3, 40.0], [116.3, 39.9]]


def file(*rings, kind="Polygon") -> bytes:
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": kind, "coordinates": list(rings)}}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def test_an_outline_is_kept_in_wgs84_and_replaced(district):
    x, y = geo.gcj02_of_wgs84([one[0] for one in RING], [one[1] for one in RING])
    shifted = [[float(a), float(b)] for a, b in zip(x, y, strict=True)]
    first = actions.set_outline(district.air_office, district.area, content=file(RING), datum="wgs84")
    made = actions.set_outline(
        district.air_office, district.area, content=file(shifted), datum="gcj02", source="民政局"
    )
    assert (first.pk, AreaOutline.objects.count()) == (made.pk, 1)
    found = made.geometry["coordinates"][0][0]
    assert all(abs(a - b) < 1e-6 for one, of in zip(found, RING, strict=True) for a, b in zip(one, of, strict=True))
    assert audit.events_of(made)[0].action == "org.set_outline"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "GeoJSON"),
        (b'{"type": "FeatureCollection"}', "GeoJSON"),
        (b"[1, 2]", "GeoJSON"),
        (b"[" * 100_000, "GeoJSON"),
        (file([["a", "b"]] * 4), "GeoJSON"),
        (file(RING[0], kind="Point"), "Polygon"),
        (file([[0, 0], [1, 0], [1, 1], [0, 0]]), "中国"),
        (file([[500000, 4400000], [500001, 4400000], [500001, 4400001], [500000, 4400000]]), "中国"),
        (file([[116, 39], [117, 40], [117, 39], [116, 40], [116, 39]]), "自相交"),
    ],
)
def test_what_is_no_outline_leaves_nothing(district, content, said):
    with pytest.raises(Invalid) as caught:
        actions.set_outline(district.air_office, district.area, content=content, datum="wgs84")
    assert said in str(caught.value.fields)
    assert not AreaOutline.objects.exists()


@pytest.mark.parametrize("who", ["leader", "songxi_liaison", "nobody"])
def test_only_those_who_keep_the_register_set_it(district, who):
    with pytest.raises(Refused):
        actions.set_outline(getattr(district, who), district.area, content=file(RING), datum="wgs84")


def test_the_page_takes_a_file_and_the_area_shows_it(district, site):
    from django.core.files.uploadedfile import SimpleUploadedFile

    site.log_in(district.air_office)
    url = f"/areas/{district.area.pk}/outline"
    sent = {"file": SimpleUploadedFile("a.geojson", file(RING)), "datum": "wgs84", "source": ""}
    assert site.post(url, sent).status_code == 302
    assert "data-outline" in site.get(f"/areas/{district.area.pk}").content.decode()
