"""A month of all national stations brought in through the actions of the import page: read, previewed, written.

Six pollutants, about 1,605 stations, 744 hours. Runs on the database of the environment: SQLite in a directory of its
own, PostgreSQL below `scripts/with_postgres.py`. Needs the files of `LANTIAN_SHARED`/data/china_sites. The bound is
20 s for reading and writing.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
SHARED = Path(os.environ.get("LANTIAN_SHARED", "../shared")) / "data" / "china_sites"


def main() -> None:
    files = sorted(SHARED.glob("*.csv.gz"))
    if not files:
        print(f"no national files: {SHARED} is not there (LANTIAN_SHARED)")
        return
    with tempfile.TemporaryDirectory() as directory:
        os.environ |= {"LANTIAN_VAR": directory, "DJANGO_SETTINGS_MODULE": "lantian.site.settings"}
        os.environ |= {"LANTIAN_LOG": "ERROR", "LANTIAN_JOBS": "worker"}
        import django

        django.setup()
        measure(files)


def measure(files: list[Path]) -> None:
    from django.core.files import File
    from django.core.management import call_command
    from django.db import connection

    from lantian.site.core.policy import System
    from lantian.site.org import actions as org
    from lantian.site.series import actions
    from lantian.site.series.models import Block, Intake, Owner

    if connection.vendor != "sqlite":  # never the database that somebody works on
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    else:
        call_command("migrate", verbosity=0)
    area = org.add_area(System(), name="演示区", kind="district", code="990101")
    Owner.objects.bulk_create(Owner(kind="station", code=code, name=code, area=area) for code in codes(files[0]))
    print(f"{connection.vendor}, load {os.getloadavg()[0]:.1f}, {Owner.objects.count()} stations, {len(files)} files")
    with ExitStack() as stack:
        given = [File(stack.enter_context(path.open("rb")), name=path.name) for path in files]
        intake = timed("upload", lambda: actions.upload_files(System(), given, source="benchmark"))
    intake = timed("read, compare (preview)", lambda: actions.preview_intake(System(), intake))
    Intake.objects.filter(pk=intake.pk).update(state="writing")
    intake.refresh_from_db()
    timed("read, write (confirmed)", lambda: actions.write_intake(System(), intake))
    made = intake.deliveries.get()
    print(f"{made.new:,} new values in {Block.objects.count():,} blocks of {made.owners} stations")
    timed("take it back", lambda: actions.undo_delivery(System(), made, reason="benchmark"))


def codes(file: Path) -> list[str]:
    """Codes of the stations that a day's file names."""
    import gzip

    with gzip.open(file, "rt", encoding="utf-8") as opened:
        return opened.readline().strip().split(",")[3:]


def timed(what: str, act: Callable[[], T]) -> T:
    """Do it; wall and processor seconds are printed."""
    wall, cpu = time.perf_counter(), time.process_time()
    done = act()
    print(f"{what:26}{time.perf_counter() - wall:8.1f} s wall{time.process_time() - cpu:8.1f} s CPU")
    return done


if __name__ == "__main__":
    main()
