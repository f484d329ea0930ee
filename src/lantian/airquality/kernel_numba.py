"""The fused evaluation compiled: one pass over the hours of a station, in whole numbers, without the Python lock.

A station's hours of one pollutant fit the processor's cache, so the pass is several short loops over them that the
compiler turns into vector instructions; main memory is read and written once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lantian.airquality.daily import COMMON
from lantian.airquality.plan import HOUR, MAXIMUM, O3, Filled, Rules
from lantian.airquality.thousandths import BOUND, MISSING, PER_UNIT

NONE = -1
UNIT = COMMON * PER_UNIT
LOWEST = np.iinfo(np.int64).min
BITS, MASK = 5, 31  # a word is a sum of thousandths, and below it the number of hours in it


compiled = partial(njit, nogil=True, cache=True, error_model="numpy")  # division as floats do it: no check, no branch


def fill(hours: Sequence[NDArray[np.float32]], rules: Rules, out: Filled) -> None:
    """Evaluate the hours of some stations, one array a pollutant, into `out`."""
    _fill(tuple(_fixed(array) for array in hours), rules, out)


def _fixed(array: NDArray[np.float32]) -> NDArray[np.float32]:
    """A view nobody writes through: all inputs are of one kind, so that one machine code serves them."""
    view = array.view()
    view.flags.writeable = False
    return view


@compiled(inline="always")
def _half_even(value, by, share):  # type: ignore[no-untyped-def]
    """Whole quotient of whole numbers that floats hold exactly, half to even; `share` is 1 / by.

    What the rounded product misses, the rest tells.
    """
    quotient = np.floor(value * share + 0.5)
    twice = 2.0 * (value - quotient * by)
    odd = quotient - 2.0 * np.floor(quotient * 0.5)
    return quotient - (odd if twice == -by else 0.0) + (odd if twice == by else 0.0)


@compiled(inline="always")
def _rounded(value, by):  # type: ignore[no-untyped-def]
    return np.int64(_half_even(np.float64(value), np.float64(by), 1.0 / by))


@compiled()
def _fill(hours, rules, out):  # type: ignore[no-untyped-def]
    stations, length = hours[0].shape
    best = np.empty(length, np.int32)
    bits = np.empty(length, np.int32)
    seen = np.empty(length, np.int32)
    word = np.empty(length, np.int64)
    total = np.empty(length, np.int64)
    unit = np.empty(length, np.int32)
    exact = np.empty(length, np.float64)
    mean = np.empty(length, np.int32)
    index = np.empty(length, np.int32)
    need = np.empty((6, length), np.int64)
    units = np.empty((7, length // 24), np.int64)
    for p in range(6):
        for t in range(length):
            least = min(rules.least[p], t % 24 + 1) if rules.restart and p == O3 else rules.least[p]
            need[p, t] = max(least, 1)
    for s in range(stations):
        best[:] = NONE
        bits[:] = 0
        seen[:] = 0
        for p in range(6):
            _read(hours[p][s], word)
            _sums(word, rules.window[p], rules.restart and p == O3, total)
            count, running = out.running_count[p][s], out.running[p][s]
            _means(total, need[p], rules.digit[p], rules.digits[p], exact, mean, running, count)
            _hour_items(p, word, unit, mean, index, rules, best, bits, seen)
            if p == O3:
                _ozone_days(word, total, s, rules, out, units)
            else:
                _mean_days(p, total, exact, s, rules, out, units)
        _settle(best, bits, seen, rules, out.hour_index[s], out.hour_primary[s])
        _day_items(units, rules, out.day_index[s], out.day_primary[s])


@compiled()
def _read(row, word):  # type: ignore[no-untyped-def]
    for t in range(len(row)):
        raw = np.float64(row[t])
        good = abs(raw) < BOUND
        word[t] = (np.int64(np.floor((raw if good else 0.0) * PER_UNIT + 0.5)) << BITS) + good


@compiled()
def _sums(word, window, restart, total):  # type: ignore[no-untyped-def]
    """Sums of the words in the window that ends at each hour."""
    length = len(word)
    running = np.int64(0)
    if restart:
        for t in range(length):
            of_day = t % 24
            if of_day == 0:
                running = np.int64(0)
            running += word[t]
            if of_day >= window:
                running -= word[t - window]
            total[t] = running
        return
    for t in range(min(window, length)):
        running += word[t]
        total[t] = running
    # Four stretches side by side: a sum waits for the one before it, but not for those of the other stretches.
    stretch = (length - window) // 4
    rest = window + 4 * stretch
    come, goes, found = word[window:rest], word[: rest - window], total[window:rest]
    come_b, come_c, come_d = come[stretch:], come[2 * stretch :], come[3 * stretch :]
    goes_b, goes_c, goes_d = goes[stretch:], goes[2 * stretch :], goes[3 * stretch :]
    found_b, found_c, found_d = found[stretch:], found[2 * stretch :], found[3 * stretch :]
    sum_b = word[stretch : stretch + window].sum()
    sum_c = word[2 * stretch : 2 * stretch + window].sum()
    sum_d = word[3 * stretch : 3 * stretch + window].sum()
    for t in range(stretch):
        running += come[t] - goes[t]
        sum_b += come_b[t] - goes_b[t]
        sum_c += come_c[t] - goes_c[t]
        sum_d += come_d[t] - goes_d[t]
        found[t], found_b[t], found_c[t], found_d[t] = running, sum_b, sum_c, sum_d
    for t in range(rest, length):
        total[t] = total[t - 1] + word[t] - word[t - window]


@compiled()
def _means(total, need, digit, digits, exact, mean, running, count):  # type: ignore[no-untyped-def]
    """Rounded means of the windows: as numbers, and as whole units + 1, 0 where there are too few hours."""
    _divide(total, np.float64(digit), exact)
    for t in range(len(total)):
        n = total[t] & MASK
        count[t] = n
        mean[t] = np.int32(max(exact[t], 0.0) + 1.0) if n >= need[t] else np.int32(0)
    _publish(exact, mean, np.float64(digits), running)


@compiled()
def _divide(total, digit, exact):  # type: ignore[no-untyped-def]
    for t in range(len(total)):
        by = np.float64(max(total[t] & MASK, 1)) * digit
        exact[t] = _half_even(np.float64(total[t] >> BITS), by, 1.0 / by)


@compiled()
def _publish(exact, mean, scale, running):  # type: ignore[no-untyped-def]
    if scale == 1.0:
        for t in range(len(mean)):
            running[t] = np.float32(exact[t]) if mean[t] else np.float32(np.nan)
    else:
        for t in range(len(mean)):
            running[t] = np.float32(exact[t] / scale) if mean[t] else np.float32(np.nan)


@compiled()
def _hour_items(p, word, unit, mean, index, rules, best, bits, seen):  # type: ignore[no-untyped-def]
    """The index of each item of the hour report that looks at this pollutant."""
    items = rules.hour
    for k in range(len(items.pollutant)):
        if items.pollutant[k] != p:
            continue
        if items.kind[k] == HOUR:
            _hour_units(word, rules.digit[p], unit)
            _look_up(rules.table, items.at[k], items.top[k], unit, index)
            if items.other_at[k] >= 0:
                _look_up_other(rules.table, items.other_at[k], items.other_top[k], unit, mean, index)
        else:
            _look_up(rules.table, items.at[k], items.top[k], mean, index)
        _take(index, np.int32(1 << k), np.int32(1 << p), best, bits, seen)


@compiled()
def _hour_units(word, digit, unit):  # type: ignore[no-untyped-def]
    """Hours in whole units + 1; 0 where missing."""
    by, share = np.float64(digit), 1.0 / digit
    for t in range(len(word)):
        found = max(_half_even(np.float64(word[t] >> BITS), by, share), 0.0) + 1.0
        unit[t] = np.int32(found) if word[t] & MASK else np.int32(0)


@compiled()
def _look_up(table, at, top, unit, index):  # type: ignore[no-untyped-def]
    before, last = at - 1, top + 1
    for t in range(len(unit)):
        index[t] = table[np.uint64(before + min(np.int64(unit[t]), last))]


@compiled()
def _look_up_other(table, at, top, unit, mean, index):  # type: ignore[no-untyped-def]
    """Where an hour has no index although it is there, that of the running mean."""
    for t in range(len(unit)):
        if index[t] < 0 and unit[t] > 0:
            index[t] = table[np.uint64(at - 1 + min(np.int64(mean[t]), top + 1))]


@compiled()
def _take(index, bit, mark, best, bits, seen):  # type: ignore[no-untyped-def]
    """Hold an item's index against the largest so far."""
    for t in range(len(index)):
        found, known = index[t], best[t]
        here = found >= 0
        tied = bits[t] | (bit if here and found == known else np.int32(0))
        bits[t] = bit if found > known else tied
        best[t] = max(known, found)
        seen[t] |= mark if here else np.int32(0)


