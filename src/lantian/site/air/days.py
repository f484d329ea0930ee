"""Days of stations, worked out from their hours whenever those change: registered with the roll-ups of `series`.

A stored day follows the edition in force on it. Editions differ in how they work out values of days (2026 keeps a
digit more), so that a block of days also holds what the other ways give, as factors of their own (`other`): pages under
another edition read days, not the hours of a year. What is not stored so is worked out from the hours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian import rulebook
from lantian.airquality.days import Days
from lantian.airquality.editions import POLLUTANTS, Edition, edition, names
from lantian.airquality.evaluate import evaluate_days
from lantian.airquality.hours import Hours
from lantian.airquality.kernel_numpy import day_report, whole_units
from lantian.airquality.plan import EIGHT, MAXIMUM, MEAN, O3, Choices, DayRules, day_rules, rules_of
from lantian.airquality.thousandths import MISSING, step, stored, thousandths
from lantian.rulebook.schemas.series import Flags
from lantian.site.series.batch import Batch
from lantian.site.series.grid import day_of
from lantian.site.series.queries import Cube, read
from lantian.site.series.rollups import Rollup, rollups

KIND = "station"
HOUR, DAY = np.timedelta64(1, "h"), np.timedelta64(1, "D")
ONE_DAY = dt.timedelta(days=1)
# Of each day its mean by pollutant, of ozone the MDA8, and beside it the largest hour.
FACTORS = (*POLLUTANTS, "o3_1h")
Marks = NDArray[np.bool_]
Stretch = tuple[dt.date, dt.date, Edition]  # days that one set holds for


def register() -> None:
    """Announce the roll-up."""
    rollups.register("air.days", Rollup(KIND, "1h", "1d", work_out))


def hours(owners: Sequence[int], first: dt.date, last: dt.date) -> Hours:
    """Valid hours of stations over whole days, both included."""
    since, until = np.datetime64(first, "s") + HOUR, np.datetime64(last, "s") + DAY
    cube = read(owners, POLLUTANTS, since, until)
    return Hours(tuple(map(str, owners)), first, cube.values)


def stretches(first: dt.date, last: dt.date, wanted: str | Edition = "auto") -> Iterator[Stretch]:
    """Days that one set holds for: under 'auto' that in force on each."""
    begin = first
    while begin <= last:
        rules = edition(wanted, on=begin)
        end, beyond = begin, last + ONE_DAY  # the set holds on `end`, and no longer on `beyond`
        if edition(wanted, on=last) is rules:
            end = last
        while (beyond - end).days > 1:
            middle = end + (beyond - end) // 2
            end, beyond = (middle, beyond) if edition(wanted, on=middle) is rules else (end, middle)
        yield begin, end, rules
        begin = end + ONE_DAY


def ways() -> dict[DayRules, str]:
    """The different ways in which editions work out values of days, each with the oldest edition that does so."""
    found: dict[DayRules, str] = {}
    for name in names():
        found.setdefault(day_rules(edition(name)), name)
    return found


def other(factor: str, way: str) -> str:
    """The factor that holds a value of a day as another edition than the one in force works it out."""
    return f"{factor}@{way}"


def work_out(owners: Sequence[int], first: np.datetime64, last: np.datetime64) -> Batch:
    """Days from the first to the last, and the one after: its eight-hour windows reach back into the night before."""
    since, until = day_of(first), day_of(last - HOUR) + ONE_DAY
    length = (until - since).days + 1
    found = ways()
    held = list(stretches(since, until))
    columns = [*FACTORS]
    for way, name in found.items():
        if any(day_rules(rules) != way for _, _, rules in held):
            columns += [other(factor, name) for factor in FACTORS]
    values = np.full((len(owners), length, len(columns)), np.nan)
    counts = np.zeros(values.shape, np.uint16)
    for begin, end, rules in held:
        some = hours(owners, begin - ONE_DAY, end)  # the evening before belongs to the first windows
        part = slice((begin - since).days, (end - since).days + 1)
        others = [name for way, name in found.items() if way != day_rules(rules)]
        for at, of in [(FACTORS, rules), *(([other(one, name) for one in FACTORS], edition(name)) for name in others)]:
            days = evaluate_days(some, edition=of)
            for factor, column in zip(FACTORS, map(columns.index, at), strict=True):
                values[:, part, column] = days.concentration(factor)[:, 1:]
                counts[:, part, column] = days.count[factor][:, 1:]
    dates = np.datetime64(since, "D") + np.arange(length)
    return Batch(
        "1d",
        np.repeat(np.asarray(owners, np.int64), length),
        np.tile(dates.astype("datetime64[s]"), len(owners)),
        columns,
        values.reshape(-1, len(columns)),
        counts=counts.reshape(-1, len(columns)),
    )


def under(owners: Sequence[int], first: dt.date, last: dt.date, chosen: Edition) -> Days:
    """Days of stations under one set with their index: as stored, or from the hours where they are not stored so.

    The index follows from means rounded to its own digits (2026: whole µg/m³), not from values of days rounded before.
    A day that somebody handed in is taken as it is under every set.
    """
    cube = _read(owners, first, last, chosen)
    as_published = _taken(cube, day_rules(chosen), first, last)
    judged = _taken(cube, _of_index(chosen), first, last) if _of_index(chosen) in ways() else as_published
    value = {name: stored(*thousandths(as_published.values[name])) for name in FACTORS}
    index, primary = _index({name: stored(*thousandths(judged.values[name])) for name in FACTORS}, chosen)
    made = Days(tuple(map(str, owners)), first, chosen, value, as_published.counts, index, primary)
    lacking = np.flatnonzero((as_published.lacking | judged.lacking).any(1)).tolist()
    if lacking:
        # the night before belongs to the first day's windows
        found = evaluate_days(hours([owners[row] for row in lacking], first - ONE_DAY, last), edition=chosen)
        for name in FACTORS:
            made.value[name][lacking], made.count[name][lacking] = found.value[name][:, 1:], found.count[name][:, 1:]
        made.index[lacking], made.primary[lacking] = found.index[:, 1:], found.primary[:, 1:]
    return made


@dataclass(frozen=True)
class _Taken:
    """Values of days as one way gives them, their counts, and where they are not stored although the day is."""

    values: dict[str, NDArray[np.float64]]
    counts: dict[str, NDArray[np.uint8]]
    lacking: Marks


def _of_index(chosen: Edition) -> DayRules:
    """The way that rounds values of days as the index does."""
    digits = tuple(step(chosen.index.decimals[p]) for p in POLLUTANTS)  # type: ignore[index]
    return day_rules(chosen)._replace(step=digits)


def _read(owners: Sequence[int], first: dt.date, last: dt.date, chosen: Edition) -> Cube:
    """Days as stored, with those columns beside them that hold what `chosen` needs."""
    in_force = {day_rules(rules) for _, _, rules in stretches(first, last)}
    found = ways()
    needed = {day_rules(chosen), _of_index(chosen)} & found.keys()
    columns = [other(name, found[way]) for way in needed if in_force - {way} for name in FACTORS]
    return read(owners, (*FACTORS, *columns), np.datetime64(first, "s"), np.datetime64(last, "s"), interval="1d")


def _taken(cube: Cube, way: DayRules, first: dt.date, last: dt.date) -> _Taken:
    own = np.zeros((last - first).days + 1, bool)
    for begin, end, rules in stretches(first, last):
        own[(begin - first).days : (end - first).days + 1] = day_rules(rules) == way
    values = {name: cube.values[name].astype(float) for name in FACTORS}
    counts = {name: cube.counts[name].astype(np.uint8) for name in FACTORS}
    lacking = np.zeros(cube.stages.shape, bool)
    if own.all():
        return _Taken(values, counts, lacking)
    given = rulebook.get("series-flags", as_=Flags).mask("given")
    name_of_way = ways()[way]
    for name in FACTORS:
        column = other(name, name_of_way)
        kept = own | (cube.flags[name] & given != 0)
        lacking |= ~kept & (cube.counts[name] > 0) & (cube.counts[column] == 0)
        values[name] = np.where(kept, values[name], cube.values[column])
    return _Taken(values, counts, lacking)


def _index(judged: dict[str, NDArray[np.int32]], chosen: Edition) -> tuple[NDArray[np.int16], NDArray[np.uint8]]:
    rules = rules_of(chosen, Choices())
    units = {}
    for k, name in enumerate(FACTORS):
        p, kind = (O3, MAXIMUM) if name == "o3_1h" else (k, EIGHT if k == O3 else MEAN)
        there = judged[name] != MISSING
        units[p, kind] = whole_units(np.where(there, judged[name], 0).astype(np.int64), int(rules.digit[p]), there)
    index, primary = day_report(units, rules)
    return index.astype(np.int16), primary.astype(np.uint8)
