"""Every ledger that is shipped is whole, and a district adds one by one file."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lantian import ledgers
from lantian.rulebook import RuleError
from lantian.rulebook.loader import forget
from lantian.rulebook.schemas.ledgers import Condition, Ledger, LedgerField, LedgerLife
from lantian.site.core.policy import ROLES
from lantian.site.core.sheets.fields import matched
from lantian.site.core.sheets.values import narrow

# What every listing has beside the fields of its ledger, as files head it.
HOUSE = ("名称", "行政区", "所属企业", "统一社会信用代码", "地址", "经度", "纬度", "投产日期", "关闭日期", "管理单位",
         "上账日期", "完成期限", "状态")  # fmt: skip

ONE = """
id = "ledger-tea-house"
schema = "ledger"
name = "tea_house"
group = "{group}"
life = "{life}"
label = {{ zh = "茶馆清单", en = "Tea houses" }}
about = {{ zh = "烧炭的茶馆。", en = "Tea houses on charcoal." }}
[[field]]
name = "stoves"
label = {{ zh = "炉灶数", en = "Stoves" }}
type = "whole"
sum = true
[[proof]]
step = "{step}"
name = "gone"
label = {{ zh = "照片", en = "Photo" }}
"""


@pytest.fixture
def district(tmp_path, monkeypatch):
    """A district's directory of rules, with one file in it."""

    def lay(**changed):
        words = {"group": "living", "life": "removal", "step": "close"} | changed
        (tmp_path / "tea.toml").write_text(ONE.format(**words), encoding="utf-8")
        monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
        forget()

    yield lay
    forget()


@pytest.mark.parametrize("ledger", ledgers.all_ledgers(), ids=lambda one: one.name)
def test_a_shipped_ledger_speaks_both_languages_and_of_roles_that_exist(ledger):
    life = ledgers.life_of(ledger)
    assert {role for step in life.step for role in step.by} <= set(ROLES)
    for said in (ledger.label, ledger.about, ledger.counts, *(one.label for one in ledger.field)):
        assert said.zh
        assert said.en
        assert said.zh != said.en


@pytest.mark.parametrize("ledger", ledgers.all_ledgers(), ids=lambda one: one.name)
def test_a_column_is_called_by_no_name_of_another(ledger):
    owners = {}
    for one in ledger.field:
        for name in (one.label.zh, one.label.en, *one.headers):
            assert owners.setdefault(matched(name), one.name) == one.name, name
            assert name not in HOUSE, name


@pytest.mark.parametrize("ledger", ledgers.all_ledgers(), ids=lambda one: one.name)
def test_a_cell_can_mean_only_one_of_the_answers(ledger):
    for one in (*ledger.field, *ledger.derived):
        owners = {}
        for choice in one.choices:
            for word in (choice.key, choice.label.zh, choice.label.en, *choice.also):
                assert owners.setdefault(narrow(word).lower(), choice.key) == choice.key, (one.name, word)


@pytest.mark.parametrize("ledger", ledgers.all_ledgers(), ids=lambda one: one.name)
def test_what_a_duty_or_a_figure_compares_a_choice_with_is_one_of_its_choices(ledger):
    keys = {one.name: {choice.key for choice in one.choices} for one in (*ledger.field, *ledger.derived) if one.choices}
    keys["state"] = {one.name for one in ledgers.life_of(ledger).state}
    keys["means"] = {"open", "stopped", "done", "gone"}
    for condition in ledger.conditions:
        if condition.field in keys and condition.filled is None:
            _, value = condition.comparison
            assert {value} if isinstance(value, str) else set(value) <= keys[condition.field], condition


@pytest.mark.parametrize("ledger", ledgers.all_ledgers(), ids=lambda one: one.name)
def test_a_figure_adds_and_counts_what_the_index_holds(ledger):
    indexed = {one.name for one in ledger.indexed} | {"state", "means"}
    for measure in ledger.measure:
        asked = {name for one in (*measure.where, *measure.of) for name in one.fields}
        assert asked | {name for name in (measure.field, measure.per) if name} <= indexed, measure.name


@pytest.mark.parametrize("ledger", ledgers.all_ledgers(), ids=lambda one: one.name)
def test_what_is_published_holds_nothing_personal(ledger):
    personal = {one.name for one in ledger.field if one.personal}
    assert not personal & {column for one in ledger.publish for column in one.columns}


@pytest.mark.parametrize("ledger", ledgers.all_ledgers(), ids=lambda one: one.name)
def test_a_step_that_asks_for_proof_says_which(ledger):
    asking = {step.name for step in ledgers.life_of(ledger).step if "proof" in step.needs}
    assert asking == {proof.step for proof in ledger.proof}


@pytest.mark.parametrize("ledger", [one for one in ledgers.all_ledgers() if one.trace], ids=lambda one: one.name)
def test_a_trace_leads_by_what_the_other_ledger_keeps_in_its_index(ledger):
    for one in ledger.trace:
        other = ledgers.get(one.ledger)
        indexed = {field.name for field in other.indexed} | {"name", "firm"}
        assert {tie.there for tie in one.by} <= indexed
        shown = [other.named(name) for name in one.shows]
        assert all(field and not field.personal for field in shown)


