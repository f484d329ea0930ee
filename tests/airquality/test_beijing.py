"""Xicheng's two stations, the winter of 2016-17 month by month, held against a slow computation with fractions.

The oracle below shares nothing with the library but the breakpoints: every mean is a fraction of decimal numbers,
rounded once by the decimal module.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest

from lantian.airquality import edition
from lantian.airquality.evaluate import evaluate
from lantian.airquality.hours import Hours
from lantian.airquality.read import read_hours
from lantian.airquality.spans import Span, heating, month
from lantian.airquality.statistics import Statistics, statistics
from tests.airquality.conftest import AIR

STATIONS = ("Guanyuan", "Wanshouxigong")
WINTER = [month(2016, 11), month(2016, 12), month(2017, 1), month(2017, 2)]
PERCENT = {"so2": 98, "no2": 98, "co": 95, "o3": 90, "pm10": 95, "pm25": 95}


@pytest.fixture(scope="module")
def winter() -> Hours:
    found = read_hours([AIR / "xicheng-winter-2016-17.parquet"])
    assert found.hours.stations == STATIONS
    return found.hours


def rounded(value: Fraction, digits: int) -> Fraction:
    """Half to even, from the fraction itself."""
    scaled = value * 10**digits
    low = floor(scaled)
    rest = scaled - low
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and low % 2 == 1)
    return Fraction(low + up, 10**digits)


def exact(hours: np.ndarray) -> list[Fraction | None]:
    return [None if np.isnan(value) else Fraction(Decimal(str(value))) for value in hours]


def mean(values: list[Fraction | None], least: int) -> Fraction | None:
    there = [value for value in values if value is not None]
    return sum(there, Fraction()) / len(there) if len(there) >= least else None


def largest_window(day: list[Fraction | None]) -> Fraction | None:
    """MDA8 of HJ 663-2013: 17 windows, 6 hours each, 14 of them or an exceedance."""
    windows = [mean(day[end - 8 : end], 6) for end in range(8, 25)]
    there = [window for window in windows if window is not None]
    if not there:
        return None
    return max(there) if len(there) >= 14 or rounded(max(there), 0) > 160 else None


def days_by_hand(hours: Hours, station: int, pollutant: str) -> Iterator[Fraction | None]:
    values = hours.values[pollutant][station]
    for start in range(0, len(values), 24):
        day = exact(values[start : start + 24])
        yield largest_window(day) if pollutant == "o3" else mean(day, 20)


def percentile(values: list[Fraction], percent: int) -> Fraction:
    ordered = sorted(values)
    k = 1 + Fraction((len(values) - 1) * percent, 100)
    s = floor(k)
    low, high = ordered[s - 1], ordered[min(s, len(values) - 1)]
    return low + (high - low) * (k - s)


def index_by_hand(item: str, value: Fraction) -> int:
    rules = edition("2012").index
    at = [Fraction(Decimal(str(point))) for point in rules.breakpoints[item].at]
    for low, high, from_, to in zip(at, at[1:], rules.at, rules.at[1:], strict=False):
        if value <= high:
            return ceil(Fraction(to - from_) / (high - low) * (value - low) + from_)
    return 500


def part(found: Statistics, hours: Hours, span: Span) -> slice:
    low = (span.first - hours.start).days
    return slice(low, low + span.days)


@pytest.mark.parametrize("span", WINTER, ids=lambda span: span.name)
def test_a_month_is_what_fractions_say(winter: Hours, span: Span):
    days = evaluate(winter, edition="2012").days
    found = statistics(days, span)
    for station in range(2):
        for p, percent in PERCENT.items():
            digits = 1 if p == "co" else 0
            raw = list(days_by_hand(winter, station, p))[part(found, winter, span)]
            values = [rounded(value, digits) for value in raw if value is not None]
            of = found.of[p]
            assert of.valid_days[station] == len(values)
            assert of.mean[station] == float(rounded(sum(values, Fraction()) / len(values), digits)), (p, span)
            assert of.percentile[station] == float(rounded(percentile(values, percent), digits)), (p, span)


def test_every_index_of_a_day_is_what_fractions_say(winter: Hours):
    days = evaluate(winter, edition="2012").days
    for station in range(2):
        by_item = {}
        for p in PERCENT:
            item = "o3_8h" if p == "o3" else f"{p}_24h"
            digits = 1 if p == "co" else 0
            by_item[item] = [
                None if value is None else index_by_hand(item, rounded(value, digits))
                for value in days_by_hand(winter, station, p)
            ]
        for day in range(days.length):
            hours = winter.values["o3"][station, day * 24 : day * 24 + 24]
            indices = {item: column[day] for item, column in by_item.items() if column[day] is not None}
            if np.isfinite(hours).sum() >= 20:
                indices["o3_1h"] = index_by_hand("o3_1h", Fraction(Decimal(str(np.nanmax(hours)))))
            assert days.index[station, day] == max(indices.values(), default=-1), day
            top = max(indices.values(), default=0)
            expected = {item for item, value in indices.items() if value == top > 50}
            assert set(days.primary_at(station, day)) == expected


def test_the_heating_season_of_beijing(winter: Hours):
    """Until 28 February, as far as the data go: printed as a bulletin would show it (run with -rP)."""
    season = heating("北京市", 2016)
    found = statistics(evaluate(winter, edition="2012").days, season)
    for k, name in enumerate(STATIONS):
        figures = "  ".join(f"{p} {found.of[p].mean[k]:g}" for p in PERCENT)
        print(f"{name:<14}{figures}  good {found.good_days[k]}  heavy {found.heavy_days[k]}  of {found.index_days[k]}")
        assert found.heavy_days[k] > 20
        assert not found.of["pm25"].enough[k]  # the first half of March is missing


def test_decimal_and_fraction_agree_on_ties():
    for tenths in range(0, 400):
        value = Decimal(tenths) / 10
        assert rounded(Fraction(value), 0) == Fraction(value.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    assert date(2017, 2, 28) - date(2016, 11, 1) == timedelta(days=119)
