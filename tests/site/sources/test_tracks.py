"""Routes and trips of trucks: a trip off its route is a finding; files in three formats, hostile ones refused."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.demo import tracks
from lantian.site.sources import actions, track_files
from lantian.site.sources.models import ApprovedRoute, Finding, Listing, Trip
from tests.site.conftest import person
from tests.site.kept import kept

ROAD = "116.30, 39.90\n116.34, 39.90"
BEGAN = dt.date(2026, 3, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
@kept
def truck(district: Any) -> Listing:
    """A truck with a route that may be driven at night."""
    made = actions.add_listing(
        System(), "muck_truck", source={"name": "模拟A0001", "area": district.songxi}, attributes={"plate": "模拟A0001"}
    )
    route = track_files.line_of(ROAD, "wgs84")
    actions.add_route(
        System(), made, name="工地至消纳场", geometry=route, hours="22:00-次日6:00", valid_from=dt.date(2026, 1, 1)
    )
    return made


def lines(*points: tuple[str, float, float]) -> bytes:
    return "\n".join(["时间,经度,纬度", *(",".join(map(str, one)) for one in points)]).encode()


ON = [(f"2026-03-01 23:0{k}:00", 116.301 + 0.002 * k, 39.9) for k in range(6)]
OFF = [*ON[:2], ("2026/3/1 23:02", 116.305, 39.903), ("2026-03-01 23:03:00", 116.307, 39.9035), *ON[4:]]
DAY = [(at.replace("23:", "10:"), x, y) for at, x, y in ON]


@pytest.mark.parametrize(
    ("points", "strays"),
    [
        (ON, []),
        (OFF, [("route", 2, 3)]),
        (DAY, [("hours", 0, 5)]),
        ([*ON[:2], ("2026-03-01 23:02", 116.3, 39.95), *ON[3:]], []),
    ],
)
def test_a_trip_off_its_route_or_out_of_its_hours_is_found_with_its_points(
    points: Any, strays: Any, truck: Listing, district: Any
) -> None:
    trip, _unread = actions.add_trip(district.songxi_liaison, truck, content=lines(*points), name="轨迹.csv")
    assert [(one["why"], one["first"], one["last"]) for one in trip.strays] == strays
    actions.run_checks(System(), ["sources.track"])
    found = list(Finding.objects.all())
    assert len(found) == bool(strays)
    for one in found:
        assert "模拟A0001" in one.said
        assert any("116.30" in str(value) for _label, value in one.evidence)
    if trip.strays and strays[0][0] == "route":
        assert 380 < trip.strays[0]["metres"] < 395


def test_a_route_that_comes_or_ends_judges_trips_anew(truck: Listing) -> None:
    route = ApprovedRoute.objects.get()
    trip, _unread = actions.add_trip(System(), truck, content=lines(*OFF), name="a.csv")
    way_round = track_files.line_of("116.3, 39.903\n116.31, 39.903", "wgs84")
    actions.add_route(System(), truck, name="绕行", geometry=way_round, valid_from=BEGAN)
    trip.refresh_from_db()
    assert trip.strays == []
    for one in (route, ApprovedRoute.objects.get(name="绕行")):
        actions.end_route(System(), one, valid_to=max(one.valid_from, BEGAN - dt.timedelta(days=1)))
    trip.refresh_from_db()
    assert [one["first"] for one in trip.strays] == [0, 4]  # the way round still holds on that day, the road no more


def test_who_may_and_what_came_in_already(truck: Listing, district: Any) -> None:
    stranger = person("外镇联络员", "liaison", district.liuwan_town)
    with pytest.raises(Refused):
        actions.add_trip(stranger, truck, content=lines(*ON), name="a.csv")
    with pytest.raises(Refused):
        actions.end_route(stranger, ApprovedRoute.objects.get(), valid_to=BEGAN)
    trip, _unread = actions.add_trip(district.songxi_liaison, truck, content=lines(*ON), name="a.csv")
    with pytest.raises(Invalid, match="没有导入"):
        actions.add_trip(district.songxi_liaison, truck, content=lines(*ON), name="b.csv")
    actions.withdraw_trip(district.songxi_liaison, trip, reason="是另一辆车的")
    with pytest.raises(WrongState):
        actions.withdraw_trip(district.songxi_liaison, trip, reason="再撤")
    actions.add_trip(district.songxi_liaison, truck, content=lines(*ON), name="a.csv")
    other = actions.add_listing(
        System(), "muck_carrier", source={"name": "松溪运输", "area": district.songxi}, attributes={}
    )
    with pytest.raises(Invalid):
        actions.add_trip(System(), other, content=lines(*ON), name="a.csv")


def gpx(body: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{body}</trkseg></trk></gpx>'.encode()


POINT = '<trkpt lat="39.9" lon="116.3{n}"><time>2026-03-01T15:0{n}:00Z</time></trkpt>'


def test_gpx_tells_the_time_of_greenwich(truck: Listing) -> None:
    track = track_files.track_of(gpx("".join(POINT.format(n=n) for n in range(3))), "a.gpx", "wgs84")
    assert [one.astimezone(track_files.CHINA_TIME).hour for one in track.at] == [23, 23, 23]
    assert (
        actions.add_trip(System(), truck, content=gpx(POINT.format(n=1) + POINT.format(n=2)), name="a.gpx")[0].strays
        == []
    )


def test_a_workbook_with_a_title_rows_that_cannot_be_read_and_other_coordinates() -> None:
    book = Workbook()
    sheet: Any = book.active
    for row in (
        ["松溪运输 A0001 轨迹"],
        ["序号", "定位时间", "经度", "纬度"],
        [1, dt.datetime(2026, 3, 1, 23, 1), 116.31, 39.9],
        [2, "昨天", 116.31, 39.9],
        [3, dt.datetime(2026, 3, 1, 23, 0), "116.30", "39.9"],
        [4, dt.datetime(2026, 3, 1, 23, 2), 316.3, 39.9],
        [5, dt.datetime(2999, 3, 1), 116.3, 39.9],
    ):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    track = track_files.track_of(out.getvalue(), "a.xlsx", "gcj02")
    assert [one.minute for one in track.at] == [0, 1]
    assert track.unread == [4, 6, 7]
    assert 116.29 < track.longitude[0] < 116.2999  # moved to WGS 84


BOMB = '<!DOCTYPE gpx [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "content",
    [
        b"", b"PK\x03\x04broken", b"\x00\xff\xfe", b"<gpx", b"a,b\n1,2", gpx(POINT.format(n=1)), gpx("&b;", BOMB),
        lines(("2026-03-01 23:00", 116.3, 39.9)), lines(("x", "y", "z")),  # type: ignore[arg-type]
        lines(("2026-03-01 23:00", float("nan"), 39.9), ("2026-03-01 23:01", float("inf"), 39.9)),
    ],
)  # fmt: skip
def test_a_file_that_is_no_track_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        track_files.track_of(content, "a.csv", "wgs84")


def test_a_track_has_no_end_of_points() -> None:
    many = "时间,经度,纬度\n" + "".join(
        f"2026-03-01 {k // 3600:02}:{k // 60 % 60:02}:{k % 60:02},116.3,39.9\n" for k in range(20_001)
    )
    with pytest.raises(Invalid):
        track_files.track_of(many.encode(), "a.csv", "wgs84")


KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><LineString>
<coordinates>116.3,39.9,0 116.34,39.9,0</coordinates></LineString></Placemark>
<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>
116.3,39.9 116.31,39.9 116.31,39.91 116.3,39.9</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
</kml>"""


