#!/usr/bin/env python3
"""Everything that must hold: lint, then all tests on SQLite, then the site's again on PostgreSQL.

    python scripts/test.py           all of it; `make test` calls this once the environment is ready
    python scripts/test.py --lint    ruff, mypy and import-linter alone

Every step runs even when an earlier one failed, so that one look shows all there is to mend. The exit status is 0
only when all passed. The last line adds up the test runs in pytest's own words.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
REPORTS = ROOT / "build" / "tests"
LINT = {
    "ruff": [BIN / "ruff", "check"],
    "format": [BIN / "ruff", "format", "--check"],
    "types": [BIN / "mypy"],
    "layers": [BIN / "lint-imports", "--no-cache"],
}
# One more than processors: some tests wait for servers, browsers and clocks of their own.
WORKERS = str(min(4, (os.cpu_count() or 1) + 1))
PYTEST = [sys.executable, "-m", "pytest", "--numprocesses", WORKERS, "--dist", "loadfile", "--durations=20"]
TESTS = {
    "tests": [*PYTEST, "tests"],
    "tests on PostgreSQL": [
        *(sys.executable, "scripts/with_postgres.py", "--"),
        *PYTEST,
        *("tests/site", "-m", "not browser and not any_database"),
    ],
}
# The order in which pytest itself lists them.
OUTCOMES = ("failed", "passed", "skipped", "error")


@dataclass
class Result:
    name: str
    status: int
    seconds: float
    counts: Counter[str] = field(default_factory=Counter)

    def line(self) -> str:
        what = "ok" if self.status == 0 else f"FAILED (exit status {self.status})"
        return f"  {self.name:<22}{self.seconds:7.1f} s   {what}   {in_words(self.counts)}".rstrip()


def in_words(counts: Counter[str]) -> str:
    """Outcomes as pytest writes them: '1 failed, 20 passed, 2 skipped'."""
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome])


def counted(report: Path) -> Counter[str]:
    """Outcomes of one run, from its JUnit report."""
    counts: Counter[str] = Counter()
    if report.exists():
        for case in ElementTree.parse(report).iter("testcase"):
            kinds = {child.tag for child in case}
            word = {"failure": "failed", "error": "error", "skipped": "skipped"}
            counts[next((word[kind] for kind in word if kind in kinds), "passed")] += 1
    return counts


def run(name: str, command: list[str | Path], report: Path | None = None) -> Result:
    """One step, its output shown as it comes."""
    print(f"\n=== {name}: {' '.join(Path(str(part)).name if i == 0 else str(part) for i, part in enumerate(command))}")
    sys.stdout.flush()
    start = time.monotonic()
    if report:
        report.unlink(missing_ok=True)
        command = [*command, f"--junit-xml={report}"]
    environ = {
        **os.environ,
        "LANTIAN_VAR": str(ROOT / "build" / "var"),
    }  # mypy loads the settings, which keep a key there
    status = subprocess.run(list(map(str, command)), cwd=ROOT, env=environ, check=False).returncode
    return Result(name, status, time.monotonic() - start, counted(report) if report else Counter())


def main(arguments: list[str]) -> int:
    results = [run(name, command) for name, command in LINT.items()]
    if "--lint" not in arguments:
        REPORTS.mkdir(parents=True, exist_ok=True)
        results += [run(name, command, REPORTS / f"{name.split()[-1]}.xml") for name, command in TESTS.items()]
    print("\n=== summary")
    for result in results:
        print(result.line())
    total = sum((result.counts for result in results), Counter[str]())
    if total:
        print(f"======== {in_words(total)} in {sum(result.seconds for result in results):.2f}s ========")
    return max(abs(result.status) for result in results)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
