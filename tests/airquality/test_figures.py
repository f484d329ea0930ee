"""Roses, polar plots, cycles and trends: what they must give, worked out by hand."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.airquality import cycles, roses, trends
from lantian.airquality.faults import AirError
from lantian.airquality.smoothing import thin_plate

NAN = float("nan")
SHARED = Path(os.environ.get("LANTIAN_SHARED", Path(__file__).parents[3] / "shared"))


def test_a_rose_counts_calm_apart_and_all_adds_to_a_hundred():
    rose = roses.wind_rose(np.array([0, 350, 11, 90, NAN, NAN]), np.array([1.0, 2.0, 4.0, 9.0, 0.1, 2.0]))
    assert (rose.valid, rose.of, rose.calm) == (5, 6, 20.0)
    assert rose.hours[0] == 3
    assert rose.hours[4] == 1
    assert rose.share[0].tolist() == [20, 20, 20, 0, 0]
    assert rose.share.sum() + rose.calm == pytest.approx(100)
    assert rose.mean[0] == pytest.approx(7 / 3)


@given(st.floats(0, 720), st.sampled_from([8, 16, 36]))
def test_a_direction_lies_in_the_nearest_sector(direction, sectors):
    (found,) = roses.sector_of(np.array([direction]), sectors)
    away = abs((direction - found * 360 / sectors + 180) % 360 - 180)
    assert away <= 180 / sectors + 1e-9


def test_a_pollution_rose_gives_the_mean_of_each_sector():
    rose = roses.pollution_rose(
        np.array([10.0, 30, 50, 80, NAN]), np.array([180.0, 180, 0, 0, 0]), np.array([2.0, 2, 2, 0.0, 2]), edges=(0, 40)
    )
    assert (rose.mean[8], rose.mean[0], rose.calm, rose.calm_mean) == (20, 50, 25, 80)
    assert np.isnan(rose.mean[3])
    assert rose.share[8].tolist() == [50, 0]


def test_cbpf_is_m_of_n():
    """The vector: ten of forty hours of one wind lie above the threshold."""
    place = SHARED / "standards" / "vectors.json"
    wanted = [{"input": {"n": 40, "m": 10}, "expected": 0.25}]
    if place.exists():
        wanted = json.loads(place.read_text("utf-8"))["cbpf"]
    for one in wanted:
        n, m = one["input"]["n"], one["input"]["m"]
        values = np.r_[np.full(n - m, 1.0), np.full(m, 100.0), np.full(9 * m - (n - m), 1.0)]
        direction = np.r_[np.full(n, 90.0), np.full(9 * m - (n - m), 270.0)]
        found = roses.cbpf(values, direction, np.full(len(values), 3.0), percentile=90 - 1e-6, sectors=16)
        assert (found.count[4].max(), found.above[4].max()) == (n, m)
        assert np.nanmax(found.value[4]) == one["expected"]
        assert np.nanmax(found.value[12]) == 0


def test_cbpf_takes_an_interval_and_refuses_one_that_is_none():
    values = np.arange(1.0, 101)
    found = roses.cbpf(values, np.zeros(100), np.full(100, 2.0), percentile=(50, 75))
    assert found.above.sum() == 25
    with pytest.raises(AirError, match="lower"):
        roses.cbpf(values, np.zeros(100), np.full(100, 2.0), percentile=(75, 50))


def test_a_polar_plot_finds_the_wind_that_brings_it():
    rng = np.random.default_rng(1)
    direction, speed = rng.uniform(0, 360, 6000), rng.gamma(2, 1.5, 6000)
    values = 20 + 80 * np.exp(-(((direction - 120) / 30) ** 2) - ((speed - 5) / 1.5) ** 2)
    found = roses.polar_plot(values, direction, speed)
    assert found.value.shape == (36, 30)
    i, j = np.unravel_index(np.nanargmax(found.surface), found.surface.shape)
    assert np.rad2deg(np.arctan2(found.grid[i], found.grid[j])) == pytest.approx(120, abs=15)
    assert np.hypot(found.grid[i], found.grid[j]) == pytest.approx(5, abs=1)
    assert np.isnan(found.surface[0, 0])


def test_directions_on_sixteen_points_have_sixteen_sectors():
    found = roses.polar_plot(np.ones(4), np.array([0, 22.5, 45, 337.5]), np.ones(4))
    assert found.value.shape[0] == 16
    assert found.surface is None


@pytest.mark.parametrize("make", [roses.polar_plot, roses.cbpf, roses.pollution_rose])
def test_without_wind_nothing_is_drawn(make):
    with pytest.raises(AirError, match="wind"):
        make(np.ones(3), np.full(3, NAN), np.ones(3))
    with pytest.raises(AirError, match="length"):
        make(np.ones(3), np.ones(2), np.ones(2))


@settings(max_examples=20)
@given(st.integers(0, 2**31), st.floats(-5, 5), st.floats(-5, 5))
def test_a_plane_is_smoothed_into_itself(seed, a, b):
    x, y = np.random.default_rng(seed).uniform(-1, 1, (2, 40))
    assert np.allclose(thin_plate(x, y, 1 + a * x + b * y).at(x, y), 1 + a * x + b * y, atol=1e-6)


def test_noise_is_smoothed_away():
    rng = np.random.default_rng(2)
    x, y = rng.uniform(-1, 1, (2, 300))
    found = thin_plate(x, y, np.sin(3 * x) + rng.normal(0, 0.3, 300))
    assert np.sqrt(np.mean((found.at(x, y) - np.sin(3 * x)) ** 2)) < 0.15
    assert 4 < found.freedom < 60
    with pytest.raises(AirError):
        thin_plate(np.arange(9.0), np.arange(9.0), np.arange(9.0))


def test_hours_of_a_day_are_named_by_their_end():
    times = np.datetime64("2024-01-01T01:00", "s") + np.arange(24 * 14) * np.timedelta64(3600, "s")  # a Monday
    values = np.tile(np.arange(1.0, 25), 14)
    values[3] = NAN
    day = cycles.diurnal(times, values)
    assert day.mean.tolist() == list(range(1, 25))
    assert (day.count[3], day.count[4]) == (13, 14)
    values = np.repeat(np.arange(14.0), 24)
    week = cycles.weekly(times, values)
    assert week.mean.tolist() == [3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5]
    assert (week.lower[0], week.upper[0], week.count[6]) == (0, 7, 48)
    assert cycles.hours_of_week(times, values)[6].tolist() == [9.5] * 24


def test_a_cycle_without_values_is_missing_not_zero():
    found = cycles.diurnal(np.array(["2024-01-01T01:00"], "datetime64[s]"), np.array([NAN]))
    assert np.isnan(found.mean).all()
    assert found.count.sum() == 0


MONTHS = np.datetime64("2013-03", "M") + np.arange(48)


def test_a_straight_line_has_its_slope():
    found = trends.theil_sen(MONTHS, 100 - 0.5 * np.arange(48.0), season="none")
    assert (found.slope, found.low, found.high) == pytest.approx((-6, -6, -6))
    assert found.share == pytest.approx(-6)
    assert found.is_clear
    assert found.p < 1e-6


def test_seasons_are_taken_out():
    seasons = 30 * np.cos(2 * np.pi * np.arange(48) / 12)
    noise = np.random.default_rng(3).normal(0, 2, 48)
    values = 80 - 0.4 * np.arange(48) + seasons + noise
    values[[5, 17]] = NAN
    with_them = trends.theil_sen(MONTHS, values, season="none")
    without = trends.theil_sen(MONTHS, values)
    assert without.high - without.low < with_them.high - with_them.low
    assert without.low < without.slope < without.high
    assert without.slope == pytest.approx(-4.8, abs=1.2)
    assert np.isnan(without.adjusted[5])


def test_sens_interval_by_hand():
    """Eight months: 28 pairs, Var S = 8·7·21/18. At 90 % the interval reaches from rank 7.35 to rank 21.65."""
    y = np.array([1.0, 2, 4, 3, 6, 5, 8, 7])
    pairs = sorted((y[b] - y[a]) / (b - a) * 12 for a in range(8) for b in range(a + 1, 8))
    reach = 1.6448536 * (8 * 7 * 21 / 18) ** 0.5

    def ranked(rank):
        low = int(rank)
        return pairs[low - 1] + (rank - low) * (pairs[low] - pairs[low - 1])

    found = trends.theil_sen(MONTHS[:11], np.r_[[NAN] * 3, y], season="none", level=0.9)
    assert found.months == 8
    assert found.slope == pytest.approx(np.median(pairs))
    assert (found.low, found.high) == pytest.approx((ranked((28 - reach) / 2), ranked((28 + reach) / 2 + 1)))


def test_too_few_months_say_so():
    with pytest.raises(AirError, match="7 months"):
        trends.theil_sen(MONTHS[:7], np.arange(7.0), season="none")
    with pytest.raises(AirError, match="at least 24"):
        trends.theil_sen(MONTHS[:20], np.arange(20.0))


def test_a_month_needs_three_quarters_of_its_days():
    days = np.datetime64("2024-02-01", "s") + np.arange(60) * np.timedelta64(86_400, "s")
    values = np.ones(60)
    values[:8] = NAN  # 21 of 29 days
    found = trends.monthly_means(days, values)
    assert found.of.tolist() == [29, 31]
    assert found.count.tolist() == [21, 31]
    assert np.isnan(found.mean[0])
    assert found.mean[1] == 1
