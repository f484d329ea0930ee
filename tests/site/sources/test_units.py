"""English pages say units in English: list, form, page, Excel, figures."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from openpyxl import load_workbook

from lantian.site.core.models import SheetImport
from lantian.site.core.registries import metrics
from lantian.site.core.sheets import actions as sheets
from lantian.site.core.sheets import books
from lantian.site.sources import actions


def test_english_pages_say_units_in_english(boiler, district, site):
    browser = site.log_in(district.songxi_liaison)
    browser.cookies["lantian_language"] = "en"
    with translation.override("en"):
        for where in ("/sources/ledgers/coal_boiler", "/sources/ledgers/coal_boiler/new", boiler.get_absolute_url()):
            shown = browser.get(where).content.decode()
            assert "t/h of steam" in shown, where
            assert "蒸吨" not in shown, where
    unit = browser.get("/api/v1/sources/ledgers/coal_boiler").json()["fields"][1]["unit"]
    assert unit["zh"] in ("", "蒸吨/小时")


def test_figures_say_units_in_the_readers_language():
    capacity = metrics["sources.coal_boiler.capacity"]
    with translation.override("en"):
        assert (str(capacity.unit), capacity.unit_written) == ("t/h of steam", "蒸吨/小时")
    assert str(capacity.unit) == "蒸吨/小时"


def test_an_english_workbook_comes_back_unchanged(boiler, district, site):
    browser = site.log_in(district.songxi_liaison)
    browser.cookies["lantian_language"] = "en"
    exported = browser.get("/sheets/sources.coal_boiler/export").content
    heads = [cell.value for row in load_workbook(io.BytesIO(exported)).active.iter_rows(max_row=3) for cell in row]
    assert any("t/h of steam" in str(head) for head in heads)
    back = SimpleUploadedFile("boilers.xlsx", exported)
    one = sheets.upload(district.songxi_liaison, books["sources.coal_boiler"], back, "boilers.xlsx", {})
    counts = SheetImport.objects.get(pk=one.pk).counts
    assert {kind: counts[kind] for kind in ("same", "changed", "new", "bad")} == {
        "same": 1, "changed": 0, "new": 0, "bad": 0,
    }  # fmt: skip
    changed = actions.change_listing(district.songxi_liaison, boiler, attributes={"capacity": "6 t/h of steam"})
    assert changed.attributes["capacity"] == 6
