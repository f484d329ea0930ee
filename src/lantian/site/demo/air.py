"""Measured air in the demo: real hours of Beijing up to the time that the clock shows. See beijing/README.md."""

from __future__ import annotations

import datetime as dt
import tomllib
from importlib import resources
from typing import Any

import numpy as np
import polars as pl
from django.utils import timezone
from numpy.typing import NDArray

from lantian.site.air import actions as air
from lantian.site.air.models import Station
from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.org.models import Area, Unit
from lantian.site.series import actions as series
from lantian.site.series import rollups
from lantian.site.series.batch import Batch
from lantian.site.series.grid import local
from lantian.site.series.models import Block, Stage
from lantian.site.series.queries import read

SYSTEM = System("演示数据")
PACKAGE = "lantian.site.demo.beijing"
TITLE = "北京市2013—2017年逐时监测数据"
SOURCE = "UCI 501 Beijing Multi-Site Air Quality, Song Xi Chen, CC BY 4.0"
RUN_BY = "演示青河监测技术公司"

# On the fifth day of a red warning; the plan of the year has run for ten months, and most of the winter is to come.
START = dt.datetime(2016, 12, 20, 10, 5)
FIRST = np.datetime64("2013-03-01T00:00", "s")
HOUR = np.timedelta64(1, "h")

# Factor, column of the file, and what one whole number of the column is in the factor's unit.
COLUMNS = (
    ("pm25", "PM2.5", 0.1),
    ("pm10", "PM10", 0.1),
    ("so2", "SO2", 0.1),
    ("no2", "NO2", 0.1),
    ("co", "CO", 0.001),
    ("o3", "O3", 0.1),
    ("temperature", "TEMP", 0.1),
    ("pressure", "PRES", 0.1),
    ("dew_point", "DEWP", 0.1),
    ("rain", "RAIN", 0.1),
    ("wind_direction", "wd", 22.5),
    ("wind_speed", "WSPM", 0.1),
)
FACTORS = tuple(code for code, _column, _unit in COLUMNS)


def start() -> dt.datetime:
    """The time at which the demo's clock starts."""
    return timezone.make_aware(START)


def load() -> int:
    """Enter the stations where they are not yet, and their hours since the last that is there; how many hours."""
    script = tomllib.loads(resources.files(PACKAGE).joinpath("stations.toml").read_text(encoding="utf-8"))
    district = Area.objects.get(parent=None)
    owners = {entry["file"]: _station(entry, script["source"], district).owner_id for entry in script["station"]}
    until = local(clock.now()).astype("datetime64[h]").astype("datetime64[s]")
    since = _known(list(owners.values()), until)
    month = until.astype("datetime64[M]").astype("datetime64[s]")
    written = 0
    for first, last, stage in ((since, min(month, until), Stage.REVIEWED), (max(since, month), until, Stage.REALTIME)):
        if batch := _batch(owners, first, last):
            series.deliver(SYSTEM, [batch], title=TITLE, source=SOURCE, area=district, stage=stage)
            written += len(batch.times)
    while rollups.work_off(owners=list(owners.values())):
        pass
    return written


def _station(entry: dict[str, Any], source: str, district: Area) -> Station:
    there = Station.objects.filter(code=entry["code"]).first()
    if there is not None:
        return there
    street = entry.get("street")
    return air.add_station(
        SYSTEM,
        code=entry["code"],
        name=entry["name"],
        kind="town" if street else "national",
        area=Area.objects.get(parent=district, name=street) if street else district,
        unit=Unit.objects.filter(name=RUN_BY).first(),
        factors=list(FACTORS),
        longitude=entry["longitude"],
        latitude=entry["latitude"],
        background=entry.get("background", False),
        counts=not entry.get("background", False),
        valid_from=FIRST.astype(dt.datetime).date(),
        source=source.format(name=entry["name"], place=entry["place"]),
    )


def _known(owners: list[int], until: np.datetime64) -> np.datetime64:
    """The last hour that is there."""
    last = Block.objects.filter(owner__in=owners, interval="1h").order_by("-start").values_list("start", flat=True)
    newest = last.first()
    if newest is None:
        return FIRST - HOUR
    day = read(owners, FACTORS, local(newest) + HOUR, until)
    there = np.flatnonzero((day.stages > 0).any(0))
    found: np.datetime64 = day.times[there[-1]] if len(there) else local(newest)
    return found


def _batch(owners: dict[str, int], since: np.datetime64, until: np.datetime64) -> Batch | None:
    """Hours after `since` up to `until`, as far as the file has them."""
    table = _table()
    hours = table.height // len(owners)
    times = FIRST + np.arange(hours) * HOUR
    inside = (times > since) & (times <= until)
    if not inside.any():
        return None
    keys = np.array([owners[name] for name in table["station"].gather_every(hours)])
    values = np.stack([_values(table[column], unit) for _code, column, unit in COLUMNS], axis=-1)
    values = values.reshape(len(keys), hours, len(COLUMNS))[:, inside].reshape(-1, len(COLUMNS))
    rows = int(inside.sum())
    return Batch("1h", np.repeat(keys, rows), np.tile(times[inside], len(keys)), FACTORS, values)


def _values(column: pl.Series, unit: float) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.round(column.cast(pl.Float64).to_numpy() * unit, 3)
    return found


def _table() -> pl.DataFrame:
    with resources.as_file(resources.files(PACKAGE).joinpath("hours.parquet")) as path:
        return pl.read_parquet(path)