@compiled()
def _mean_days(p, total, exact, s, rules, out, units):  # type: ignore[no-untyped-def]
    """Values of days: the mean of the 24 hours that end at midnight."""
    step, digit = rules.day_step[p], rules.digit[p]
    values, counts = out.day_value[p][s], out.day_count[p][s]
    least = rules.day_hours
    for day in range(units.shape[1]):
        midnight = day * 24 + 23
        n = total[midnight] & MASK
        amount = total[midnight] >> BITS
        counts[day] = n
        if n >= least:
            units[p, day] = np.int64(exact[midnight])
            values[day] = units[p, day] * step if step == digit else _rounded(amount, n * step) * step
        else:
            units[p, day] = LOWEST
            values[day] = MISSING


@compiled()
def _ozone_days(word, total, s, rules, out, units):  # type: ignore[no-untyped-def]
    """MDA8 and largest hour of ozone of each day."""
    step, digit = rules.day_step[O3], rules.digit[O3]
    times = np.zeros(MASK + 1, np.int64)
    for n in range(1, 9):
        times[n] = COMMON // n
    first, last, need = rules.first_window - 1, rules.last_window, rules.window_hours
    for day in range(units.shape[1]):
        begin = day * 24
        top, windows, largest, hours = LOWEST, 0, LOWEST, 0
        for t in range(begin, begin + 24):
            here = word[t] & MASK
            hours += here
            largest = max(largest, word[t] >> BITS if here else LOWEST)
        for t in range(begin + first, begin + last):
            n = total[t] & MASK
            good = n >= need
            windows += good
            top = max(top, (total[t] >> BITS) * times[np.uint64(n)] if good else LOWEST)
        units[O3, day] = units[6, day] = LOWEST
        out.day_value[O3][s, day] = out.day_value[6][s, day] = MISSING
        out.day_count[O3][s, day], out.day_count[6][s, day] = windows, hours
        enough = windows >= rules.least_windows
        if rules.limit >= 0 and windows > 0:
            enough = enough or _rounded(top, UNIT) > rules.limit
        if enough and windows > 0:
            units[O3, day] = _rounded(top, COMMON * digit)
            out.day_value[O3][s, day] = _rounded(top, COMMON * step) * step
        if hours >= rules.day_hours:
            units[6, day] = _rounded(largest, digit)
            out.day_value[6][s, day] = _rounded(largest, step) * step


