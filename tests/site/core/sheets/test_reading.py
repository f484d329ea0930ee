"""Workbooks as offices make them, and as attackers do."""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from lantian.site.core.faults import Invalid
from lantian.site.core.sheets import Field, Row, Sheet
from lantian.site.core.sheets.problems import both
from tests.site.core.sheets.world import BOILERS, book, compared, reading, saved, scope, texts, workbook

HEAD = ["企业名称", "蒸吨数", "台数", "完成日期"]


def only(found, **values):
    """The one row, with at least these values."""
    assert len(found.lines) == 1, found.lines
    assert values.items() <= found.lines[0].values.items()
    return found.lines[0]


def test_the_header_is_found_under_merged_titles():
    made = Workbook()
    sheet = made.active
    sheet["A1"] = "2026 年燃煤锅炉清单"
    sheet.merge_cells("A1:D1")
    sheet["A2"] = "填报单位：松溪镇政府"
    sheet["C2"] = "2026年3月1日"
    for row in (["序号", "单位名称", "锅炉吨位\n（蒸吨/小时）", "改造日期"], [1, "甲厂", 10, "2026.3.1"]):
        sheet.append(row)
    found = reading(saved(made))
    line = only(found, firm="甲厂", capacity=10.0, done="2026-03-01")
    assert line.row == 4
    assert "序号" in "".join(texts(found.notes))


def test_a_header_of_two_lines():
    made = Workbook()
    sheet = made.active
    for place, text in {"A1": "企业名称", "B1": "规模", "D1": "完成日期", "B2": "蒸吨数", "C2": "台数"}.items():
        sheet[place] = text
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:C1")
    sheet.merge_cells("D1:D2")
    sheet.append(["甲厂", "2.5", 3, dt.date(2026, 3, 1)])
    only(reading(saved(made)), firm="甲厂", capacity=2.5, count=3.0, done="2026-03-01")


def test_headers_far_down_are_not_found_and_it_says_which_are_wanted():
    with pytest.raises(Invalid, match="企业名称"):
        reading(workbook(*[["说明", n] for n in range(1, 31)], HEAD, ["甲厂", 1]))


def test_blank_rows_numbered_blank_rows_and_repeated_headers_are_no_rows():
    found = reading(workbook(["序号", *HEAD], [1, "甲厂", 1], [], [2], [None, *HEAD], [3, "乙厂", 2]))
    assert [line.values["firm"] for line in found.lines] == ["甲厂", "乙厂"]
    assert [line.row for line in found.lines] == [2, 6]


