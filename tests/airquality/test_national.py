"""The national real-time publication of January 2019 computed again from its hours.

What the platform does was found by trying; the table that this test prints says how often it is met. Run it with -rP.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from lantian.airquality import gbt8170
from lantian.airquality.evaluate import Evaluation, evaluate
from lantian.airquality.plan import Choices
from lantian.airquality.read import Loaded, read_hours
from lantian.airquality.running import hour_of_day, running_mean
from tests.shared import shared_path

# The rule found: means rounded half to even; any number of hours gives one; eight hours of ozone begin anew at 01:00 of
# each day; the index is the largest of six one-hour indices, particles on the breakpoints of the day.
PLATFORM = Choices(hour_report="platform", running_least=(1, 1), restart_ozone=True)
PUBLISHED = {
    "pm25": "PM2.5_24h",
    "pm10": "PM10_24h",
    "so2": "SO2_24h",
    "no2": "NO2_24h",
    "co": "CO_24h",
    "o3": "O3_8h",
}


@dataclass(frozen=True)
class Row:
    """How often a published value is met where all its hours are there, and where some are missing."""

    name: str
    whole: int
    same: float
    within: float
    partial: int
    partial_within: float

    def __str__(self) -> str:
        return (
            f"{self.name:<12}{self.whole:>11,}{self.same:>11.4%}{self.within:>13.4%}"
            f"{self.partial:>12,}{self.partial_within:>13.2%}"
        )


HEAD = f"{'':<12}{'all hours':>11}{'same':>11}{'± last digit':>13}{'some hours':>12}{'± last digit':>13}"


@pytest.fixture(scope="module")
def january() -> Loaded:
    files = sorted(shared_path("data/china_sites").glob("china_sites_201901*.csv.gz"))
    return read_hours(files)


@pytest.fixture(scope="module")
def evaluation(january: Loaded) -> Evaluation:
    return evaluate(january.hours, edition="2018", choices=PLATFORM)


def row(name: str, ours: np.ndarray, theirs: np.ndarray, whole: np.ndarray, digit: float) -> Row:
    both = np.isfinite(ours) & np.isfinite(theirs)
    off = np.abs(np.rint(ours / digit) - np.rint(theirs / digit))
    full, part = both & whole, both & ~whole
    return Row(
        name, int(full.sum()), float((off[full] == 0).mean()), float((off[full] <= 1).mean()),
        int(part.sum()), float((off[part] <= 1).mean()) if part.any() else float("nan"),
    )  # fmt: skip


def test_everything_was_read(january: Loaded):
    assert len(january.report.files) == 31
    assert len(january.hours.stations) == 1605
    assert not january.report.counts


def test_running_means_are_those_published(january: Loaded, evaluation: Evaluation):
    print("\n" + HEAD)
    of_day = hour_of_day(january.hours.days * 24, 1)
    for p, published in PUBLISHED.items():
        window = np.minimum(8, of_day) if p == "o3" else np.full(len(of_day), 24)
        whole = evaluation.running_count[p] == window
        found = row(published, evaluation.running[p], january.published[published], whole, 0.1 if p == "co" else 1)
        print(found)
        assert found.whole > 500_000
        assert found.within >= 0.995
        # CO is averaged from digits that are not published: its ties fall either way.
        assert found.same > (0.97 if p == "co" else 0.9999)


def test_the_index_is_the_one_published(january: Loaded, evaluation: Evaluation):
    whole = np.logical_and.reduce([np.isfinite(hours) for hours in january.hours.values.values()])
    found = row("AQI", evaluation.aqi(), january.published["AQI"], whole, 1)
    print("\n" + HEAD)
    print(found)
    assert found.whole > 900_000
    assert found.same == 1
    assert found.partial_within == 1


def test_the_day_maxima_of_ozone_are_those_published(january: Loaded, evaluation: Evaluation):
    """O3_8h_24h is the largest eight-hour mean of the natural day so far, those of fewer hours at its start too."""
    eight = evaluation.running["o3"].reshape(len(january.hours.stations), -1, 24)
    whole = evaluation.running_count["o3"].reshape(eight.shape) == np.minimum(8, np.arange(1, 25))
    so_far = np.maximum.accumulate(np.where(whole, eight, -1), axis=2)
    all_there = np.logical_and.accumulate(whole, axis=2)
    shape = january.hours.values["o3"].shape
    found = row("O3_8h_24h", so_far.reshape(shape), january.published["O3_8h_24h"], all_there.reshape(shape), 1)
    print("\n" + HEAD)
    print(found)
    assert found.within >= 0.995


def test_the_standard_would_give_other_values(january: Loaded):
    """The sliding mean of the standard differs from the platform's before 08:00, so the parameter matters."""
    sliding = running_mean(january.hours.values["o3"], 8, least=8, decimals=0).mean
    published = january.published["O3_8h"]
    of_day = hour_of_day(sliding.shape[1], 1)
    both = np.isfinite(sliding) & np.isfinite(published)
    early, late = both & (of_day < 8), both & (of_day >= 8)
    assert (np.abs(sliding - published)[early] <= 1).mean() < 0.6
    assert (sliding == published)[late].mean() > 0.9999
    assert gbt8170(0.5) == 0