@pytest.mark.parametrize("ledger", [one for one in ledgers.all_ledgers() if one.coverage], ids=lambda one: one.name)
def test_a_share_finds_its_entries_by_a_day_that_the_index_holds(ledger):
    for one in ledger.coverage:
        day = ledger.named(one.on)
        assert day in ledger.indexed
        assert day.type == "day"


@pytest.mark.parametrize(
    ("trace", "said"),
    [
        ('by = [{ here = "nothing", there = "name" }]', "no such field"),
        ('below = ["later"]', "no trace before it"),
        ("", "say by what"),
    ],
)
def test_a_trace_that_leads_nowhere_is_refused(trace, said):
    text = ONE.format(group="living", life="removal", step="close")
    with pytest.raises(ValidationError, match=said):
        Ledger.model_validate(
            tomllib.loads(f'{text}\n[[trace]]\nname = "a"\nledger = "mine"\nlabel = {{ zh = "甲", en = "A" }}\n{trace}')
        )


def test_a_district_adds_a_ledger_by_one_file(district):
    district()
    added = ledgers.get("tea_house")
    assert added in ledgers.all_ledgers()
    assert [one.name for one in added.indexed] == ["stoves"]


BOILER = """
id = "ledger-coal-boiler"
schema = "ledger"
extends = true
[[field]]
name = "capacity"
headers = ["锅炉蒸吨数"]
[[field]]
name = "note"
drop = true
[[field]]
name = "stove_pipe"
label = { zh = "烟囱高度", en = "Height of chimney" }
type = "number"
[[duty]]
name = "remove_small"
when = [{ field = "capacity", at_most = 35 }]
"""


def test_a_district_changes_adds_and_takes_out_single_parts(tmp_path, monkeypatch):
    shipped = ledgers.get("coal_boiler")
    (tmp_path / "boiler.toml").write_text(BOILER, encoding="utf-8")
    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    changed = ledgers.get("coal_boiler")
    names = [one.name for one in changed.field]
    assert names == [one.name for one in shipped.field if one.name != "note"] + ["stove_pipe"]
    assert (changed.named("capacity").headers, changed.named("capacity").unit) == (("锅炉蒸吨数",), "蒸吨/小时")
    assert [one.name for one in changed.duty] == [one.name for one in shipped.duty]
    assert (changed.duty[0].when[0].at_most, changed.duty[0].label) == (35, shipped.duty[0].label)
    assert changed.duty[1] == shipped.duty[1]


@pytest.mark.parametrize(
    ("changed", "said"), [({"group": "drinks"}, "drinks"), ({"step": "smoke"}, "smoke"), ({"life": "none"}, "none")]
)
def test_a_file_that_speaks_of_what_is_not_there_is_named(district, changed, said):
    district(**changed)
    with pytest.raises(RuleError, match=said) as refused:
        ledgers.get("tea_house")
    assert ".toml" in str(refused.value)  # which file to mend


def test_a_zone_of_an_unknown_kind_is_named(tmp_path, monkeypatch):
    text = BOILER.replace('{ field = "capacity", at_most = 35 }', '{ zone = "buildup", inside = true }')
    (tmp_path / "boiler.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    with pytest.raises(RuleError, match="buildup"):
        ledgers.get("coal_boiler")


@pytest.mark.parametrize(
    "given",
    [
        {"type": "choice"},
        {"type": "text", "sum": True},
        {"type": "number", "sum": True, "personal": True},
        {"type": "number", "yearly": True, "personal": True},
        {"name": "area"},
    ],
)
def test_a_field_that_cannot_work_is_refused(given):
    with pytest.raises(ValidationError):
        LedgerField.model_validate({"name": "x", "label": {"zh": "甲", "en": "A"}} | given)


def test_a_field_that_a_duty_asks_for_must_be_there():
    with pytest.raises(ValidationError, match="no such field"):
        Ledger.model_validate(
            ledgers.get("coal_boiler").model_dump(by_alias=True, exclude_none=True)
            | {"duty": [{"name": "d", "label": {"zh": "甲", "en": "A"}, "when": [{"field": "height", "above": 45}],
                         "reach": "done"}]}
        )  # fmt: skip


def test_a_life_cycle_has_no_state_that_nothing_leads_to():
    life = ledgers.life_of(ledgers.get("coal_boiler")).model_dump(by_alias=True)
    lost = {"name": "lost", "label": {"zh": "丢", "en": "Lost"}, "means": "open"}
    with pytest.raises(ValidationError, match="lost"):
        LedgerLife.model_validate(life | {"state": [*life["state"], lost]})


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_a_bound_and_its_opposite_never_agree(value, bound):
    row = {"x": value}
    for one, other in (("at_least", "below"), ("above", "at_most")):
        pair = [Condition.model_validate({"field": "x", name: bound}) for name in (one, other)]
        assert [ledgers.holds(condition, row) for condition in pair] in ([True, False], [False, True])
        assert [ledgers.holds(condition, {}) for condition in pair] == [None, None]


@pytest.mark.parametrize("ledger", ledgers.all_ledgers(), ids=lambda one: one.name)
def test_a_number_has_an_example_that_it_could_be(ledger):
    for one in ledger.field:
        if one.type in ("number", "whole", "percent"):
            least, most = one.range or (float("-inf"), float("inf"))
            assert least <= one.example <= most, one.name
