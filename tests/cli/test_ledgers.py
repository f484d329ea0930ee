"""`lantian ledgers`: which lists are kept, and what one of them holds and owes."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from lantian import ledgers

Lantian = Callable[..., int]
Captured = pytest.CaptureFixture[str]


def test_list_names_every_ledger(lantian: Lantian, capsys: Captured):
    assert lantian("ledgers", "list") == 0
    out = capsys.readouterr().out
    assert all(one.name in out for one in ledgers.all_ledgers())


def test_list_json_is_the_whole(lantian: Lantian, capsys: Captured):
    assert lantian("ledgers", "list", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)) == len(ledgers.all_ledgers())


@pytest.mark.parametrize("name", ledgers.catalogue.names())
def test_show_says_fields_duties_and_proofs(lantian: Lantian, capsys: Captured, name: str):
    assert lantian("ledgers", "show", name) == 0
    out = "".join(capsys.readouterr().out.split())
    one = ledgers.get(name)
    assert all(field.name in out for field in one.field)
    assert all("".join(part.label.zh.split())[:4] in out for part in (*one.duty, *one.proof))


def test_show_speaks_english(lantian: Lantian, capsys: Captured, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LANTIAN_LANG", "en")
    assert lantian("ledgers", "show", "gas_producer") == 0
    out = capsys.readouterr().out
    assert "proposed to stop" in out
    assert "unless Makes feedstock: yes" in " ".join(out.split())


def test_show_json_is_a_file_that_can_be_read_again(lantian: Lantian, capsys: Captured):
    assert lantian("ledgers", "show", "industrial_kiln", "--json") == 0
    written = json.loads(capsys.readouterr().out)
    assert ledgers.catalogue.Ledger.model_validate(written) == ledgers.get("industrial_kiln")


def test_an_unknown_ledger_is_told_with_its_neighbours(lantian: Lantian, capsys: Captured):
    assert lantian("ledgers", "show", "coal_boilers") == 2
    assert "coal_boiler" in capsys.readouterr().err