def test_routes_from_kml_and_geojson() -> None:
    made = track_files.route_of(KML.encode(), "wgs84")
    assert [one["type"] for one in made["geometries"]] == ["MultiLineString", "MultiPolygon"]
    line = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[116.3, 39.9], [116.34, 39.9]]}}
    assert track_files.route_of(json.dumps(line).encode(), "wgs84")["type"] == "MultiLineString"


@pytest.mark.parametrize(
    "content",
    [
        "", "{}", "[]", "<kml", BOMB + KML, '{"type": "Point", "coordinates": [116, 39]}',
        '{"type": "LineString", "coordinates": [[116.3, 39.9]]}',
        '{"type": "LineString", "coordinates": [[1, 2], [3, 4]]}',
        '{"type": "LineString", "coordinates": [["a", 2], [3, null]]}', KML.replace("116.34", "4416.34"),
        '{"type": "Polygon", "coordinates": [[[116, 39], [117, 40], [117, 39], [116, 40], [116, 39]]]}',
        '{"type": "Feature", "geometry": ' * 3000,
    ],
)  # fmt: skip
def test_what_is_no_route_is_refused(content: str) -> None:
    with pytest.raises(Invalid):
        track_files.route_of(content.encode(), "wgs84")


def test_the_pages_of_a_truck(truck: Listing, district: Any, site: Any) -> None:
    browser = site.log_in(district.songxi_liaison)
    form = {"name": "范围", "valid_from": "2026-02-01", "shape": "116.30, 39.90", "datum": "wgs84"}
    refused = browser.post(f"/sources/listings/{truck.pk}/routes/new", form)
    assert "至少要两个点" in refused.content.decode()
    for hours in ("夜间", "22:00-6:00"):
        browser.post(f"/sources/listings/{truck.pk}/routes/new", form | {"shape": ROAD, "hours": hours})
    assert ApprovedRoute.objects.filter(name="范围").count() == 1
    sent = SimpleUploadedFile("轨迹.csv", lines(*OFF, ("昨天", 1, 1)))
    shown = browser.post(f"/sources/listings/{truck.pk}/trips/new", {"file": sent, "datum": "wgs84"}, follow=True)
    trip = Trip.objects.get()
    assert "第 8 行" in shown.content.decode()
    shown = browser.get(trip.get_absolute_url()).content.decode()
    assert "偏离路线" in shown
    assert "工地至消纳场" in shown
    panel = browser.get(f"/panels/sources.listing.tracks/{truck.pk}").content.decode()
    assert "1 处不符合" in panel
    browser.post(f"/sources/routes/{ApprovedRoute.objects.first().pk}/end", {"valid_to": clock.today().isoformat()})
    browser.post(f"/sources/trips/{trip.pk}/withdraw", {"reason": "是另一辆车的"})
    assert "已撤下" in browser.get(trip.get_absolute_url()).content.decode()
    stranger = site.log_in(person("外镇联络员", "liaison", district.liuwan_town))
    assert stranger.post(f"/sources/listings/{truck.pk}/trips/new", {}).status_code in (403, 404)


def test_the_demo_has_a_trip_that_keeps_to_its_route_and_one_that_does_not(truck: Listing) -> None:
    ApprovedRoute.objects.all().delete()
    truck.enter("registered", "done")
    truck.save()
    actions.change_listing(System(), truck, source={"longitude": 116.33, "latitude": 39.88})
    for _time in range(2):
        tracks.load()
    assert [[one["why"] for one in trip.strays] for trip in Trip.objects.order_by("began")] == [[], ["route"]]


def test_without_a_position_device_a_truck_does_not_work(truck: Listing) -> None:
    actions.change_listing(System(), truck, attributes={"device": "否"})
    actions.run_checks(System(), ["sources.duty"])
    assert any("须装定位" in one.said for one in Finding.objects.all())
