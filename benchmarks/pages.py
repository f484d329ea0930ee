"""Server time and SQL queries of the platform's pages with 20 plans and 3,000 tasks, on SQLite.

The bounds are 150 ms and 15 queries a page. Times are of the whole request without network, in
milliseconds: medians by the clock and of the processor alone (which other work on the machine does not lengthen).
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time

ROUNDS = 9
BOUND_MS, BOUND_QUERIES = 150, 15


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="lantian-bench-") as directory:
        os.environ |= {
            "LANTIAN_VAR": directory,
            "LANTIAN_JOBS": "inline",
            "LANTIAN_HOSTS": "testserver",
            "LANTIAN_LOG": "ERROR",
            "DJANGO_SETTINGS_MODULE": "lantian.site.settings",
        }
        _measure()


def _measure() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    call_command("migrate", verbosity=0)
    client = Client()
    print(f"{'page':<22}{'clock ms':>10}{'cpu ms':>10}{'queries':>9}{'kB':>8}  bound {BOUND_MS} ms, {BOUND_QUERIES}")
    for name, path in _pages(client).items():
        client.get(path)
        times, worked, size = [], [], 0
        for _round in range(ROUNDS):
            start, cpu = time.perf_counter(), time.process_time()
            response = client.get(path)
            times.append(1000 * (time.perf_counter() - start))
            worked.append(1000 * (time.process_time() - cpu))
            assert response.status_code == 200, (path, response.status_code)
            size = len(response.content)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        median, cpu_median = statistics.median(times), statistics.median(worked)
        over = "  OVER" if median > BOUND_MS or len(queries) > BOUND_QUERIES else ""
        print(f"{name:<22}{median:>10.1f}{cpu_median:>10.1f}{len(queries):>9}{size / 1000:>8.0f}{over}")


def _pages(client: object) -> dict[str, str]:
    """Fill the database, log the air office in; the pages by name."""
    from django.test import Client
    from tests.site.plans.large import large_ledger, large_progress

    from lantian.site.demo.load import load
    from lantian.site.org.models import Area, Person
    from lantian.site.plans.models import Plan, PlanImport, Task

    assert isinstance(client, Client)
    load()
    office, district = Person.objects.get(username="demo-office"), Area.objects.get(parent=None)
    large_ledger(office, district)
    large_progress()
    client.force_login(office)
    plan = Plan.objects.order_by("-pk")[0]
    task = Task.objects.filter(plan=plan)[0]
    role = task.roles.filter(unit__isnull=False)[0]
    # the whole plan's review, as large as a plan of the kind gets
    review = PlanImport.objects.filter(state="review").order_by("-pk")[0]
    return {
        "home": "/",
        "ledger": "/plans/tasks",
        "ledger, last page": "/plans/tasks?page=60&sort=-due",
        "ledger, all filters": f"/plans/tasks?plan={plan.pk}&unit={role.unit_id}&role={role.role}&light=overdue&q=车",
        "ledger, town and text": "/plans/tasks?town=北桥街道&q=柴油",
        "task": task.get_absolute_url(),
        "plans": "/plans/",
        "plan": plan.get_absolute_url(),
        "findings": f"/plans/{plan.pk}/findings",
        "goals": "/plans/goals",
        "imports": "/plans/imports",
        "review, 43 tasks": review.get_absolute_url(),
        "unit": role.unit.get_absolute_url(),
        "wall chart": "/plans/wallchart",
        "wall chart, all plans": "/plans/wallchart?plan=all",
        "wall chart by task": "/plans/wallchart?kind=department&across=task",
        "timeline": "/plans/timeline",
        "calendar": "/plans/calendar",
        "minute, all plans": "/plans/minute",
        "percent": "/plans/percent",
    }
