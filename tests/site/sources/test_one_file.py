"""A district adds a ledger by writing one file: list, form, import, export, API, map and metrics follow."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from lantian.rulebook.loader import forget
from lantian.site.core import clock
from lantian.site.core.metrics import Period
from lantian.site.core.models import SheetImport
from lantian.site.core.registries import metrics
from lantian.site.core.sheets import actions as sheets
from lantian.site.core.sheets import books
from lantian.site.sources.models import Listing

FILE = """
id = "ledger-tea-house"
schema = "ledger"
name = "tea_house"
group = "living"
life = "register"
label = { zh = "茶馆清单", en = "Tea houses" }
about = { zh = "烧炭。", en = "On charcoal." }
symbol = { colour = "teal" }

[[field]]
name = "stoves"
label = { zh = "炉灶数", en = "Stoves" }
type = "whole"
unit = "台"
sum = true
filter = true
headers = ["灶台"]

[[field]]
name = "owner"
label = { zh = "店主", en = "Owner" }
personal = true
"""


@pytest.fixture
def tea_house(tmp_path, monkeypatch):
    """The one file, in the district's own directory of rules."""
    (tmp_path / "tea.toml").write_text(FILE, encoding="utf-8")
    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    forget()
    yield
    monkeypatch.undo()
    forget()


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("茶馆.xlsx", out.getvalue())


def figure(name, area):
    today = clock.today()
    return metrics[f"sources.tea_house.{name}"].work_out([area], Period(today, today), "auto")[area.pk].value


def test_a_ledger_that_a_district_adds_works_at_once(tea_house, district, site):
    browser = site.log_in(district.songxi_liaison)
    assert "茶馆清单" in browser.get("/sources/ledgers").content.decode()

    # form
    form = browser.get("/sources/ledgers/tea_house/new").content.decode()
    assert "炉灶数（台）" in form
    told = {"name": "松溪茶馆", "area": district.songxi.pk, "x_stoves": "3", "x_owner": "赵某某",
            "spot_0": "116.3, 39.9", "spot_1": "wgs84"}  # fmt: skip
    assert browser.post("/sources/ledgers/tea_house/new", told).status_code == 302
    first = Listing.objects.get(ledger="tea_house")
    assert first.attributes == {"stoves": 3, "owner": "赵某某"}

    # import, with what the office calls its columns
    file = workbook(["名称", "所在镇街", "灶台", "店主"], ["松溪二馆", "松溪镇", "5台", "钱某某"])
    one = sheets.upload(district.songxi_liaison, books["sources.tea_house"], file, "茶馆.xlsx", {})
    one = SheetImport.objects.get(pk=one.pk)
    assert (one.state, one.counts["new"]) == ("preview", 1)
    sheets.confirm(district.songxi_liaison, one, revision=one.revision)

    # list, board, page, template, export
    shown = browser.get("/sources/ledgers/tea_house?stoves_from=4").content.decode()
    assert "松溪二馆" in shown
    assert first.get_absolute_url() not in shown
    assert browser.get("/sources/ledgers/tea_house/towns").status_code == 200
    assert "赵某某" in browser.get(first.get_absolute_url()).content.decode()
    assert browser.get("/sheets/sources.tea_house/template").status_code == 200
    exported = load_workbook(io.BytesIO(browser.get("/sheets/sources.tea_house/export").content)).active
    cells = {str(cell) for row in exported.iter_rows(values_only=True) for cell in row}
    assert {"松溪茶馆", "松溪二馆"} <= cells
    assert not {"赵某某", "钱某某"} & cells

    # map
    box = "bbox=116,39,117,40&ledger=tea_house"
    (point,) = browser.get(f"/sources/map/points?{box}").json()["features"]
    assert point["properties"]["title"] == "松溪茶馆"

    # API
    fields = browser.get("/api/v1/sources/ledgers/tea_house").json()["fields"]
    assert [one["filters"] for one in fields] == [["stoves_from", "stoves_to"], []]
    rows = browser.get("/api/v1/sources/ledgers/tea_house/listings?stoves_to=3").json()["items"]
    assert [one["attributes"] for one in rows] == [{"stoves": 3}]
    assert browser.get("/api/v1/sources/ledgers/tea_house/sums").json()["sums"][0]["total"] == 8
    (drawn,) = browser.get(f"/api/v1/sources/places.geojson?{box}&stoves_from=1").json()["features"]
    assert drawn["id"] == first.pk
    made = browser.post(
        "/api/v1/sources/ledgers/tea_house/listings",
        {"source": {"name": "松溪三馆", "area": district.songxi.pk}, "attributes": {"stoves": 2}},
        content_type="application/json",
    )
    assert made.status_code == 201, made.content.decode()

    # metrics
    assert (figure("listed", district.area), figure("stoves", district.area)) == (3, 10)
    assert figure("stoves", district.liuwan) == 0
