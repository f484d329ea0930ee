"""Zones: the same boiler inside and outside, on days that the zone holds; files that are no zone are refused."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core import clock
from lantian.site.core.audit import kind_of
from lantian.site.core.faults import Invalid, Refused
from lantian.site.core.geojson import ground_of
from lantian.site.core.models import AuditEvent
from lantian.site.core.policy import System
from lantian.site.orders.models import Order
from lantian.site.sources import actions, judging, reading
from lantian.site.sources.models import Finding, Zone
from lantian.site.sources.queries import zone_effects
from lantian.site.sources.queries.zone_effects import effects
from lantian.site.sources.zoning import Zones


def square(west=116.29, south=39.89, side=0.02):
    ring = [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]}).encode()


def audit_of(thing):
    return list(AuditEvent.objects.filter(kind=kind_of(thing), ident=str(thing.pk)).order_by("pk"))


def kept_of(answer):
    """What the form holds after a preview, as a browser sends it back."""
    form = answer.context["form"]
    return {name: form.data[name] for name in form.data if name != "csrfmiddlewaretoken"}


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


def test_a_complaint_of_burning_coal_inside_the_zone_becomes_an_order(district):
    """Outside it is none: the same complaint 5 km away."""
    actions.add_zone(
        district.air_office, kind="no_burn", name="禁燃区", area=district.area, content=square(), act="通告1号"
    )
    for name, west in (("区内", 116.3), ("区外", 116.36)):
        source = {"name": f"{name}烧煤点", "area": district.songxi, "longitude": west, "latitude": 39.9}
        given = {"kind": "散煤", "seen_on": "2018-11-20", "found_by": "投诉", "responsible_unit": "上村"}
        actions.add_listing(district.songxi_liaison, "burning_point", source=source, attributes=given)
    actions.run_checks(System(), ["sources.duty"])
    finding = Finding.objects.get()
    assert "区内烧煤点" in finding.said
    actions.order_finding(district.air_office, finding, district.songxi_town, kind="complaint")
    order = Order.objects.get()
    assert (order.state, order.unit, order.area, finding.things.get().title) == (
        "issued", district.songxi_town, district.songxi, "区内烧煤点",
    )  # fmt: skip


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
    same = actions.redraw_zone(district.air_office, zone, content=square(west=116.5), begins=today)
    assert same.pk == zone.pk  # it has not held on any day yet: nothing of it is history
    assert "remove_built_up" not in owes(listing)


def test_another_ground_is_another_zone_and_what_held_stays_known(district):
    inside = boiler_at(district, (116.3, 39.9))
    today = clock.today()
    before = today - dt.timedelta(days=30)
    zone = actions.add_zone(
        district.air_office, kind="built_up", name="建成区", area=district.area, content=square(), valid_from=before
    )
    new = actions.redraw_zone(district.air_office, zone, content=square(west=116.5), begins=today, act="演示文件2")
    zone.refresh_from_db()
    assert (zone.valid_to, new.valid_from, new.previous, new.act) == (
        today - dt.timedelta(days=1),
        today,
        zone,
        "演示文件2",
    )
    assert "remove_built_up" not in owes(inside)
    assert Zones(before).around((116.3, 39.9))("built_up") is True
    assert audit_of(new)[-1].facts["differences"][0]["ident"] == str(zone.pk)


def test_a_ground_begins_within_the_days_of_its_zone(district):
    today = clock.today()
    days = {"valid_from": today - dt.timedelta(days=9), "valid_to": today + dt.timedelta(days=9)}
    zone = actions.add_zone(
        district.air_office, kind="built_up", name="甲", area=district.area, content=square(), **days
    )
    for begins in (days["valid_from"], days["valid_to"] + dt.timedelta(days=1)):
        with pytest.raises(Invalid) as refused:
            actions.redraw_zone(district.air_office, zone, content=square(west=116.5), begins=begins)
        assert "begins" in refused.value.fields
    with pytest.raises(Refused):
        actions.redraw_zone(district.leader, zone, content=square(west=116.5), begins=today)
    zone.refresh_from_db()
    assert (zone.valid_to, Zone.objects.count()) == (days["valid_to"], 1)


def test_a_preview_counts_all_and_shows_the_first(district, monkeypatch):
    monkeypatch.setattr(zone_effects, "CHUNK", 1)
    monkeypatch.setattr(zone_effects, "SHOWN", 1)
    for place in ((116.3, 39.9), (116.31, 39.9), (116.4, 39.9)):
        boiler_at(district, place)
    told = effects(district.air_office, "built_up", json.loads(square()), clock.today())
    assert (told.number, len(told.first)) == (3, 1)


def test_a_preview_says_whose_duties_change(district, django_assert_max_num_queries):
    first, second = boiler_at(district, (116.3, 39.9)), boiler_at(district, (116.4, 39.9))
    told = effects(district.air_office, "built_up", json.loads(square()), clock.today())
    # Nobody had drawn a zone: of both it becomes known.
    assert {(one.listing.pk, one.before, one.after) for one in told.first} == {
        (first.pk, "unknown", "owed"),
        (second.pk, "unknown", ""),
    }
    zone = actions.add_zone(district.air_office, kind="built_up", name="建成区", area=district.area, content=square())
    with django_assert_max_num_queries(6):
        told = effects(district.air_office, "built_up", json.loads(square(west=116.39)), clock.today(), zone)
    assert {(one.listing.pk, one.before, one.after) for one in told.first} == {
        (first.pk, "owed", ""),
        (second.pk, "", "owed"),
    }
    assert effects(district.air_office, "built_up", zone.geometry, clock.today(), zone).number == 0
    assert effects(district.air_office, "ring_road", zone.geometry, clock.today()).number == 0


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


def test_corners_typed_line_by_line_are_a_ground():
    typed = "116.29, 39.89\n116°18′36″ 39.89\n39.91 116.31\n\n117, 40\n117.1, 40\n117.1, 40.1"
    found = ground_of(typed, "wgs84")
    assert [len(one[0]) for one in found["coordinates"]] == [4, 4]
    assert [116.31, 39.89] in found["coordinates"][0][0]
    for wrong, said in (("116.29, 39.89\n甲", "第 2 行"), ("116.29, 39.89\n117, 40", "三个顶点")):
        with pytest.raises(Invalid) as refused:
            ground_of(wrong, "wgs84")
        assert said in str(refused.value.fields["shape"])


def test_the_pages(district, site, django_assert_max_num_queries):
    browser = site.log_in(district.air_office)
    given = {"kind": "built_up", "name": "演示建成区", "area": district.area.pk, "datum": "wgs84"}
    shown = browser.post("/sources/zones/new", given | {"file": SimpleUploadedFile("z.json", square())})
    assert "没有上账记录按规定应做到的事会变" in shown.content.decode()
    assert not Zone.objects.exists()
    made = browser.post("/sources/zones/new", kept_of(shown))
    zone = Zone.objects.get()
    assert made["Location"] == zone.get_absolute_url()
    boiler_at(district, (116.3, 39.9))
    own = (f"{zone.get_absolute_url()}{end}" for end in ("", "/edit", "/ground"))
    pages = ("/sources/zones", "/sources/zones/new", *own)
    for address in pages:
        with django_assert_max_num_queries(15):
            assert "演示建成区" in browser.get(address).content.decode()
    assert "燃煤锅炉清单" in browser.get(zone.get_absolute_url()).content.decode()
    browser.post(f"/sources/zones/{zone.pk}/edit", {"name": "新建成区", "act": "演示文件"})
    zone.refresh_from_db()
    assert (zone.name, zone.act) == ("新建成区", "演示文件")
    assert site.log_in(district.songxi_liaison).get(f"/sources/zones/{zone.pk}/ground").status_code == 403


def test_drawn_anew_on_the_page_and_only_as_it_was_seen(district, site):
    zone = actions.add_zone(district.air_office, kind="built_up", name="建成区", area=district.area, content=square())
    listing = boiler_at(district, (116.3, 39.9))
    browser, address = site.log_in(district.air_office), f"/sources/zones/{zone.pk}/ground"
    today = clock.today().isoformat()
    shown = browser.post(address, {"begins": today, "shape": square(west=116.5).decode(), "datum": "wgs84"})
    assert "1 条上账记录按规定应做到的事会变" in shown.content.decode()
    other = kept_of(shown) | {"shape": square(west=116.6).decode()}
    assert "保存以后会怎样" in browser.post(address, other).content.decode()  # another ground than was seen
    assert Zone.objects.count() == 1
    made = browser.post(address, kept_of(shown))
    assert made["Location"] == Zone.objects.get(previous=zone).get_absolute_url()
    assert "remove_built_up" not in owes(listing)
    assert "还没有" not in browser.get(made["Location"]).content.decode()
    crossed = '{"type":"Polygon","coordinates":[[[116,39],[117,40],[117,39],[116,40],[116,39]]]}'
    assert "自相交" in browser.post(address, {"begins": today, "shape": crossed, "datum": "wgs84"}).content.decode()
