"""Excel both ways with 5,000 rows: preview, writing, export, and the preview of what was exported.

The bound is 15 s for a preview. SQLite, in a directory of its own; LANTIAN_BENCH_ROWS sets another number.
"""

from __future__ import annotations

import io
import os
import resource
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from benchmarks._place import own_place

ROWS = int(os.environ.get("LANTIAN_BENCH_ROWS", "5000"))
TOWNS = 20


def main() -> None:
    with own_place():
        import_module("lantian.site.wsgi")
        measure()


def measure() -> None:
    from django.core.files.base import ContentFile
    from django.core.management import call_command

    from lantian.site.core.policy import System
    from lantian.site.core.sheets import Scope, actions, books, writing

    call_command("migrate", verbosity=0)
    content, system, book = workbook(), System(), books["org.register"]

    def preview(of: bytes) -> Any:
        made = actions.upload(system, book, ContentFile(of), "名单.xlsx", {})
        made.refresh_from_db()
        return made

    one = timed(f"preview of {len(content) // 1024} KiB", lambda: preview(content))
    done = timed("writing", lambda: actions.confirm(system, one, revision=one.revision))
    exported = timed("export", lambda: writing.export(book, Scope(system)))
    again = timed("preview of the export", lambda: preview(exported))
    print(f"new {done.counts['new']}, then the same {again.counts['same']}")
    print(f"most memory           {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:9.0f} MB")


def timed(what: str, act: Callable[[], Any]) -> Any:
    """What the work gives, after its time was told: on the clock, and of the processor."""
    wall, own = time.perf_counter(), time.process_time()
    found = act()
    print(f"{what:22}{time.perf_counter() - wall:9.1f} s, processor {time.process_time() - own:.1f} s")
    return found


def workbook() -> bytes:
    """Firms of a district, as an office would list them."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    areas = book.create_sheet("行政区")
    areas.append(["名称", "类别", "上级", "区划代码"])
    areas.append(["青河区", "区县", None, "990101"])
    for number in range(TOWNS):
        areas.append([f"第{number}镇", "镇街", "青河区", f"990101{number:03}"])
    units = book.create_sheet("单位")
    units.append(["2026 年企业名录"])
    units.append(["单位名称", "类别", "所在行政区", "成立日期", "备注"])
    for number in range(ROWS):
        units.append([f"第{number:05}号有限公司", "企业", f"第{number % TOWNS}镇", "2020年3月1日", "规上"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


if __name__ == "__main__":
    main()
