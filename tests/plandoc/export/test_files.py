"""CSV, and files that are whole or not there."""

import csv
import io
import os
import stat

import pytest
from hypothesis import given, settings

from lantian.plandoc.export import export, files
from lantian.plandoc.export.files import write_whole
from lantian.plandoc.export.words import FORMULA_STARTS
from lantian.plandoc.plan import Plan, Quantity, Task
from tests.plandoc.export.plans import plans


def rows(plan):
    return list(csv.reader(io.StringIO(export(plan, "csv").decode("utf-8-sig"), newline="")))


def test_csv_opens_in_excel_as_chinese():
    assert export(Plan(), "csv").startswith(b"\xef\xbb\xbf")


def test_csv_has_one_row_a_task():
    task = Task(
        number="3",
        text="拆除茶炉。\n销号。",
        lead=["区环保局", "区城管委"],
        recurrence="once",
        quantities=[Quantity(text="约30台", what="茶炉", value=30, unit="台", op="~")],
    )
    header, row = rows(Plan(tasks=[task]))
    held = dict(zip(header, row, strict=True))
    assert held["任务内容"] == "拆除茶炉。\n销号。"
    assert held["牵头单位"] == "区环保局、区城管委"
    assert (held["周期"], held["指标数"]) == ("一次性", "茶炉 约 30 台")


@given(plans)
@settings(max_examples=60, deadline=None)
def test_no_cell_starts_a_formula(plan):
    table = rows(plan)
    assert len(table) == 1 + len(plan.tasks)
    assert not [cell for row in table for cell in row if cell.startswith(FORMULA_STARTS)]


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match=r"可用：json、csv、xlsx"):
        export(Plan(), "docx")  # type: ignore[arg-type]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    file = tmp_path / "plan.json"
    file.write_text("old")

    def full(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        export(Plan(), "json", file)
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["plan.json"]


def test_a_written_file_has_the_rights_that_the_umask_gives(tmp_path):
    content = export(Plan(), "json", tmp_path / "a.json")
    assert (tmp_path / "a.json").read_bytes() == content
    (tmp_path / "b").touch()
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == stat.S_IMODE((tmp_path / "b").stat().st_mode)


def test_a_missing_directory_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "no" / "a.json", b"")


def test_what_is_no_ordinary_file_is_written_into_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, b"{}")
    assert os.read(reader, 10) == b"{}"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to("real.json")
    write_whole(tmp_path / "link.json", b"new")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_text() == "new"


def test_a_directory_is_refused(tmp_path):
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path, b"")
