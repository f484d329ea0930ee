"""A register of another office with 100,000 rows: preview, writing, and the preview of the same file once more.

SQLite, in a directory of its own; LANTIAN_BENCH_ROWS sets another number, LANTIAN_BENCH_CSV=1 a csv file.
"""

from __future__ import annotations

import io
import os
import resource
from importlib import import_module
from typing import Any

from benchmarks._place import own_place
from benchmarks.sheets import timed

ROWS = int(os.environ.get("LANTIAN_BENCH_ROWS", "100000"))
HEAD = ["企业名称", "统一社会信用代码", "所属街道", "经营范围", "登记状态", "经营场所", "成立日期"]


def main() -> None:
    with own_place():
        import_module("lantian.site.wsgi")
        measure()


def measure() -> None:
    from django.core.files.base import ContentFile
    from django.core.management import call_command

    from lantian.site.core import clock
    from lantian.site.core.policy import System
    from lantian.site.core.sheets import actions, books
    from lantian.site.org import actions as org
    from lantian.site.sources import actions as sources

    call_command("migrate", verbosity=0)
    system, book = System(), books["sources-outside"]
    area = org.add_area(system, name="青河区", kind="district", code="990101")
    for number in range(12):
        org.add_area(system, name=f"第{number}镇", kind="town", parent=area, code=f"9901011{number:02}")
    of = sources.add_outside_list(system, kind="registry", area=area, as_of=clock.today(), source="（模拟）")
    as_csv = bool(os.environ.get("LANTIAN_BENCH_CSV"))
    content, name = (as_text(), "名录.csv") if as_csv else (workbook(), "名录.xlsx")
    told("before")

    def preview() -> Any:
        made = actions.upload(system, book, ContentFile(content), name, {"list": str(of.pk)})
        made.refresh_from_db()
        return made

    one = timed(f"preview of {len(content) // 1024} KiB", preview)
    told("after the preview")
    done = timed("writing", lambda: actions.confirm(system, one, revision=one.revision))
    told("after writing")
    again = timed("preview once more", preview)
    told("at the end")
    print(f"new {done.counts['new']}, bad {done.counts['bad']}, then the same {again.counts['same']}")


def told(when: str) -> None:
    print(f"most memory {when:20}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:9.0f} MB")


def rows() -> Any:
    """Firms of a register, with the long trades that registers have."""
    trade = "一般项目：建筑材料销售；家具制造；木材加工；金属制品销售；机械设备租赁；普通货物仓储服务；汽车维修"
    for n in range(ROWS):
        yield [
            f"第{n:06}号建材有限公司",
            "",
            f"第{n % 12}镇",
            f"{trade}{n % 977}",
            "存续",
            f"第{n % 12}镇青河路{n}号",
            "2020-03-01",
        ]


def workbook() -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("市场主体名录")
    sheet.append(HEAD)
    for row in rows():
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_text() -> bytes:
    return "\r\n".join(",".join(row) for row in (HEAD, *rows())).encode("gb18030")


if __name__ == "__main__":
    main()
