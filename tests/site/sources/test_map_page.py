"""The map's page: cut by ledger, zone, drawn area and circle, each with its table; the search over our own places."""

import json

import pytest

from lantian.site.air import actions as air
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.sources import actions
from lantian.site.sources.map_filter import circle, corners
from tests.site.conftest import person


def at(district, name, longitude, latitude, *, ledger="coal_boiler", **attributes):
    source = {"name": name, "area": district.songxi, "longitude": longitude, "latitude": latitude}
    return actions.add_listing(System(), ledger, source=source, attributes=attributes or {"capacity": 1})


def ground(west, side=0.02, south=39.89):
    ring = [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]}).encode()


@pytest.fixture
def two(district):
    """One boiler in the west, one in the east."""
    return at(district, "西边锅炉", 116.30, 39.90), at(district, "东边锅炉", 116.40, 39.90)


def shown(browser, query):
    page = browser.get(f"/sources/map?{query}").content.decode()
    points = browser.get(f"/sources/map/points?bbox=116,39,117,40&{query}").json()["features"]
    names = {name for name in ("西边锅炉", "东边锅炉") if name in page}
    assert {one["properties"]["title"] for one in points} == names  # the table says what the map shows
    return names


def test_cut_by_zone_area_and_circle(two, district, site, django_assert_max_num_queries):
    zone = actions.add_zone(System(), kind="no_burn", name="禁燃区", area=district.area, content=ground(116.29))
    browser = site.log_in(district.air_office)
    assert shown(browser, "") == {"西边锅炉", "东边锅炉"}
    assert shown(browser, f"zone={zone.pk}") == {"西边锅炉"}
    assert shown(browser, "within=116.39,39.8;116.41,39.8;116.41,40;116.39,40") == {"东边锅炉"}
    assert shown(browser, "near=116.301, 39.9, 90 米") == {"西边锅炉"}
    assert shown(browser, "near=116.301, 39.9, 80") == set()
    assert shown(browser, "group=dust") == set()
    assert shown(browser, "ledger=coal_boiler&capacity_from=2") == set()
    with django_assert_max_num_queries(15):
        page = browser.get(f"/sources/map?zone={zone.pk}&ledger=coal_boiler").content.decode()
    assert "合计" in page  # the sum field of the ledger
    assert browser.get("/sources/map?export=csv").status_code == 200


@pytest.mark.parametrize("query", ["within=1,2", "within=a;b;c", "within=0,0;1,1;1,0;0,1", "near=甲", "near=116,39,-5",
                                   "zone=abc", "ledger=none", "group=none", "within=nan,1;2,2;3,3"])  # fmt: skip
def test_what_cannot_be_asked_is_left_out(query, two, district, site):
    assert shown(site.log_in(district.air_office), query) == {"西边锅炉", "东边锅炉"}


def test_the_writings_of_areas_and_circles():
    assert corners("116,39;117,39;117,40").area == pytest.approx(0.5)
    assert circle("116.36，39.91，500米") == (116.36, 39.91, 500.0)
    assert circle("39.91, 116.36, 60") == (116.36, 39.91, 60.0)
    assert circle("116.36, 39.91") is None
    assert circle("116.36, 39.91, 1e9") is None


def test_the_search_finds_our_own_places(two, district, site, django_assert_max_num_queries):
    actions.add_zone(System(), kind="no_burn", name="西边禁燃区", area=district.area, content=ground(116.29))
    org.set_outline(System(), district.songxi, content=ground(116.25, 0.2), datum="wgs84", source="模拟")
    air.add_station(
        System(),
        code="D001",
        name="西边站",
        kind="national",
        area=district.songxi,
        longitude=116.3,
        latitude=39.9,
        factors=["pm25"],
    )
    browser = site.log_in(district.air_office)
    with django_assert_max_num_queries(10):
        found = browser.get("/sources/map/find?q=西边").json()["found"]
    assert [(one["kind"], one["title"]) for one in found] == [
        ("管控区", "西边禁燃区"), ("站点", "西边站"), ("污染源", "西边锅炉")
    ]  # fmt: skip
    assert found[-1]["at"] == [116.30, 39.90]
    assert len(found[0]["box"]) == 4
    assert browser.get("/sources/map/find?q=松溪").json()["found"][0]["kind"] == "行政区"
    assert browser.get("/sources/map/find?q=").json() == {"found": []}
    stranger = person("liuwan", "liaison", district.liuwan_town)
    assert [one["kind"] for one in site.log_in(stranger).get("/sources/map/find?q=西边锅炉").json()["found"]] == []
