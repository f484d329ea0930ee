"""The pages of ledgers are current, and the recipe's example is a ledger."""

import importlib.util
import re
from pathlib import Path

import pytest

from lantian import ledgers
from lantian.ledgers.words import all_of, said
from lantian.rulebook.loader import forget
from lantian.rulebook.schemas.ledgers import Condition

HOUSE = Path(__file__).parents[2]
RECIPES = HOUSE / "docs" / "developer" / "recipes.md"


def test_the_pages_of_the_docs_are_current():
    spec = importlib.util.spec_from_file_location("ledger_pages", HOUSE / "scripts" / "ledger_pages.py")
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    there = {page.name: page.read_text(encoding="utf-8") for page in tool.PAGES.glob("*.md")}
    assert there == tool.texts(), "run scripts/ledger_pages.py"


def test_every_ledger_stands_in_a_page():
    pages = "".join(page.read_text(encoding="utf-8") for page in (HOUSE / "docs/reference/ledgers").glob("*.md"))
    assert not [one.name for one in ledgers.all_ledgers() if f"`{one.name}`" not in pages]


@pytest.fixture
def recipes(tmp_path, monkeypatch):
    text = RECIPES.read_text(encoding="utf-8")
    section = text[text.index("(a-ledger)=") : text.index("(a-page)=")]
    blocks = re.findall(r"^( *)```toml\n(.*?)^ *```$", section, re.MULTILINE | re.DOTALL)
    for number, (margin, block) in enumerate(blocks):
        lines = [line.removeprefix(margin) for line in block.splitlines()]
        (tmp_path / f"{number}.toml").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    forget()
    yield
    forget()


@pytest.mark.usefixtures("recipes")
def test_the_examples_of_the_recipe_are_ledgers():
    cleaner = ledgers.get("dry_cleaner")
    assert cleaner in ledgers.all_ledgers()
    steps = {step.name for step in ledgers.life_of(cleaner).step if "proof" in step.needs}
    assert steps == {proof.step for proof in cleaner.proof}
    assert [one.name for one in ledgers.get("coal_boiler").duty] == ["remove_small"]


@pytest.mark.parametrize(
    ("ledger", "duty", "zh", "en"),
    [
        ("gas_boiler", "low_nox", "达标情况为达标", "Verdict is Within the limit"),
        (
            "construction_site",
            "filed",
            "备案日期已填，且 开工日期 − 备案日期 ≥ 3 天",
            "Filed on is filled in; and Began on − Filed on ≥ 3 days",
        ),
        ("stack", "valid", "传输有效率 ≥ 90 %", "Valid transmission ≥ 90 %"),
    ],
)
def test_what_a_duty_asks_in_words(ledger, duty, zh, en):
    one = ledgers.get(ledger)
    must = next(found for found in one.duty if found.name == duty).must
    assert (all_of(one, must), all_of(one, must, "en")) == (zh, en)


def test_many_times_another_field_in_words():
    twice = Condition(field="voc_offset", at_least=2.0, times="voc_added")
    project = ledgers.get("new_project")
    assert said(project, twice) == "VOCs替代量 ≥ 2 × 新增VOCs"
    assert said(project, twice, "en") == "VOCs offset ≥ 2 × VOCs added"


@pytest.mark.parametrize("ledger", ledgers.all_ledgers(), ids=lambda one: one.name)
def test_every_condition_can_be_said(ledger):
    for duty in ledger.duty:
        for condition in (*duty.when, *duty.unless, *duty.must):
            assert said(ledger, condition) != said(ledger, condition, "en")
