"""Server time and SQL queries of the air's pages with 500 stations and three years of hours, on SQLite.

One station's hours are made (random, of the size of a northern winter) and delivered as people do it; the others are
copies of its blocks. The bounds are those of `pages`: 150 ms and 15 queries a page.
"""

from __future__ import annotations

import datetime as dt
import importlib
import os
import tempfile

STATIONS = 500
COUNTED = 40  # stations that go into their district's figures: micro-stations do not
FIRST, LAST = dt.date(2014, 1, 1), dt.date(2016, 12, 31)
NOW = dt.datetime(2016, 12, 31, 10, 20, tzinfo=dt.timezone(dt.timedelta(hours=8)))


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
    importlib.import_module("lantian.site.wsgi")
    from django.core.management import call_command
    from django.test import Client

    from benchmarks.pages import BOUND_MS, BOUND_QUERIES, _page
    from lantian.site.org.models import Person

    call_command("migrate", verbosity=0)
    first = _lay_down()
    client = Client()
    client.force_login(Person.objects.get(username="demo-office"))
    print(f"{'page':<34}{'clock ms':>10}{'cpu ms':>10}{'queries':>9}{'kB':>8}  bound {BOUND_MS} ms, {BOUND_QUERIES}")
    for name, path in {
        "now": "/air/now",
        "stations": "/air/stations",
        "station, month": f"/air/stations/{first}?month=2016-12",
        "station, 30 days of hours": f"/air/stations/{first}/hours?span=30d",
        "station, year of hours": f"/air/stations/{first}/hours?first=2016-01-01&last=2016-12-31",
        "station, calendar": f"/air/stations/{first}/year?year=2016",
        "station, calendar, edition 2026": f"/air/stations/{first}/year?year=2016&edition=2026",
        "district, month": "/air/district?month=2016-12",
        "district, year": "/air/district?month=2016-12&span=year",
        "district, month, edition 2026": "/air/district?month=2016-12&edition=2026",
    }.items():
        _page(client, name, path)


def _lay_down() -> int:
    """Stations and their hours; the key of the first."""
    import numpy as np
    from django.db import connection
    from django.utils import timezone

    from lantian.airquality.editions import POLLUTANTS
    from lantian.site.air import actions
    from lantian.site.core.models.replay import ReplayClock
    from lantian.site.core.policy import System
    from lantian.site.demo.load import load
    from lantian.site.org.models import Area
    from lantian.site.series import actions as series
    from lantian.site.series.batch import Batch
    from lantian.site.series.models import Block
    from lantian.site.series.rollups import work_off

    load()
    district = Area.objects.get(parent=None)
    towns = list(Area.objects.filter(parent=district))
    made = [
        actions.add_station(
            System(), code=f"BENCH{k:03}", name=f"测试站{k}", kind="town" if k < COUNTED else "micro",
            area=towns[k % len(towns)], factors=list(POLLUTANTS), counts=k < COUNTED,
            longitude=116.2 + k % 25 * 0.01, latitude=39.8 + k // 25 * 0.01,
        )
        for k in range(STATIONS)
    ]  # fmt: skip
    hours = ((LAST - FIRST).days + 1) * 24
    times = np.datetime64(FIRST, "s") + np.arange(1, hours + 1) * np.timedelta64(1, "h")
    values = np.random.default_rng(5).gamma(2.0, 30.0, (hours, len(POLLUTANTS))).round()
    batch = Batch.of_owner(made[0].owner_id, "1h", times, POLLUTANTS, values)
    series.deliver(System(), [batch], title="测试", source="测试", area=district)
    while work_off():
        pass
    table = Block._meta.db_table
    columns = 'interval, start, layout_id, "values", flags, stages, counts, changed_at'
    with connection.cursor() as cursor:
        for one in made[1:]:
            cursor.execute(
                f"INSERT INTO {table} (owner_id, {columns}) SELECT %s, {columns} FROM {table} WHERE owner_id = %s",
                [one.owner_id, made[0].owner_id],
            )
        cursor.execute("ANALYZE")
    now = timezone.now()
    ReplayClock.objects.update_or_create(pk=1, defaults={"started_at": now, "shown_at": NOW})
    return made[0].pk
