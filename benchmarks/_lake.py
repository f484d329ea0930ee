"""A lake of many stations and years, made by repeating four measured years, and the processes of a Dask cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lantian.airquality.editions import POLLUTANTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FIRST = date(2013, 1, 1)
BEGINS = date(2013, 3, 1)  # what was measured
CYCLE = 4 * 365 + 1  # days of it: with the leap day among them the seasons stay in their months
# Column and digits of the demo's file of hours, which holds whole tenths; CO in thousandths of mg/m³.
SOURCES = {
    "so2": ("SO2", 10), "no2": ("NO2", 10), "co": ("CO", 1000), "o3": ("O3", 10), "pm10": ("PM10", 10),
    "pm25": ("PM2.5", 10),
}  # fmt: skip
GROUP = 20  # stations of a row group


def lake(place: Path, *, stations: int, years: int) -> list[Path]:
    """Files of the lake, one a month; those that are there already stay.

    Station k repeats one of the twelve Beijing stations, some days later and a little higher or lower: gaps, ties and
    episodes are real ones. Stations lie one after the other in each file, as an archive by month writes them.
    """
    place.mkdir(parents=True, exist_ok=True)
    whole = measured(SOURCES)
    files = []
    for k in range(years * 12):
        begin = date(FIRST.year + k // 12, k % 12 + 1, 1)
        end = date(FIRST.year + (k + 1) // 12, (k + 1) % 12 + 1, 1)
        files.append(place / f"{begin:%Y-%m}.parquet")
        if not files[-1].exists():
            aside = files[-1].with_suffix(".part")
            _month(whole, begin, end, stations).write_parquet(aside, row_group_size=(end - begin).days * 24 * GROUP)
            aside.replace(files[-1])
    return files


def measured(sources: Mapping[str, tuple[str, float]]) -> dict[str, np.ndarray[Any, Any]]:
    """Whole numbers of the demo's file [site, day, hour], -1 where missing; by name its column (and what is one)."""
    with resources.as_file(resources.files("lantian.site.demo.beijing") / "hours.parquet") as path:
        table = pl.read_parquet(path, columns=["station", *(name for name, _ in sources.values())])
    sites = table["station"].n_unique()
    return {
        p: table[name].cast(pl.Int32).fill_null(-1).to_numpy().reshape(sites, CYCLE, 24)
        for p, (name, _) in sources.items()
    }


def _month(found: dict[str, np.ndarray[Any, Any]], begin: date, end: date, stations: int) -> pl.DataFrame:
    days = (end - begin).days
    number = np.arange(stations)
    site, turn = number % 12, number // 12
    day = ((begin - BEGINS).days + np.arange(days) - (turn % 6)[:, None]) % CYCLE
    percent = 85 + (turn * 7) % 31
    hours = np.datetime64(begin, "us") + np.arange(1, days * 24 + 1) * np.timedelta64(1, "h").astype("timedelta64[us]")
    columns = {}
    for p, (_, scale) in SOURCES.items():
        whole = found[p][site[:, None], day].reshape(stations, days * 24)
        shifted = np.rint(whole * (percent[:, None] / 100)) / scale
        columns[p] = np.where(whole < 0, np.nan, shifted).astype(np.float32).reshape(-1)
    return pl.DataFrame(
        {
            "station": pl.Series(np.repeat([f"{1001 + k}A" for k in range(stations)], days * 24)),
            "time": np.tile(hours, stations),
            **{p: columns[p] for p in POLLUTANTS},
        }
    )


@dataclass(frozen=True)
class Cluster:
    """A scheduler and its workers."""

    address: str
    workers: list[int]

    def busy(self) -> list[float]:
        """Processor seconds of each worker so far (Linux)."""
        tick = os.sysconf("SC_CLK_TCK")
        of = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self.workers]
        return [(int(fields[11]) + int(fields[12])) / tick for fields in of]

    def peaks(self) -> list[float]:
        """Largest resident memory of each worker so far, in MiB (Linux)."""
        of = [Path(f"/proc/{pid}/status").read_text() for pid in self.workers]
        return [int(text.partition("VmHWM:")[2].split()[0]) / 1024 for text in of]


@contextmanager
def cluster(place: Path, workers: int, *, memory: str = "auto") -> Iterator[Cluster]:
    """A scheduler and workers of one thread each, all of them processes of their own on this machine."""
    told = place / f"scheduler-{workers}.json"
    told.unlink(missing_ok=True)
    single = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    environ = os.environ | single | {"PYTHONPATH": os.pathsep.join(sys.path)}
    common = ["--no-dashboard", "--scheduler-file", str(told), "--host", "127.0.0.1"]
    worker = ["distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", "--memory-limit", memory]
    worker += ["--local-directory", str(place), *common]
    commands = [["distributed.cli.dask_scheduler", "--port", "0", *common], *[worker] * workers]
    running: list[subprocess.Popen[bytes]] = []
    with (place / "cluster.log").open("ab") as log:
        try:
            for command in commands:
                full = [sys.executable, "-m", *command]
                running.append(subprocess.Popen(full, env=environ, cwd=place, stdout=log, stderr=log))
                _until(told.exists)
            address = json.loads(told.read_text())["address"]
            _ready(address, workers)
            yield Cluster(address, [process.pid for process in running[1:]])
        finally:
            for process in reversed(running):  # workers before their scheduler, for whom they would wait
                process.terminate()
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(15)


def _until(there: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not there():
        if time.monotonic() > deadline:
            raise RuntimeError("the cluster did not start; see cluster.log")
        time.sleep(0.05)


def _ready(address: str, workers: int) -> None:
    from distributed import Client

    client: Any = Client(address, timeout=30)  # type: ignore[no-untyped-call]
    with client:
        client.wait_for_workers(workers, timeout=60)
