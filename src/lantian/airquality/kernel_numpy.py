"""The fused evaluation in numpy: what the compiled kernel does, over whole arrays, to the same bits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.daily import COMMON, best_windows, exceeds
from lantian.airquality.exact import Whole, divide_half_even
from lantian.airquality.plan import EIGHT, HOUR, MAXIMUM, MEAN, O3, Filled, Items, Rules
from lantian.airquality.running import hour_of_day, window_sums
from lantian.airquality.thousandths import Flags, stored, thousandths

NONE = -1


def fill(hours: Sequence[NDArray[np.float32]], rules: Rules, out: Filled) -> None:
    """Evaluate the hours of some stations, one array a pollutant, into `out`."""
    made = [thousandths(array) for array in hours]
    running: list[tuple[Whole, Flags]] = []
    for p, (values, there) in enumerate(made):
        sums, counts = window_sums(values, there, int(rules.window[p]), first_hour=_first(rules, p))
        units, enough = _running_units(sums, counts, rules, p)
        running.append((units, enough))
        out.running[p][:] = np.where(enough, units / float(rules.digits[p]), np.nan)
        out.running_count[p][:] = counts
    _hour_index(made, running, rules, out)
    _days(made, rules, out)


def _first(rules: Rules, p: int) -> int | None:
    return 1 if rules.restart and p == O3 else None


def _running_units(sums: Whole, counts: Whole, rules: Rules, p: int) -> tuple[Whole, Flags]:
    need = np.full(sums.shape[-1], rules.least[p])
    if _first(rules, p):
        need = np.minimum(need, hour_of_day(sums.shape[-1], 1))
    by = np.maximum(counts, 1) * int(rules.digit[p])
    return divide_half_even(sums, by), counts >= np.maximum(need, 1)


def _hour_index(made: list[tuple[Whole, Flags]], running: list[tuple[Whole, Flags]], rules: Rules, out: Filled) -> None:
    indices = []
    items = rules.hour
    for k in range(len(items.pollutant)):
        p = int(items.pollutant[k])
        if items.kind[k] == HOUR:
            values, there = made[p]
            index = _index(divide_half_even(values, int(items.step[k])), there, items.at[k], items.top[k], rules)
            if items.other_at[k] >= 0:
                units, enough = running[p]
                other = _index(units, enough, items.other_at[k], items.other_top[k], rules)
                index = np.where(there & (index < 0), other, index)
        else:
            index = _index(*running[p], items.at[k], items.top[k], rules)
        indices.append(index)
    out.hour_index[:], out.hour_primary[:] = _largest(indices, items, rules)


def _index(units: Whole, there: Flags, at: np.int64, top: np.int64, rules: Rules) -> Whole:
    found = rules.table[at + np.clip(units, 0, top)].astype(np.int64)
    return np.where(there, found, NONE)


def _largest(indices: list[Whole], items: Items, rules: Rules) -> tuple[Whole, Whole]:
    """The largest index and the bits of the items that have it."""
    best = np.maximum.reduce(indices)
    bits = np.zeros(best.shape, np.int64)
    seen = np.zeros(best.shape, np.int64)
    for k, index in enumerate(indices):
        bits |= (index == best).astype(np.int64) << k
        seen |= (index >= 0).astype(np.int64) << int(items.pollutant[k])
    nothing = best < 0
    if rules.complete_to >= 0:
        nothing |= ((seen & rules.expected) != rules.expected) & (best <= rules.complete_to)
    bits[nothing | (best <= rules.primary_above)] = 0
    return np.where(nothing, NONE, np.maximum(best, rules.least_index)), bits


def _days(made: list[tuple[Whole, Flags]], rules: Rules, out: Filled) -> None:
    """Values of days, and their index from the unrounded means."""
    shape = (made[0][0].shape[0], -1, 24)
    units: dict[tuple[int, int], Whole] = {}  # of the index, by pollutant and kind
    for p, (values, there) in enumerate(made):
        if p == O3:
            continue
        sums, counts = values.reshape(shape).sum(-1), there.reshape(shape).sum(-1)
        enough = counts >= rules.day_hours
        by = np.maximum(counts, 1)
        step = int(rules.day_step[p])
        out.day_value[p][:] = stored(divide_half_even(sums, by * step) * step, enough)
        out.day_count[p][:] = counts
        units[p, MEAN] = whole_units(sums, by * int(rules.digit[p]), enough)
    _ozone(made[O3], rules, out, units)
    out.day_index[:], out.day_primary[:] = day_report(units, rules)


def day_report(units: dict[tuple[int, int], Whole], rules: Rules) -> tuple[Whole, Whole]:
    """Index and primary bits of days from concentrations in whole units (-1 missing), by pollutant and kind."""
    items = rules.day
    indices = []
    for k in range(len(items.pollutant)):
        unit = units[int(items.pollutant[k]), int(items.kind[k])]
        indices.append(_index(unit, unit != NONE, items.at[k], items.top[k], rules))
    return _largest(indices, items, rules)


def _ozone(made: tuple[Whole, Flags], rules: Rules, out: Filled, units: dict[tuple[int, int], Whole]) -> None:
    values, there = made
    step = int(rules.day_step[O3])
    best, windows = best_windows(values, there, (rules.first_window, rules.last_window), rules.window_hours)
    enough = windows >= rules.least_windows
    if rules.limit >= 0:
        enough |= exceeds(best, rules.limit)
    enough &= windows > 0
    out.day_value[O3][:] = stored(divide_half_even(best, COMMON * step) * step, enough)
    out.day_count[O3][:] = windows
    units[O3, EIGHT] = whole_units(best, COMMON * int(rules.digit[O3]), enough)

    shape = (values.shape[0], -1, 24)
    lowest = np.iinfo(np.int64).min
    largest = np.where(there, values, lowest).reshape(shape).max(-1)
    counts = there.reshape(shape).sum(-1)
    enough = counts >= rules.day_hours
    largest = np.where(enough, largest, 0)
    out.day_value[-1][:] = stored(divide_half_even(largest, step) * step, enough)
    out.day_count[-1][:] = counts
    units[O3, MAXIMUM] = whole_units(largest, int(rules.digit[O3]), enough)


def whole_units(sums: Whole, by: Whole | int, there: Flags) -> Whole:
    """Whole units for the index: nothing below 0, which stands for missing as -1."""
    return np.where(there, np.maximum(divide_half_even(sums, by), 0), NONE)
