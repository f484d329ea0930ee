"""The wheel carries all that an office needs, and nothing of the workshop."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "lantian"
DIST = PACKAGE / "site" / "core" / "static" / "lantian" / "dist"


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of all files in a freshly built wheel."""
    if not DIST.exists():
        pytest.skip("the front end is not built: make assets")
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = place.glob("lantian-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def sources(pattern: str) -> set[str]:
    """Files of the package as the wheel should name them."""
    return {file.relative_to(PACKAGE.parent).as_posix() for file in PACKAGE.rglob(pattern) if file.is_file()}


@pytest.mark.parametrize(
    "what",
    [
        pytest.param("rulebook/data/**/*.toml", id="rules"),
        pytest.param("**/templates/**/*.html", id="templates"),
        pytest.param("**/*.schema.json", id="schema"),
        pytest.param("**/*.po", id="catalogues"),
        pytest.param("site/core/static/lantian/dist/**/*", id="front end"),
        pytest.param("**/migrations/0*.py", id="migrations"),
    ],
)
def test_wheel_carries(inside: set[str], what: str):
    wanted = sources(what)
    assert wanted
    assert wanted <= inside


def test_wheel_carries_the_compiled_catalogues(inside: set[str]):
    assert {name.removesuffix(".po") + ".mo" for name in sources("**/*.po")} <= inside


def test_wheel_carries_the_licence_and_the_command(inside: set[str]):
    assert any(name.endswith("licenses/LICENSE") for name in inside)
    assert any(name.endswith("entry_points.txt") for name in inside)
    assert "lantian/py.typed" in inside


def test_wheel_carries_nothing_of_the_workshop(inside: set[str]):
    tops = {name.split("/")[0] for name in inside}
    assert tops == {"lantian", next(top for top in tops if top.endswith(".dist-info"))}
    assert not [
        name
        for name in inside
        if "node_modules" in name or "__pycache__" in name or name.endswith((".sqlite3", ".lock"))
    ]
