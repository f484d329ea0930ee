"""Standards of ambient air by edition: limits (GB 3095), the index (HJ 633), evaluation (HJ 663), and named sets."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lantian.rulebook.entry import Entry, schema

Pollutant = Literal["so2", "no2", "co", "o3", "pm10", "pm25"]
Averaging = Literal["1h", "8h", "24h"]
Sure = Literal["read", "second-hand", "memory", "assumed", "practice"]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Part):
    """One text in both languages."""

    zh: str
    en: str


@schema("air-editions")
class AirEdition(Entry):
    """A named set of standards that are used together.

    `temperature` is the state of gas concentrations in kelvin, at 1013.25 hPa; `reference` the editions of the three
    standards that the set takes.
    """

    gb3095: str
    hj633: str
    hj663: str
    temperature: float = Field(gt=200, lt=320)


class Limits(Part):
    """Limits of one pollutant, each as [level 1, level 2], in µg/m³, CO in mg/m³. `day` of ozone is the MDA8."""

    year: tuple[float, float] | None = None
    quarter: tuple[float, float] | None = None
    day: tuple[float, float] | None = None
    hour: tuple[float, float] | None = None
    sure: Sure | None = None


@schema("gb3095")
class AirLimits(Entry):
    """Concentration limits of ambient air."""

    limits: dict[str, Limits]


class Breakpoints(Part):
    """Concentrations at the index values of the standard, shorter where the last ones are not defined.

    `like` takes the values of another item. Above the last value of a shorter row the index is `beyond`; without it
    there is none, and the item `instead` speaks for the pollutant. `platform` is the index that the national real-time
    publication gives there.
    """

    at: tuple[float, ...] = ()
    like: str = ""
    beyond: int | None = None
    platform: int | None = None
    instead: str = ""
    sure: Sure | None = None

    @model_validator(mode="after")
    def _rising(self) -> Breakpoints:
        if bool(self.at) == bool(self.like):
            raise ValueError("give either at or like")
        if any(b <= a for a, b in zip(self.at, self.at[1:], strict=False)):
            raise ValueError("breakpoints must rise")
        return self


class Category(Part):
    """A level of the index from its first value on."""

    from_: int = Field(alias="from")
    level: Words
    name: Words
    colour: Words
    rgb: tuple[int, int, int]


@schema("hj633")
class AirIndex(Entry):
    """The air quality index: breakpoints by item (pollutant and averaging time), what each report counts, categories.

    `decimals` are those to which a concentration is rounded before its index is worked out. `least` is the smallest
    index that is reported; `complete_to` the value up to which the index is not available (NA) when a pollutant is
    missing (null: the others decide).
    """

    at: tuple[int, ...]
    cap: int
    least: int
    complete_to: int | None = None
    primary_above: int
    exceeding_above: int
    good_to: int
    heavy_above: int
    decimals: dict[Pollutant, int]
    reports: dict[Literal["day", "hour", "platform"], tuple[str, ...]]
    breakpoints: dict[str, Breakpoints]
    category: tuple[Category, ...]

    @model_validator(mode="after")
    def _fits(self) -> AirIndex:
        for item, row in self.breakpoints.items():
            if row.like and row.like not in self.breakpoints:
                raise ValueError(f"{item}: there is no item {row.like!r} to be like")
            if len(row.at) > len(self.at):
                raise ValueError(f"{item}: more breakpoints than index values")
        for report, items in self.reports.items():
            if missing := set(items) - set(self.breakpoints):
                raise ValueError(f"report {report}: no breakpoints of {sorted(missing)}")
        return self


class Rounding(Part):
    """Decimals: of day values and of results of a span by pollutant (`others` where not named), of derived figures."""

    day: dict[str, int]
    span: dict[str, int]
    multiple: int
    rate: int
    index: int
    sure: Sure


class Windows(Part):
    """Eight-hour means of ozone in a day: those ending at the hours `first` to `last` count."""

    first: int = Field(ge=1, le=24)
    last: int = Field(ge=1, le=24)
    hours: int = Field(ge=1, le=8)
    least: int = Field(ge=1, le=24)
    unless_exceeding: bool
    sure: Sure


class Validity(Part):
    """How many values a mean needs: hours of a day, days of a month, of February, of a year."""

    day_hours: int
    month_days: int
    february_days: int
    year_days: int
    part_share: float = Field(ge=0, le=1)
    part_sure: Sure


class Term(Part):
    """One term of the composite index: which statistic of a pollutant is divided by which limit."""

    pollutant: Pollutant
    statistic: Literal["mean", "percentile"]
    limit: Literal["year", "day"]
    weight: float = 1.0


class Area(Part):
    """The value of an area: mean of its stations, where at least this share of them has one."""

    share: float = Field(gt=0, le=1)
    sure: Sure


@schema("hj663")
class AirEvaluation(Entry):
    """Evaluation of ambient air over a span of days."""

    percentile: dict[Pollutant, float]
    day_percentile_limit: tuple[Pollutant, ...]
    rounding: Rounding
    mda8: Windows
    validity: Validity
    index: tuple[Term, ...]
    area: Area
