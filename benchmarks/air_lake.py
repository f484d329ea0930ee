"""A Parquet lake of ten years and 1,600 stations on a Dask cluster: one worker against two, and one process's bits.

The lake repeats four years that were measured at twelve Beijing stations (`_lake`). Scheduler and workers are real
processes of one thread each. Every figure of every year and month of the one process is compared with theirs. Bounds:
two workers 1.6 times as fast as one; a worker needs the memory of a block, however long the lake is.

LANTIAN_BENCH_STATIONS (1600) and LANTIAN_BENCH_YEARS (10) set the size, LANTIAN_BENCH_PAIRS (3) how often one and two
workers take turns, LANTIAN_BENCH_LAKE a directory in which the lake is kept for the next time (1.1 GB).
"""

from __future__ import annotations

import gc
import hashlib
import os
import statistics
import tempfile
import time
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._lake import FIRST, Cluster, cluster, lake
from lantian.airquality.lake import evaluate_lake, on_cluster, open_lake
from lantian.airquality.spans import month, year
from lantian.airquality.statistics import Figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lantian.airquality.lake import Mapper
    from lantian.airquality.spans import Span
    from lantian.airquality.statistics import Statistics

STATIONS = int(os.environ.get("LANTIAN_BENCH_STATIONS", "1600"))
YEARS = int(os.environ.get("LANTIAN_BENCH_YEARS", "10"))
PAIRS = int(os.environ.get("LANTIAN_BENCH_PAIRS", "3"))
LIMIT = "1GiB"  # memory a worker may use before Dask holds it back


@dataclass(frozen=True)
class Turn:
    """One evaluation of the whole lake by a cluster."""

    wall: float
    busy: list[float]
    peaks: list[float]
    bits: str


def main() -> None:
    kept = os.environ.get("LANTIAN_BENCH_LAKE")
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        files = lake(Path(kept or place) / f"{STATIONS}x{YEARS}", stations=STATIONS, years=YEARS)
        size = sum(file.stat().st_size for file in files) / 2**20
        days = (date(FIRST.year + YEARS, 1, 1) - FIRST).days
        raw = STATIONS * days * 24 * 6 * 4 / 2**20
        print(f"{STATIONS:,} stations × {YEARS} years: {len(files)} files, {size:,.0f} MiB, {raw:,.0f} MiB of float32")
        print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; workers of one thread, limit {LIMIT}")
        spans = asked()
        start, spent = time.perf_counter(), time.process_time()
        alone = evaluated(files, spans, map)
        print(f"one process: {time.perf_counter() - start:.1f} s, {time.process_time() - spent:.1f} s of processor")
        turns: dict[int, list[Turn]] = {1: [], 2: []}
        for pair in range(PAIRS):
            for workers in (1, 2) if pair % 2 == 0 else (2, 1):
                with cluster(place, workers, memory=LIMIT) as found:
                    turn = timed(found, files, spans)
                turns[workers].append(turn)
                busy, peaks = ("  ".join(f"{one:,.1f}" for one in ones) for ones in (turn.busy, turn.peaks))
                same = turn.bits == alone
                print(f"{workers} worker(s): {turn.wall:6.1f} s   busy {busy} s   peak {peaks} MiB   same bits: {same}")
        told(turns)


def asked() -> list[Span]:
    """Every year and every month of the lake."""
    years = range(FIRST.year, FIRST.year + YEARS)
    return [*map(year, years), *(month(one, number) for one in years for number in range(1, 13))]


def timed(found: Cluster, files: Sequence[Path], spans: Sequence[Span]) -> Turn:
    """Look at the lake and evaluate it; workers have loaded their modules and machine code before."""
    mapper = on_cluster(found.address)
    evaluated(files[:12], [month(FIRST.year, 1)], mapper)
    before, start = found.busy(), time.perf_counter()
    bits = evaluated(files, spans, mapper)
    wall = time.perf_counter() - start
    busy = [after - one for one, after in zip(before, found.busy(), strict=True)]
    return Turn(wall, busy, found.peaks(), bits)


def evaluated(files: Sequence[Path], spans: Sequence[Span], mapper: Mapper) -> str:
    found, _ = evaluate_lake(open_lake(files, mapper=mapper), spans, edition="2018", mapper=mapper)
    gc.collect()
    return digest(found)


def digest(found: Sequence[Statistics]) -> str:
    """A hash of every figure."""
    sha = hashlib.sha256()
    for one in found:
        for figures in one.of.values():
            for field in fields(Figures):
                sha.update(getattr(figures, field.name).tobytes())
        sha.update(one.levels.tobytes() + one.composite.value.tobytes())
        for days in one.primary_days.values():
            sha.update(days.tobytes())
    return sha.hexdigest()


def told(turns: dict[int, list[Turn]]) -> None:
    one, two = (statistics.median(turn.wall for turn in turns[workers]) for workers in (1, 2))
    ratios = sorted(a.wall / b.wall for a, b in zip(turns[1], turns[2], strict=True))
    print(f"medians: {one:.1f} s and {two:.1f} s; ratios of the pairs {' '.join(f'{ratio:.2f}' for ratio in ratios)}")
    most = statistics.median(max(turn.busy) for turn in turns[2])
    whole = statistics.median(sum(turn.busy) for turn in turns[1])
    print(f"processor time: {whole:.1f} s of one worker, {most:.1f} s of the busier of two: {whole / most:.2f} times")
    print(f"peak of any worker: {max(max(turn.peaks) for turns in turns.values() for turn in turns):,.0f} MiB")


if __name__ == "__main__":
    main()
