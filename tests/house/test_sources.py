"""Rules of the house that no other tool holds: size of modules, words that must not appear, no foreign host."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULE_LINES = 500
CODE = {".py", ".html", ".css", ".js", ".mjs", ".sh"}
TEXT = CODE | {".toml", ".md", ".json", ".yaml", ".yml", ".po", ".txt", ".lock", ".cfg", ""}

# Put together here, so that this file too holds no host: it is looked at like every other one by who greps.
INDEXES = (*(".".join(host) for host in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))), "/simple/")
MACHINES = (f"{ROOT}/", f"{ROOT.parent}/shared", "/home/", "/root/", "/Users/")
NETWORKS = ("cdn.", *(".".join(host) for host in (("unpkg", "com"), ("jsdelivr", "net"))))
NOTES = tuple(f"{mark} {word}" for mark in ("#", "//", "/*", "<!--") for word in ("TODO", "FIXME", "XXX"))
FORBIDDEN = {
    "an address of a package index": (INDEXES, TEXT),
    "a path of one machine": (MACHINES, TEXT),
    "a content delivery network": (NETWORKS, TEXT),
    "a note instead of work": (NOTES, CODE),
}

# Namespaces and licence notes name hosts without ever asking them.
HARMLESS = re.compile(
    r"https?://(?:www\.w3\.org/|schemas\.(?:openxmlformats|microsoft)\.(?:org|com)/|127\.0\.0\.1|localhost|json-schema\.org/)"
)


def tracked(*suffixes: str) -> list[Path]:
    """Files of the repository, those not yet committed too, by their suffix."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    files = (ROOT / name for name in listed.split("\0") if name)
    return [file for file in files if file.is_file() and (not suffixes or file.suffix in suffixes)]


def named(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.fixture(scope="module", autouse=True)
def _a_checkout() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: which files belong to the repository is not known")


def test_a_module_stays_readable():
    written = (file for file in tracked(".py") if "migrations" not in file.parts)  # those Django writes
    long = {
        named(file): count for file in written if (count := len(file.read_text("utf-8").splitlines())) > MODULE_LINES
    }
    assert not long, f"split by subject when a module passes {MODULE_LINES} lines"


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str):
    words, suffixes = FORBIDDEN[what]
    pattern = re.compile(
        "|".join(rf"(?<![\w.]){re.escape(word)}" if word[0] == "/" else re.escape(word) for word in words)
    )
    found = []
    for file in tracked():
        if file.suffix in suffixes and "fixtures" not in file.parts and file != Path(__file__):
            lines = enumerate(file.read_text("utf-8", errors="replace").splitlines(), 1)
            found += [f"{named(file)}:{number}: {line.strip()[:100]}" for number, line in lines if pattern.search(line)]
    assert not found


def test_no_page_asks_another_host():
    """Templates, style sheets and scripts, ours and the built ones."""
    site = ROOT / "src" / "lantian" / "site"
    files = [file for file in site.rglob("*") if file.suffix in {".html", ".css", ".js", ".svg"}]
    assert files
    found = []
    for file in files:
        text = file.read_text("utf-8", errors="replace")
        if "dist" in file.parts:
            # Bundled libraries name their home page in comments and messages; what loads is what counts.
            text = "\n".join(re.findall(r"url\([^)]*\)|@import[^;]*|(?:src|href)=[\"'][^\"']*", text))
        found += [
            f"{named(file)}: {m[0][:80]}"
            for m in re.finditer(r"https?://[^\s\"'<>)]*|(?<=[\"'(])//[\w.-]+\.\w+/", text)
            if not HARMLESS.match(m[0])
        ]
    assert not found


def test_a_lock_pins_every_dependency_by_hash():
    """What pyproject.toml asks for is locked, and nothing in a lock says where it comes from."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for lock, names in {
        "site": ["site"],
        "demo": ["site", "build"],
        "dev": ["site", "air", "plots", "cluster", "test", "dev", "build", "docs"],
    }.items():
        text = (ROOT / "requirements" / f"{lock}.lock").read_text("utf-8")
        pins = re.split(r"\n(?=\w)", text.strip())
        assert all("--hash=sha256:" in pin for pin in pins)
        locked = {re.match(r"[\w.-]+", pin)[0].lower().replace("_", "-") for pin in pins}
        asked = [*project["dependencies"], *(line for name in names for line in extras[name])]
        wanted = {re.match(r"[\w.-]+", line)[0].lower().replace("_", "-") for line in asked} - {"lantian"}
        assert wanted <= locked, f"run `make lock`: {lock}.lock lacks {sorted(wanted - locked)}"


def test_every_setting_is_in_the_handbook():
    names = {
        name
        for file in (ROOT / "src" / "lantian").rglob("*.py")
        for name in re.findall(r"[\"'](LANTIAN_[A-Z_]+)[\"']", file.read_text("utf-8"))
    }
    handbook = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    assert names
    assert {name for name in names if f"`{name}`" not in handbook} == set()


def test_rows_are_locked_in_one_place():
    """`core.locks` says why: Django's own way locks more than it says, and two actions wait for one another."""
    code = (file for file in tracked(".py") if file.is_relative_to(ROOT / "src") and file.name != "locks.py")
    loose = [named(file) for file in code if "select_for_update" in file.read_text("utf-8")]
    assert not loose, "use core.locks.locked()"
