"""The fused evaluation compiled: one pass over the hours of a station, in whole numbers, without the Python lock.

A station's hours of one pollutant fit the processor's cache, so the pass is several short loops over them that the
compiler turns into vector instructions; main memory is read and written once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lantian.airquality.daily import COMMON
from lantian.airquality.plan import HOUR, MAXIMUM, O3, Filled, Rules
from lantian.airquality.thousandths import BOUND, MISSING, PER_UNIT

NONE = -1
UNIT = COMMON * PER_UNIT
LOWEST = np.iinfo(np.int64).min


def fill(hours: Sequence[NDArray[np.float32]], rules: Rules, out: Filled) -> None:
    """Evaluate the hours of some stations, one array a pollutant, into `out`."""
    _fill(tuple(_fixed(array) for array in hours), rules, out)


def _fixed(array: NDArray[np.float32]) -> NDArray[np.float32]:
    """A view nobody writes through: all inputs are of one kind, so that one machine code serves them."""
    view = array.view()
    view.flags.writeable = False
    return view


@njit(nogil=True, cache=True, inline="always")
def _half_even(value, by, share):  # type: ignore[no-untyped-def]
    """Whole quotient, half to even; `share` is 1 / by. What the product lacks is found by whole numbers."""
    quotient = np.int64(np.floor(value * share + 0.5))
    twice = 2 * (value - quotient * by)
    odd = quotient & 1
    return quotient - (odd if twice == -by else 0) + (odd if twice == by else 0)


@njit(nogil=True, cache=True)
def _fill(hours, rules, out):  # type: ignore[no-untyped-def]
    stations, length = hours[0].shape
    best = np.empty(length, np.int16)
    bits = np.empty(length, np.uint8)
    seen = np.empty(length, np.uint8)
    there = np.empty(length, np.int8)
    value = np.empty(length, np.int64)
    total = np.empty(length, np.int64)
    unit = np.empty(length, np.int32)
    units = np.empty((7, length // 24), np.int64)
    for s in range(stations):
        best[:] = NONE
        bits[:] = 0
        seen[:] = 0
        for p in range(6):
            count, running = out.running_count[p, s], out.running[p, s]
            _read(hours[p][s], value, there)
            _sums(value, there, rules.window[p], rules.restart and p == O3, total, count)
            _means(
                total, count, rules.digit[p], rules.digits[p], rules.least[p], rules.restart and p == O3, unit, running
            )
            _hour_items(p, value, there, unit, rules, best, bits, seen)
            if p == O3:
                _ozone_days(value, there, total, count, s, rules, out, units)
            else:
                _mean_days(p, total, count, s, rules, out, units)
        _settle(best, bits, seen, rules, out.hour_index[s], out.hour_primary[s])
        _day_items(units, rules, out.day_index[s], out.day_primary[s])


@njit(nogil=True, cache=True)
def _read(row, value, there):  # type: ignore[no-untyped-def]
    for t in range(len(row)):
        raw = np.float64(row[t])
        good = abs(raw) < BOUND
        there[t] = good
        value[t] = np.int64(np.floor((raw if good else 0.0) * PER_UNIT + 0.5))


@njit(nogil=True, cache=True)
def _sums(value, there, window, restart, total, count):  # type: ignore[no-untyped-def]
    """Sums and numbers of valid hours in the window that ends at each hour."""
    length = len(value)
    running, number = 0, 0
    if restart:
        for t in range(length):
            of_day = t % 24
            if of_day == 0:
                running, number = 0, 0
            running += value[t]
            number += there[t]
            if of_day >= window:
                running -= value[t - window]
                number -= there[t - window]
            total[t], count[t] = running, number
        return
    for t in range(min(window, length)):
        running += value[t]
        number += there[t]
        total[t], count[t] = running, number
    for t in range(window, length):
        running += value[t] - value[t - window]
        number += there[t] - there[t - window]
        total[t], count[t] = running, number


@njit(nogil=True, cache=True)
def _means(total, count, digit, digits, least, restart, unit, running):  # type: ignore[no-untyped-def]
    """Rounded means of the windows, as whole units (-1 where too few hours) and as numbers."""
    by = np.empty(25, np.int64)
    share = np.empty(25, np.float64)
    for n in range(25):
        by[n] = max(n, 1) * digit
        share[n] = 1.0 / by[n]
    scale = np.float64(digits)
    for t in range(len(total)):
        n = count[t]
        need = min(least, t % 24 + 1) if restart else least
        enough = n >= max(need, 1)
        found = _half_even(total[t], by[n], share[n])
        # A mean may be negative in whole units only where the index is 0 all the same.
        unit[t] = max(found, 0) if enough else NONE
        running[t] = np.float32(found / scale) if enough else np.float32(np.nan)


@njit(nogil=True, cache=True)
def _hour_items(p, value, there, unit, rules, best, bits, seen):  # type: ignore[no-untyped-def]
    """The index of each item of the hour report that looks at this pollutant."""
    items = rules.hour
    digit = rules.digit[p]
    share = 1.0 / digit
    for k in range(len(items.pollutant)):
        if items.pollutant[k] != p:
            continue
        table, top = rules.table[items.at[k] :], items.top[k]
        bit = np.uint8(1 << k)
        mark = np.uint8(1 << p)
        if items.kind[k] != HOUR:
            for t in range(len(unit)):
                index = table[min(max(unit[t], 0), top)] if unit[t] >= 0 else np.int16(NONE)
                _take(index, bit, mark, t, best, bits, seen)
        elif items.other_at[k] < 0:
            for t in range(len(unit)):
                now = min(max(_half_even(value[t], digit, share), 0), top)
                index = table[now] if there[t] else np.int16(NONE)
                _take(index, bit, mark, t, best, bits, seen)
        else:
            other, other_top = rules.table[items.other_at[k] :], items.other_top[k]
            for t in range(len(unit)):
                now = min(max(_half_even(value[t], digit, share), 0), top)
                index = table[now] if there[t] else np.int16(NONE)
                if there[t] and index < 0 and unit[t] >= 0:
                    index = other[min(unit[t], other_top)]
                _take(index, bit, mark, t, best, bits, seen)


@njit(nogil=True, cache=True, inline="always")
def _take(index, bit, mark, t, best, bits, seen):  # type: ignore[no-untyped-def]
    known = best[t]
    here = index >= 0
    tied = bits[t] | bit if here and index == known else bits[t]
    bits[t] = bit if index > known else tied
    best[t] = max(known, index)
    seen[t] = seen[t] | mark if here else seen[t]


@njit(nogil=True, cache=True)
def _mean_days(p, total, count, s, rules, out, units):  # type: ignore[no-untyped-def]
    """Values of days: the mean of the 24 hours that end at midnight."""
    step, digit = rules.day_step[p], rules.digit[p]
    for day in range(units.shape[1]):
        t = day * 24 + 23
        n = np.int64(count[t])
        out.day_count[p, s, day] = n
        out.day_value[p, s, day] = MISSING
        units[p, day] = LOWEST
        if n >= rules.day_hours:
            units[p, day] = _half_even(total[t], n * digit, 1.0 / (n * digit))
            out.day_value[p, s, day] = _half_even(total[t], n * step, 1.0 / (n * step)) * step


@njit(nogil=True, cache=True)
def _ozone_days(value, there, total, count, s, rules, out, units):  # type: ignore[no-untyped-def]
    """MDA8 and largest hour of ozone of each day."""
    step, digit = rules.day_step[O3], rules.digit[O3]
    for day in range(units.shape[1]):
        begin = day * 24
        top, windows, largest, hours = LOWEST, 0, LOWEST, 0
        for t in range(begin, begin + 24):
            if there[t]:
                hours += 1
                largest = max(largest, value[t])
        for t in range(begin + rules.first_window - 1, begin + rules.last_window):
            n = np.int64(count[t])
            if n >= rules.window_hours:
                windows += 1
                top = max(top, total[t] * (COMMON // n))
        units[O3, day] = units[6, day] = LOWEST
        out.day_value[O3, s, day] = out.day_value[6, s, day] = MISSING
        out.day_count[O3, s, day], out.day_count[6, s, day] = windows, hours
        enough = windows >= rules.least_windows
        if rules.limit >= 0 and windows > 0:
            enough = enough or _half_even(top, UNIT, 1.0 / UNIT) > rules.limit
        if enough and windows > 0:
            units[O3, day] = _half_even(top, COMMON * digit, 1.0 / (COMMON * digit))
            out.day_value[O3, s, day] = _half_even(top, COMMON * step, 1.0 / (COMMON * step)) * step
        if hours >= rules.day_hours:
            units[6, day] = _half_even(largest, digit, 1.0 / digit)
            out.day_value[6, s, day] = _half_even(largest, step, 1.0 / step) * step


@njit(nogil=True, cache=True)
def _settle(best, bits, seen, rules, index, primary):  # type: ignore[no-untyped-def]
    """The index that is reported: at least the smallest, none where the edition withholds it."""
    least, above, complete = rules.least_index, rules.primary_above, rules.complete_to
    expected = rules.expected
    for t in range(len(best)):
        found = np.int64(best[t])
        withheld = (seen[t] & expected) != expected and found <= complete
        nothing = found < 0 or withheld
        index[t] = NONE if nothing else max(found, least)
        primary[t] = 0 if nothing or found <= above else bits[t]


@njit(nogil=True, cache=True)
def _day_items(units, rules, index, primary):  # type: ignore[no-untyped-def]
    days = units.shape[1]
    best = np.full(days, NONE, np.int16)
    bits = np.zeros(days, np.uint8)
    seen = np.zeros(days, np.uint8)
    items = rules.day
    for k in range(len(items.pollutant)):
        p = items.pollutant[k]
        row = 6 if items.kind[k] == MAXIMUM else p
        table, top = rules.table[items.at[k] :], items.top[k]
        for day in range(days):
            if units[row, day] != LOWEST:
                index_of = table[min(max(units[row, day], 0), top)]
                _take(index_of, np.uint8(1 << k), np.uint8(1 << p), day, best, bits, seen)
    _settle(best, bits, seen, rules, index, primary)
