"""Server time and SQL queries of the platform's pages, as the people see them who open them, on SQLite.

300 people, 40 units, 5 plans, 3,000 tasks, 30,000 reports. The bounds are 150 ms and 15 queries a page. Times are of
the whole request without network, in milliseconds: medians by the clock and of the processor alone (which other work
on the machine does not lengthen).
"""

from __future__ import annotations

import importlib
import statistics
import time
from typing import Any

from benchmarks._place import own_place, processor

ROUNDS = 9
BOUND_MS, BOUND_QUERIES = 150, 15


def main() -> None:
    with own_place():
        _measure()


def _measure() -> None:
    # As a web process has it: what is loaded lies out of the garbage collector's sight.
    importlib.import_module("lantian.site.wsgi")
    from django.core.management import call_command
    from django.test import Client

    from benchmarks._campaign import lay_down, pages
    from lantian.site.org.models import Person

    call_command("migrate", verbosity=0)
    lay_down()
    print(f"{'page':<34}{'clock ms':>10}{'cpu ms':>10}{'queries':>9}{'kB':>8}  bound {BOUND_MS} ms, {BOUND_QUERIES}")
    for username, several in pages().items():
        client = Client()
        client.force_login(Person.objects.get(username=username))
        for name, path in several.items():
            _page(client, f"{username.removeprefix('demo-')}: {name}", path)


def _page(client: Any, name: str, path: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(path)
    times, worked, size = [], [], 0
    for _round in range(ROUNDS):
        start, cpu = time.perf_counter(), processor()
        response = client.get(path)
        times.append(1000 * (time.perf_counter() - start))
        worked.append(1000 * (processor() - cpu))
        assert response.status_code == 200, (path, response.status_code)
        size = len(response.content)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    median, cpu_median = statistics.median(times), statistics.median(worked)
    over = "  OVER" if median > BOUND_MS or len(queries) > BOUND_QUERIES else ""
    print(f"{name:<34}{median:>10.1f}{cpu_median:>10.1f}{len(queries):>9}{size / 1000:>8.0f}{over}")
