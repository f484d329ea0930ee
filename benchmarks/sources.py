"""Ledgers with 100,000 sources on 35 lists in 15 towns: pages, filters, sums, map, Excel both ways, checks, zones.

    python -m benchmarks sources
    python scripts/with_postgres.py -- python -m benchmarks sources

Runs on SQLite in a directory of its own; below `scripts/with_postgres.py` on PostgreSQL. LANTIAN_BENCH_SOURCES sets
another number. Excel and checks run in processes of their own, whose peak memory is told. Bounds: a page 150 ms and 15
queries; a filter, a sum, a map's viewport 200 ms; a file of 20,000 rows, read and written, 30 s and 500 MB; an export
15 s. LANTIAN_BENCH_ONLY=excel leaves the rest out.
"""

from __future__ import annotations

import importlib
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from benchmarks._place import own_place, processor

T = TypeVar("T")
ROUNDS = 5
BOUND_MS = 200
ROWS = 20_000
OFFICE, TOWN = "demo-office", "demo-liaison"


def main() -> None:
    with own_place() as directory:
        _measure(directory)


def _measure(directory: Path) -> None:
    importlib.import_module("lantian.site.wsgi")
    from django.core.management import call_command
    from django.db import connection

    from benchmarks._ledgers import LEDGERS, World, workbook

    if connection.vendor != "sqlite":  # never the database that somebody works on
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    else:
        call_command("migrate", verbosity=0)
    start = time.perf_counter()
    World().lay_down()
    print(f"{connection.vendor}, load {os.getloadavg()[0]:.1f}; laid down in {time.perf_counter() - start:.0f} s")
    if os.environ.get("LANTIAN_BENCH_ONLY") != "excel":
        _apart(connection, "checks")
        _apart(connection, "checks")  # the second night: what was found is found again
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        _pages()
        _filters()
        _map()
        _zone()
    file = directory / "ledger.xlsx"
    workbook(LEDGERS[0], ROWS, file)
    for part in ("preview", "write"):
        _apart(connection, part, LEDGERS[0], str(file))
    _apart(connection, "export", LEDGERS[0])


def _client(username: str) -> Any:
    from django.test import Client

    from lantian.site.org.models import Person

    client = Client()
    client.force_login(Person.objects.get(username=username))
    return client


def _pages() -> None:
    from benchmarks._ledgers import LEDGERS
    from benchmarks.pages import BOUND_MS, BOUND_QUERIES, _page
    from lantian.site.sources.models import Finding, Listing, Source

    big, site = LEDGERS[0], LEDGERS[2]
    listing = Listing.objects.filter(ledger=site)[0]
    finding, area = Finding.objects.order_by("pk")[0], listing.source.area
    listed = f"/sources/ledgers/{big}"
    pages = {
        "home": "/",
        "ledgers": "/sources/ledgers",
        "ledger": listed,
        "ledger, sorted by name": f"{listed}?sort=name",
        "ledger, sorted by town": f"{listed}?sort=-area",
        "ledger, sorted by keeper": f"{listed}?sort=keeper",
        "ledger, page 400": f"{listed}?page=400",
        "ledger, town, state, text": f"{listed}?{urlencode({'area': area.pk, 'means': 'open', 'q': '建材'})}",
        "ledger, late": f"{listed}?late=on",
        "ledger of 33 fields": f"/sources/ledgers/{site}",
        "board by towns": f"{listed}/towns",
        "sources": "/sources/sources",
        "sources, page 1500": "/sources/sources?page=1500",
        "sources, text": f"/sources/sources?{urlencode({'q': '石材'})}",
        "sources, by listings": "/sources/sources?sort=-listed",
        "source": f"/sources/sources/{Source.objects.order_by('pk')[500].pk}",
        "listing": f"/sources/listings/{listing.pk}",
        "overdue": "/sources/ledgers/late",
        "overdue, page 200": "/sources/ledgers/late?page=200",
        "overdue, text": f"/sources/ledgers/late?{urlencode({'q': '建材'})}",
        "to be signed": "/sources/ledgers/signing",
        "findings": "/sources/findings",
        "findings, one check": "/sources/findings?check=sources.twice",
        "findings, page 100": "/sources/findings?page=100",
        "finding": f"/sources/findings/{finding.pk}",
        "zones": "/sources/zones",
        "zone": "/sources/zones/1",
        "area": area.get_absolute_url(),
        "map": "/sources/map",
    }
    print(f"{'page':<34}{'clock ms':>10}{'cpu ms':>10}{'queries':>9}{'kB':>8}  bound {BOUND_MS} ms, {BOUND_QUERIES}")
    client = _client(OFFICE)
    for name, path in pages.items():
        _page(client, name, path)
    client = _client(TOWN)
    for name in ("home", "ledgers", "ledger", "board by towns", "sources", "overdue", "findings", "map"):
        _page(client, f"town: {name}", pages[name])


