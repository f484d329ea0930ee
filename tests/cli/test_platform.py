"""`lantian init`, `import-plan` and `doctor` as processes, each with a platform of its own."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

Run = Callable[..., "CompletedProcess[str]"]


def test_init_asks_for_the_district_and_makes_nothing_before(process: Run, tmp_path: Path):
    done = process("init")
    assert done.returncode == 2
    assert "--district" in done.stderr
    with sqlite3.connect(tmp_path / "var" / "lantian.sqlite3") as database:
        assert database.execute("select count(*) from sqlite_master").fetchone() == (0,)


def test_init_gives_each_administrator_a_password_once(prepared: Path, ready: Run):
    told = (prepared.parent / "told.txt").read_text(encoding="utf-8")
    for role, username in (("系统", "admin"), ("安全", "security"), ("审计", "audit")):
        assert re.search(rf"{role}管理员\s+{username}\s+\S{{12,}}", told)
    again = ready("init")
    assert again.returncode == 0
    assert "管理员" not in again.stdout


def test_init_does_not_rename_a_district(ready: Run):
    assert ready("init", "--district", "白水区").returncode == 4


def test_import_plan_needs_a_prepared_database(process: Run, plan_file: Path):
    done = process("import-plan", plan_file)
    assert done.returncode == 5
    assert "lantian init" in done.stderr


def test_import_plan_waits_for_review_unless_confirmed(ready: Run, plan_file: Path, tmp_path: Path):
    done = ready("import-plan", plan_file)
    assert done.returncode == 0, done.stderr
    assert "待核对" in done.stderr
    with sqlite3.connect(tmp_path / "var" / "lantian.sqlite3") as database:
        assert database.execute("select count(*) from plans_plan").fetchone() == (0,)
    assert ready("import-plan", "--confirm", plan_file).returncode == 0
    with sqlite3.connect(tmp_path / "var" / "lantian.sqlite3") as database:
        assert database.execute("select count(*) from plans_plan").fetchone() == (1,)
        assert database.execute("select count(*) from plans_task").fetchone() == (3,)


def test_import_plan_tells_a_bad_file_and_takes_the_good_one(ready: Run, plan_file: Path, tmp_path: Path):
    bad = tmp_path / "便条.txt"
    bad.write_text("今天天气很好。", encoding="utf-8")
    done = ready("import-plan", bad, plan_file)
    assert done.returncode == 3
    assert "便条.txt" in done.stderr
    assert "待核对" in done.stderr


def test_import_plan_refuses_an_unknown_person(ready: Run, plan_file: Path):
    assert ready("import-plan", "--by", "nobody", plan_file).returncode == 2


def _checks(done: CompletedProcess[str]) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in json.loads(done.stdout)}


def test_doctor_sees_an_unprepared_database_and_does_not_make_it(process: Run, tmp_path: Path):
    done = process("doctor", "--json")
    assert done.returncode == 1
    assert _checks(done)["数据库"] | {"message": ""} == {
        "name": "数据库", "state": "fault", "message": "", "remedy": "lantian init"
    }  # fmt: skip
    assert not (tmp_path / "var" / "lantian.sqlite3").exists()


def test_doctor_is_content_after_init(ready: Run):
    checks = _checks(ready("doctor", "--json"))
    assert {checks[name]["state"] for name in ("数据库", "设置", "目录权限", "规则库", "时钟")} == {"ok"}


def test_doctor_sees_a_key_that_others_can_read(ready: Run, tmp_path: Path):
    (tmp_path / "var" / "secret-key").chmod(0o644)
    check = _checks(ready("doctor", "--json"))["目录权限"]
    assert check["state"] == "fault"
    assert check["remedy"].startswith("chmod 600")


def test_doctor_names_a_setting_that_cannot_be_used(process: Run):
    done = process("doctor", "--json", LANTIAN_DATABASE="mysql://x")
    assert done.returncode == 1
    assert "LANTIAN_DATABASE" in _checks(done)["设置"]["message"]


def test_doctor_names_a_database_that_does_not_answer(process: Run):
    done = process("doctor", "--json", LANTIAN_DATABASE="postgresql://nobody:x@127.0.0.1:1/none")
    assert _checks(done)["数据库"]["state"] == "fault"


def test_serve_names_a_bad_setting_in_one_line(process: Run):
    done = process("serve", "--port", "8765", LANTIAN_DATABASE="mysql://x")
    assert done.returncode == 5
    assert len(done.stderr.splitlines()) == 1