@compiled()
def _settle(best, bits, seen, rules, index, primary):  # type: ignore[no-untyped-def]
    """The index that is reported: at least the smallest, none where the edition withholds it."""
    least, above = np.int32(rules.least_index), np.int32(rules.primary_above)
    complete, expected = np.int32(rules.complete_to), np.int32(rules.expected)
    for t in range(len(best)):
        found = best[t]
        withheld = (seen[t] & expected) != expected and found <= complete
        nothing = found < 0 or withheld
        index[t] = NONE if nothing else max(found, least)
        primary[t] = 0 if nothing or found <= above else bits[t]


@compiled()
def _day_items(units, rules, index, primary):  # type: ignore[no-untyped-def]
    days = units.shape[1]
    best = np.full(days, NONE, np.int32)
    bits = np.zeros(days, np.int32)
    seen = np.zeros(days, np.int32)
    unit = np.empty(days, np.int32)
    found = np.empty(days, np.int32)
    items = rules.day
    for k in range(len(items.pollutant)):
        row = units[6 if items.kind[k] == MAXIMUM else items.pollutant[k]]
        for day in range(days):
            unit[day] = np.int32(max(row[day], 0) + 1) if row[day] != LOWEST else np.int32(0)
        _look_up(rules.table, items.at[k], items.top[k], unit, found)
        _take(found, np.int32(1 << k), np.int32(1 << items.pollutant[k]), best, bits, seen)
    _settle(best, bits, seen, rules, index, primary)
