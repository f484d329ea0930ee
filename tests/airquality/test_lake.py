"""A Parquet lake in blocks of stations, here and on a real Dask cluster: the same bits as all at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lantian.airquality import AirError
from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.hours import Hours, hours_of
from lantian.airquality.lake import Lake, evaluate_lake, on_cluster, open_lake
from lantian.airquality.overview import evaluate_spans
from lantian.airquality.spans import Span, month, quarter
from lantian.airquality.statistics import Figures, Statistics
from tests.airquality.test_kernels import weather

SPANS: list[Span] = [month(2019, 1), month(2019, 2), month(2019, 3), quarter(2019, 1)]
AREAS = {"东镇": ["1", "2", "3"], "西镇": ["4", "5"], "北镇": ["6", "7"]}
DAYS = 90


@pytest.fixture(scope="module")
def hours() -> Hours:
    made = weather(5, stations=7, days=DAYS)
    bounded = {"co": 150.0, "o3": 1500.0}  # what reading takes for a measurement
    for p, array in made.values.items():
        array[~(array <= bounded.get(p, 5000.0))] = np.nan
    return hours_of(made.values, stations=made.stations, start=date(2019, 1, 1))


@pytest.fixture(scope="module")
def lake(hours: Hours, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Three files, a month each; rows by hour, so that a block finds its stations all over a file."""
    place = tmp_path_factory.mktemp("lake")
    times = [datetime(2019, 1, 1, 1) + timedelta(hours=t) for t in range(DAYS * 24)]
    frame = pl.DataFrame(
        {
            "station": np.tile(np.array(hours.stations), len(times)),
            "time": np.repeat(np.array(times, "datetime64[us]"), len(hours.stations)),
            **{p: hours.values[p].T.reshape(-1) for p in POLLUTANTS},
        }
    )
    for number in (1, 2, 3):
        ends = pl.col("time").dt.offset_by("-1h").dt.month() == number
        frame.filter(ends).write_parquet(place / f"2019-{number:02}.parquet")
    return open_lake(sorted(place.glob("*.parquet")))


def bits(found: list[Statistics]) -> list[tuple[object, ...]]:
    out = []
    for one in found:
        figures = [getattr(one.of[p], f.name).tobytes() for p in one.of for f in fields(Figures)]
        out.append((one.span, one.stations, one.levels.tobytes(), one.composite.value.tobytes(), *figures))
    return out


def test_a_lake_knows_its_stations_and_days(lake: Lake, hours: Hours):
    assert lake.stations == hours.stations
    assert (lake.first, lake.last) == (date(2019, 1, 1), date(2019, 3, 31))


@pytest.mark.parametrize("block", [1, 3, 100])
@pytest.mark.parametrize("areas", [None, AREAS], ids=["stations", "areas"])
def test_blocks_give_the_bits_of_the_whole(lake: Lake, hours: Hours, block: int, areas: dict[str, list[str]] | None):
    found, report = evaluate_lake(lake, SPANS, edition="2018", areas=areas, block=block)
    assert bits(found) == bits(evaluate_spans(hours, SPANS, edition="2018", areas=areas))
    assert report.values == sum(int(np.isfinite(array).sum()) for array in hours.values.values())
    assert report.rows == 7 * DAYS * 24


def test_what_is_no_lake_is_told(tmp_path: Path):
    place = tmp_path / "a.parquet"
    pl.DataFrame({"station": ["a"], "time": ["2019-01-01"], "pm25": [1.0]}).write_parquet(place)
    with pytest.raises(AirError, match="typed"):
        open_lake([place])
    with pytest.raises((AirError, OSError)):
        open_lake([tmp_path / "none.parquet"])


def test_only_files_of_the_spans_are_read(lake: Lake, hours: Hours):
    found, report = evaluate_lake(lake, [month(2019, 3)], edition="2018")
    assert report.rows == 7 * (DAYS - 31) * 24  # the last day of February stands before the first of March
    assert bits(found) == bits(evaluate_spans(hours, [month(2019, 3)], edition="2018"))


def test_a_wrong_value_is_told_with_its_file_and_line(tmp_path: Path):
    times = [datetime(2019, 1, 1, hour) for hour in range(1, 24)] * 2
    values = [30.0] * 46
    values[40] = 99_999.0
    frame = pl.DataFrame({"station": ["a"] * 23 + ["b"] * 23, "time": times, "pm25": values})
    frame.write_parquet(tmp_path / "2019-01.parquet")
    one = Span("2019-01-01", "span", date(2019, 1, 1), date(2019, 1, 1))
    found, report = evaluate_lake(open_lake([tmp_path / "2019-01.parquet"]), [one], block=1)
    (skipped,) = report.skipped
    assert (skipped.code, skipped.file, skipped.row) == ("too-high", "2019-01.parquet", 41)
    assert found[0].of["pm25"].valid_days.tolist() == [1, 1]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler and two single-thread workers as real processes."""
    place = tmp_path_factory.mktemp("cluster")
    told = place / "scheduler.json"
    environ = os.environ | {"POLARS_MAX_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    common = ["--no-dashboard", "--scheduler-file", str(told)]
    local = ["--host", "127.0.0.1"]
    commands = [["distributed.cli.dask_scheduler", "--port", "0", *local, *common]]
    worker = ["--nthreads", "1", "--no-nanny", "--local-directory", str(place), *local, *common]
    commands += [["distributed.cli.dask_worker", *worker]] * 2
    running = []
    with (place / "log").open("wb") as log:
        try:
            for command in commands:
                full = [sys.executable, "-m", *command]
                running.append(subprocess.Popen(full, env=environ, cwd=place, stdout=log, stderr=log))
                deadline = time.monotonic() + 60
                while not told.exists() and time.monotonic() < deadline:
                    time.sleep(0.1)
            yield json.loads(told.read_text())["address"]
        finally:
            for process in reversed(running):  # workers before their scheduler, for whom they would wait
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(10)


def test_a_cluster_gives_the_bits_of_one_process(lake: Lake, hours: Hours, cluster: str):
    found, report = evaluate_lake(lake, SPANS, edition="2018", block=2, mapper=on_cluster(cluster))
    assert bits(found) == bits(evaluate_spans(hours, SPANS, edition="2018"))
    assert report.rows == 7 * DAYS * 24


def test_the_command_line_asks_a_cluster(lake: Lake, cluster: str, tmp_path: Path):
    from lantian.cli import main

    out = tmp_path / "out.csv"
    files = [str(file.path) for file in lake.files]
    asked = ["air", "evaluate", *files, "--cluster", cluster, "--format", "csv", "-o", str(out)]
    with pytest.raises(SystemExit) as end:
        main(asked)
    assert not end.value.code
    table = pl.read_csv(out)
    assert table.height == 3 * 7
    assert table["span"].unique().sort().to_list() == ["2019-01", "2019-02", "2019-03"]
