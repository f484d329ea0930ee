"""Habits of offices, each as a workbook: units in headers, totals wherever they stand, what is hidden or merged."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from lantian.site.core.sheets import values
from lantian.site.core.sheets.problems import BadCell
from tests.site.core.sheets.world import reading, saved, texts, workbook

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
