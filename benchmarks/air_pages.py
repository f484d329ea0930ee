"""Server time and SQL queries of the air's pages with 500 stations and three years of hours.

One station's hours are those of the demo, delivered as people do it; the others are copies of its blocks, in one
statement. The bounds are those of `pages`: 150 ms and 15 queries a page. Runs on SQLite in
a directory of its own; below `scripts/with_postgres.py` on PostgreSQL.
"""

from __future__ import annotations

import datetime as dt
import importlib
import os
import time

from benchmarks._place import own_place

WIND = {"wind_direction": ("wd", 1 / 22.5), "wind_speed": ("WSPM", 10)}
STATIONS = int(os.environ.get("LANTIAN_BENCH_STATIONS", "500"))
COUNTED = 40  # stations that go into their district's figures: micro-stations do not
FIRST, LAST = dt.date(2014, 1, 1), dt.date(2016, 12, 31)
NOW = dt.datetime(2016, 12, 31, 10, 20, tzinfo=dt.timezone(dt.timedelta(hours=8)))
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def main() -> None:
    with own_place():
        _measure()


def _measure() -> None:
    importlib.import_module("lantian.site.wsgi")
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from benchmarks.pages import BOUND_MS, BOUND_QUERIES, _page
    from lantian.site.org.models import Person

    if connection.vendor != "sqlite":  # never the database that somebody works on
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    else:
        call_command("migrate", verbosity=0)
    start, cpu = time.perf_counter(), time.process_time()
    first = _lay_down()
    _beside(first)
    print(
        f"{connection.vendor}, load {os.getloadavg()[0]:.1f}; {STATIONS} stations laid down in "
        f"{time.perf_counter() - start:.0f} s, {time.process_time() - cpu:.0f} s of processor"
    )
    client = Client()
    client.force_login(Person.objects.get(username="demo-office"))
    print(f"{'page':<34}{'clock ms':>10}{'cpu ms':>10}{'queries':>9}{'kB':>8}  bound {BOUND_MS} ms, {BOUND_QUERIES}")
    for name, path in _pages(first).items():
        _page(client, name, path)


def _pages(first: int) -> dict[str, str]:
    """Addresses by name."""
    from lantian.site.air.models import AirEvent, Bulletin, DiaryEntry, Ranking, Suspicion
    from lantian.site.series.models import Delivery

    station = f"/air/stations/{first}"
    one = {model: model.objects.order_by("pk")[0].pk for model in (AirEvent, Bulletin, DiaryEntry, Ranking, Suspicion)}
    return {
        "now": "/air/now",
        "stations": "/air/stations",
        "stations, search": "/air/stations?q=3",
        "station, month": f"{station}?month=2016-12",
        "station, month, edition 2026": f"{station}?month=2016-12&edition=2026",
        "station, 30 days of hours": f"{station}/hours?span=30d",
        "station, year of hours": f"{station}/hours?first=2016-01-01&last=2016-12-31",
        "station, calendar": f"{station}/year?year=2016",
        "station, calendar, edition 2026": f"{station}/year?year=2016&edition=2026",
        "station, wind": f"{station}/wind?first=2016-01-01&last=2016-12-31",
        "station, trend": f"{station}/trend?first=2016-01-01&last=2016-12-31",
        "district, month": "/air/district?month=2016-12",
        "district, year": "/air/district?month=2016-12&span=year",
        "district, month, edition 2026": "/air/district?month=2016-12&edition=2026",
        "district, year, edition 2026": "/air/district?month=2016-12&span=year&edition=2026",
        "completeness": "/air/completeness?year=2016",
        "rankings": "/air/rankings",
        "ranking": f"/air/rankings/{one[Ranking]}",
        "city bulletins": "/air/bulletins",
        "city bulletin": f"/air/bulletins/{one[Bulletin]}",
        "review desk": "/air/review",
        "review desk, all": "/air/review?state=",
        "suspicion": f"/air/review/{one[Suspicion]}",
        "review, months": "/air/review/months?month=2016-12",
        "diary": "/air/diary",
        "diary, entry": f"/air/diary/{one[DiaryEntry]}",
        "events": "/air/events",
        "event": f"/air/events/{one[AirEvent]}",
        "events, suggested": "/air/events/suggested",
        "events, accounts": "/air/events/accounts?month=2016-12",
        "imports": "/series/import",
        "deliveries": "/series/deliveries",
        "delivery": f"/series/deliveries/{Delivery.objects.order_by('pk')[0].pk}",
    }


