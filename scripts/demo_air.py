#!/usr/bin/env python3
"""Makes the demo's measured air from the original files: src/lantian/site/demo/beijing/hours.parquet.

    python scripts/demo_air.py FOLDER          # writes the file anew
    python scripts/demo_air.py FOLDER --check  # says whether the file in the tree holds what the originals hold

FOLDER holds the twelve files PRSA_Data_*.csv (or .csv.gz) of the UCI Machine Learning Repository, no. 501.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import polars as pl

TARGET = Path(__file__).parents[1] / "src" / "lantian" / "site" / "demo" / "beijing" / "hours.parquet"
STATIONS, HOURS = 12, 35_064
TENTHS = ("PM2.5", "PM10", "SO2", "NO2", "O3", "TEMP", "PRES", "DEWP", "RAIN", "WSPM")
WHOLE = ("CO",)  # µg/m³: ten thousand tenths of its largest values would not fit
POINTS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")


def hours(folder: Path) -> pl.DataFrame:
    """All hours of the originals as whole numbers, station by station."""
    files = sorted(folder.glob("PRSA_Data_*.csv*"))
    if len(files) != STATIONS:
        raise SystemExit(f"{folder}: {len(files)} files PRSA_Data_*.csv, {STATIONS} are needed")
    numbers = dict.fromkeys((*TENTHS, *WHOLE), pl.Float64)
    table = pl.concat([pl.read_csv(file, null_values="NA", schema_overrides=numbers) for file in files])
    counts = table.group_by("station").len()["len"].unique().to_list()
    if counts != [HOURS]:
        raise SystemExit(f"a station has {counts} rows, not {HOURS}")
    return table.select(
        "station",
        pl.col("year").cast(pl.Int16),
        pl.col("month", "day", "hour").cast(pl.UInt8),
        *((pl.col(name) * 10).round(0).cast(pl.Int16) for name in TENTHS),
        *(pl.col(name).round(0).cast(pl.Int16) for name in WHOLE),
        pl.col("wd").replace_strict({p: k for k, p in enumerate(POINTS)}, default=None, return_dtype=pl.UInt8),
    )


def main() -> int:
    """Write, or compare."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--check", action="store_true", help="compare instead of writing")
    given = asked.parse_args()
    made = hours(given.folder)
    if given.check:
        same = made.equals(pl.read_parquet(TARGET))
        print("the same" if same else "DIFFERENT from the originals", TARGET)
        return 0 if same else 1
    TARGET.parent.mkdir(exist_ok=True)
    made.write_parquet(TARGET, compression="zstd", compression_level=19, row_group_size=HOURS, statistics=False)
    print(TARGET, TARGET.stat().st_size, "bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
