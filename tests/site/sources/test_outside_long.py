"""Registers of hundreds of thousands of rows: read, compared, stored and told in pieces, as if they were one."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from lantian.site.core import clock
from lantian.site.core.models import AuditEvent, SheetImport, SheetRow
from lantian.site.core.sheets import actions as sheets
from lantian.site.core.sheets import books, pieces, storing
from lantian.site.sources import actions
from lantian.site.sources.models import OutsideList, OutsideRow

HEAD = "企业名称,所属街道,经营场所,证照编号"


@pytest.fixture
def registry(district) -> OutsideList:
    return actions.add_outside_list(
        district.air_office, kind="registry", area=district.area, as_of=clock.today(), source="区市场监管局（演示）"
    )


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch) -> None:
    """Pieces of four rows, written by three, told by five."""
    monkeypatch.setattr(pieces, "PIECE", 4)
    monkeypatch.setattr(storing, "BATCH", 3)
    monkeypatch.setattr(storing, "TOLD_AT_ONCE", 5)


def text(*rows: str) -> bytes:
    return "\r\n".join((HEAD, *rows)).encode("gb18030")


def firm(n: int) -> str:
    return f"第{n}号公司,松溪镇,松溪路{n}号,"


def preview(who, of, content: bytes, name: str = "名录.csv") -> SheetImport:
    return sheets.upload(who, books["sources-outside"], SimpleUploadedFile(name, content), name, {"list": str(of.pk)})


def fill(who, of, content: bytes) -> SheetImport:
    one = preview(who, of, content)
    return sheets.confirm(who, one, revision=one.revision)


def test_a_list_of_many_pieces_comes_in_whole_and_every_row_is_told(district, registry):
    one = fill(district.air_office, registry, text(*map(firm, range(11))))
    assert (one.state, one.counts["new"]) == ("done", 11)
    assert list(OutsideRow.objects.values_list("name", "place")) == [
        (f"第{n}号公司", f"名录.csv!{n + 2}") for n in range(11)
    ]
    events = list(AuditEvent.objects.filter(action="core.confirm_sheet").order_by("seq"))
    told = [difference["after"]["name"] for event in events for difference in event.facts["differences"]]
    # the last event tells of the import itself; those before it of the parts that were put away
    assert sorted(told) == sorted(f"第{n}号公司" for n in range(11))
    assert [event.facts.get("part") for event in events] == [1, 2, None]
    assert events[-1].facts["written"]["new"] == 11


def test_what_is_there_twice_is_named_across_pieces(district, registry):
    one = preview(district.air_office, registry, text(*map(firm, range(9)), firm(1)))
    (bad,) = SheetRow.objects.filter(sheet_import=one, kind="bad")
    assert bad.row == 11
    assert "第 3 行重复" in bad.problems[0]["zh-hans"]


def test_a_list_that_comes_again_is_held_against_what_is_stored(district, registry):
    fill(district.air_office, registry, text(*map(firm, range(10))))
    changed = "第3号公司,柳湾镇,松溪路3号,"
    content = text(*map(firm, range(3)), changed, *map(firm, range(4, 9)), firm(77))
    one = preview(district.air_office, registry, content)
    assert {kind: n for kind, n in one.counts.items() if n} == {"new": 1, "changed": 1, "same": 8, "vanished": 1}
    assert SheetRow.objects.get(sheet_import=one, kind="vanished").title == "第9号公司"
    done = sheets.confirm(district.air_office, one, revision=one.revision)
    assert done.state == "done"
    assert OutsideRow.objects.get(name="第3号公司").area == district.liuwan
    assert OutsideRow.objects.count() == 11, "what the file lacks stays"


def test_what_changed_since_the_preview_is_seen(district, registry):
    one = preview(district.air_office, registry, text(*map(firm, range(6))))
    fill(district.air_office, registry, text(firm(2)))
    again = sheets.confirm(district.air_office, one, revision=one.revision)
    assert (again.state, again.moved) == ("preview", 1)
    assert again.counts["same"] == 1


def test_a_list_that_was_withdrawn_meanwhile_takes_nothing(district, registry):
    one = preview(district.air_office, registry, text(*map(firm, range(6))))
    actions.withdraw_outside_list(district.air_office, registry, reason="不是本区的")
    done = sheets.confirm(district.air_office, one, revision=one.revision)
    assert done.counts["bad"] == 6
    assert not OutsideRow.objects.exists()
    problem = SheetRow.objects.filter(sheet_import=one)[0].problems[0]
    assert "已经撤下" in problem["zh-hans"]


def test_a_workbook_with_titles_merged_cells_and_a_header_again(district, registry):
    book = Workbook()
    sheet = book.active
    sheet.append(["市场主体名录"])
    sheet.append(["企业名称", "所属街道", "经营场所"])
    for n in range(5):
        sheet.append([f"第{n}号公司", "松溪镇" if n == 2 else None, f"松溪路{n}号"])
    sheet.merge_cells("B5:B7")  # reaches from the first piece into the second
    sheet.append(["经营场所", "企业名称", "所属街道"])
    for n in range(5, 11):
        sheet.append([f"柳湾路{n}号", f"第{n}号公司", "柳湾镇"])
    out = io.BytesIO()
    book.save(out)
    one = preview(district.air_office, registry, out.getvalue(), "名录.xlsx")
    assert (one.counts["new"], one.counts["bad"]) == (11, 0)
    towns = {row.title.split()[0]: row.values["town"] for row in SheetRow.objects.filter(sheet_import=one)}
    assert [towns[f"第{n}号公司"] for n in (1, 2, 3, 4, 5, 10)] == [
        "", "松溪镇", "松溪镇", "松溪镇", "柳湾镇", "柳湾镇",
    ]  # fmt: skip
    assert [table["number"] for table in one.tables] == [1]


def test_what_is_no_list_is_refused_and_leaves_nothing(district, registry):
    for content in (text(), "甲,乙\n1,2".encode()):
        one = preview(district.air_office, registry, content)
        assert (one.state, SheetRow.objects.count()) == ("failed", 0)
