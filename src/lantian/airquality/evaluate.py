"""Evaluation of hours: one pass over every station, several stations at a time."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from threading import local
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.arrays import Floats
from lantian.airquality.days import Days
from lantian.airquality.editions import POLLUTANTS, Edition
from lantian.airquality.editions import edition as find_edition
from lantian.airquality.hours import Hours
from lantian.airquality.plan import VALUES, Choices, Filled, Rules, empty, rules_of

Engine = Literal["auto", "numba", "numpy"]
BLOCK = 32  # stations that a thread takes at a time,
CELLS = 1_000_000  # and at most so many station-hours
WORTH_COMPILING = 3_000_000  # station-hours: what numpy does in the second that numba takes to start


@dataclass(frozen=True)
class Evaluation:
    """What the hours of stations give under one edition.

    Attributes
    ----------
    index : index of each hour, int16 [station, hour], -1 where not available
    primary : its primary pollutants, a bit for each of `items`
    running : by pollutant, running mean of 24 h (ozone 8 h), rounded as published, float32, NaN where missing
    running_count : by pollutant, the number of valid hours behind each
    days : values, counts and index of days
    """

    hours: Hours
    edition: Edition
    items: tuple[str, ...]
    index: NDArray[np.int16]
    primary: NDArray[np.uint8]
    running: dict[str, NDArray[np.float32]]
    running_count: dict[str, NDArray[np.uint8]]
    days: Days

    def aqi(self) -> Floats:
        """Index of each hour as numbers, NaN where not available."""
        return np.where(self.index < 0, np.nan, self.index)


def evaluate(
    hours: Hours,
    *,
    edition: str | Edition = "auto",
    on: date | None = None,
    choices: Choices | None = None,
    engine: Engine = "auto",
    threads: int | None = None,
) -> Evaluation:
    """Index of every hour, running means, values and index of every day.

    Parameters
    ----------
    hours : of stations over whole days; pollutants that are not there count as missing
    edition : name of the set of standards; 'auto' takes the one in force on the last day (or `on`)
    choices : what the standards leave open
    engine : 'numba' compiled, 'numpy' to the same bits; 'auto' takes numba where it is installed and there is enough
        work to be worth its start
    threads : at most; default the number of processors

    Examples
    --------
    >>> from lantian.airquality.hours import hours_of
    >>> found = evaluate(hours_of({"pm25": [[75.0] * 24]}, start=date(2019, 1, 1)))
    >>> int(found.days.index[0, 0]), float(found.running["pm25"][0, 23])
    (100, 75.0)
    """
    found = find_edition(edition, on=on or hours.end)
    chosen = choices or Choices()
    out = empty(len(hours.stations), hours.days * 24)
    _work_off(hours, rules_of(found, chosen), out.rows, engine, threads)
    return _evaluation(hours, found, chosen, out)


def evaluate_days(
    hours: Hours,
    *,
    edition: str | Edition = "auto",
    on: date | None = None,
    choices: Choices | None = None,
    engine: Engine = "auto",
    threads: int | None = None,
) -> Days:
    """Values and index of every day, as `evaluate` gives them; what hours give besides is not kept.

    Beside the hours it needs little memory, however many there are.
    """
    found = find_edition(edition, on=on or hours.end)
    length = hours.days * 24
    kept = empty(len(hours.stations), length, only_days=True)
    own = local()

    def room(rows: slice) -> Filled:
        if not hasattr(own, "hours"):
            own.hours = empty(_step(length), length)
        hours: Filled = own.hours
        return hours.rows(slice(0, rows.stop - rows.start)).with_days_of(kept.rows(rows))

    _work_off(hours, rules_of(found, choices or Choices()), room, engine, threads)
    return _days(hours, found, kept)


def _work_off(hours: Hours, rules: Rules, room: Callable[[slice], Filled], engine: Engine, threads: int | None) -> None:
    """Fill what `room` gives for some stations, several of them at a time."""
    count, length = len(hours.stations), hours.days * 24
    nothing = np.full((1, length), np.nan, np.float32)
    arrays = [hours.values.get(p, np.broadcast_to(nothing, (count, length))) for p in POLLUTANTS]
    fill = kernel("numpy" if engine == "auto" and count * length < WORTH_COMPILING else engine)
    size = _step(length)
    blocks = [slice(low, min(low + size, count)) for low in range(0, count, size)]

    def work(rows: slice) -> None:
        fill([np.ascontiguousarray(array[rows]) for array in arrays], rules, room(rows))

    workers = max(1, min(threads or os.cpu_count() or 1, len(blocks)))
    if workers == 1:
        for block in blocks:
            work(block)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, blocks))


def _step(length: int) -> int:
    """Stations a thread takes at a time."""
    return max(1, min(BLOCK, CELLS // max(length, 1)))


@lru_cache(maxsize=4)
def kernel(engine: Engine) -> Callable[[list[NDArray[np.float32]], Rules, Filled], None]:
    """The kernel by name. 'auto' is numba, and numpy where numba is missing or finds no place for its machine code."""
    module: Any
    if engine != "numpy":
        try:
            module = importlib.import_module("lantian.airquality.kernel_numba")
            return module.fill  # type: ignore[no-any-return]
        except (ImportError, RuntimeError):
            if engine == "numba":
                raise
    module = importlib.import_module("lantian.airquality.kernel_numpy")
    return module.fill  # type: ignore[no-any-return]


def _evaluation(hours: Hours, edition: Edition, choices: Choices, out: Filled) -> Evaluation:
    return Evaluation(
        hours=hours,
        edition=edition,
        items=edition.index.reports[choices.hour_report],  # type: ignore[index]
        index=out.hour_index,
        primary=out.hour_primary,
        running=dict(zip(POLLUTANTS, out.running, strict=True)),
        running_count=dict(zip(POLLUTANTS, out.running_count, strict=True)),
        days=_days(hours, edition, out),
    )


def _days(hours: Hours, edition: Edition, out: Filled) -> Days:
    return Days(
        stations=hours.stations,
        start=hours.start,
        edition=edition,
        value=dict(zip(VALUES, out.day_value, strict=True)),
        count=dict(zip(VALUES, out.day_count, strict=True)),
        index=out.day_index,
        primary=out.day_primary,
    )
