"""The workbook: offices can work with it, and it comes back as it went."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from openpyxl import load_workbook

from lantian.plandoc.document import ReadError
from lantian.plandoc.export import export, read_xlsx
from lantian.plandoc.export.cells import LONGEST, CellTooLong
from lantian.plandoc.plan import Finding, Goal, Plan, Quantity, Span, Task
from tests.plandoc.export.plans import plans


@pytest.fixture
def plan() -> Plan:
    return Plan(
        title="云岭市青河区2020年大气污染防治行动方案",
        district="青河区",
        issued_on=date(2020, 3, 1),
        goals=[Goal(text="PM2.5降至45", indicator="PM2.5_mean", op="<=", value=45, unit="微克/立方米")],
        findings=[Finding(code="split_sum", severity="error", message="差1台", message_en="1 off")],
        tasks=[
            Task(number="1-2", section="一、燃煤", title="锅炉", text="完成改造。\n销号。", lead=["区环保局"]),
            Task(
                number="2",
                section="一、燃煤",
                text="拆除茶炉30台。其中，松溪镇10台、柳湾镇21台。",
                deadline_text="10月底前",
                deadline=date(2020, 10, 31),
                due=date(2020, 10, 31),
                due_rule="month-end",
                recurrence="once",
                quantities=[
                    Quantity(text="30台", what="拆除茶炉", value=30, unit="台"),
                    Quantity(text="松溪镇10台", what="拆除茶炉", value=10, unit="台", town="松溪镇"),
                    Quantity(text="柳湾镇21台", what="拆除茶炉", value=21, unit="台", town="柳湾镇"),
                ],
                spans={"text": Span(start=5, end=30, table=1, row=3, column=4)},
            ),
            Task(number="=1+1", section="二、扬尘", text="@SUM(A1)", part="annex-table"),
        ],
    )  # fmt: skip


@given(plans)
# a workbook takes some 10 ms: shrinking would take minutes
@settings(
    max_examples=60, deadline=None, phases=set(Phase) - {Phase.shrink}, suppress_health_check=[HealthCheck.too_slow]
)
def test_what_is_written_is_read_back(plan):
    assert read_xlsx(export(plan, "xlsx")) == plan


def book(plan):
    return load_workbook(io.BytesIO(export(plan, "xlsx")))


def test_sheets_as_offices_know_them(plan):
    workbook = book(plan)
    assert workbook.sheetnames == ["任务", "指标", "目标", "疑点", "方案"]
    sheet = workbook["任务"]
    assert sheet["A1"].value == plan.title
    assert "A1:" in " ".join(str(area) for area in sheet.merged_cells.ranges)
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$1:$2"
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "8")
    assert sheet.auto_filter.ref.startswith("A2:")
    headers = [cell.value for cell in sheet[2]]
    assert headers[:6] == ["任务行", "序号", "上级序号", "章节", "重点工作", "任务内容"]
    assert sheet.cell(4, headers.index("时限日期") + 1).value.date() == date(2020, 10, 31)


def test_tasks_of_one_section_share_one_tall_cell_that_filters_still_see(plan):
    workbook = book(plan)
    assert "D3:D4" in [str(area) for area in workbook["任务"].merged_cells.ranges]
    raw = load_workbook(io.BytesIO(export(plan, "xlsx")), read_only=True)["任务"]
    assert [row[3] for row in raw.iter_rows(min_row=3, values_only=True)] == ["一、燃煤", "一、燃煤", "二、扬尘"]


def test_numbers_of_towns_have_a_row_each(plan):
    rows = list(book(plan)["指标"].iter_rows(min_row=2, values_only=True))
    town, value = rows[0].index("镇街"), rows[0].index("数值")
    assert [(row[town], row[value]) for row in rows[1:]] == [(None, 30), ("松溪镇", 10), ("柳湾镇", 21)]


def test_no_text_becomes_a_formula_or_a_date(plan):
    archive = zipfile.ZipFile(io.BytesIO(export(plan, "xlsx")))
    for name in archive.namelist():
        if name.startswith("xl/worksheets/sheet"):
            assert b"<f>" not in archive.read(name)
    sheet = book(plan)["任务"]
    for cell in (sheet["B3"], sheet["B5"], sheet["F5"]):
        assert (cell.data_type, cell.number_format, cell.quotePrefix) == ("s", "@", True)


def test_people_may_edit_sort_and_move_columns(plan):
    workbook = book(plan)
    sheet = workbook["任务"]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
    sheet["D4"] = "一、燃煤"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3, max_row=5)]
    for r, row in enumerate(reversed(rows), 3):
        for k, value in enumerate(row, 1):
            cell = sheet.cell(r, k)
            cell.value = value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    sheet["G4"] = "区环保局、区住建委"
    sheet.insert_cols(3)
    sheet["C2"], sheet["C3"] = "备注", "已核"
    out = io.BytesIO()
    workbook.save(out)
    back = read_xlsx(out.getvalue())
    assert [task.number for task in back.tasks] == ["=1+1", "2", "1-2"]
    assert back.tasks[1].lead == ["区环保局", "区住建委"]
    assert back.tasks[1].quantities == plan.tasks[1].quantities


def test_a_text_too_long_for_a_cell_is_refused_not_cut(plan):
    plan.tasks[0].text = "长" * (LONGEST + 1)
    with pytest.raises(CellTooLong, match="“任务”表第 1 行“任务内容”"):
        export(plan, "xlsx")


@pytest.mark.parametrize(("content", "code"), [(b"", "broken"), (b"PK\x03\x04junk", "broken"), (b"a,b\n", "broken")])
def test_what_is_no_workbook_is_refused(content, code):
    with pytest.raises(ReadError) as refused:
        read_xlsx(content)
    assert refused.value.code == code


def test_a_zip_bomb_is_not_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for k in range(21):
            archive.writestr(f"xl/{k}.xml", b"\0" * 10_000_000)
    with pytest.raises(ReadError) as refused:
        read_xlsx(out.getvalue())
    assert refused.value.code == "too-large"


def test_another_workbook_is_refused_by_name(tmp_path, plan):
    workbook = book(plan)
    del workbook["任务"]
    file = tmp_path / "表.xlsx"
    workbook.save(file)
    with pytest.raises(ReadError, match=r"表\.xlsx 中没有“任务”工作表"):
        read_xlsx(file)


@pytest.mark.parametrize(
    ("cell", "value", "place"), [("L4", "十月底", "第 4 行“时限日期”"), ("N4", "偶尔", "第 4 行：recurrence")]
)
def test_a_cell_that_makes_no_sense_is_named(plan, cell, value, place):
    workbook = book(plan)
    workbook["任务"][cell] = value
    out = io.BytesIO()
    workbook.save(out)
    with pytest.raises(ReadError, match=place):
        read_xlsx(out.getvalue())
