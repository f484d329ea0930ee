"""The map: what a part of it shows, one by one or counted; nothing of another town."""

import pytest

from lantian.site.core.policy import System
from lantian.site.sources import actions
from lantian.site.sources.queries import listings, places
from lantian.site.sources.queries.places import Box
from tests.site.conftest import person


def at(district, longitude, latitude, *, town=None):
    return actions.add_listing(
        System(),
        "coal_boiler",
        source={"name": "锅炉", "area": town or district.songxi, "longitude": longitude, "latitude": latitude},
        attributes={"capacity": 1},
    )


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "5,0,1,1", "0,5,1,1"])
def test_what_is_no_part_of_a_map_shows_nothing(text, district, site):
    assert Box.of(text) is None
    shown = site.log_in(district.air_office).get(f"/sources/map/points?bbox={text}").json()
    assert shown == {"type": "FeatureCollection", "features": []}


def test_a_part_of_the_map_shows_what_lies_in_it(district, site, django_assert_max_num_queries):
    inside = at(district, 116.31, 39.91)
    at(district, 116.51, 39.91)
    browser = site.log_in(district.air_office)
    with django_assert_max_num_queries(8):
        shown = browser.get("/sources/map/points?bbox=116.3,39.9,116.4,40.0").json()["features"]
    assert [one["properties"]["url"] for one in shown] == [inside.get_absolute_url()]
    assert shown[0]["geometry"]["coordinates"] == [116.31, 39.91]
    nothing = browser.get("/sources/map/points?bbox=116.3,39.9,116.4,40.0&ledger=scattered_polluter").json()
    assert nothing["features"] == []
    stranger = person("liuwan", "liaison", district.liuwan_town)
    assert site.log_in(stranger).get("/sources/map/points?bbox=116,39,117,40").json()["features"] == []


def test_many_are_counted_by_squares_and_none_is_lost(district, monkeypatch):
    monkeypatch.setattr(places, "MANY", 5)
    for k in range(12):
        at(district, 116.301 + 0.0001 * k, 39.901)
    at(district, 116.39, 39.99)
    single, squares = places.seen(listings.listings(district.air_office), Box(116.3, 39.9, 116.4, 40.0))
    assert single == []
    assert sorted(one.number for one in squares) == [1, 12]
    assert sum(one.number for one in squares) == 13


def test_the_page_says_what_is_not_on_it(district, site, django_assert_max_num_queries):
    at(district, 116.31, 39.91)
    actions.add_listing(
        System(), "coal_boiler", source={"name": "无坐标", "area": district.songxi}, attributes={"capacity": 1}
    )
    browser = site.log_in(district.air_office)
    with django_assert_max_num_queries(15):
        assert "其中 1 条没有坐标" in browser.get("/sources/map").content.decode()


def test_the_page_of_a_town_is_bounded_too(district, site, django_assert_max_num_queries):
    at(district, 116.31, 39.91)
    browser = site.log_in(district.songxi_liaison)
    with django_assert_max_num_queries(15):
        assert browser.get("/sources/map").status_code == 200
