"""What a kernel is told: the rules of an edition as whole numbers and tables, and the arrays that it fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.editions import POLLUTANTS, Edition, Scale
from lantian.airquality.faults import AirError
from lantian.airquality.iaqi import name_of
from lantian.airquality.thousandths import step

O3 = POLLUTANTS.index("o3")
HOUR, RUNNING = 0, 1  # what an item of the hour report looks at
MEAN, MAXIMUM, EIGHT = 0, 1, 2  # what an item of the day report looks at
VALUES = (*POLLUTANTS, "o3_1h")  # values of a day: means, MDA8 of ozone, and the largest hour of ozone


class Items(NamedTuple):
    """Items of a report: pollutant, what is looked at, digits, and where its index table lies in `table`.

    Before each table stands -1, the index of a missing concentration.
    `other_at` is the table of the item that speaks where this one has no index (-1: none); it looks at the running
    mean of the same pollutant.
    """

    pollutant: NDArray[np.int64]
    kind: NDArray[np.int64]
    step: NDArray[np.int64]
    at: NDArray[np.int64]
    top: NDArray[np.int64]
    other_at: NDArray[np.int64]
    other_top: NDArray[np.int64]


class Rules(NamedTuple):
    """An edition for a kernel: all whole numbers."""

    hour: Items
    day: Items
    table: NDArray[np.int32]
    window: NDArray[np.int64]
    least: NDArray[np.int64]
    digit: NDArray[np.int64]  # step of running means by pollutant
    digits: NDArray[np.int64]  # 10 ** decimals of running means by pollutant
    day_step: NDArray[np.int64]
    restart: bool
    day_hours: int
    window_hours: int
    first_window: int
    last_window: int
    least_windows: int
    limit: int  # of MDA8 in units as published; -1: no exception for days above it
    least_index: int
    complete_to: int
    primary_above: int
    expected: int  # bits of the pollutants that a report needs to be complete


class DayRules(NamedTuple):
    """How values of days follow from hours: editions that agree in it give the same values of days."""

    step: tuple[int, ...]  # thousandths that a value is rounded to, by pollutant
    hours: int
    window_hours: int
    first_window: int
    last_window: int
    least_windows: int
    limit: int  # of MDA8 in units as published; -1: no exception for days above it


@dataclass(frozen=True)
class Choices:
    """What the standards leave open, or the platform does otherwise.

    Attributes
    ----------
    hour_report : 'platform' (six one-hour means, as the national publication) or 'hour' (as the standard)
    running_least : valid hours that a running mean of 8 and of 24 hours needs
    restart_ozone : the eight-hour mean of ozone begins anew at 01:00 of each day, as on the national platform
    windows : hours at which the first and last window of the MDA8 end; None takes the edition's
    """

    hour_report: str = "platform"
    running_least: tuple[int, int] = (6, 20)
    restart_ozone: bool = False
    windows: tuple[int, int] | None = None
    not_monitored: tuple[str, ...] = ()


def rules_of(edition: Edition, choices: Choices) -> Rules:
    """The rules of an edition and some choices, ready for a kernel."""
    table: list[NDArray[np.int32]] = []
    hour = _items(edition, choices.hour_report, table)
    day = _items(edition, "day", table)
    index, of_days = edition.index, day_rules(edition)
    decimals = [index.decimals[p] for p in POLLUTANTS]  # type: ignore[index]
    windows = choices.windows or (of_days.first_window, of_days.last_window)
    ignored = {name_of(name) for name in choices.not_monitored}
    earliest = 8 if choices.restart_ozone else 1
    if not earliest <= windows[0] <= windows[1] <= 24:
        raise AirError(
            f"8 小时窗口 {windows} 须在 {earliest}–24 时内。", f"Windows {windows} must lie in hours {earliest} to 24."
        )
    return Rules(
        hour=hour,
        day=day,
        table=np.concatenate(table),
        window=np.array([8 if p == "o3" else 24 for p in POLLUTANTS], np.int64),
        least=np.array([choices.running_least[0 if p == "o3" else 1] for p in POLLUTANTS], np.int64),
        digit=np.array([step(d) for d in decimals], np.int64),
        digits=np.array([10**d for d in decimals], np.int64),
        day_step=np.array(of_days.step, np.int64),
        restart=choices.restart_ozone,
        day_hours=of_days.hours,
        window_hours=of_days.window_hours,
        first_window=windows[0],
        last_window=windows[1],
        least_windows=of_days.least_windows,
        limit=of_days.limit,
        least_index=index.least,
        complete_to=-1 if index.complete_to is None else index.complete_to,
        primary_above=index.primary_above,
        expected=sum(1 << k for k, p in enumerate(POLLUTANTS) if p not in ignored),
    )


def day_rules(edition: Edition) -> DayRules:
    """How an edition works out values of days."""
    evaluation, rounding = edition.evaluation, edition.evaluation.rounding.day
    limit = edition.limit("o3", "day") if evaluation.mda8.unless_exceeding else None
    return DayRules(
        step=tuple(step(rounding.get(p, rounding["others"])) for p in POLLUTANTS),
        hours=evaluation.validity.day_hours,
        window_hours=evaluation.mda8.hours,
        first_window=evaluation.mda8.first,
        last_window=evaluation.mda8.last,
        least_windows=evaluation.mda8.least,
        limit=-1 if limit is None else int(limit),
    )


_KINDS = {"o3_1h": MAXIMUM, "o3_8h": EIGHT}


def _items(edition: Edition, report: str, table: list[NDArray[np.int32]]) -> Items:
    def place(scale: Scale) -> tuple[int, int]:
        at = sum(map(len, table)) + 1
        table.append(np.concatenate(([-1], scale.table)).astype(np.int32))
        return at, scale.top

    names = edition.index.reports[report]  # type: ignore[index]
    rows = []
    for name in names:
        scale = edition.scales[name].as_in(report)
        kind = _KINDS.get(name, MEAN) if report == "day" else HOUR if name.endswith("_1h") else RUNNING
        spoken = report != "day" and scale.instead and scale.instead not in names
        other = place(edition.scales[scale.instead]) if spoken else (-1, -1)
        rows.append((POLLUTANTS.index(scale.pollutant), kind, step(scale.decimals), *place(scale), *other))
    return Items(*(np.array(column, np.int64) for column in zip(*rows, strict=True)))


class Filled(NamedTuple):
    """What a kernel fills, for stations × hours and stations × days; missing is -1, or MISSING for values.

    The primary ones hold a bit for each item of the report in its order. An array a pollutant: the rows of some
    stations are one stretch of memory, so that one machine code serves every part of a larger whole.
    """

    hour_index: NDArray[np.int16]
    hour_primary: NDArray[np.uint8]
    running: tuple[NDArray[np.float32], ...]  # by pollutant
    running_count: tuple[NDArray[np.uint8], ...]
    day_value: tuple[NDArray[np.int32], ...]  # by VALUES, thousandths
    day_count: tuple[NDArray[np.uint8], ...]  # valid hours, of ozone valid windows
    day_index: NDArray[np.int16]
    day_primary: NDArray[np.uint8]

    def rows(self, rows: slice) -> Filled:
        """The part of some stations."""
        return Filled(
            self.hour_index[rows],
            self.hour_primary[rows],
            tuple(array[rows] for array in self.running),
            tuple(array[rows] for array in self.running_count),
            tuple(array[rows] for array in self.day_value),
            tuple(array[rows] for array in self.day_count),
            self.day_index[rows],
            self.day_primary[rows],
        )

    def with_days_of(self, other: Filled) -> Filled:
        """The hours of this one, the days of another."""
        return Filled(*self[:4], *other[4:])


def empty(stations: int, hours: int, *, only_days: bool = False) -> Filled:
    """Room for the results of so many stations and hours."""
    of_days, of_hours = (stations, hours // 24), (stations, 0 if only_days else hours)
    return Filled(
        hour_index=np.empty(of_hours, np.int16),
        hour_primary=np.empty(of_hours, np.uint8),
        running=tuple(np.empty(of_hours, np.float32) for _ in POLLUTANTS),
        running_count=tuple(np.empty(of_hours, np.uint8) for _ in POLLUTANTS),
        day_value=tuple(np.empty(of_days, np.int32) for _ in VALUES),
        day_count=tuple(np.empty(of_days, np.uint8) for _ in VALUES),
        day_index=np.empty(of_days, np.int16),
        day_primary=np.empty(of_days, np.uint8),
    )
