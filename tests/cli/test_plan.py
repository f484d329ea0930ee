"""`lantian plan`: what goes to standard output, what to standard error, and the exit status."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from lantian.plandoc.export import read_xlsx
from lantian.plandoc.plan import Plan

Lantian = Callable[..., int]
Captured = pytest.CaptureFixture[bytes]


def test_export_writes_json_by_contract_to_standard_output(lantian: Lantian, plan_file: Path, capsysbinary: Captured):
    assert lantian("plan", "export", plan_file) == 0
    out, err = capsysbinary.readouterr()
    plan = Plan.model_validate_json(out)
    assert [task.number for task in plan.tasks] == ["1", "2", "3"]
    assert [finding.code for finding in plan.findings] == ["split_sum"]
    assert err == b""


def test_export_writes_csv_rows(lantian: Lantian, plan_file: Path, capsysbinary: Captured):
    assert lantian("plan", "export", plan_file, "--format", "csv") == 0
    rows = list(csv.reader(io.StringIO(capsysbinary.readouterr().out.decode("utf-8-sig"))))
    assert len(rows) == 1 + 3


def test_export_writes_one_file_each_into_a_directory(lantian: Lantian, plan_file: Path, tmp_path: Path):
    other = tmp_path / "另一份.txt"
    other.write_bytes(plan_file.read_bytes())
    target = tmp_path / "out"
    target.mkdir()
    assert lantian("plan", "export", plan_file, other, "-f", "xlsx", "-o", target) == 0
    assert sorted(file.name for file in target.iterdir()) == ["另一份.xlsx", "青河方案.xlsx"]
    assert len(read_xlsx(target / "另一份.xlsx").tasks) == 3


def test_export_to_a_dash_is_standard_output(lantian: Lantian, plan_file: Path, capsysbinary: Captured):
    assert lantian("plan", "export", plan_file, "-o", "-") == 0
    assert json.loads(capsysbinary.readouterr().out)["district"] == "青河区"


def test_several_plans_do_not_run_together_on_standard_output(
    lantian: Lantian, plan_file: Path, capsysbinary: Captured
):
    assert lantian("plan", "export", plan_file, plan_file) == 2
    out, err = capsysbinary.readouterr()
    assert out == b""
    assert b"--output" in err


def test_two_files_of_one_name_are_refused_before_anything_is_written(
    lantian: Lantian, plan_file: Path, tmp_path: Path
):
    twin = tmp_path / "b" / plan_file.name
    twin.parent.mkdir()
    twin.write_bytes(plan_file.read_bytes())
    target = tmp_path / "out"
    target.mkdir()
    assert lantian("plan", "export", plan_file, twin, "-o", target) == 2
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("command", ["show", "check", "export"])
@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02" * 50, "今天天气很好。".encode()], ids=["empty", "binary", "no task"]
)
def test_a_file_that_is_no_plan_is_told_in_one_line(
    lantian: Lantian, tmp_path: Path, capsysbinary: Captured, command: str, content: bytes
):
    file = tmp_path / "坏文件.txt"
    file.write_bytes(content)
    assert lantian("plan", command, file) == 3
    _out, err = capsysbinary.readouterr()
    (line,) = err.decode().splitlines()
    assert "坏文件.txt" in line
    assert any(letter.isascii() and letter.isalpha() for letter in line.replace("坏文件.txt", ""))


def test_a_bad_file_does_not_stop_the_good_ones(
    lantian: Lantian, plan_file: Path, tmp_path: Path, capsysbinary: Captured
):
    missing, target = tmp_path / "没有.docx", tmp_path / "out"
    target.mkdir()
    assert lantian("plan", "export", missing, plan_file, "-o", target) == 3
    assert [file.name for file in target.iterdir()] == ["青河方案.json"]
    assert "没有.docx" in capsysbinary.readouterr().err.decode()


def test_check_fails_on_an_error_and_says_where(lantian: Lantian, plan_file: Path, capsysbinary: Captured):
    assert lantian("plan", "check", plan_file) == 1
    out = capsysbinary.readouterr().out.decode()
    assert "split_sum" in out
    assert "第9行" in out.replace(" ", "")


def test_check_passes_when_only_milder_findings_are_there(lantian: Lantian, plan_file: Path):
    right = plan_file.read_text("utf-8").replace("21家", "20家").replace("2026年3月底前", "2026年1月10日前")
    plan_file.write_text(right, encoding="utf-8")
    assert lantian("plan", "check", plan_file) == 0
    assert lantian("plan", "check", plan_file, "--fail-on", "warning") == 1


def test_check_as_json_names_every_file(lantian: Lantian, plan_file: Path, capsysbinary: Captured):
    assert lantian("plan", "check", plan_file, "--format", "json") == 1
    (result,) = json.loads(capsysbinary.readouterr().out)
    assert result["file"] == str(plan_file)
    assert [finding["code"] for finding in result["findings"]] == ["split_sum"]


@pytest.mark.parametrize("columns", [80, 120])
def test_show_keeps_its_columns_straight_with_chinese(
    lantian: Lantian, plan_file: Path, capsysbinary: Captured, monkeypatch: pytest.MonkeyPatch, columns: int
):
    monkeypatch.setattr("lantian.cli.screen.PLAIN_WIDTH", columns)
    assert lantian("plan", "show", plan_file) == 0
    lines = capsysbinary.readouterr().out.decode().splitlines()
    assert max(map(cell_len, lines)) <= columns
    rows = [line for line in lines if "2026-10-31" in line or "2026-03-31" in line]
    assert len({cell_len(line[: line.index("2026-")]) for line in rows}) == 1


def test_show_has_no_colours_in_a_pipe(lantian: Lantian, plan_file: Path, capsysbinary: Captured):
    assert lantian("plan", "show", plan_file) == 0
    assert b"\x1b[" not in capsysbinary.readouterr().out


def test_show_full_shortens_nothing(lantian: Lantian, plan_file: Path, capsysbinary: Captured):
    assert lantian("plan", "show", plan_file, "--full") == 0
    assert "…" not in capsysbinary.readouterr().out.decode()


def test_findings_come_in_english_when_asked(
    lantian: Lantian, plan_file: Path, capsysbinary: Captured, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LANTIAN_LANG", "en")
    assert lantian("plan", "check", plan_file) == 1
    out = capsysbinary.readouterr().out.decode()
    assert "1 findings" in out
    assert "说明" not in out
