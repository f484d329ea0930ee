"""A Parquet lake of several years on a Dask cluster: one worker against two, and the bits against one process.

Scheduler and workers are real processes with one thread each. LANTIAN_BENCH_STATIONS (400) and LANTIAN_BENCH_YEARS (2)
set the size. The peak memory of the workers is printed: it is that of a block, and must not grow with the lake.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.lake import evaluate_lake, on_cluster, open_lake
from lantian.airquality.spans import year

if TYPE_CHECKING:
    from collections.abc import Iterator

STATIONS = int(os.environ.get("LANTIAN_BENCH_STATIONS", "400"))
YEARS = int(os.environ.get("LANTIAN_BENCH_YEARS", "2"))
FIRST = 2019


def write_lake(place: Path) -> list[Path]:
    """A file a month, stations one after the other, so that a block of stations reads its own row groups."""
    random = np.random.default_rng(7)
    files = []
    for k in range(YEARS * 12):
        begin = date(FIRST + k // 12, k % 12 + 1, 1)
        end = date(FIRST + (k + 1) // 12, (k + 1) % 12 + 1, 1)
        hours = (end - begin).days * 24
        times = np.array([datetime(begin.year, begin.month, 1, 1) + timedelta(hours=t) for t in range(hours)])
        values = {p: np.round(random.gamma(2, 25, STATIONS * hours)).astype(np.float32) for p in POLLUTANTS}
        values["co"] /= 50
        frame = pl.DataFrame(
            {
                "station": np.repeat([f"{n + 1001}A" for n in range(STATIONS)], hours),
                "time": np.tile(times.astype("datetime64[us]"), STATIONS),
                **values,
            }
        )
        files.append(place / f"{begin:%Y-%m}.parquet")
        frame.write_parquet(files[-1], row_group_size=hours * 20)
    return files


@contextmanager
def cluster(place: Path, workers: int) -> Iterator[tuple[str, list[int]]]:
    """Address of a scheduler, and the process numbers of its workers."""
    told = place / f"scheduler-{workers}.json"
    environ = os.environ | {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    common = ["--no-dashboard", "--scheduler-file", str(told), "--host", "127.0.0.1"]
    worker = ["distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", "--local-directory", str(place), *common]
    commands = [["distributed.cli.dask_scheduler", "--port", "0", *common], *[worker] * workers]
    running: list[subprocess.Popen[bytes]] = []
    with (place / "log").open("ab") as log:
        try:
            for command in commands:
                full = [sys.executable, "-m", *command]
                running.append(subprocess.Popen(full, env=environ, cwd=place, stdout=log, stderr=log))
                while not told.exists():
                    time.sleep(0.1)
            time.sleep(5)
            yield json.loads(told.read_text())["address"], [process.pid for process in running[1:]]
        finally:
            for process in reversed(running):
                process.terminate()
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()


def peak(pid: int) -> float:
    """Largest resident memory of a process so far, in MiB (Linux)."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), float("nan"))


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        files = write_lake(place)
        size = sum(file.stat().st_size for file in files) / 2**20
        lake = open_lake(files)
        spans = [year(FIRST + k) for k in range(YEARS)]
        print(
            f"{STATIONS} stations × {YEARS} years, {len(files)} files, {size:,.0f} MiB; load {os.getloadavg()[0]:.1f}"
        )
        plain, _ = evaluate_lake(lake, spans, edition="2018", block=50)
        seconds: dict[int, float] = {}
        for workers in (1, 2):
            with cluster(place, workers) as (address, pids):
                # Every worker loads its modules before the clock starts.
                evaluate_lake(lake, spans[:1], edition="2018", block=10, mapper=on_cluster(address))
                start = time.perf_counter()
                found, _ = evaluate_lake(lake, spans, edition="2018", block=50, mapper=on_cluster(address))
                seconds[workers] = time.perf_counter() - start
                memory = "  ".join(f"{peak(pid):,.0f}" for pid in pids)
            same = all(_bits(a) == _bits(b) for a, b in zip(plain, found, strict=True))
            print(f"{workers} worker(s): {seconds[workers]:6.2f} s   peak MiB {memory}   same bits: {same}")
        print(f"two workers are {seconds[1] / seconds[2]:.2f} times as fast as one")


def _bits(one: Any) -> bytes:
    figures = b"".join(of.mean.tobytes() + of.percentile.tobytes() for of in one.of.values())
    return bytes(one.composite.value.tobytes() + figures)


if __name__ == "__main__":
    main()
