"""A national year of hours to index, running means, days, months, year and ranking: lantian beside polars and pandas.

1,600 stations × 8,760 h × 6 pollutants, float32 in memory. Each one runs in a process of its own that reads the hours
from files; seconds are those of the computation alone, the best of some rounds; memory is the peak of the whole
process, compiler and all, when it has done the work once. Bounds: 2 s on two idle cores, 3 times the input's memory,
10 times faster than polars, 30 times than pandas. pandas is tried twice: from rows, as tables come, and from one frame
a pollutant, which is how it rolls fastest. CPU seconds tell more than wall time on a shared machine.
LANTIAN_BENCH_STATIONS and LANTIAN_BENCH_PEERS (0: lantian alone) make it shorter.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.evaluate import evaluate
from lantian.airquality.hours import Hours
from lantian.airquality.rank import rank
from lantian.airquality.spans import month, year
from lantian.airquality.statistics import statistics_of

STATIONS = int(os.environ.get("LANTIAN_BENCH_STATIONS", "1600"))
PEERS = os.environ.get("LANTIAN_BENCH_PEERS", "1") != "0"
DAYS = 365
START = date(2019, 1, 1)
ROUNDS = {"lantian": 3, "lantian numpy": 1, "polars": 2, "pandas, frames": 1, "pandas, rows": 1}
LEVEL = {"so2": 12, "no2": 35, "co": 0.9, "o3": 60, "pm10": 90, "pm25": 50}


def write_hours(directory: Path) -> None:
    """A file a pollutant with hours that look like measured ones: episodes of some days, one digit, 3 % missing."""
    random = np.random.default_rng(2019)
    shape = (STATIONS, DAYS * 24)
    for name in POLLUTANTS:
        drift = np.repeat(random.normal(0, 0.6, (STATIONS, DAYS)).astype(np.float32), 24, axis=1)
        array = random.normal(0, 0.25, shape).astype(np.float32)
        array += drift
        np.exp(array, out=array)
        array *= LEVEL[name]
        np.round(array, 1 if name == "co" else 0, out=array)
        array[random.random(shape, np.float32) < 0.03] = np.nan
        np.save(directory / f"{name}.npy", array)


def with_lantian(values: dict[str, np.ndarray[Any, Any]], engine: Any) -> Any:
    """All steps; what is kept is what a caller would keep."""
    held = Hours(tuple(map(str, range(STATIONS))), START, values)
    found = evaluate(held, edition="2018", engine=engine)
    *months, whole = statistics_of(found.days, [*(month(2019, number) for number in range(1, 13)), year(2019)])
    places = rank(dict(zip(held.stations, whole.composite.value.tolist(), strict=True)), decimals=2)
    return found, months, whole, places


def run(name: str, directory: Path) -> dict[str, float]:
    """One contender in this process: best seconds, CPU seconds of that run, peak memory."""
    values = {pollutant: np.load(directory / f"{pollutant}.npy") for pollutant in POLLUTANTS}
    numbers = np.array([(START + timedelta(days=k)).month for k in range(DAYS)], np.uint8)
    if name.startswith("lantian"):
        engine = "numpy" if name.endswith("numpy") else "numba"
        few = {key: array[:2] for key, array in values.items()}
        evaluate(Hours(("a", "b"), START, few), edition="2018", engine=engine)  # compiled before the clock starts

        def work() -> Any:
            return with_lantian(values, engine)
    else:
        from benchmarks import _air_peers as peers

        of = {"polars": peers.with_polars, "pandas, frames": peers.with_pandas, "pandas, rows": peers.with_pandas_rows}

        def work() -> Any:
            return of[name](values, numbers)

    best, peak = (float("inf"), 0.0), 0.0
    for _ in range(ROUNDS[name]):
        wall, cpu = time.perf_counter(), time.process_time()
        kept = work()
        best = min(best, (time.perf_counter() - wall, time.process_time() - cpu))
        del kept
        peak = peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
            1024 if sys.platform == "linux" else 1024**2
        )
    return {"wall": best[0], "cpu": best[1], "peak": peak}


def main() -> None:
    bytes_in = STATIONS * DAYS * 24 * len(POLLUTANTS) * 4
    size = bytes_in / 2**20
    print(f"{STATIONS:,} stations × {DAYS * 24:,} h × {len(POLLUTANTS)} pollutants, float32: {size:,.0f} MiB")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start")
    print(f"{'':<16}{'wall s':>9}{'CPU s':>9}{'peak MiB':>10}{'× input':>9}{'× wall':>8}{'× CPU':>8}")
    with tempfile.TemporaryDirectory() as directory:
        write_hours(Path(directory))
        first = _compared(directory, size)
    written = bytes_in * (1 + 1 / 4) + STATIONS * DAYS * 24 * 3
    copied = _bandwidth()
    share = (bytes_in + written) / (first["cpu"] or 1) / copied
    print(f"memory moved per CPU second: {share:.0%} of what a plain copy moves ({copied / 1e9:.0f} GB/s)")


def _compared(directory: str, size: float) -> dict[str, float]:
    """Run every contender and print its line; what lantian took."""
    first: dict[str, float] = {}
    for name in ROUNDS if PEERS else ("lantian",):
        command = [sys.executable, "-m", "benchmarks.air_year", name, directory]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found = json.loads(told)
        first = first or found
        print(
            f"{name:<16}{found['wall']:9.2f}{found['cpu']:9.2f}{found['peak']:10,.0f}{found['peak'] / size:9.2f}"
            f"{found['wall'] / first['wall']:8.1f}{found['cpu'] / first['cpu']:8.1f}",
            flush=True,
        )
    return first


def _bandwidth() -> float:
    """Bytes that a plain copy reads and writes in a CPU second."""
    source = np.ones(16_000_000)
    target = np.empty_like(source)
    np.copyto(target, source)
    start = time.process_time()
    for _ in range(4):
        np.copyto(target, source)
    return 8 * source.nbytes / (time.process_time() - start)


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], Path(sys.argv[2]))))
