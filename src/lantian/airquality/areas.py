"""Values of areas: means of their stations, where enough of them have one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.days import Days
from lantian.airquality.exact import divide_half_even
from lantian.airquality.faults import AirError
from lantian.airquality.hours import Hours
from lantian.airquality.kernel_numpy import day_report, whole_units
from lantian.airquality.plan import EIGHT, MAXIMUM, MEAN, O3, VALUES, Choices, rules_of
from lantian.airquality.thousandths import MISSING, PER_UNIT, step, stored, thousandths

Areas = Mapping[str, Sequence[str]]


def area_days(days: Days, areas: Areas, *, choices: Choices | None = None) -> Days:
    """Days of areas: each value is the mean of the stations' values of the day.

    Parameters
    ----------
    areas : codes of stations by area

    Notes
    -----
    HJ 663: an area has a value where at least 75 % of its stations have one (known from memory; key `area.share` of
    the rule). The index is that of the area's concentrations, not a mean of indices. The counts are numbers of
    stations.
    """
    share = days.edition.evaluation.area.share
    rows = _rows(days.stations, areas)
    rules = rules_of(days.edition, choices or Choices())
    shape = (len(areas), days.length)
    value = {name: np.empty(shape, np.int32) for name in VALUES}
    count = {name: np.empty(shape, np.uint8) for name in VALUES}
    units = {}
    for k, name in enumerate(VALUES):
        p = O3 if name == "o3_1h" else k
        total, number, enough = _sums(days.value[name], rows, share)
        digit = int(rules.day_step[p])
        by = np.maximum(number, 1)
        value[name] = stored(divide_half_even(total, by * digit) * digit, enough)
        count[name] = np.minimum(number, 255).astype(np.uint8)
        kind = MAXIMUM if name == "o3_1h" else EIGHT if p == O3 else MEAN
        units[p, kind] = whole_units(total, by * int(rules.digit[p]), enough)
    index, primary = day_report(units, rules)
    return Days(tuple(areas), days.start, days.edition, value, count, index.astype(np.int16), primary.astype(np.uint8))


def area_hours(hours: Hours, areas: Areas, *, share: float, decimals: Mapping[str, int]) -> Hours:
    """Hours of areas: the mean of the stations' valid hours, where a share of them has one, rounded."""
    rows = _rows(hours.stations, areas)
    values = {}
    for name, array in hours.values.items():
        made, there = thousandths(array)
        total, number, enough = _sums(stored(made, there), rows, share)
        units = divide_half_even(total, np.maximum(number, 1) * step(decimals[name]))
        values[name] = np.where(enough, units / 10.0 ** decimals[name], np.nan).astype(np.float32)
    return Hours(tuple(areas), hours.start, values)


def _rows(stations: tuple[str, ...], areas: Areas) -> list[list[int]]:
    place = {code: row for row, code in enumerate(stations)}
    if unknown := sorted({code for codes in areas.values() for code in codes} - set(place)):
        raise AirError(
            f"没有站点：{'、'.join(unknown[:5])}。请检查行政区与站点对应表。",
            f"No such station: {', '.join(unknown[:5])}; check which stations the areas have.",
        )
    return [[place[code] for code in codes] for codes in areas.values()]


def _sums(
    values: NDArray[np.int32], rows: list[list[int]], share: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Sum and number of the stations' values by area, and whether these are enough."""
    there = values != MISSING
    shape = (len(rows), values.shape[1])
    total, number, enough = np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, bool)
    for area, chosen in enumerate(rows):
        total[area] = np.where(there[chosen], values[chosen], 0).sum(0, dtype=np.int64)
        number[area] = there[chosen].sum(0)
        # Compared in whole numbers, so that 3 of 4 are 75 %.
        need = -(-len(chosen) * round(share * PER_UNIT) // PER_UNIT)
        enough[area] = number[area] >= max(need, 1)
    return total, number, enough
