"""The compiled pass and the numpy pass give the same bits, and both what the single functions give."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lantian.airquality import AirError, aqi
from lantian.airquality.daily import daily, mda8
from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.evaluate import Evaluation, evaluate
from lantian.airquality.hours import Hours, hours_of
from lantian.airquality.plan import Choices
from lantian.airquality.running import running_mean

CHOICES = [
    Choices(),
    Choices(hour_report="hour"),
    Choices(running_least=(1, 1), restart_ozone=True),
    Choices(windows=(1, 24), not_monitored=("so2", "co")),
]


def bits(found: Evaluation) -> dict[str, bytes]:
    """Everything an evaluation holds, as bytes."""
    days = found.days
    parts = {"index": found.index, "primary": found.primary, "days": days.index, "day primary": days.primary}
    for kind, by_name in (
        ("running", found.running),
        ("count", found.running_count),
        ("value", days.value),
        ("day count", days.count),
    ):
        parts |= {f"{kind} {name}": array for name, array in by_name.items()}
    return {name: array.tobytes() for name, array in parts.items()}


def weather(seed: int, stations: int = 5, days: int = 3) -> Hours:
    """Hours with gaps, ties, digits that float32 cannot hold, values above every table and below zero."""
    random = np.random.default_rng(seed)
    shape = (stations, days * 24)
    values = {}
    for name in POLLUTANTS:
        top = {"co": 200, "so2": 3000, "no2": 4000}.get(name, 1300)
        array = np.round(np.exp(random.uniform(np.log(0.1), np.log(top), shape)), random.integers(0, 4))
        array[random.random(shape) < 0.15] = np.nan
        array[random.random(shape) < 0.02] = random.choice([-3.0, 0.0, 5e6, np.inf])
        values[name] = array.astype(np.float32)
    return hours_of(values, start=date(2019, 1, 1))


@pytest.mark.parametrize("choices", CHOICES, ids=["platform", "standard", "restart", "windows"])
@pytest.mark.parametrize("name", ["2018", "2026"])
@pytest.mark.parametrize("seed", range(4))
def test_both_kernels_give_the_same_bits(seed: int, name: str, choices: Choices):
    hours = weather(seed, stations=40)
    compiled = evaluate(hours, edition=name, choices=choices, engine="numba", threads=2)
    plain = evaluate(hours, edition=name, choices=choices, engine="numpy", threads=1)
    assert bits(compiled) == bits(plain)


hour = st.one_of(st.just(np.nan), st.integers(-20, 9000).map(lambda tenths: tenths / 10), st.floats(0, 2e4, width=32))


@settings(max_examples=40)
@given(arrays(np.float32, (6, 1, 48), elements=hour), st.sampled_from(["2018", "2026"]), st.sampled_from(CHOICES))
def test_any_hours_give_the_same_bits(values: np.ndarray, name: str, choices: Choices):
    hours = hours_of(dict(zip(POLLUTANTS, values, strict=True)), start=date(2019, 1, 1))
    compiled = evaluate(hours, edition=name, choices=choices, engine="numba", threads=1)
    assert bits(compiled) == bits(evaluate(hours, edition=name, choices=choices, engine="numpy", threads=1))


@pytest.mark.parametrize("name", ["2018", "2026"])
def test_the_pass_gives_what_the_functions_give(name: str):
    hours = weather(11)
    found = evaluate(hours, edition=name, engine="numba")
    bound = {p: np.where(np.abs(v) < 2e6, v, np.nan) for p, v in hours.values.items()}
    index = aqi(bound, report="platform", edition=name)
    np.testing.assert_array_equal(found.aqi(), index.aqi)
    for station in range(5):
        for t in range(72):
            bits_here = int(found.primary[station, t])
            named = tuple(item for k, item in enumerate(found.items) if bits_here >> k & 1)
            assert named == index.primary_at(station, t)
    digits = found.edition.index.decimals
    for p in POLLUTANTS:
        window = 8 if p == "o3" else 24
        running = running_mean(hours.values[p], window, decimals=digits[p])
        np.testing.assert_array_equal(found.running[p], running.mean.astype(np.float32))
        np.testing.assert_array_equal(found.running_count[p], running.count)
    rounding = found.edition.evaluation.rounding.day
    for p in POLLUTANTS:
        decimals = rounding.get(p, rounding["others"])
        if p == "o3":
            ozone = mda8(hours.values[p], edition=name, decimals=decimals)
            np.testing.assert_array_equal(found.days.concentration(p), ozone.value)
            np.testing.assert_array_equal(found.days.count[p], ozone.windows)
        else:
            day = daily(hours.values[p], decimals=decimals)
            np.testing.assert_array_equal(found.days.concentration(p), day.value)
    rounded = {f"{p}_24h": daily(hours.values[p], decimals=digits[p]).value for p in POLLUTANTS if p != "o3"}
    rounded["o3_8h"] = mda8(hours.values["o3"], edition=name, decimals=0).value
    if name == "2018":
        rounded["o3_1h"] = found.days.concentration("o3_1h")
    np.testing.assert_array_equal(found.days.aqi(), aqi(rounded, edition=name).aqi)


def test_the_edition_of_2026_rounds_a_day_once_for_its_index():
    """A mean of 60.51 is kept as 60.5, but its index is that of 61: rounding 60.5 again would give 60."""
    hours = hours_of({"pm25": [[60.5] * 12 + [60.52] * 12]}, start=date(2026, 3, 1))
    others = ("so2", "no2", "co", "o3", "pm10")
    found = evaluate(hours, edition="2026", choices=Choices(not_monitored=others))
    assert found.days.concentration("pm25")[0, 0] == 60.5
    assert found.days.index[0, 0] == 101


def test_days_are_whole_and_the_hour_of_midnight_belongs_to_the_day_before():
    hours = hours_of({"pm25": [[1.0, 2.0]]}, start=datetime(2019, 1, 1, 0))
    assert hours.start == date(2018, 12, 31)
    assert hours.days == 2
    assert hours.values["pm25"][0, 23] == 1
    assert hours.values["pm25"][0, 24] == 2
    assert np.isnan(hours.values["pm25"]).sum() == 46


def test_what_is_wrong_is_told():
    with pytest.raises(AirError, match="one shape"):
        hours_of({"pm25": [[1.0]], "pm10": [[1.0, 2.0]]}, start=date(2019, 1, 1))
    with pytest.raises(AirError, match="station codes"):
        hours_of({"pm25": [[1.0]]}, start=date(2019, 1, 1), stations=["a", "b"])
    with pytest.raises(AirError, match="Unknown pollutant 'dust'"):
        hours_of({"dust": [[1.0]]}, start=date(2019, 1, 1))
    with pytest.raises(AirError, match="8 to 24"):
        evaluate(weather(0), edition="2018", choices=Choices(windows=(1, 24), restart_ozone=True))
