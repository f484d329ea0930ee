"""Habits of offices, each as a workbook: units in headers, totals wherever they stand, what is hidden or merged."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from lantian.site.core.sheets import Row, values
from lantian.site.core.sheets.problems import BadCell
from tests.site.core.sheets.world import compared, reading, saved, texts, workbook

HEAD = ["企业名称", "蒸吨数", "台数", "完成日期"]


def told(found) -> str:
    return "\n".join(texts(found.notes))


@pytest.mark.parametrize(
    ("header", "cell", "cost"),
    [
        ("投资（元）", 123_450, 12.345),
        ("投资\n(单位：元)", "１２３，４５０", 12.345),
        ("投资元", 123_450, 12.345),
        ("投资/元", 123_450, 12.345),
        ("投资（元）", "3万元", 3),
        ("投资（万元）", 3, 3),
        ("投资万元*", 3, 3),
        ("投资", 3, 3),
    ],
)
def test_the_unit_that_a_header_names_holds_where_a_cell_names_none(header, cell, cost):
    found = reading(workbook(["企业", header], ["甲厂", cell]))
    assert found.lines[0].values["cost"] == cost
    assert ("已换算成“万元”" in told(found)) == ("万" not in header and header != "投资")


def test_a_unit_below_the_header_or_above_the_whole_table_counts_too():
    two_lines = workbook(["企业", "投资"], [None, "（元）"], ["甲厂", 50_000])
    assert reading(two_lines).lines[0].values["cost"] == 5
    over_all = workbook(
        ["燃煤锅炉台账"], ["填报单位：松溪镇", None, "单位：元、台"], ["企业", "投资", "台数"], ["甲厂", 50_000, 2]
    )
    assert reading(over_all).lines[0].values | {"cost": 5, "count": 2} == reading(over_all).lines[0].values


def test_a_unit_that_the_column_does_not_know_is_said_and_other_brackets_are_not():
    assert "单位“mw”不认识，数字按“蒸吨”读取" in told(reading(workbook(["企业", "容量（MW）"], ["甲厂", 7])))
    assert "不认识" not in told(reading(workbook(["企业（全称）", "容量（必填）"], ["甲厂", 7])))


def test_a_total_in_the_first_row_and_subtotals_above_their_rows_are_compared_with_what_they_add_up():
    rows = [
        ["企业名称", "蒸吨数"], ["合计", 10],
        ["松溪镇小计", 3], ["甲厂", 1], ["乙厂", 2],
        ["柳湾镇小计", 8], ["丙厂", 7],
    ]  # fmt: skip
    found = reading(workbook(*rows))
    assert [line.values["firm"] for line in found.lines] == ["甲厂", "乙厂", "丙厂"]
    assert "第 2 行是合计，与各行相加一致" in told(found)
    assert "第 3 行是合计，与各行相加一致" in told(found)
    assert "第 6 行合计“蒸吨数”写的是 8，各行相加是 7" in told(found)


@pytest.mark.parametrize("word", ["合计", "合　计：", "合计（蒸吨）", "共计2家", "全区合计", "青河区合计", "总计"])
def test_a_total_by_any_name_is_no_row_though_it_is_more_than_one_row_may_have(word):
    found = reading(workbook(["企业名称", "蒸吨数"], ["甲厂", 1500], ["乙厂", 1500], [word, 3000]))
    assert len(found.lines) == 2
    assert "第 4 行是合计，与各行相加一致" in told(found)


def test_who_filled_it_in_is_no_row():
    signed = ["填报人：张某", None, "审核人：李某", "填报日期：2026年3月1日"]
    found = reading(workbook(HEAD, ["甲厂", 1], signed, ["填表说明：如实填写", 1]))
    assert [line.row for line in found.lines] == [2]
    assert "第 3、4 行是标题或说明" in told(found)


def test_hidden_rows_and_columns_are_read_and_said():
    made = Workbook()
    for row in (HEAD, ["甲厂", 1, 1], ["乙厂", 2, 2], ["丙厂", 3, 3], ["丁厂", 4, 4]):
        made.active.append(row)
    for row in (3, 4):
        made.active.row_dimensions[row].hidden = True
    made.active.column_dimensions["C"].hidden = True
    found = reading(saved(made))
    assert [line.values["count"] for line in found.lines] == [1, 2, 3, 4]
    assert "第 3、4 行是隐藏的（可能是筛选）" in told(found)
    assert "隐藏列也照常读取：C（台数）" in told(found)


def test_merged_cells_in_the_body_are_said():
    made = Workbook()
    for row in (
        ["企业", "燃料", "台数"],
        ["甲厂", "煤", 3],
        ["乙厂", None, None],
        ["丙厂", None, None],
        ["丁厂", "燃气", 1],
    ):
        made.active.append(row)
    made.active.merge_cells("B2:B4")
    made.active.merge_cells("C2:C3")
    found = reading(saved(made))
    assert [(line.values["fuel"], line.values["count"]) for line in found.lines] == [
        ("coal", 3), ("coal", None), ("coal", None), ("gas", 1),
    ]  # fmt: skip
    assert "列“燃料”有合并单元格，所跨各行都按同一内容读取：第 2–4 行" in told(found)
    assert "列“台数”有合并单元格，数字只计入所跨的第一行，其余各行为空：第 2、3 行" in told(found)


@pytest.mark.parametrize(
    ("raw", "says"),
    [("17.8.3", "年份只有两位"), ("17年8月3日", "年份只有两位"), ("8/3/2017", "哪个是月"), ("2017年8月", "没有写全")],
)
def test_a_day_that_could_be_another_is_refused_with_its_reason(raw, says):
    with pytest.raises(BadCell, match=says):
        values.day(raw)


NUMBER = st.integers(1, 1999)
WIDE = {48 + digit: 0xFF10 + digit for digit in range(10)}
SPELT = {
    "firm": (
        ["企业名称", "单位名称", "企 业\n名称", "企业名称（全称）"],
        [str, lambda v: f" {v}\u3000", lambda v: f"{v}\u200b"],
    ),
    "capacity": (
        ["蒸吨数", "锅炉吨位（蒸吨/小时）", "容量\n（t/h）", "蒸吨"],
        [int, str, lambda v: f"{v:,}", lambda v: f"{v}蒸吨", lambda v: str(v).translate(WIDE)],
    ),
    "cost": (["投资", "投资（万元）"], [int, lambda v: f"{v} 万元", lambda v: f"{v * 10_000}元"]),
    "done": (
        ["完成日期", "完成时间", "改造日期"],
        [
            lambda d: f"{d.year}年{d.month}月{d.day}日", lambda d: f"{d.year}.{d.month}.{d.day}",
            lambda d: f"{d.year}-{d.month}-{d.day}", lambda d: f"{d:%Y/%m/%d}", lambda d: f"{d:%Y%m%d}",
            lambda d: (d - dt.date(1899, 12, 30)).days, lambda d: d,
        ],
    ),
}  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(data=st.data(), capacity=NUMBER, cost=NUMBER, done=st.dates(dt.date(1990, 1, 1), dt.date(2040, 1, 1)))
def test_a_row_means_the_same_however_headers_and_cells_are_written(data, capacity, cost, done):
    row = {"firm": "甲厂", "capacity": capacity, "cost": cost, "done": done}
    order = data.draw(st.permutations(list(row)))
    spelt = [(data.draw(st.sampled_from(SPELT[name][0])), data.draw(st.sampled_from(SPELT[name][1]))) for name in order]
    titles = data.draw(st.integers(0, 3))
    lines = [["燃煤锅炉台账"]] * titles + [[h for h, _w in spelt]]
    lines += [[write(row[name]) for name, (_h, write) in zip(order, spelt, strict=True)], ["合计", None, None, None]]
    (line,) = reading(workbook(*lines)).lines
    assert line.values == {"firm": "甲厂", "capacity": capacity, "cost": cost, "done": done.isoformat()}


def test_a_total_bears_what_factors_of_units_leave_and_a_count_bears_nothing():
    rows = [["企业名称", "蒸吨数", "台数"], ["甲厂", 100, 60_000], ["乙厂", 200.004, 1], ["合计", 300, 60_000]]
    said = told(reading(workbook(*rows)))
    assert "合计“台数”写的是 60000，各行相加是 60001" in said
    assert "合计“蒸吨数”" not in said


def firms(found):
    return [line.values["firm"] for line in found.lines]


def test_a_total_behind_the_number_of_the_row_or_the_name_of_a_town_is_no_row():
    head = ["序号", "企业名称", "蒸吨数"]
    found = reading(workbook(head, [1, "甲厂", 1], [2, "乙厂", 2], [3, "合计", 4]))
    assert firms(found) == ["甲厂", "乙厂"]
    assert "合计“蒸吨数”写的是 4，各行相加是 3" in told(found)
    head = ["所在镇街", "企业名称", "蒸吨数"]
    rows = [
        ["松溪镇", "甲厂", 1],
        ["松溪镇", "小计", 1],
        ["柳湾镇", "乙厂", 2],
        ["柳湾镇", "合计", 2],
        ["全区", "合计", 3],
    ]
    found = reading(workbook(head, *rows))
    assert firms(found) == ["甲厂", "乙厂"]
    assert told(found).count("与各行相加一致") == 3


@pytest.mark.parametrize("marks", [["甲", "乙", 1, 2, 3], [1, 2, 3, 4, 5], ["(1)", "(2)", "(3)", "(4)", "(5)=(3)*(4)"]])
def test_the_line_that_numbers_the_columns_is_no_row(marks):
    found = reading(workbook(["序号", *HEAD], marks, [1, "甲厂", 1, 1, "2017.3.5"]))
    assert firms(found) == ["甲厂"]


def two_lines(sheet, row):
    """A header of two lines with a group over two columns, and one column that no line of units reaches."""
    for col, text in {1: "序号", 2: "企业名称", 3: "规模", 5: "投资"}.items():
        sheet.cell(row, col, text)
    sheet.cell(row + 1, 3, "蒸吨数")
    sheet.cell(row + 1, 4, "台数")
    for area in (f"A{row}:A{row + 1}", f"B{row}:B{row + 1}", f"C{row}:D{row}", f"E{row}:E{row + 1}"):
        sheet.merge_cells(area)


def test_a_header_of_two_lines_on_every_printed_page_and_one_with_a_third_line_of_units():
    made = Workbook()
    for top, firm in ((1, "甲厂"), (5, "乙厂")):
        made.active.cell(top, 1, "台账")
        made.active.merge_cells(f"A{top}:E{top}")
        two_lines(made.active, top + 1)
        made.active.append([1, firm, 1, 1, 5])
    found = reading(saved(made))
    assert [(line.row, line.values["firm"], line.problems) for line in found.lines] == [
        (4, "甲厂", []),
        (8, "乙厂", []),
    ]
    made = Workbook()
    two_lines(made.active, 1)
    made.active["C3"], made.active["E3"] = "（t/h）", "元"
    made.active.append([1, "甲厂", 4, 1, 50_000])
    (line,) = reading(saved(made)).lines
    assert (line.row, line.values["capacity"], line.values["cost"]) == (4, 4, 5)


def test_a_header_further_down_that_orders_the_columns_otherwise_holds_for_what_is_below_it():
    rows = [["企业名称", "蒸吨数", "台数"], ["甲厂", 1, 2], ["第二批"], ["企业名称", "台数", "蒸吨数"], ["乙厂", 7, 9]]
    found = reading(workbook(*rows))
    assert [(line.values["firm"], line.values["capacity"], line.values["count"]) for line in found.lines] == [
        ("甲厂", 1, 2), ("乙厂", 9, 7),
    ]  # fmt: skip
    assert "第 4 行又是一个表头" in told(found)


def test_headings_of_parts_without_a_merged_cell_are_no_rows():
    found = reading(workbook(HEAD, ["一、松溪镇"], ["甲厂", 1], ["（二）柳湾镇"], ["乙厂", 1], ["合计2蒸吨"]))
    assert firms(found) == ["甲厂", "乙厂"]


def test_words_for_none_wide_numbers_and_measure_words():
    found = reading(workbook([*HEAD, "投资"], ["甲厂", 1, "无", "暂无", "3万"], ["乙\n厂", 1, "3台", "不详", "1.2亿"]))
    first, second = found.lines
    assert not first.problems + second.problems
    assert (first.values["count"], first.values["done"], first.values["cost"]) == (None, None, 3)
    assert (second.values["firm"], second.values["count"], second.values["cost"]) == ("乙厂", 3, 12_000)


def test_a_month_that_the_program_made_a_day_of_and_a_small_number_in_the_format_of_days_are_refused():
    made = Workbook()
    for row in (HEAD, ["甲厂", 1, 1, dt.datetime(2017, 3, 1)], ["乙厂", 1, 1, 5]):
        made.active.append(row)
    made.active["D2"].number_format, made.active["D3"].number_format = 'yyyy"年"m"月";@', "yyyy-mm-dd"
    first, second = reading(saved(made)).lines
    assert "“2017年3月”" in str(first.problems[0].text)
    assert [one.field for one in second.problems] == ["done"]


def test_the_sign_between_the_cells_of_a_csv_file_is_found_below_a_title():
    for title in ("燃煤锅炉台账", "填报单位：松溪镇,2026年;"):
        rows = [title, "\t".join(HEAD), "甲厂\t4\t1\t2017.3.5"]
        assert firms(reading("\n".join(rows).encode("gb18030"))) == ["甲厂"]


def test_rows_far_below_are_read_and_merged_cells_down_to_the_end_do_no_harm():
    made = Workbook()
    made.active.append(HEAD)
    made.active.append(["甲厂", 1])
    made.active.cell(5000, 1, "乙厂")
    made.active.cell(5000, 2, 2)
    made.active.merged_cells.add("C2:C1048576")
    assert firms(reading(saved(made))) == ["甲厂", "乙厂"]


def test_a_name_is_the_same_however_wide_its_brackets_are():
    stored = Row("1", {"firm": "甲厂（二期）", "capacity": 1.0})
    (found,) = compared(workbook(["企业名称", "蒸吨数"], ["甲厂 (二期)", 1]), stored)
    assert (found.kind, found.ident) == ("changed", "1")
    new, again = compared(workbook(["企业名称", "蒸吨数"], ["乙厂（二期）", 1], ["乙厂(二期)", 1]))
    assert (new.kind, again.kind) == ("new", "bad")
