"""The guide's notebook pages: their code runs, and prints what they say."""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("notebook_page", ROOT / "scripts" / "notebook_page.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def files(tool: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prsa")
    tool.original_files(folder)
    return folder


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_code_of_a_page_prints_what_the_page_says(tool: ModuleType, files: Path, monkeypatch, lang: str):
    (page,) = [one for one in tool.PAGES if one.parent.name == lang]
    monkeypatch.chdir(files)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=importlib.import_module("lantian.airquality.plots").MissingFont)
        assert page.read_text("utf-8") == tool.text(page), "run scripts/notebook_page.py"


def test_both_pages_draw_the_same_figures(tool: ModuleType):
    drawn = [tool.CELL.findall(page.read_text("utf-8")) for page in tool.PAGES]
    images = [[Path(image).name.split("-", 2)[2] for *_, image in cells if image] for cells in drawn]
    assert images[0] == images[1]
    assert len(images[0]) == 7