def _filters() -> None:
    """The list's page for every field that it can be cut to; every sum and measure as a figure of all towns."""
    from benchmarks._ledgers import LEDGERS
    from lantian.rulebook.schemas.ledgers import NUMBERS
    from lantian.site.core.clock import today
    from lantian.site.core.metrics import Period
    from lantian.site.core.registries import metrics
    from lantian.site.org.models import Area
    from lantian.site.sources import reading
    from lantian.site.sources.models import ListingValue

    client, areas, now = _client(OFFICE), list(Area.objects.all()), today()
    period = Period(now.replace(month=1, day=1), now)

    def work_out(name: str) -> None:
        metric = metrics.get(f"sources.{name}")
        assert metric is not None
        metric.work_out(areas, period, "auto")

    taken = []
    for name in LEDGERS[:12]:
        for field in reading.ledger_of(name).indexed:
            rows = ListingValue.objects.filter(ledger=name, field=field.name)
            column = "number" if field.type in NUMBERS else "text"
            usual = rows.exclude(**{column: None}).order_by(column)[rows.count() // 2]
            if field.filter:
                wanted = {field.name: usual.text}
                if field.type in NUMBERS:
                    wanted = {f"{field.name}_from": usual.number}
                path = f"/sources/ledgers/{name}?{urlencode(wanted)}"
                taken.append((_median(partial(client.get, path)), f"filter {name}.{field.name}"))
            if field.sum:
                taken.append((_median(partial(work_out, f"{name}.{field.name}")), f"sum {name}.{field.name}"))
        for measure in reading.ledger_of(name).measure:
            taken.append((_median(partial(work_out, f"{name}.{measure.name}")), f"measure {name}.{measure.name}"))
    _slowest("fields", taken)


def _map() -> None:
    """What the map fetches for a part that is looked at."""
    from benchmarks._ledgers import LEDGERS

    client = _client(OFFICE)
    boxes = {
        "whole district": "116.30,39.85,116.42,39.99",
        "a town": "116.336,39.87,116.352,39.903",
        "a street corner": "116.340,39.880,116.342,39.882",
    }
    asked = {
        "": {},
        ", one ledger": {"ledger": LEDGERS[0]},
        ", open": {"means": "open"},
        ", text": {"q": "建材"},
        ", late of one ledger": {"ledger": LEDGERS[1], "late": "on"},
    }
    taken = []
    for where, box in boxes.items():
        for what, query in asked.items():
            path = f"/sources/map/points?{urlencode(query)}&bbox={quote(box)}"
            taken.append((_median(partial(client.get, path)), f"map of {where}{what}"))
    _slowest("viewports", taken)


def _zone() -> None:
    """A zone that changes: what it takes to tell who owes something else now."""
    from lantian.site.core.policy import System
    from lantian.site.sources import actions
    from lantian.site.sources.models import Zone

    zone = Zone.objects.order_by("pk")[0]
    _timed("zone changed", lambda: actions.change_zone(System(), zone, act="模拟文件二"))


def _median(act: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds by the clock, and of the processor alone, which other work on the machine does not lengthen."""
    act()
    times, worked = [], []
    for _round in range(ROUNDS):
        start, cpu = time.perf_counter(), processor()
        act()
        times.append(1000 * (time.perf_counter() - start))
        worked.append(1000 * (processor() - cpu))
    return statistics.median(times), statistics.median(worked)


def _slowest(what: str, taken: list[tuple[tuple[float, float], str]]) -> None:
    over = sum(1 for (ms, _cpu), _name in taken if ms > BOUND_MS)
    load = os.getloadavg()[0]
    print(f"{len(taken)} {what}, bound {BOUND_MS} ms: {over} over by the clock at load {load:.1f}; the slowest:")
    for (ms, cpu), name in sorted(taken, reverse=True)[:5]:
        print(f"  {name:<60}{ms:8.1f} ms{cpu:8.1f} cpu ms{'  OVER' if ms > BOUND_MS else ''}")


def _apart(connection: Any, *args: str) -> None:
    """Do a part in a process of its own, on the same database; what it prints is ours."""
    kept, database = dict(os.environ), os.environ.get("LANTIAN_DATABASE", "")
    if database:  # the name that the test database has
        head, _slash, tail = database.rpartition("/")
        rest = tail.partition("?")[1:]
        kept["LANTIAN_DATABASE"] = f"{head}/{connection.settings_dict['NAME']}{''.join(rest)}"
    connection.close()
    done = subprocess.run([sys.executable, "-m", "benchmarks.sources", *args], env=kept, capture_output=True, text=True)
    print(done.stdout, end="")
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        raise SystemExit(f"{args[0]} failed")


def _alone(what: str, *args: str) -> None:
    """What `_apart` asks for."""
    importlib.import_module("lantian.site.wsgi")
    from lantian.site.core import clock

    clock.hold()  # as a job does
    if what == "preview":
        _preview(*args)
    elif what == "write":
        _write()
    elif what == "export":
        _export(*args)
    else:
        from lantian.site.core.policy import System
        from lantian.site.sources import actions

        told = _timed("checks", lambda: actions.run_checks(System()))
        print("  " + ", ".join(f"{name} {number}" for name, number in told.items()))
    print(f"  peak memory of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _preview(name: str, file: str) -> None:
    """Read a file and hold it against the ledger, as a job does."""
    from django.core.files.base import ContentFile

    from lantian.site.core.policy import System
    from lantian.site.core.sheets import actions, books
    from lantian.site.sources.sheets import book_name

    content = Path(file).read_bytes()
    system, book = System(), books[book_name(name)]
    print(f"Excel, {len(content) // 1024} KiB, {ROWS} rows, half of them new; bound 30 s and 500 MB for both parts")
    made = _timed("preview", lambda: actions.upload(system, book, ContentFile(content), "清单.xlsx", {}))
    made.refresh_from_db()
    print(f"  {made.state} {made.counts} {made.fault or ''}")


def _write() -> None:
    """Write what was previewed, as a job does: what is made ready before the transaction, and the rest, in which others
    who write wait on SQLite."""
    from lantian.site.core.models import SheetImport
    from lantian.site.core.policy import System
    from lantian.site.core.sheets import actions, storing

    one, ready = SheetImport.objects.select_related("attachment").get(state="preview"), storing.prepared
    storing.prepared = lambda *asked: _timed("made ready, nobody waits", lambda: ready(*asked))
    done = _timed("written, with that", lambda: actions.write(System(), one))
    print(f"  {done.state} {done.counts}")


def _export(name: str) -> None:
    """The book of a ledger as a file, cut to 20,000 rows."""
    from dataclasses import replace
    from itertools import islice

    from lantian.site.core.policy import System
    from lantian.site.core.sheets import Scope, books, writing
    from lantian.site.sources.sheets import book_name

    book = books[book_name(name)]
    sheet = book.sheets[0]
    book = replace(book, sheets=(replace(sheet, rows=lambda scope: islice(sheet.rows(scope), ROWS)),))
    content = _timed(f"export of {ROWS} rows", lambda: writing.export(book, Scope(System())))
    print(f"  {len(content) // 1024} KiB, bound 15 s")
    path = f"/sources/ledgers/{name}?export=xlsx"
    client = _client(OFFICE)
    answer = _timed("export of the list as a page offers it", lambda: client.get(path))
    print(f"  {len(answer.content) // 1024} KiB")


def _timed(what: str, act: Callable[[], T]) -> T:
    wall, cpu = time.perf_counter(), time.process_time()
    found = act()
    spent = time.process_time() - cpu
    print(f"{what:<42}{time.perf_counter() - wall:8.1f} s, processor {spent:.1f} s, load {os.getloadavg()[0]:.1f}")
    return found


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _alone(*sys.argv[1:])
    else:
        main()
