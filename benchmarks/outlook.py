"""How well the chance of keeping a goal holds: seasons at twelve Beijing stations, each told from the other years.

A season is stopped at several days; limits are shares of what the other years averaged (counted). The chance that is
then given is held against whether the limit was kept. Data: PRSA, below LANTIAN_SHARED. The stations share their
weather, so the numbers of cases say more than there is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np

from lantian.airquality.evaluate import evaluate
from lantian.airquality.read import read_hours
from lantian.airquality.targets import Adds, Limit, chance

SHARED = Path(os.environ.get("LANTIAN_SHARED", "../shared"))
DATA = SHARED / "data" / "prsa"
YEARS = (2013, 2014, 2015, 2016)
SEASONS = {"winter": ((11, 15), (2, 28)), "spring": ((3, 1), (5, 31)), "autumn": ((8, 15), (11, 14))}
CUTS = (0.2, 0.35, 0.5, 0.65, 0.8)
SHARES = (0.75, 0.9, 1.0, 1.1, 1.3)
HEAVY = 200
BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def days(data: Path = DATA) -> tuple[date, np.ndarray, np.ndarray]:
    """First day; PM2.5 and index, station × day."""
    found = evaluate(read_hours(sorted(data.glob("*.csv.gz"))).hours, edition="2012").days
    return found.start, found.concentration("pm25").astype(float), found.aqi()


def cases(start: date, values: np.ndarray, *, adds: Adds, seasons: Sequence[str]) -> Iterator[tuple[float, bool]]:
    """Chance given, and whether the limit was kept."""
    for name in seasons:
        parts = [_season(start, values, year, *SEASONS[name]) for year in YEARS]
        length = min(part.shape[1] for part in parts)
        for station in range(values.shape[0]):
            rows = np.array([part[station, :length] for part in parts])
            for year in range(len(YEARS)):
                yield from _of_year(rows, year, adds)


def _season(start: date, values: np.ndarray, year: int, first: tuple[int, int], last: tuple[int, int]) -> np.ndarray:
    begin = date(year, *first)
    end = date(year + (last < first), *last)
    return values[:, (begin - start).days : (end - start).days + 1]


def _of_year(rows: np.ndarray, year: int, adds: Adds) -> Iterator[tuple[float, bool]]:
    """Every stop and limit of one season; missing days stay missing."""
    figure = _mean if adds == "mean" else _count
    others = np.delete(rows, year, axis=0)
    usual = float(np.mean([figure(one) for one in others]))
    for cut in CUTS:
        at = round(rows.shape[1] * cut)
        rest = rows.shape[1] - at
        done, whole = figure(rows[year, :at]), figure(rows[year])
        valid = int((~np.isnan(rows[year, :at])).sum())
        past = [figure(one[at:]) for one in others]
        for share in SHARES:
            limit = Limit("<=", usual * share)
            found = chance(limit, done, adds=adds, valid=valid, days=rest, past=past)
            if found.share is not None:
                yield found.share, limit.keeps(whole)


def _mean(values: np.ndarray) -> float:
    return float(np.nanmean(values))


def _count(values: np.ndarray) -> float:
    return float((values > HEAVY).sum())


def table(found: Sequence[tuple[float, bool]]) -> list[tuple[str, int, float, float]]:
    """Of each range of chances: cases, the mean chance given, the share that kept the limit."""
    given = np.array([share for share, _kept in found])
    kept = np.array([kept for _share, kept in found], float)
    rows = []
    for low, high in pairwise(BINS):
        there = (given >= low) & ((given < high) | (high == BINS[-1]))
        if there.any():
            rows.append((f"{low:.0%}–{high:.0%}", int(there.sum()), given[there].mean(), kept[there].mean()))
    return rows


def brier(found: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Mean squared error of the chance, and of always saying how often limits are kept."""
    given = np.array([share for share, _kept in found])
    kept = np.array([kept for _share, kept in found], float)
    return float(((given - kept) ** 2).mean()), float(((kept.mean() - kept) ** 2).mean())


def main() -> None:
    """Print the tables."""
    if not DATA.exists():
        print(f"(no data below LANTIAN_SHARED={SHARED})")
        return
    start, pm25, index = days()
    for title, values, adds, seasons in (
        ("PM2.5, mean of a winter", pm25, "mean", ("winter",)),
        ("PM2.5, mean of a season", pm25, "mean", tuple(SEASONS)),
        ("heavy days of a winter", index, "count", ("winter",)),
    ):
        found = list(cases(start, values, adds=adds, seasons=seasons))  # type: ignore[arg-type]
        mine, base = brier(found)
        print(f"{title}: {len(found)} cases, Brier {mine:.3f} (always the same share: {base:.3f})")
        for name, count, given, kept in table(found):
            print(f"  {name:9} cases {count:5}  chance given {given:5.2f}  kept {kept:5.2f}")
