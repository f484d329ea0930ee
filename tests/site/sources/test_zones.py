"""Zones: the same boiler inside and outside, on days that the zone holds; files that are no zone are refused."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused
from lantian.site.core.policy import System
from lantian.site.sources import actions, judging, reading
from lantian.site.sources.models import Zone
from lantian.site.sources.zoning import Zones


def square(west=116.29, south=39.89, side=0.02):
    ring = [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]}).encode()


def boiler_at(district, place, capacity=20):
    source = {"name": f"锅炉{place}", "area": district.songxi}
    if place:
        source |= {"longitude": place[0], "latitude": place[1]}
    return actions.add_listing(System(), "coal_boiler", source=source, attributes={"capacity": capacity})


def owes(listing, on=None):
    ledger = reading.ledger_of("coal_boiler")
    inside = Zones(on).around(listing.source.place)
    return {one.owed.duty.name: one.stands for one in judging.duties_of(ledger, listing, inside)}


def test_the_same_boiler_in_and_out_of_the_zone(district):
    actions.add_zone(district.air_office, kind="built_up", name="建成区", area=district.area, content=square())
    assert "remove_built_up" in owes(boiler_at(district, (116.3, 39.9)))
    assert "remove_built_up" not in owes(boiler_at(district, (116.4, 39.9)))
    assert owes(boiler_at(district, None))["remove_built_up"] == "unknown"


def test_a_zone_holds_between_its_days_and_a_changed_one_is_judged_anew(district):
    listing = boiler_at(district, (116.3, 39.9))
    assert owes(listing)["remove_built_up"] == "unknown"  # nobody has drawn one
    today = clock.today()
    zone = actions.add_zone(
        district.air_office, kind="built_up", name="建成区", area=district.area, content=square(), valid_from=today
    )
    yesterday = today - dt.timedelta(days=1)
    assert Zones(yesterday).around((116.3, 39.9))("built_up") is None
    assert Zones(today).around((116.3, 39.9))("built_up") is True
    actions.change_zone(district.air_office, zone, content=square(west=116.5))
    assert "remove_built_up" not in owes(listing)


def test_who_may_draw_zones(district):
    with pytest.raises(Refused):
        actions.add_zone(district.songxi_liaison, kind="no_burn", name="甲", area=district.songxi, content=square())
    zone = actions.add_zone(district.air_office, kind="no_burn", name="甲", area=district.area, content=square())
    with pytest.raises(Refused):
        actions.change_zone(district.leader, zone, name="乙")


@pytest.mark.parametrize(
    ("kind", "content", "where"),
    [("no_smoke", square(), "kind"), ("no_burn", b"{}", "file"), ("no_burn", b'{"type":"Point"}', "file")],
)
def test_what_is_no_zone_is_refused(district, kind, content, where):
    with pytest.raises(Invalid) as refused:
        actions.add_zone(district.air_office, kind=kind, name="甲", area=district.area, content=content)
    assert where in refused.value.fields
    assert not Zone.objects.exists()


def test_the_pages(district, site, django_assert_max_num_queries):
    browser = site.log_in(district.air_office)
    given = {"kind": "built_up", "name": "演示建成区", "area": district.area.pk, "datum": "wgs84"}
    made = browser.post("/sources/zones/new", given | {"file": SimpleUploadedFile("z.json", square())})
    zone = Zone.objects.get()
    assert made["Location"] == zone.get_absolute_url()
    boiler_at(district, (116.3, 39.9))
    for address in ("/sources/zones", zone.get_absolute_url(), f"/sources/zones/{zone.pk}/edit"):
        with django_assert_max_num_queries(15):
            assert "演示建成区" in browser.get(address).content.decode()
    assert "燃煤锅炉清单" in browser.get(zone.get_absolute_url()).content.decode()
    browser.post(f"/sources/zones/{zone.pk}/edit", {"name": "新建成区", "datum": "wgs84", "act": "演示文件"})
    zone.refresh_from_db()
    assert (zone.name, zone.act) == ("新建成区", "演示文件")
