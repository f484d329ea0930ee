"""Lines, devices and points under a source: entered, changed, stopped, run again; page, Excel, API, finding."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from lantian.ledgers.parts import device_kinds
from lantian.site.core import audit, clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import SheetImport
from lantian.site.core.sheets import actions as sheets
from lantian.site.core.sheets import books
from lantian.site.sources import actions
from lantian.site.sources.models import ControlDevice, EmissionPoint, Finding, ProductionLine, Source
from lantian.site.sources.queries import parts
from tests.site.conftest import person


@pytest.fixture
def source(district) -> Source:
    return actions.add_source(district.songxi_liaison, name="松溪砖瓦厂", area=district.songxi)


@pytest.fixture
def kiln(source, district) -> ProductionLine:
    return actions.add_part(
        district.songxi_liaison, ProductionLine, source, name="一号线", product="砖", fuel="coal", capacity=5,
        capacity_unit="万吨/年",
    )  # fmt: skip


@pytest.fixture
def cyclone(source, kiln, district) -> ControlDevice:
    return actions.add_part(
        district.songxi_liaison, ControlDevice, source, name="除尘1", kind="dust.cyclone", lines=[kiln]
    )


def test_obsolete_kinds_are_those_that_ledgers_derive():
    gone = {one.key for one in device_kinds() if one.obsolete}
    assert gone == {
        "dust.settling", "dust.cyclone", "dust.multi_cyclone", "dust.water_film", "dust.biological",
        "sulphur.water", "sulphur.simple_alkali", "sulphur.simple_ammonia", "sulphur.biological",
    }  # fmt: skip


def test_parts_go_with_one_another(source, kiln, cyclone, district):
    point = actions.add_part(
        district.songxi_liaison, EmissionPoint, source, name="1号排气筒", code="DA001", kind="main", height=15,
        pollutants=["dust", "so2"], lines=[kiln], devices=[cyclone],
    )  # fmt: skip
    found = parts.parts(source)
    assert [list(one.lines.all()) for one in (*found.devices, *found.points)] == [[kiln], [kiln]]
    assert audit.events_of(point)[0].facts["links"] == {"lines": ["一号线"], "devices": ["除尘1"]}
    changed = actions.change_part(district.songxi_liaison, point, height=18)
    assert (changed.height, changed.pollutants, list(changed.devices.all())) == (18, ["dust", "so2"], [cyclone])


@pytest.mark.parametrize(
    ("kind", "fields", "where"),
    [
        (ProductionLine, {"name": "一号线"}, ""),
        (ProductionLine, {"name": "二号线", "fuel": "wood"}, "fuel"),
        (ProductionLine, {"name": "二号线", "capacity": 5}, "capacity_unit"),
        (ProductionLine, {"name": "二号线", "capacity": -5, "capacity_unit": "吨/年"}, "capacity"),
        (ControlDevice, {"name": "甲", "kind": ""}, "kind"),
        (ControlDevice, {"name": "甲", "kind": "dust.magic"}, "kind"),
        (EmissionPoint, {"name": "甲", "kind": "main", "pollutants": ["smell"]}, "pollutants"),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_kept(source, kiln, district, kind, fields, where):
    before = kind.objects.count()
    with pytest.raises(Invalid) as refused:
        actions.add_part(district.songxi_liaison, kind, source, **fields)
    assert not where or where in refused.value.fields
    assert kind.objects.count() == before


def test_parts_of_another_source_are_refused(source, cyclone, district):
    other = actions.add_source(district.air_office, name="松溪瓦厂", area=district.songxi)
    line = actions.add_part(district.air_office, ProductionLine, other, name="一号线")
    with pytest.raises(Invalid) as refused:
        actions.change_part(district.songxi_liaison, cyclone, lines=[line])
    assert "lines" in refused.value.fields
    assert cyclone.lines.get().name == "一号线"


def test_who_may(source, kiln, district):
    liuwan = person("liuwan", "liaison", district.liuwan_town)
    for who in (liuwan, district.leader, district.water_liaison, district.nobody):
        with pytest.raises(Refused):
            actions.add_part(who, ProductionLine, source, name="二号线")
        with pytest.raises(Refused):
            actions.change_part(who, kiln, name="二号线")
        with pytest.raises(Refused):
            actions.stop_part(who, kiln, on=clock.today(), reason="x")
    assert parts.part(liuwan, ProductionLine, kiln.pk) is None


def test_what_is_stopped_stays_known_and_runs_again(kiln, district):
    town, today = district.songxi_liaison, clock.today()
    for on, reason in ((today, " "), (today + dt.timedelta(days=1), "拆除")):
        with pytest.raises(Invalid):
            actions.stop_part(town, kiln, on=on, reason=reason)
    stopped = actions.stop_part(town, kiln, on=today, reason="拆除")
    assert (stopped.stopped, stopped.why_stopped) == (today, "拆除")
    with pytest.raises(WrongState):
        actions.stop_part(town, kiln, on=today, reason="拆除")
    assert actions.resume_part(town, kiln, reason="误操作").stopped is None
    with pytest.raises(WrongState):
        actions.resume_part(town, kiln, reason="误操作")
    assert [one.action for one in audit.events_of(kiln)] == [
        "sources.part.resume", "sources.part.stop", "sources.part.add",
    ]  # fmt: skip


def test_an_obsolete_device_in_use_is_a_finding(cyclone, district):
    actions.run_checks(district.air_office, ["sources.obsolete_device"])
    (found,) = Finding.objects.filter(state="open")
    assert str(found) == "“松溪砖瓦厂”的治理设施“除尘1”是旋风除尘器，属应淘汰的简易低效设施。"
    actions.stop_part(district.songxi_liaison, cyclone, on=clock.today(), reason="换成袋式")
    actions.run_checks(district.air_office, ["sources.obsolete_device"])
    assert not Finding.objects.filter(state="open").exists()


def test_the_page_of_a_source_shows_and_enters_them(source, cyclone, district, site, django_assert_max_num_queries):
    browser = site.log_in(district.songxi_liaison)
    with django_assert_max_num_queries(15):
        shown = browser.get(source.get_absolute_url()).content.decode()
    assert all(text in shown for text in ("一号线", "除尘1", "除尘 · 旋风除尘器", "应淘汰", "新增排放口"))
    new = f"/sources/sources/{source.pk}/points/new"
    assert "一号线" in browser.get(new).content.decode()
    told = {"name": "1号排气筒", "kind": "main", "pollutants": ["dust", "nox"], "devices": [cyclone.pk], "height": "15"}
    assert browser.post(new, told | {"kind": ""}).status_code == 200
    assert browser.post(new, told).status_code == 302
    point = EmissionPoint.objects.get()
    assert (point.pollutants, point.devices.get()) == (["dust", "nox"], cyclone)
    for where in ("", "/edit", "/stop"):
        assert browser.get(point.get_absolute_url() + where).status_code == 200
    assert browser.post(f"{point.get_absolute_url()}/stop", {"on": "2026-01-01", "reason": "拆除"}).status_code == 302
    assert "拆除" in browser.get(point.get_absolute_url()).content.decode()
    assert browser.post(f"{point.get_absolute_url()}/resume", {"reason": "误操作"}).status_code == 302
    assert "/sheets/source_parts" in browser.get("/sources/sources").content.decode()
    assert browser.get(f"/sources/sources/{source.pk}/chimneys/new").status_code == 404
    stranger = site.log_in(person("liuwan", "liaison", district.liuwan_town))
    for where in (point.get_absolute_url(), new):
        assert stranger.get(where).status_code == 404


def test_one_workbook_brings_them_in_and_out(source, kiln, district, site):
    book = Workbook()
    book.active.title = "治理设施"
    for row in (["单位名称", "所在镇街", "治理设施", "处理工艺", "对应生产线"],
                ["松溪砖瓦厂", "松溪镇", "布袋1", "布袋除尘", "一号线"],
                ["松溪砖瓦厂", "松溪镇", "脱硫1", "双碱法", "九号线"],
                ["柳湾砖厂", "松溪镇", "布袋2", "布袋", ""]):  # fmt: skip
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    made = sheets.upload(
        district.songxi_liaison,
        books["source_parts"],
        SimpleUploadedFile("治理设施.xlsx", out.getvalue()),
        "x.xlsx",
        {},
    )
    one = SheetImport.objects.get(pk=made.pk)
    assert {kind: one.counts[kind] for kind in ("new", "bad")} == {"new": 1, "bad": 2}
    sheets.confirm(district.songxi_liaison, one, revision=one.revision)
    device = ControlDevice.objects.get()
    assert (device.kind, device.lines.get()) == ("dust.bag", kiln)
    exported = site.log_in(district.songxi_liaison).get("/sheets/source_parts/export").content
    assert {"一号线", "布袋1"} <= {
        str(cell) for sheet in load_workbook(io.BytesIO(exported)) for row in sheet.iter_rows(values_only=True)
        for cell in row
    }  # fmt: skip
    back = sheets.upload(
        district.songxi_liaison, books["source_parts"], SimpleUploadedFile("回.xlsx", exported), "x.xlsx", {}
    )
    counts = SheetImport.objects.get(pk=back.pk).counts
    assert {kind: counts[kind] for kind in ("same", "changed", "new", "bad")} == {
        "same": 2, "changed": 0, "new": 0, "bad": 0,
    }  # fmt: skip
