"""Rules around measured air: dustfall, sand-dust, and how tables of measurements are written."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.standards import Part, Pollutant, Sure


@schema("dustfall")
class DustfallRule(Entry):
    """Dustfall by weighing: results are t/(km²·`days`), rounded to `decimals`; what a plan's 左右 allows.

    `mouth` is the usual area of a jar's mouth in cm²; `least_points` how many points a district is to have.
    """

    days: int = Field(ge=1, le=31)
    decimals: int
    about: float = Field(ge=0, le=1)
    about_sure: Sure
    mouth: float = Field(gt=0)
    least_points: int = Field(ge=1)


@schema("sand-dust")
class SandDustRule(Entry):
    """When a sand-dust event begins and ends by the hours of a station, and which pollutants it takes out."""

    before: int = Field(ge=1, le=24)
    least: int = Field(ge=1, le=24)
    times: float = Field(gt=1)
    above: float
    ratio: float = Field(gt=0, lt=1)
    back: float = Field(ge=0, le=1)
    removes: tuple[Pollutant, ...]


ColumnRole = Literal[
    "station", "town", "time", "date", "year", "month", "day", "hour", "type", "so2", "no2", "co", "o3", "pm10", "pm25"
]


@schema("air-columns")
class AirColumns(Entry):
    """How tables of measurements are written: headers by what they hold, words for a missing value.

    What the factors are called, and in which units, stands in the rule `series-factors`. `foreign` are units that no
    factor is converted from: a column in one of them is not read. `highest` is the largest value of each pollutant
    [µg/m³; CO mg/m³] that is taken for a measurement.
    """

    missing: tuple[str, ...]
    columns: dict[ColumnRole, tuple[str, ...]]
    foreign: tuple[str, ...]
    highest: dict[Pollutant, float]


ByPollutant = dict[Pollutant, float]


class RangeCheck(Part):
    low: ByPollutant
    high: ByPollutant


class FlatCheck(Part):
    hours: dict[Pollutant, int]
    above: ByPollutant


class SpikeCheck(Part):
    around: int = Field(ge=1, le=12)
    least: ByPollutant
    deviations: float = Field(gt=0)
    follows: float = Field(gt=0, le=1)


class InversionCheck(Part):
    least: float
    share: float


class RatioCheck(Part):
    below: float
    pm10: float


class NeighbourCheck(Part):
    factor: float = Field(gt=1)
    hours: int
    stations: int
    within_km: float
    least: ByPollutant


class MicroCheck(Part):
    days: int = Field(ge=1)
    least_hours: int
    slope: tuple[float, float]
    r2: float = Field(gt=0, le=1)


class InterferenceCheck(Part):
    pollutants: tuple[Pollutant, ...]
    step_hours: int = Field(ge=1)
    step_drop: float
    step_calm: float
    step_points: float
    night: tuple[int, int]
    night_hours: int
    night_share: float
    night_spread: float
    night_points: float
    least: ByPollutant


@schema("air-suspicions")
class AirSuspicions(Entry):
    """Limits of the rules that look over measured hours before a person does."""

    range: RangeCheck
    flat: FlatCheck
    spike: SpikeCheck
    inversion: InversionCheck
    ratio: RatioCheck
    neighbour: NeighbourCheck
    micro: MicroCheck
    interference: InterferenceCheck


@schema("air-completeness")
class CompletenessRule(Entry):
    """From which share of the hours that are owed an upload rate is reached, and below which it is poor; after how many
    hours without a value a station is late."""

    reached: float = Field(gt=0, le=1)
    poor: float = Field(ge=0, le=1)
    late_hours: int = Field(ge=1)
