"""A place on entry: any writing and system is converted, what was written stays in the trail, strange ones are said."""

import json

import pytest
from django.urls import reverse

from lantian import geo
from lantian.site.core.models import AuditEvent
from lantian.site.core.place import Place, read_place
from lantian.site.core.policy import System
from lantian.site.core.sheets import Scope
from lantian.site.core.sheets.problems import BadCell
from lantian.site.org import actions as org
from lantian.site.sources.models import Listing, Source
from lantian.site.sources.sheets import PLACES


def entered(site, district, **place):
    given = {"name": "松溪浴池锅炉", "area": district.songxi.pk, "x_capacity": "2"} | place
    return site.log_in(district.songxi_liaison).post("/sources/ledgers/coal_boiler/new", given)


def test_what_is_written_in_another_system_is_converted_and_kept_in_the_trail(site, district):
    x, y = (float(part) for part in geo.bd09_of_gcj02(*geo.gcj02_of_wgs84(116.36, 39.91)))
    written = f"{x:.7f}，{y:.7f}"
    entered(site, district, spot_0=written, spot_1="bd09")
    source = Source.objects.get()
    assert (source.longitude, source.latitude) == (pytest.approx(116.36, abs=1e-5), pytest.approx(39.91, abs=1e-5))
    event = AuditEvent.objects.get(action="sources.listing.add")
    assert event.facts["place"] == {"written": written, "datum": "bd09"}
    browser = site.log_in(district.songxi_liaison)
    form = browser.get(f"/sources/listings/{Listing.objects.get().pk}/edit").content.decode()
    text = f"{source.longitude:.6f}".rstrip("0") + ", " + f"{source.latitude:.6f}".rstrip("0")
    assert f'value="{text}"' in form


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("116.36", "只有一个数"),
        ("广安门外大街", "不是经纬度"),
        ("116°61′0″ 39°54′0″", "须小于 60"),
        ("446123.5, 4417654.2", "米制投影"),
    ],
)
def test_what_is_no_place_is_said_at_the_field_and_nothing_is_kept(site, district, text, said):
    assert said in entered(site, district, spot_0=text, spot_1="wgs84").content.decode()
    assert not Source.objects.exists()


def test_a_system_that_is_none_is_refused(site, district):
    assert "没有这种坐标系" in entered(site, district, spot_0="116.3, 39.9", spot_1="mars").content.decode()


def test_a_swapped_one_and_one_outside_the_town_are_said(site, district):
    ring = [[116.2, 39.8], [116.3, 39.8], [116.3, 40.0], [116.2, 40.0], [116.2, 39.8]]
    shape = json.dumps({"type": "Polygon", "coordinates": [ring]}).encode()
    org.set_outline(System(), district.songxi, content=shape, datum="wgs84", source="模拟")
    made = entered(site, district, spot_0="39.91 116.36", spot_1="wgs84")
    shown = site.log_in(district.songxi_liaison).get(made["Location"]).content.decode()
    assert "写的是纬度在前" in shown
    assert "不在松溪镇的边界内" in shown
    assert Source.objects.get().place == (116.36, 39.91)


def test_plain_places_need_no_word_in_the_trail():
    assert read_place("116.36, 39.91").told == {}
    assert read_place("116°21′36″ 39°54′36″").told == {"written": "116°21′36″ 39°54′36″", "datum": "wgs84"}
    assert isinstance(read_place("116.36, 39.91"), Place)


def test_outlines_are_those_that_the_person_may_see(site, district):
    ring = [[116.2, 39.8], [116.3, 39.8], [116.3, 40.0], [116.2, 39.8]]
    shape = json.dumps({"type": "Polygon", "coordinates": [ring]}).encode()
    org.set_outline(System(), district.songxi, content=shape, datum="wgs84", source="模拟")
    told = site.log_in(district.songxi_liaison).get(reverse("org:outlines")).json()
    assert [one["properties"]["title"] for one in told["features"]] == ["松溪镇"]


def test_a_cell_takes_degrees_minutes_and_seconds():
    longitude = next(one for one in PLACES if one.name == "longitude")
    scope = Scope(System())
    assert longitude.read("116°21′36″", scope) == 116.36
    assert longitude.read("116.36", scope) == longitude.read(116.36, scope) == 116.36
    for bad in ("116°61′", "39°54′36″", "东经"):
        with pytest.raises(BadCell):
            longitude.read(bad, scope)
