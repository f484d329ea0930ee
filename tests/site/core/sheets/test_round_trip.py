"""What goes out comes back the same."""

from __future__ import annotations

import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from lantian.site.core.sheets import Row, writing
from lantian.site.core.sheets.comparing import compare
from lantian.site.core.sheets.reading import read
from lantian.site.core.sheets.values import is_nothing, is_unsaid
from tests.site.core.sheets.world import BOILERS, book, scope

words = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Co", "Cn")), min_size=1, max_size=30
)
# A stroke, or 无, for a name says that there is none.
names = words.filter(lambda text: not set(text) & set("、，,；;\n#") and not is_nothing(text) and not is_unsaid(text))
numbers = st.floats(0.05, 2000, allow_nan=False)
# What a remark or a total would look like is read as one; a cell's own errors are no text.
firms = words.map(lambda text: f"甲{text}厂").filter(lambda text: "#" not in text)
rows = st.fixed_dictionaries(
    {
        "firm": firms,
        "capacity": numbers,
        "count": st.none() | st.integers(0, 10**9).map(float),
        "cost": st.none() | st.floats(-1e9, 1e9),
        "fuel": st.sampled_from(["", "coal", "gas"]),
        "done": st.none() | st.dates().filter(lambda day: day.year > 1900).map(str),
        "share": st.none() | st.floats(0, 100),
        "stopped": st.none() | st.booleans(),
        "others": st.lists(names, max_size=3, unique=True),
        "note": st.just("")
        | words.map(lambda t: f"注{t}")
        | st.sampled_from(["=1+1", "+甲", "-乙", "@丙", "'丁", "合计"]),
    }
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows, min_size=1, max_size=5, unique_by=lambda row: row["firm"]))
def test_an_export_read_back_changes_nothing(values):
    stored = [Row(str(n), row) for n, row in enumerate(values, 1)]
    where = scope(*stored)
    content = writing.export(book(), where)
    found = compare(read(content, "x.xlsx", book(), where), book(), where)
    assert [(one.kind, one.problems) for one in found] == [("same", [])] * len(stored)


def test_every_column_of_an_export_is_known_again():
    content = writing.export(book(), scope(Row("1", {"firm": "甲厂", "capacity": 4.0})))
    (line,) = read(content, "x.xlsx", book(), scope()).lines
    assert set(line.columns) >= {one.name for one in BOILERS.written}
    assert line.values["capacity"] == 4.0


def test_nothing_in_an_export_is_a_formula():
    content = writing.export(book(), scope(Row("1", {"firm": "=cmd|' /C calc'!A0", "capacity": 1.0, "note": "+1"})))
    sheet = load_workbook(io.BytesIO(content))["燃煤锅炉"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet["A2"].value == "=cmd|' /C calc'!A0"


def test_a_template_has_drop_downs_formats_and_explanations():
    content = writing.template(book(), scope(Row("1", {"firm": "甲厂", "capacity": 1.0})))
    made = load_workbook(io.BytesIO(content))
    sheet = made["燃煤锅炉"]
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]] == [
        "企业名称*", "蒸吨数（蒸吨）*", "台数", "投资（万元）", "燃料", "完成日期", "完成率", "已停用", "其他名称",
        "备注", "说明", "系统编号",
    ]  # fmt: skip
    assert sheet.max_row == 1, "nothing is stored in a template"
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert rules["E2"].formula1 == '"煤,天然气"'
    assert (rules["B2"].formula1, rules["B2"].formula2) == ("0.05", "2000")
    assert rules["F2"].type == "date"
    assert "K2" not in rules, "what is not read has no rule"
    assert sheet["B1"].comment is not None
    said = [[cell.value for cell in row] for row in made["填写说明"].iter_rows()]
    assert ["燃煤锅炉", "企业名称", "必填"] in [row[:3] for row in said]


def test_many_choices_stand_in_a_hidden_sheet():
    from dataclasses import replace

    long = tuple((str(n), f"=第{n}类管控措施名称") for n in range(60))
    sheet = replace(BOILERS, fields=tuple(replace(f, choices=long) if f.name == "fuel" else f for f in BOILERS.fields))
    made = load_workbook(io.BytesIO(writing.template(book(sheet), scope())))
    assert made["_options"].sheet_state == "hidden"
    assert (made["_options"]["A60"].value, made["_options"]["A60"].data_type) == ("=第59类管控措施名称", "s")


def test_a_personal_value_goes_out_masked_and_comes_back_unharmed():
    from dataclasses import replace

    hide = lambda value, scope: f"{value[:3]}****"  # noqa: E731
    sheet = replace(BOILERS, fields=tuple(replace(f, masked=hide) if f.name == "note" else f for f in BOILERS.fields))
    empty = {column.name: column.empty for column in BOILERS.written}
    where = scope(Row("1", empty | {"firm": "甲厂", "capacity": 1.0, "note": "13800001234"}))
    content = writing.export(book(sheet), where)
    assert load_workbook(io.BytesIO(content))["燃煤锅炉"]["J2"].value == "138****"
    found = compare(read(content, "x.xlsx", book(sheet), where), book(sheet), where)
    assert [one.kind for one in found] == ["same"]