def _lay_down() -> int:
    """Stations and their hours; the key of the first."""
    import numpy as np
    from django.db import connection, transaction
    from django.utils import timezone

    from benchmarks._lake import BEGINS, SOURCES, measured
    from lantian.site.air.models import Station
    from lantian.site.core.models.replay import ReplayClock
    from lantian.site.core.policy import System
    from lantian.site.demo.load import people
    from lantian.site.org.models import Area
    from lantian.site.series import actions as series
    from lantian.site.series.batch import Batch
    from lantian.site.series.models import Block, Owner
    from lantian.site.series.rollups import work_off

    people()
    towns = list(Area.objects.filter(parent__isnull=False))
    factors = (*SOURCES, *WIND)
    made = [
        Station(
            kind="town" if k < COUNTED else "micro", code=f"BENCH{k:03}", name=f"测试站{k}", area=towns[k % len(towns)],
            factors=list(factors), counts=k < COUNTED, longitude=116.2 + k % 25 * 0.01, latitude=39.8 + k // 25 * 0.01,
        )
        for k in range(STATIONS)
    ]  # fmt: skip
    for one in made:
        one.owner = Owner(kind="station", code=one.code, name=one.name, area=one.area)
    Owner.objects.bulk_create(one.owner for one in made)
    Station.objects.bulk_create(made)
    hours = ((LAST - FIRST).days + 1) * 24
    times = np.datetime64(FIRST, "s") + np.arange(1, hours + 1) * np.timedelta64(1, "h")
    begin = (FIRST - BEGINS).days
    whole = {p: of[0, begin : begin + hours // 24].reshape(-1) for p, of in measured(SOURCES | WIND).items()}
    values = np.stack(
        [np.where(whole[p] < 0, np.nan, whole[p] / scale) for p, (_, scale) in (SOURCES | WIND).items()], axis=1
    )
    batch = Batch.of_owner(made[0].owner_id, "1h", times, factors, values)
    series.deliver(System(), [batch], title="测试", source="测试", area=towns[0].parent)
    while work_off():
        pass
    table, owners = Block._meta.db_table, Station._meta.db_table
    columns = ("interval", "start", "layout_id", '"values"', "flags", "stages", "counts", "changed_at")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (owner_id, {', '.join(columns)})"
            f" SELECT o.owner_id, {', '.join(f'b.{name}' for name in columns)} FROM {owners} o CROSS JOIN {table} b"
            " WHERE b.owner_id = %s AND o.owner_id <> %s AND o.code LIKE 'BENCH%%'",
            [made[0].owner_id, made[0].owner_id],
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    ReplayClock.objects.update_or_create(pk=1, defaults={"started_at": timezone.now(), "shown_at": NOW})
    return made[0].pk


def _beside(first: int) -> None:
    """What lists of the desk, the diary, events, rankings, bulletins and deliveries hold after three years."""
    from lantian.site.air import actions
    from lantian.site.air.models import AirEvent, Bulletin, BulletinRow, DiaryEntry, Station, Suspicion
    from lantian.site.core.metrics import Period
    from lantian.site.core.policy import System
    from lantian.site.org.models import Area
    from lantian.site.series.models import Delivery, Intake

    district = Area.objects.get(parent=None)
    towns = list(Area.objects.filter(parent=district))
    stations = list(Station.objects.filter(code__startswith="BENCH"))
    made = [
        Suspicion(
            station=stations[k % len(stations)], factor="pm25", rule=("spike", "flat", "ratio")[k % 3],
            first=NOW - (k % 2000) * HOUR, last=NOW - (k % 2000 - 2) * HOUR, score=k % 9 / 9,
            state="open" if k % 4 else "kept",
        )
        for k in range(4000)
    ]  # fmt: skip
    Suspicion.objects.bulk_create(made)
    kinds = ("visit", "zero", "span", "power")
    entries = [DiaryEntry(station=stations[k % len(stations)], kind=kinds[k % 4], at=NOW - k * HOUR, note="测试")
               for k in range(6000)]  # fmt: skip
    DiaryEntry.objects.bulk_create(entries)
    AirEvent.objects.bulk_create(
        AirEvent(area=district, kind="sand-dust", first=NOW - (20 * k + 30) * DAY, last=NOW - (20 * k + 29) * DAY,
                 removes=["pm10", "pm25"], state=("claimed", "approved")[k % 2])
        for k in range(40)
    )  # fmt: skip
    for number in range(1, 13):
        last = dt.date(2016, number + 1, 1) - DAY if number < 12 else LAST
        ranked = Period(last.replace(day=1), last)
        actions.draft_ranking(System(), metric="PM2.5_mean", area=district, period=ranked)
        bulletin = Bulletin.objects.create(kind="tsp", area=district, first=ranked.first, last=last, total=330,
                                           made_at=NOW)  # fmt: skip
        BulletinRow.objects.bulk_create(
            BulletinRow(bulletin=bulletin, name=f"测试街道{k}", area=towns[k] if k < len(towns) else None, place=k + 1)
            for k in range(330)
        )
    Delivery.objects.bulk_create(
        Delivery(title=f"测试{k}", source="测试", area=district, interval="1h", stage=1, at=NOW - k * DAY, owners=500)
        for k in range(1000)
    )
    Intake.objects.bulk_create(
        Intake(title=f"测试{k}", source="测试", area=district, state="done", created_at=NOW - k * DAY)
        for k in range(1000)
    )


if __name__ == "__main__":
    main()
