"""`lantian rules`: what holds, and where it came from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lantian import rulebook

Lantian = Callable[..., int]
Captured = pytest.CaptureFixture[str]


def test_list_names_every_edition(lantian: Lantian, capsys: Captured):
    assert lantian("rules", "list") == 0
    out = capsys.readouterr().out
    assert all(loaded.entry.id in out for loaded in rulebook.all_entries())


def test_show_prints_head_and_file(lantian: Lantian, capsys: Captured):
    assert lantian("rules", "show", "plan-roles") == 0
    out = capsys.readouterr().out
    assert "roles.toml" in out
    assert "牵头单位" in out


def test_show_json_is_the_entry(lantian: Lantian, capsys: Captured):
    assert lantian("rules", "show", "plan-roles", "--json") == 0
    assert json.loads(capsys.readouterr().out)["id"] == "plan-roles"


def test_an_unknown_rule_is_told_with_its_neighbours(lantian: Lantian, capsys: Captured):
    assert lantian("rules", "show", "plan-rolls") == 2
    assert "plan-roles" in capsys.readouterr().err


def test_a_rule_laid_over_by_the_district_says_so(
    lantian: Lantian, capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    own = tmp_path / "roles.toml"
    own.write_text('id = "plan-roles"\nschema = "plan-roles"\n[words.lead]\nlabels = ["主抓单位"]\n', encoding="utf-8")
    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    assert lantian("rules", "show", "plan-roles") == 0
    out = capsys.readouterr().out
    assert "本区替换" in out
    assert "主抓单位" in out


def test_a_broken_rule_file_is_named(
    lantian: Lantian, capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "bad.toml").write_text("id = ", encoding="utf-8")
    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    assert lantian("rules", "list") == 3
    assert "bad.toml" in capsys.readouterr().err
