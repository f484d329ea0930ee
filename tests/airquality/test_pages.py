"""The pages of the rules: current, complete, and every example on them gives what it says."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import pytest

from lantian import airquality, rulebook

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "reference" / "air").glob("*.md"))
FENCE = re.compile(r"^```pycon\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(airquality.__path__, "lantian.airquality.")
    if not module.name.endswith("kernel_numba")  # needs numba, and has no examples
)


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("air_pages", ROOT / "scripts" / "air_pages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_current(tool: ModuleType, page: Path):
    assert page.read_text("utf-8") == tool.text(page), "run scripts/air_pages.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_on_a_page_give_what_it_says(page: Path):
    examples = "\n".join(FENCE.findall(page.read_text("utf-8")))
    found = doctest.DocTestParser().get_doctest(examples, {}, page.name, str(page), 0)
    told: list[str] = []
    doctest.DocTestRunner(verbose=False).run(found, out=told.append)
    assert not told, "".join(told)


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_docstrings_give_what_they_say(name: str):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_every_rule_has_a_page_that_says_how_sure_it_is(tool: ModuleType):
    text = "".join(page.read_text("utf-8") for page in PAGES)
    for id in tool.RULES:
        for one in rulebook.editions(id):
            assert one.entry.clause in text, f"{id} {one.entry.edition}"
            if one.entry.sure != "read":
                assert f"**{one.entry.sure}**" in text


def test_what_a_part_was_not_read_in_is_listed(tool: ModuleType):
    listed = tool.unsure()
    assert "`hj663` 2026 | `mda8` | **assumed**" in listed
    assert "`hj633` 2026" not in listed, "read in the standard"


def test_every_page_says_what_it_is_in_chinese_too():
    for page in PAGES:
        head, first = page.read_text("utf-8").split("\n\n")[:2]
        assert re.search("[一-鿿]", head), page.name
        assert re.search("[一-鿿]", first), page.name


def test_pages_of_the_platform_are_called_as_it_calls_them():
    known = "".join(file.read_text("utf-8") for file in (ROOT / "src/lantian/site").rglob("django.po"))
    for page in PAGES:
        for line in page.read_text("utf-8").split("\n\n"):
            if "**Platform:**" in line:
                names = re.findall("“([^”]+)”", line.split("**Platform:**")[1])
                assert not [name for name in names if f'msgid "{name}"' not in known], page.name


def test_numbers_are_told_in_words():
    for page in PAGES:
        keys = re.findall(r"^\| ([a-z]+(?:_[a-z]+)+) \|", page.read_text("utf-8"), re.MULTILINE)
        assert not keys, f"{page.name}: say them in WORDS of scripts/air_pages.py"
