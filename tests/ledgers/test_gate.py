"""The gate for new projects at its bounds: zone, trade, solvents, transport, two tonnes for one."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lantian import ledgers
from lantian.ledgers import Balance, gate, gate_rules
from lantian.rulebook import RuleError
from lantian.rulebook.loader import forget
from lantian.rulebook.schemas.project_gate import ProjectGate

DAY = dt.date(2018, 11, 1)
CLEAN = dict.fromkeys(("voc_added", "nox_added", "so2_added", "dust_added"), 0.0) | {"trade": "食品加工"}


def verdict(project, bank=None, *, on=DAY, inside=lambda zone: False):
    rules, ledger, _cuts = gate_rules(on)
    return gate(ledger, CLEAN | project, bank or {}, rules=rules, on=on, inside=inside)


def names(found, stands):
    return {one.name for one in found.of(stands)}


def line(found, name):
    return next(one for one in found.lines if one.name == name)


def test_a_clean_project_passes():
    found = verdict({})
    assert found.outcome == "pass"
    assert names(found, "not_met") == names(found, "unknown") == set()


@pytest.mark.parametrize(
    ("balance", "outcome", "lacking"),
    [
        (Balance(), "refuse", 2.0),
        (Balance(free=1.99), "refuse", 2.0),
        (Balance(free=2.0), "allot", 2.0),
        (Balance(given=1.0, free=1.0), "allot", 1.0),
        (Balance(given=1.99), "refuse", 0.01),
        (Balance(given=2.0), "pass", 0.0),
    ],
)
def test_one_tonne_added_needs_two_in_the_bank(balance, outcome, lacking):
    found = verdict({"voc_added": 1.0}, {"voc": balance})
    assert (found.outcome, line(found, "voc").lacking) == (outcome, lacking)
    assert line(found, "voc").needed == 2.0


def test_an_offset_says_what_it_lacks():
    why = line(verdict({"voc_added": 1.0}, {"voc": Balance(free=1.0)}), "voc").why
    assert why.zh == "新增 1 吨 × 2 = 2 吨，已安排 0 吨，可用 1 吨，还差 1 吨"
    assert why.en == "1 t added × 2 = 2 t; 0 t allotted, 1 t free, 1 t lacking"


def test_tenths_of_a_tonne_leave_no_dust():
    assert verdict({"voc_added": 0.1}, {"voc": Balance(given=0.1 + 0.1)}).outcome == "pass"
    assert verdict({"voc_added": 0.15}, {"voc": Balance(given=0.1 + 0.2)}).outcome == "pass"


@given(added=st.floats(0.01, 1000), given_=st.floats(0, 5000), more=st.floats(0, 5000))
def test_more_in_the_bank_never_makes_it_worse(added, given_, more):
    order = ("refuse", "allot", "pass")
    less = verdict({"nox_added": added}, {"nox": Balance(given_, 0.0)}).outcome
    assert order.index(verdict({"nox_added": added}, {"nox": Balance(given_, more)}).outcome) >= order.index(less)
    assert order.index(verdict({"nox_added": added}, {"nox": Balance(given_ + more)}).outcome) >= order.index(less)


@pytest.mark.parametrize(
    ("project", "name", "stands"),
    [
        ({"trade": "水泥熟料"}, "capacity", "not_met"),
        ({"trade": "水泥制品"}, "capacity", "free"),
        ({"trade": "水泥熟料", "kind": "rebuild"}, "capacity", "free"),
        ({"trade": "木器家具", "solvent": True}, "voc_trades", "not_met"),
        ({"trade": "木器家具", "solvent": False}, "voc_trades", "met"),
        ({"trade": "木器家具"}, "voc_trades", "unknown"),
        ({"trade": "涂料", "solvent": True}, "solvent_products", "not_met"),
        ({"trade": "化工", "in_park": False}, "in_park", "not_met"),
        ({"trade": "化工", "in_park": True}, "in_park", "met"),
        ({"trade": ""}, "capacity", "unknown"),
        ({"solvent": True}, "solvent", "not_met"),
        ({"banned": True}, "ban", "not_met"),
        ({"two_high": True}, "two_high", "unknown"),
        ({"two_high": True, "two_high_consent": True}, "two_high", "met"),
        ({"bulk": 150.0, "transport": True, "clean_share": 79.0}, "clean_share", "not_met"),
        ({"bulk": 149.0, "transport": True, "clean_share": 79.0}, "clean_share", "free"),
        ({"bulk": 10.0, "transport": False}, "transport", "not_met"),
    ],
)
def test_trade_solvent_and_transport(project, name, stands):
    assert line(verdict(project), name).stands == stands


@pytest.mark.parametrize(("inside", "stands"), [(True, "not_met"), (False, "free"), (None, "unknown")])
def test_no_coal_in_the_no_burn_zone(inside, stands):
    found = line(verdict({"coal": True}, inside=lambda zone: inside), "no_burn")
    assert found.stands == stands
    if inside is None:
        assert "高污染燃料禁燃区" in found.why.zh
        assert "No-burn zone" in found.why.en


def test_what_is_not_filled_in_is_no_way_through():
    found = verdict({"voc_added": None}, {"voc": Balance(given=100)})
    assert found.outcome == "unknown"
    assert line(found, "voc").asks == ("voc_added",)
    assert line(found, "voc").why.zh == "没有填写：新增VOCs"


def test_before_its_day_a_rule_does_not_hold():
    assert not [one for one in verdict({"trade": "水泥"}, on=dt.date(2018, 7, 2)).lines if one.name == "capacity"]
    assert not [one for one in verdict({"voc_added": 9.0}, on=dt.date(2012, 10, 28)).lines if one.kind == "offset"]


OTHER = """
id = "project-gate"
schema = "project-gate"
extends = true
project = "new_project"
bank = "emission_cut"
trade_field = "trade"
[[ratio]]
name = "centre"
label = { zh = "建成区三倍", en = "Three in town" }
pollutants = ["voc"]
times = 3
when = [{ zone = "built_up", inside = true }]
[[trade]]
name = "laundry"
label = { zh = "干洗", en = "Dry cleaning" }
words = ["干洗"]
plan = "某区目录"
"""


@pytest.fixture
def district(tmp_path, monkeypatch):
    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    (tmp_path / "gate.toml").write_text(OTHER, encoding="utf-8")
    forget()
    yield tmp_path
    forget()


@pytest.mark.usefixtures("district")
@pytest.mark.parametrize(("inside", "needed"), [(True, 3.0), (False, 2.0), (None, None)])
def test_a_district_asks_more_in_a_zone(inside, needed):
    found = line(verdict({"voc_added": 1.0}, inside=lambda zone: inside), "voc")
    assert found.needed == needed
    assert line(verdict({"trade": "干洗店"}), "laundry").stands == "not_met"
    assert line(verdict({"trade": "水泥"}), "capacity").stands == "not_met"


def test_a_gate_that_names_what_is_not_there_says_so(district):
    wrong = OTHER.replace('[[ratio]]', '[[offset]]\nname = "co"\nlabel = { zh = "一氧化碳", en = "CO" }\n'
                          'added = "co_added"\noffset = "co_offset"\ncut = "co"\n[[ratio]]', 1)  # fmt: skip
    (district / "gate.toml").write_text(wrong, encoding="utf-8")
    forget()
    with pytest.raises(RuleError, match="co_added"):
        gate_rules(DAY)


def test_a_ratio_of_an_unknown_pollutant_is_no_rule():
    rules = gate_rules(DAY)[0].model_dump(by_alias=True)
    rules["ratio"][0]["pollutants"] = ["co"]
    with pytest.raises(ValidationError, match="no such pollutant"):
        ProjectGate.model_validate(rules)


def test_what_the_platform_fills_in_is_asked_of_nobody():
    field = ledgers.get("new_project").named("voc_offset")
    assert field is not None
    assert field.worked_out
    with pytest.raises(ValidationError, match="nobody can be asked"):
        type(field).model_validate(field.model_dump() | {"required": True})
