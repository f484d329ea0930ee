#!/usr/bin/env python3
"""Wheels for offices without internet: build/bundle/<platform>/ with all packages, and how to install them.

Takes the wheel in dist/ and downloads what requirements/site.lock names for each platform, hashes checked. The bundle
of this machine's own platform is then installed into a fresh environment with --no-index, to see that nothing is
missing. The Chinese font for PDF output comes along when this machine has it (Noto Sans CJK, OFL).
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUNDLES = ROOT / "build" / "bundle"
LOCK = ROOT / "requirements" / "site.lock"
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = {
    # Names that wheels carry; several, because some packages still publish for older systems alone.
    "linux-x86_64": [f"manylinux_2_{minor}_x86_64" for minor in (17, 24, 26, 27, 28, 31, 34)]
    + ["manylinux2014_x86_64"],
    "linux-arm64": [f"manylinux_2_{minor}_aarch64" for minor in (17, 24, 26, 27, 28, 31, 34)]
    + ["manylinux2014_aarch64"],
    "windows-x86_64": ["win_amd64"],
}
HERE = {
    ("Linux", "x86_64"): "linux-x86_64",
    ("Linux", "aarch64"): "linux-arm64",
    ("Windows", "AMD64"): "windows-x86_64",
}
README = """\
Lantian 蓝天：离线安装包（{name}，Python {pythons}）

    python3 -m venv lantian
    lantian/bin/python -m pip install --no-index --find-links wheels "lantian[site]"
    lantian/bin/lantian init
    lantian/bin/lantian serve

Windows 上把 lantian/bin/ 换成 lantian\\Scripts\\。 On Windows write lantian\\Scripts\\ for lantian/bin/.
"""


def marked_for(name: str, python: str) -> list[str]:
    """Lines of the lock that hold on a platform; pip would judge their markers by this machine instead."""
    from packaging.requirements import Requirement

    system = "win32" if name.startswith("windows") else "linux"
    facts = {
        "sys_platform": system,
        "os_name": "nt" if system == "win32" else "posix",
        "platform_system": "Windows" if system == "win32" else "Linux",
        "platform_machine": {"linux-x86_64": "x86_64", "linux-arm64": "aarch64"}.get(name, "AMD64"),
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "python_version": python,
        "python_full_version": f"{python}.0",
    }
    kept = []
    for pin in LOCK.read_text("utf-8").replace("\\\n", " ").splitlines():
        spec, *hashes = pin.split("--hash=")
        if not spec.strip():
            continue
        requirement = Requirement(spec.strip())
        if requirement.marker is None or requirement.marker.evaluate(facts):
            kept.append(f"{requirement.name}{requirement.specifier} " + " ".join(f"--hash={h.strip()}" for h in hashes))
    return kept


def download(name: str, wheel: Path) -> Path:
    """All wheels of one platform, for every Python of PYTHONS, in one directory."""
    place = BUNDLES / f"lantian-{name}"
    shutil.rmtree(place, ignore_errors=True)
    wheels = place / "wheels"
    wheels.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download", "--require-hashes"]
    pip += ["--no-deps", "--only-binary=:all:", "--implementation=cp", f"--dest={wheels}"]
    pip += [f"--platform={tag}" for tag in PLATFORMS[name]]
    for python in PYTHONS:
        wanted = place / f"python-{python}.txt"
        wanted.write_text("\n".join(marked_for(name, python)) + "\n", encoding="utf-8")
        subprocess.run([*pip, f"--python-version={python}", "-r", wanted], check=True)
    shutil.copy(wheel, wheels)
    (place / "README.txt").write_text(README.format(name=name, pythons=", ".join(PYTHONS)), encoding="utf-8")
    if font := chinese_font():
        (place / "fonts").mkdir()
        shutil.copy(font, place / "fonts")
    return place


def chinese_font() -> Path | None:
    """A free font with Chinese characters, from this machine."""
    return next(iter(sorted(Path("/usr/share/fonts").rglob("NotoSansCJK-Regular.ttc"))), None)


def installs(place: Path) -> None:
    """Install the bundle into a fresh environment that may ask no index, and start it."""
    with tempfile.TemporaryDirectory() as name:
        venv.create(name, with_pip=True)
        python = Path(name) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        pip = [python, "-m", "pip", "--isolated", "install", "--quiet", "--no-index", "--find-links", place / "wheels"]
        subprocess.run([*pip, "lantian[site]"], check=True)
        lantian = python.with_name("lantian")
        subprocess.run([lantian, "--version"], check=True)
        subprocess.run([lantian, "rules", "list"], check=True, stdout=subprocess.DEVNULL)


def packed(place: Path) -> Path:
    """The directory as one zip file."""
    target = place.with_suffix(place.suffix + ".zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:  # wheels are compressed already
        for file in sorted(place.rglob("*")):
            archive.write(file, file.relative_to(place.parent))
    return target


def main() -> int:
    (wheel,) = (ROOT / "dist").glob("lantian-*.whl")
    here = HERE.get((platform.system(), platform.machine()))
    for name in PLATFORMS:
        place = download(name, wheel)
        tested = ""
        if name == here and f"{sys.version_info.major}.{sys.version_info.minor}" in PYTHONS:
            installs(place)
            tested = ", installed and started with --no-index"
        target = packed(place)
        print(f"{target.relative_to(ROOT)}  {target.stat().st_size / 2**20:.0f} MB{tested}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
