"""In which order the files of a run in several processes go out: what takes longest first, so that no process is left
with it at the end, while the others have nothing to do."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

# What takes more than ten seconds of a processor, or waits as long; all others follow, those with many tests first.
# Browser tests go to two processes: each has a served district and a browser of its own.
BROWSER, EVERY_PAGE = "tests/e2e", "tests/e2e/test_every_page.py"
PLATFORM = "tests/cli/test_platform.py"
TOGETHER = {"tests/cli/test_tls.py": PLATFORM}  # both on what one `lantian init` made
LONGEST = (
    BROWSER,
    "tests/site/api/test_conformance.py",
    "tests/site/org/test_policy_table.py",
    EVERY_PAGE,
    "tests/site/demo/test_demo.py",
    "tests/site/soak/test_crash_lists.py",
    PLATFORM,
    "tests/site/soak/test_together.py",
    "tests/site/org/test_leaks.py",
    "tests/site/soak/test_crash.py",
    "tests/site/core/test_notify_crash.py",
    "tests/site/soak/test_listings.py",
    "tests/site/soak/test_orders.py",
    "tests/cli/test_worker.py",
    "tests/site/plans/progress/test_exports.py",
    "tests/site/core/sheets/test_round_trip.py",
    "tests/site/air/test_figures.py",
    "tests/site/plans/test_wallchart.py",
    "tests/plandoc/test_properties.py",
    "tests/site/plans/test_large.py",
    "tests/airquality/test_notebook.py",
    "tests/airquality/test_national.py",
)


class LongestFirst(LoadFileScheduling):
    """As `--dist loadfile`, with the order above."""

    def __init__(self, config: Any, log: Any = None) -> None:
        super().__init__(config, log)
        self.config.option.loadscopereorder = False  # which would put what has most tests first

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def scope_of(nodeid: str) -> str:
    """What goes to a process together: a file; all files of the browser but one."""
    file = nodeid.split("::", 1)[0]
    return BROWSER if file.startswith(f"{BROWSER}/") and file != EVERY_PAGE else TOGETHER.get(file, file)


def in_order(items: list[pytest.Item]) -> None:
    """Sort what was collected by what goes out first."""
    tests = Counter(scope_of(item.nodeid) for item in items)
    rank = {scope: place for place, scope in enumerate(LONGEST)}
    items.sort(key=lambda item: (rank.get(scope := scope_of(item.nodeid), len(rank)), -tests[scope]))
