"""The log of machines in and out of sites: entered at the gate, imported, shown, held against the zone."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from lantian.site.core import clock
from lantian.site.core.faults import Refused, WrongState
from lantian.site.core.models import SheetImport
from lantian.site.core.policy import System
from lantian.site.core.sheets import actions as sheets
from lantian.site.core.sheets import books
from lantian.site.sources import actions
from lantian.site.sources.checks.visits import kept_out
from lantian.site.sources.models import Listing, Zone
from tests.site.conftest import person
from tests.site.kept import kept
from tests.site.sources.conftest import walk

SQUARE = {"type": "Polygon", "coordinates": [[[116.2, 39.8], [116.4, 39.8], [116.4, 40], [116.2, 40], [116.2, 39.8]]]}
DAY = dt.date(2026, 6, 1)


@pytest.fixture
@kept
def world(district: Any) -> Any:
    """Two machines on the register, a site in the low-emission zone of this spring."""
    for code, stage in (("1A0001", "国一"), ("1A0003", "国三")):
        actions.add_listing(
            System(), "nrmm", source={"name": f"机械{code}", "area": district.songxi},
            attributes={"code": code, "kind": "挖掘机", "stage": stage},
        )  # fmt: skip
    actions.add_listing(
        System(), "construction_site", attributes={"kind": "房建"},
        source={"name": "松溪路工地", "area": district.songxi, "longitude": 116.3, "latitude": 39.9},
    )  # fmt: skip
    Zone.objects.create(
        kind="low_emission", name="低排放区", area=district.songxi, geometry=SQUARE,
        valid_from=dt.date(2026, 3, 1), valid_to=dt.date(2026, 4, 30),
    )  # fmt: skip
    return district


def visit(district: Any, machine: str, came: str, left: str = "", site: str = "松溪路工地") -> Listing:
    given = {"machine": machine, "site": site, "entered_at": came, "left_at": left}
    return actions.add_listing(System(), "nrmm_visit", source={"area": district.songxi}, attributes=given)


@pytest.mark.parametrize(
    ("machine", "came", "left", "days"),
    [
        ("1A0001", "2026-02-10 08:00", "2026-02-28", None),
        ("1A0001", "2026-02-10 08:00", "2026-03-01 07:00", "2026-03-01"),
        ("1A0001", "2026-04-29 21:30", "", "2026-04-29 – 2026-04-30"),
        ("1A0001", "2026-05-01", "", None),
        ("1A0003", "2026-03-10", "2026-03-11", None),
        ("9Z9999", "2026-03-10", "2026-03-11", None),
    ],
)
def test_a_stage_one_machine_in_the_zone_while_the_ban_held_is_found(
    machine: str, came: str, left: str, days: str | None, world: Any
) -> None:
    one = visit(world, machine, came, left)
    hits = list(kept_out(DAY))
    assert [list(hit.facts.values())[-1] for hit in hits] == ([days] if days else [])
    for hit in hits:
        assert hit.things[0] == one
        assert {"1A0001", "松溪路工地", "国一", "低排放区"} <= set(hit.facts.values())


def test_a_visit_to_a_place_that_nobody_knows_says_nothing(world: Any) -> None:
    visit(world, "1A0001", "2026-03-10", site="别处")
    assert list(kept_out(DAY)) == []


def test_the_check_runs_with_the_others(world: Any) -> None:
    visit(world, "1A0001", "2026-03-10", "2026-03-11")
    assert actions.run_checks(System(), ["sources.visit"]) == {"sources.visit": 1}


def test_the_gate_logs_who_comes_and_who_leaves(world: Any, site: Any) -> None:
    machine, place = Listing.objects.get(source__name="机械1A0001"), Listing.objects.get(ledger="construction_site")
    browser = site.log_in(world.songxi_liaison)
    shown = browser.get(f"/panels/sources.listing.related/{place.pk}").content.decode()
    new = "/sources/ledgers/nrmm_visit/new?"
    assert new in shown
    form = browser.get(
        shown.split(f'href="{new}')[1].split('"')[0].replace("&amp;", "&").join((new, ""))
    ).content.decode()
    assert 'value="松溪路工地"' in form
    assert form.index('name="x_machine"') < form.index('name="area"')
    assert 'name="credit_code"' not in form
    assert f'value="{clock.now():%Y-%m-%d}' in form
    sent = {"area": world.songxi.pk, "x_machine": "1A0001", "x_site": "松溪路工地", "x_entered_at": "2026-05-02 8:05"}
    browser.post("/sources/ledgers/nrmm_visit/new", sent)
    one = Listing.objects.get(ledger="nrmm_visit")
    assert (one.source.name, one.attributes["entered_at"], one.state) == ("1A0001", "2026-05-02 08:05", "logged")
    edit = f"/sources/listings/{one.pk}/edit"
    browser.post(edit, sent | {"x_left_at": "2026-05-03", "revision": one.revision, "name": "1A0001"})
    one.refresh_from_db()
    assert (one.attributes["left_at"], one.source.name) == ("2026-05-03", "1A0001")
    for thing in (machine, place):
        shown = browser.get(f"/panels/sources.listing.related/{thing.pk}").content.decode()
        assert "2026-05-02 08:05" in shown
        assert one.get_absolute_url() in shown
    shown = browser.get(f"/panels/sources.listing.related/{one.pk}").content.decode()
    assert machine.get_absolute_url() in shown
    assert place.get_absolute_url() in shown


def test_leaving_is_logged_once_and_by_the_towns_own_people(world: Any) -> None:
    one = visit(world, "1A0001", "2026-05-02 08:05")
    with pytest.raises(Refused):
        actions.take_step(person("外镇联络员", "liaison", world.liuwan_town), one, "leave")
    walk(world.songxi_liaison, one, "leave")
    assert one.attributes["left_at"] == f"{clock.now():%Y-%m-%d %H:%M}"
    assert one.values.get(field="left_at").text == one.attributes["left_at"]
    with pytest.raises(WrongState):
        actions.take_step(world.songxi_liaison, one, "leave")


def test_the_book_of_a_site_is_imported_and_exported(world: Any) -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["松溪路工地机械进出场登记表"])
    sheet.append(["序号", "环保编码", "工地名称", "进场时间", "出场时间", "登记人", "行政区"])
    sheet.append([1, "1A0001", "松溪路工地", dt.datetime(2026, 3, 10, 8, 20), "2026年3月11日 17时05分", "甲", "松溪镇"])
    sheet.append([2, "1A0001", "松溪路工地", "2026/3/12", None, "甲", "松溪镇"])
    out = io.BytesIO()
    book.save(out)
    ours = books["sources.nrmm_visit"]
    sheets.upload(world.air_office, ours, SimpleUploadedFile("登记.xlsx", out.getvalue()), "登记.xlsx", {})
    one = SheetImport.objects.get()
    sheets.confirm(world.air_office, one, revision=one.revision)
    rows = list(Listing.objects.filter(ledger="nrmm_visit").order_by("pk").values_list("source__name", "attributes"))
    assert [(name, kept["entered_at"], kept["left_at"]) for name, kept in rows] == [
        ("1A0001", "2026-03-10 08:20", "2026-03-11 17:05"),
        ("1A0001", "2026-03-12", None),
    ]
