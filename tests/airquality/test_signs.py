"""Micro-stations against a reference, and signs of interference."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

from lantian.airquality import AirError
from lantian.airquality.hours import Hours, hours_of
from lantian.airquality.interference import interference
from lantian.airquality.micro import against_reference

DAYS = 10
REFERENCE = 60 + 30 * np.sin(np.arange(DAYS * 24) / 5)
NEAR = {"a": ["b", "c"], "b": ["a", "c"], "c": ["a", "b"]}


def noise(scale: float) -> np.ndarray:
    return np.random.default_rng(3).normal(0, scale, DAYS * 24)


def test_a_good_micro_station_needs_nothing():
    found = against_reference(REFERENCE * 1.05 + 2 + noise(2), REFERENCE)
    assert np.isnan(found.slope[1])  # two days are too few hours
    assert found.slope[-1] == pytest.approx(1.05, abs=0.05)
    assert found.r2[-1] > 0.95
    assert found.hours[-1] == 7 * 24
    assert not found.calibrate.any()


def test_a_micro_station_that_drifts_or_scatters_needs_calibration():
    assert against_reference(REFERENCE * 1.5, REFERENCE).calibrate[-1]
    assert against_reference(REFERENCE + noise(60), REFERENCE).calibrate[-1]


def test_slope_is_that_of_least_squares():
    micro = REFERENCE * 0.9 + noise(5)
    micro[30:50] = np.nan
    found = against_reference(micro, REFERENCE)
    week = slice(-7 * 24, None)
    slope, intercept = np.polyfit(REFERENCE[week], micro[week], 1)
    assert found.slope[-1] == pytest.approx(slope)
    assert found.intercept[-1] == pytest.approx(intercept)


def test_a_reference_that_does_not_move_says_nothing():
    found = against_reference(REFERENCE, np.full(DAYS * 24, 50.0))
    assert np.isnan(found.slope).all()
    assert not found.calibrate.any()
    with pytest.raises(AirError):
        against_reference(REFERENCE[:30], REFERENCE[:30])


def stations() -> Hours:
    calm = 80 + 8 * np.sin(np.arange(4 * 24) / 4)
    return hours_of({"pm10": np.stack([calm, calm * 1.05, calm * 0.95])}, stations=list("abc"), start=date(2019, 1, 1))


def test_calm_stations_have_no_signs():
    assert interference(stations(), NEAR) == []
    assert interference(stations(), {}) == []


def test_a_sudden_fall_that_no_neighbour_follows_is_a_sign():
    hours = stations()
    hours.values["pm10"][0, 34:40] *= 0.3
    (suspect,) = interference(hours, NEAR)
    assert suspect.station == "a"
    assert [sign.kind for sign in suspect.signs] == ["step"]
    assert abs((suspect.signs[0].first - datetime(2019, 1, 2, 11)).total_seconds()) <= 3600
    assert "骤降" in suspect.signs[0].zh
    assert "neighbours" in suspect.signs[0].en


def test_what_all_stations_share_is_weather():
    hours = stations()
    hours.values["pm10"][:, 34:40] *= 0.3
    assert interference(hours, NEAR) == []


def test_low_flat_nights_add_up():
    hours = stations()
    for night in (0, 1, 2):
        hours.values["pm10"][1, night * 24 + 22 : night * 24 + 29] = 20 + np.arange(7) / 5
    (suspect,) = interference(hours, NEAR)
    assert suspect.station == "b"
    assert sum(sign.kind == "plateau" for sign in suspect.signs) == 3
    assert suspect.score >= 3