def test_remarks_below_and_headings_between_are_left_out_and_said():
    made = Workbook()
    sheet = made.active
    for row in (
        HEAD,
        ["一、松溪镇"],
        ["甲厂", 1],
        ["乙厂", 2],
        [],
        ["注：以上为 2026 年数据。"],
        ["填表人：张某", None, "电话："],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:D2")
    found = reading(saved(made))
    assert [line.values["firm"] for line in found.lines] == ["甲厂", "乙厂"]
    assert any("2、6、7" in text for text in texts(found.notes))


def test_totals_are_compared_and_not_taken_for_rows():
    rows = [HEAD, ["甲厂", 1, 1], ["乙厂", "2.5", 2], ["小计", 3.5, 3], ["丙厂", 4, 1], ["合 计", 763, 4]]
    found = reading(workbook(*rows))
    assert [line.values["firm"] for line in found.lines] == ["甲厂", "乙厂", "丙厂"]
    told = " ".join(texts(found.notes))
    assert "第 4 行是合计，与各行相加一致" in told
    assert "写的是 763，各行相加是 7.5" in told
    assert "台数" not in told


def test_a_merged_name_stands_for_all_rows_that_it_covers_and_a_merged_number_for_one():
    town = Sheet(
        "test.towns", "清单", (Field("town", "镇街"), Field("firm", "企业"), Field("n", "台数", "number")),
        keys=(("firm",),), rows=lambda scope: [], write=lambda scope, change: None,
    )  # fmt: skip
    made = Workbook()
    sheet = made.active
    for row in (["镇街", "企业", "台数"], ["松溪镇", "甲厂", 5], [None, "乙厂", None]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("C2:C3")
    found = reading(saved(made), town)
    assert [line.values for line in found.lines] == [
        {"town": "松溪镇", "firm": "甲厂", "n": 5.0},
        {"town": "松溪镇", "firm": "乙厂", "n": None},
    ]


def test_numbers_as_text_units_percent_choices_and_strokes():
    made = Workbook()
    sheet = made.active
    sheet.append(["企业", "容量", "投资（万元）", "燃料", "完成率", "已停用", "其他名称"])
    sheet.append(["甲厂", "１０ 蒸吨", "30000元", "燃气", 0.85, "否", "甲，乙、丙；甲"])
    sheet["E2"].number_format = "0.0%"
    line = only(reading(saved(made)), capacity=10.0, cost=3.0, fuel="gas", share=85.0, stopped=False)
    assert line.values["others"] == ["甲", "乙", "丙"]


def test_a_stroke_means_none_in_every_column_but_running_text():
    head = ["企业", "蒸吨", "台数", "燃料", "完成日期", "已停用", "其他名称", "备注"]
    line = only(reading(workbook(head, ["甲厂", 1, "/", "—", "-", "——", "／", "/"])), count=None, fuel="", done=None)
    assert (line.values["stopped"], line.values["others"], line.values["note"]) == (None, [], "/")
    assert not line.problems


def test_every_bad_cell_is_named_in_both_languages():
    found = reading(workbook(HEAD, ["甲厂", "约十吨", 1.5, "2026年3月"], [None, 3]))
    first, second = found.lines
    assert [problem.field for problem in first.problems] == ["capacity", "count", "done"]
    assert both(first.problems[0].text) == {
        "zh-hans": "“约十吨”不是数字。请填数字，如 10。",
        "en": '"约十吨" is not a number. Enter a number such as 10.',
    }
    assert [str(problem.text) for problem in second.problems] == ["不能为空。请填写。"]


def test_hidden_sheets_are_skipped_and_said():
    made = Workbook()
    for title, state in (("旧数据", "hidden"), ("更旧", "veryHidden")):
        sheet = made.create_sheet(title)
        sheet.append(HEAD)
        sheet.append(["丙厂", 9])
        sheet.sheet_state = state
    made.active.append(HEAD)
    made.active.append(["甲厂", 1])
    found = reading(saved(made))
    assert [line.values["firm"] for line in found.lines] == ["甲厂"]
    assert sum("隐藏" in text for text in texts(found.notes)) == 2


def test_many_sheets_are_read_each_as_what_it_is():
    firms = Sheet(
        "test.firms", "企业", (
            Field("firm", "企业名称", required=True),
            Field("code", "信用代码"),
            Field("area", "镇街"),
        ),
        keys=(("firm",),), rows=lambda scope: [], write=lambda scope, change: None,
    )  # fmt: skip
    made = Workbook()
    made.active.title = "封面"
    made.active.append(["2026 年台账"])
    for title, rows in {
        "甲镇": [HEAD, ["甲厂", 1]],
        "名单": [["企业名称", "信用代码", "镇街"], ["甲厂", 9.1e14, "松溪镇"]],
        "乙镇": [HEAD, ["乙厂", 2]],
    }.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    found = reading(saved(made), BOILERS, firms)
    assert [(line.sheet, line.title) for line in found.lines] == [
        ("test.boilers", "甲镇"), ("test.firms", "名单"), ("test.boilers", "乙镇"),
    ]  # fmt: skip
    assert any("封面" in text for text in texts(found.notes))


def test_a_formula_without_a_result_is_named():
    made = Workbook()
    made.active.append(HEAD)
    made.active.append(["甲厂", "=1+1"])
    line = reading(saved(made)).lines[0]
    assert "公式还没有计算结果" in str(line.problems[0].text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_csv_in_the_encodings_of_offices(encoding, sign):
    text = "\r\n".join(sign.join(row) for row in (HEAD, ["松溪镇供热站", "'-1".replace("-1", "10"), "2", "2026/3/1"]))
    line = reading(text.encode(encoding)).lines[0]
    assert line.values["firm"] == "松溪镇供热站"
    assert line.values["done"] == "2026-03-01"


def test_rows_are_new_changed_the_same_vanished_or_doubled():
    stored = [
        Row("1", {"firm": "甲厂", "capacity": 1.0, "count": None, "done": None}),
        Row("2", {"firm": "乙厂", "capacity": 2.0, "count": 1.0, "done": "2026-03-01"}),
        Row("3", {"firm": "丙厂", "capacity": 3.0, "count": None, "done": None}),
    ]
    file = workbook(HEAD, ["甲厂", 1], ["乙厂", 2, 4, "2026-03-01"], ["丁厂", 4], ["丁厂", 5], ["戊厂", "?"])
    found = {(one.title, one.kind): one for one in compared(file, *stored)}
    assert set(found) == {
        ("甲厂", "same"), ("乙厂", "changed"), ("丙厂", "vanished"), ("丁厂", "new"), ("丁厂", "bad"), ("戊厂", "bad"),
    }  # fmt: skip
    assert "第 4 行重复" in str(found["丁厂", "bad"].problems[0].text)


def test_the_number_of_the_system_finds_a_renamed_row_and_one_that_is_not_there_is_named():
    stored = Row("7", {"firm": "甲厂", "capacity": 1.0})
    file = workbook(["企业名称", "蒸吨数", "系统编号"], ["甲热力公司", 1, 7], ["乙厂", 1, 8])
    renamed, strange = compared(file, stored)
    assert (renamed.kind, renamed.ident) == ("changed", "7")
    assert strange.kind == "bad"


def test_a_column_that_is_not_there_is_left_as_it_is_but_a_new_row_needs_what_is_required():
    stored = Row("1", {"firm": "甲厂", "capacity": 1.0, "count": 2.0})
    old, new = compared(workbook(["企业名称", "台数"], ["甲厂", 3], ["乙厂", 1]), stored)
    assert (old.kind, old.values) == ("changed", {"firm": "甲厂", "count": 3.0})
    assert "没有“蒸吨数”列" in str(new.problems[0].text)


# Hostile and broken files


def test_an_old_workbook_says_how_to_save_it_anew():
    with pytest.raises(Invalid, match="另存为"):
        reading(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 1000)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\0\1\2\3" * 50, b"%PDF-1.7", b"PK\5\6" + b"\0" * 18])
def test_what_is_no_table_is_refused(content):
    with pytest.raises(Invalid):
        reading(content)


def rewritten(content: bytes, change) -> bytes:
    """A workbook with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(part, old.read(part)))
    return out.getvalue()


def test_entities_are_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    hostile = rewritten(
        workbook(HEAD, ["甲厂", 1]), lambda name, data: bomb + data if name.endswith("sheet1.xml") else data
    )
    with pytest.raises(Invalid, match="实体"):
        reading(hostile)


def test_a_workbook_that_swells_is_refused():
    hostile = rewritten(
        workbook(HEAD, ["甲厂", 1]), lambda name, data: data + b" " * 250_000_000 if "sheet1" in name else data
    )
    assert len(hostile) < 1_000_000
    with pytest.raises(Invalid, match="过大"):
        reading(hostile)


def test_a_file_made_to_be_slow_is_not():
    slow = b'<c r="A1" ' * 200_000 + b"<c r='A1'><f>" * 200_000
    hostile = rewritten(workbook(HEAD, ["甲厂", 1]), lambda name, data: slow if "sheet1" in name else data)
    started = time.monotonic()
    with pytest.raises(Invalid):
        reading(hostile)
    assert time.monotonic() - started < 20


def test_too_many_rows_are_refused(monkeypatch):
    from lantian.site.core.sheets import opening

    small = opening.rules().model_copy(update={"bounds": opening.rules().bounds.model_copy(update={"max_rows": 5})})
    monkeypatch.setattr(opening, "rules", lambda: small)
    with pytest.raises(Invalid, match="超过 5 行"):
        reading(workbook(HEAD, *[[f"{n}厂", n] for n in range(1, 8)]))


def test_formats_down_to_the_last_row_do_no_harm():
    made = Workbook()
    made.active.append(HEAD)
    made.active.append(["甲厂", 1])
    made.active.cell(50_000, 1).font = Font(bold=True)
    assert len(reading(saved(made)).lines) == 1


def test_a_reading_leaves_the_stored_book_alone():
    content = workbook(HEAD, ["=HYPERLINK(1)", 1])
    assert load_workbook(io.BytesIO(content)).active["A2"].value
    assert book().sheet("test.boilers") is BOILERS
    assert scope().incoming == {}
