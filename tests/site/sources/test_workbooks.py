"""One workbook over many ledgers: each sheet known for what it is, asked where it is not, written as a whole."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent, SheetImport
from lantian.site.core.sheets import actions as sheets
from lantian.site.core.sheets import books
from lantian.site.sources.models import Listing

BOILERS = [["单位名称", "所在镇街", "锅炉吨位（蒸吨/小时）", "锅炉用途"], ["松溪建材厂", "松溪镇", 4, "供暖"]]
ALIKE = [["单位名称", "所在镇街", "地址"], ["柳湾食品厂", "柳湾镇", "柳湾路1号"]]


def workbook(**tables):
    made = Workbook()
    made.remove(made.active)
    for title, rows in tables.items():
        sheet = made.create_sheet(title.lstrip("_"))
        sheet.sheet_state = "hidden" if title.startswith("_") else "visible"
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return SimpleUploadedFile("台账.xlsx", out.getvalue())


def preview(who, file, name="ledgers.all", **params) -> SheetImport:
    return sheets.upload(who, books[name], file, "台账.xlsx", params)


def taken_for(one) -> dict[str, tuple[str, str]]:
    return {table["title"]: (table["sheet"], table["why"]) for table in one.tables}


def test_sheets_are_known_by_name_by_title_and_by_header_and_what_is_unsure_waits(district):
    one = preview(
        district.air_office,
        workbook(
            封面=[["2026 年台账汇编"]],
            燃煤锅炉=BOILERS,
            Sheet2=[["青河区保留燃煤锅炉台账"], *BOILERS],
            松溪=[["餐饮名称", "所在镇街", "净化设备", "灶头数"], ["松溪饭店", "松溪镇", "有", 4]],
            名单=ALIKE,
            _旧=BOILERS,
        ),
    )
    found = taken_for(one)
    assert found["燃煤锅炉"] == ("coal_boiler", "name")
    assert found["Sheet2"] == ("retained_coal_boiler", "name")
    assert found["封面"] == ("", "unknown")
    assert found["名单"] == ("", "unsure")
    assert found["旧"] == ("", "hidden")
    assert one.state == "preview"


def test_a_person_says_what_a_sheet_is_and_which_hidden_one_counts(district):
    one = preview(district.air_office, workbook(名单=ALIKE, _燃煤锅炉=BOILERS, 保留燃煤锅炉=BOILERS))
    assert {table["why"] for table in one.tables} == {"unsure", "hidden", "name"}
    picks = {"1": "catering", "2": "coal_boiler", "3": ""}
    with pytest.raises(WrongState):
        sheets.choose(district.air_office, one, picks, revision=one.revision + 1)
    with pytest.raises(Invalid):
        sheets.choose(district.air_office, one, {"9": "catering"}, revision=one.revision)
    with pytest.raises(Invalid):
        sheets.choose(district.air_office, one, {"1": "nothing"}, revision=one.revision)
    with pytest.raises(Refused):
        sheets.choose(district.songxi_liaison, one, picks, revision=one.revision)
    one = sheets.choose(district.air_office, one, picks, revision=one.revision)
    assert taken_for(one) == {
        "名单": ("catering", "picked"), "燃煤锅炉": ("coal_boiler", "picked"), "保留燃煤锅炉": ("", "left_out"),
    }  # fmt: skip
    assert {table["title"]: table["counts"]["new"] for table in one.tables}["燃煤锅炉"] == 1


def test_a_workbook_is_written_in_one_transaction_with_one_event(district, boiler):
    before = AuditEvent.objects.count()
    one = preview(district.air_office, workbook(燃煤锅炉=BOILERS, 保留燃煤锅炉=BOILERS))
    counts = {table["title"]: table["counts"] for table in one.tables}
    assert counts["燃煤锅炉"] == {"new": 1, "changed": 0, "vanished": 1, "same": 0, "bad": 0}
    sheets.confirm(district.air_office, one, revision=one.revision)
    assert sorted(Listing.objects.values_list("ledger", "source__name")) == [
        ("coal_boiler", "松溪建材厂"), ("coal_boiler", "松溪建材厂1号锅炉"), ("retained_coal_boiler", "松溪建材厂"),
    ]  # fmt: skip
    events = AuditEvent.objects.order_by("pk")[before:]
    assert [event.action for event in events] == ["core.import_sheet", "core.confirm_sheet"]


def test_several_ledgers_go_out_in_one_workbook_and_come_back_unchanged(district, boiler, polluter, site):
    browser = site.log_in(district.air_office)
    answer = browser.get("/sources/ledgers/workbook?do=export&ledger=coal_boiler&ledger=scattered_polluter")
    assert answer.url == "/sheets/ledgers.all/export?ledgers=scattered_polluter%2Ccoal_boiler"
    content = browser.get(answer.url).content
    assert load_workbook(io.BytesIO(content)).sheetnames[:2] == ["“散乱污”企业清单", "燃煤锅炉清单"]
    one = preview(district.air_office, SimpleUploadedFile("台账.xlsx", content))
    assert {table["why"] for table in one.tables} == {"name"}
    assert (one.counts["same"], one.counts["new"] + one.counts["changed"] + one.counts["bad"]) == (2, 0)


def test_a_group_has_a_template_with_a_sheet_and_drop_downs_for_each_of_its_ledgers(district, site):
    content = site.log_in(district.air_office).get("/sheets/ledgers.coal/template").content
    made = load_workbook(io.BytesIO(content))
    count = len(books["ledgers.coal"].sheets)
    assert count > 5
    assert made.sheetnames[count] == "填写说明"
    assert all(made[name].data_validations.dataValidation for name in made.sheetnames[:count])


def test_the_pages(district, site, django_assert_max_num_queries):
    browser = site.log_in(district.air_office)
    with django_assert_max_num_queries(15):
        page = browser.get("/sources/ledgers/workbook").content.decode()
    assert "燃煤锅炉清单" in page
    one = preview(district.air_office, workbook(名单=ALIKE, 燃煤锅炉=BOILERS))
    address = f"/sheets/imports/{one.pk}"
    with django_assert_max_num_queries(15):
        page = browser.get(address).content.decode()
    assert "看不出是哪一种，请选定" in page
    browser.post(f"{address}/choose", {"revision": one.revision, "table-1": "catering", "table-2": "coal_boiler"})
    one.refresh_from_db()
    assert one.picks == {"1": "catering"}
    assert browser.get("/sheets/ledgers.all?ledgers=nothing").status_code == 404
    assert site.log_in(district.songxi_liaison).post(f"{address}/choose", {}).status_code in (403, 404)
