"""A ledger from Excel and back: habits of offices survive, states and masked values do not come in."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from lantian import geo
from lantian.site.core.models import SheetImport
from lantian.site.core.sheets import actions as sheets
from lantian.site.core.sheets import books
from lantian.site.sources.models import Listing, Source


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("清单.xlsx", out.getvalue())


HEAD = ["序号", "单位名称", "所在镇街", "锅炉吨位\n（蒸吨/小时）", "锅炉用途", "整改期限", "负责人"]


def preview(who, *rows):
    file = workbook(["青河区燃煤锅炉台账（演示）"], HEAD, *rows)
    made = sheets.upload(who, books["sources.coal_boiler"], file, "清单.xlsx", {})
    return SheetImport.objects.get(pk=made.pk)


def test_an_office_list_comes_in(district):
    one = preview(
        district.air_office,
        [1, "松溪建材厂", "松溪镇", "4蒸吨", "供暖", "2026.10.31", "赵某某"],
        [2, "柳湾食品厂", "柳湾镇", "２．８ MW", "生产", "2026年10月31日", None],
        [3, "松溪浴池", "松溪镇", "约两吨", "采暖", "20261031", None],
        ["合计", None, None, "8", None, None, None],
        ["注：以上为演示。"],
    )
    assert one.state == "preview"
    assert {kind: one.counts[kind] for kind in ("new", "bad")} == {"new": 2, "bad": 1}
    bad = one.rows.get(kind="bad")
    assert "约两吨" in str(bad.problems[0])
    sheets.confirm(district.air_office, one, revision=one.revision)
    found = {row.source.name: row for row in Listing.objects.select_related("source", "source__area")}
    assert set(found) == {"松溪建材厂", "柳湾食品厂"}
    assert found["柳湾食品厂"].attributes["capacity"] == pytest.approx(4, abs=0.01)
    assert str(found["松溪建材厂"].due_on) == "2026-10-31"
    assert found["松溪建材厂"].attributes["person"] == "赵某某"


def test_the_export_comes_back_unchanged_and_vanished_rows_stay(boiler, district, site):
    browser = site.log_in(district.air_office)
    exported = browser.get("/sheets/sources.coal_boiler/export").content
    assert "赵某某" not in "".join(
        str(cell) for row in load_workbook(io.BytesIO(exported)).active.iter_rows(values_only=True) for cell in row
    )
    back = SimpleUploadedFile("清单.xlsx", exported)
    one = sheets.upload(district.air_office, books["sources.coal_boiler"], back, "清单.xlsx", {})
    assert {kind: one.counts[kind] for kind in ("same", "changed", "new", "bad", "vanished")} == {
        "same": 1, "changed": 0, "new": 0, "bad": 0, "vanished": 0,
    }  # fmt: skip
    other = preview(district.air_office, [1, "柳湾食品厂", "柳湾镇", "4", "", "", ""])
    assert other.counts["vanished"] == 1
    sheets.confirm(district.air_office, other, revision=other.revision)
    assert Source.objects.count() == 2


def test_a_town_brings_in_nothing_of_another(district):
    one = preview(district.songxi_liaison, [1, "柳湾食品厂", "柳湾镇", "4", "", "", ""])
    if one.counts.get("new"):
        sheets.confirm(district.songxi_liaison, one, revision=one.revision)
    assert Listing.objects.count() == 0


def test_a_file_that_changes_many_rows_asks_no_more_queries(district, site, django_assert_max_num_queries):
    """The preview reads the ledger at once; it does not ask row by row who may change it."""
    names = [f"松溪第{k}厂" for k in range(30)]
    first = preview(district.air_office, *([k, name, "松溪镇", "4", "", "", ""] for k, name in enumerate(names)))
    sheets.confirm(district.air_office, first, revision=first.revision)
    with django_assert_max_num_queries(45):
        again = preview(district.air_office, *([k, name, "松溪镇", "5", "", "", ""] for k, name in enumerate(names)))
    assert again.counts["changed"] == 30


def test_a_list_with_sums_in_another_unit_and_a_town_merged_over_its_rows(district):
    made = Workbook()
    sheet = made.active
    for row in (
        ["青河区工地台账"],
        ["所在镇街", "项目名称", "建筑面积（万平方米）", "类型"],
        ["松溪镇", "演示一期", 1.2, None],
        [None, "演示二期", "5000平方米", None],
        ["合计", None, 1.7, None],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A3:A4")
    out = io.BytesIO()
    made.save(out)
    file = SimpleUploadedFile("工地.xlsx", out.getvalue())
    one = sheets.upload(district.air_office, books["sources.construction_site"], file, "工地.xlsx", {})
    told = " ".join(note["zh-hans"] for note in one.notes)
    assert "已换算成“平方米”" in told
    assert "第 5 行是合计，与各行相加一致" in told
    assert "列“所在镇街”有合并单元格" in told
    assert [row.values["x_size"] for row in one.rows.order_by("row")] == [12_000, 5_000]


def test_the_ten_minutes_of_the_guide(district):
    """docs/guide/zh/excel-in-ten-minutes.md as it is written, with the towns of this district."""

    def handed_in(size, day):
        made = Workbook()
        for row in (
            ["青河区燃煤锅炉排查台账"],
            ["填报单位：某街道", None, None, None, None, "单位：台、蒸吨"],
            ["序号", "单位名称", "所属街道", "锅炉吨位（蒸吨/小时）", "锅炉用途", "整改期限"],
            [1, "演示建材厂", "松溪镇", 4, "供暖", "2017年10月31日"],
            [2, "演示食品厂", "柳湾镇", "2.8MW", "生产", "2017.10.31"],
            [3, "演示浴池", "柳湾镇", size, "供暖", day],
            ["合计", None, None, 11, None, None],
            ["填报人：某某", None, "审核人：某某", None, "填报日期：2017年8月1日", None],
        ):
            made.active.append(row)
        made.active.merge_cells("A1:F1")
        out = io.BytesIO()
        made.save(out)
        file = SimpleUploadedFile("清单.xlsx", out.getvalue())
        return sheets.upload(district.air_office, books["sources.coal_boiler"], file, "清单.xlsx", {})

    one = handed_in("约三吨", "17.10.31")
    told = " ".join(note["zh-hans"] for note in one.notes)
    assert (one.counts["new"], one.counts["bad"]) == (2, 1)
    assert "这些列不导入：序号" in told
    assert "第 7 行合计“锅炉吨位（蒸吨/小时）”写的是 11，各行相加是 8。" in told
    assert "第 8 行是标题或说明" in told
    wrong = " ".join(problem["zh-hans"] for problem in one.rows.get(kind="bad").problems)
    assert "“约三吨”不是数字。请填数字，如 4。" in wrong
    assert "“17.10.31”的年份只有两位" in wrong
    sheets.confirm(district.air_office, one, revision=one.revision)
    again = handed_in(3, "2017-10-31")
    assert (again.counts["same"], again.counts["new"], again.counts["bad"]) == (2, 1, 0)
    assert any("第 7 行是合计，与各行相加一致" in note["zh-hans"] for note in again.notes)


PLACED = ["企业名称", "所在镇街", "蒸吨数", "用途"]
TRUE = {"longitude": 116.397, "latitude": 39.909}


def placed(district, head, *rows):
    file = workbook([*PLACED, *head], *rows)
    made = sheets.upload(district.air_office, books["sources.coal_boiler"], file, "清单.xlsx", {})
    return SheetImport.objects.get(pk=made.pk)


def test_coordinates_of_other_maps_land_where_they_should(district):
    x, y = (float(part) for part in geo.gcj02_of_wgs84(TRUE["longitude"], TRUE["latitude"]))
    bx, by = (float(part) for part in geo.bd09_of_gcj02(x, y))
    one = placed(
        district, ["经度", "纬度", "坐标系"],
        ["甲厂", "松溪镇", 4, "供暖", x, y, "高德"],
        ["乙厂", "松溪镇", 4, "供暖", bx, by, "BD-09（百度）"],
        ["丙厂", "松溪镇", 4, "供暖", *TRUE.values(), None],
        ["丁厂", "松溪镇", 4, "供暖", x, y, "北京54"],
    )  # fmt: skip
    told = " ".join(note["zh-hans"] for note in one.notes)
    assert "第 2 行：坐标已由 GCJ-02（高德、腾讯） 换算成 WGS 84" in told
    assert (one.counts["new"], one.counts["bad"]) == (3, 1)
    sheets.confirm(district.air_office, one, revision=one.revision)
    found = list(Source.objects.values("longitude", "latitude"))
    assert found == [pytest.approx(TRUE, abs=2e-6)] * 3


def test_the_header_may_name_the_system_and_the_same_file_again_changes_nothing(district, site):
    x, y = (float(part) for part in geo.gcj02_of_wgs84(TRUE["longitude"], TRUE["latitude"]))
    one = placed(district, ["高德经度", "高德纬度"], ["甲厂", "松溪镇", 4, "供暖", x, y])
    sheets.confirm(district.air_office, one, revision=one.revision)
    again = placed(district, ["经度（GCJ-02）", "纬度（GCJ-02）"], ["甲厂", "松溪镇", 4, "供暖", x, y])
    assert (again.counts["same"], again.counts["changed"]) == (1, 0)
    exported = site.log_in(district.air_office).get("/sheets/sources.coal_boiler/export").content
    head, row = list(load_workbook(io.BytesIO(exported)).active.iter_rows(values_only=True))[:2]
    cells = dict(zip(head, row, strict=True))
    assert cells["坐标系"] == "WGS 84 / CGCS2000"
    assert cells["经度"] == pytest.approx(TRUE["longitude"], abs=2e-6)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("旧台账.xls", bytes.fromhex("d0cf11e0a1b11ae1"), "另存为"),
        ("网页.xls", b"<html><table></table></html>", "另存为"),
        ("方案.pdf", b"%PDF-1.4", "可以上传：Excel 工作簿、CSV 表格。"),
        ("空.xlsx", b"", "是空的"),
    ],
)
def test_a_wrong_file_is_refused_by_its_name_with_what_to_do(district, site, name, content, said):
    browser = site.log_in(district.air_office)
    page = browser.post("/sheets/sources.coal_boiler", {"file": SimpleUploadedFile(name, content)}).content.decode()
    assert f"“{name}”：" in page
    assert said in page
    assert not SheetImport.objects.exists()


def test_a_workbook_without_content_says_so(district):
    made = sheets.upload(district.air_office, books["sources.coal_boiler"], workbook(), "空.xlsx", {})
    assert "没有内容" in str(SheetImport.objects.get(pk=made.pk).fault)


def test_a_town_that_is_not_the_persons_own_is_told_from_one_that_there_is_not(district):
    one = preview(
        district.songxi_liaison,
        [1, "松溪浴池", "松溪镇", "1.4MW", "采暖", None, None],
        [2, "柳湾浴池", "柳湾镇", "1", "采暖", None, None],
        [3, "无名浴池", "松西镇", "1", "采暖", None, None],
    )
    assert one.rows.get(kind="new").values["x_capacity"] == 2
    first, second = one.rows.filter(kind="bad").order_by("position")
    assert "“柳湾镇”不归您办理" in str(first.problems)
    assert "是不是“松溪镇”" in str(second.problems)
