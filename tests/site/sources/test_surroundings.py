"""What lies around a source: 59 and 61 metres from a place of a ban, stations, sensitive places."""

import math

import pytest

from lantian import geo
from lantian.site.air import actions as air
from lantian.site.core.policy import System
from lantian.site.sources import actions, judging, reading
from lantian.site.sources.zoning import Zones
from tests.site.conftest import person

PLACE = (116.30, 39.90)


def north(metres):
    return PLACE[0], PLACE[1] + math.degrees(metres / geo.EARTH)


def listed(district, ledger, place, **attributes):
    source = {"name": f"{ledger}{place}", "area": district.songxi, "longitude": place[0], "latitude": place[1]}
    return actions.add_listing(System(), ledger, source=source, attributes=attributes)


def stands(listing):
    ledger = reading.ledger_of(listing.ledger)
    duties = judging.duties_of(ledger, listing, Zones().around(listing.source.place))
    return {one.owed.duty.name: one.stands for one in duties}.get("too_near", "")


@pytest.mark.parametrize(("metres", "how"), [(59, "late"), (61, "")])
def test_a_seller_near_a_place_of_a_ban(district, metres, how):
    seller = listed(district, "fireworks_seller", PLACE)
    assert stands(seller) == "unknown"  # nobody has listed a place
    listed(district, "no_fireworks_place", north(metres), kind="school")
    assert stands(seller) == how


def test_the_page_names_stations_and_sensitive_places(district, site, django_assert_max_num_queries):
    boiler = listed(district, "coal_boiler", PLACE, capacity=2)
    listed(district, "sensitive_place", north(480), kind="housing")
    listed(district, "sensitive_place", north(520), kind="school")
    air.add_station(
        System(), code="990101A", name="松溪站", kind="district", area=district.songxi,
        longitude=north(1500)[0], latitude=north(1500)[1], factors=["pm25"],
    )  # fmt: skip
    browser = site.log_in(district.air_office)
    with django_assert_max_num_queries(15):
        page = browser.get(boiler.source.get_absolute_url()).content.decode()
    for text in ("松溪站", "1500 米", "480 米", "环境敏感点清单", "near=116.300000, 39.900000, 500"):
        assert text in page.replace("1,500", "1500")
    assert "520 米" not in page
    firm = person("liuwan", "liaison", district.liuwan_town)
    assert site.log_in(firm).get(boiler.source.get_absolute_url()).status_code == 404
