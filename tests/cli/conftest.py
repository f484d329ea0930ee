"""A plan document of our own, and a way to run the command line as a process of its own or in this one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lantian.cli import main

PLAN = """\
云岭市青河区2026年大气污染防治行动方案

为持续改善空气质量，制定本方案。

一、主要任务

（一）燃煤锅炉治理

1. 治理燃煤锅炉。淘汰燃煤锅炉21家。其中，松溪镇9家、柳湾镇8家、北桥街道3家，2026年10月底前完成。
牵头单位：区生态环境局
责任单位：松溪镇、柳湾镇、北桥街道

2. 摸清底数。建立燃煤锅炉清单，2026年3月底前完成。
牵头单位：区生态环境局
责任单位：区市场监管局

（二）扬尘治理

3. 管好工地。施工工地全部落实围挡、苫盖、冲洗，长期实施。
牵头单位：区住房城乡建设委
责任单位：各镇街

二、保障措施

各单位要加强领导，落实责任。

云岭市青河区人民政府办公室
2026年1月15日
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTIAN_LANG", "zh")


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """A plan whose split (9 + 8 + 3) misses its headline (21): one finding of severity error."""
    file = tmp_path / "青河方案.txt"
    file.write_text(PLAN, encoding="utf-8")
    return file


@pytest.fixture
def lantian() -> Callable[..., int]:
    """Run a command in this process; gives the exit status."""

    def run(*arguments: object) -> int:
        with pytest.raises(SystemExit) as end:
            main([str(argument) for argument in arguments])
        return int(end.value.code or 0)

    return run


def as_process(
    directory: Path, arguments: tuple[object, ...], more: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command as a process with the platform that lies below a directory."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("LANTIAN_", "DJANGO_"))}
    environ |= {"LANTIAN_VAR": str(directory / "var"), "LANTIAN_LANG": "zh", "LANTIAN_JOBS": "inline"}
    command = [sys.executable, "-m", "lantian", *map(str, arguments)]
    return subprocess.run(
        command, env=environ | more, cwd=directory, capture_output=True, text=True, check=False, encoding="utf-8"
    )


@pytest.fixture
def process(tmp_path: Path) -> Run:
    """Run a command as a process with a platform of its own below tmp_path, not prepared yet."""
    return lambda *arguments, **more: as_process(tmp_path, arguments, more)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The var directory after `lantian init`, made once; what it told lies beside it."""
    directory = tmp_path_factory.mktemp("prepared")
    done = as_process(directory, ("init", "--district", "青河区"), {})
    assert done.returncode == 0, done.stderr
    (directory / "told.txt").write_text(done.stdout, encoding="utf-8")
    return directory / "var"


@pytest.fixture
def ready(prepared: Path, process: Run, tmp_path: Path) -> Run:
    """As `process`, with a platform after `lantian init`."""
    shutil.copytree(prepared, tmp_path / "var")
    return process
