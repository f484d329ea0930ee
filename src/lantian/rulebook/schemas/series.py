"""What can be measured over time, and what can be noted about a value."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lantian.rulebook.entry import Entry, schema


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(_Part):
    """One text in both languages."""

    zh: str
    en: str


class FactorMetric(_Part):
    """The mean of a factor as a metric of areas: for targets and rankings. `name` is that of the plans' goal indicator
    where there is one, `answers` says so."""

    name: str
    title: Label
    better: Literal["lower", "higher"] = "lower"
    answers: bool = False


class Factor(_Part):
    """A thing that is measured.

    Attributes
    ----------
    code : its name in code, files and API (lower case)
    unit : as values are stored; `decimals` as they are shown
    range : what an instrument can give; values outside are suspicious, never dropped
    headers : what files of others call it, beside code and label; `days` what only tables of days and months do
    scale : by unit as written in a file, the factor that brings its values to `unit`
    longer : how a day follows from its hours, and a month from its days: 'mean', 'sum', or None where neither is so
        (a direction) or a standard says how (the pollutants)
    day_hours : valid hours that make a day
    offset : by unit as written, what is added once its values are multiplied (degrees of other scales)
    as_written : headers that count only in these letters; then the code is none (`No` numbers rows, `NO` is a gas)
    words : values that files write as words, in small letters: points of the compass, calm air (NaN: missing)
    accepts : values outside are no measurement but a wrong unit or a fault, and are not read
    intervals : of which values it can be one; empty for all
    metric : under which its mean is offered to targets and rankings, None where a standard evaluates it or nobody asks
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Label
    unit: str
    decimals: int = Field(ge=0, le=4)
    range: tuple[float, float] | None = None
    headers: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    scale: dict[str, float] = Field(default_factory=dict)
    longer: Literal["mean", "sum"] | None = None
    day_hours: int = Field(default=20, ge=1, le=24)
    offset: dict[str, float] = Field(default_factory=dict)
    as_written: tuple[str, ...] = ()
    words: dict[str, float] = Field(default_factory=dict)
    accepts: tuple[float, float] | None = None
    intervals: tuple[str, ...] = ()
    metric: FactorMetric | None = None

    @property
    def called(self) -> tuple[str, ...]:
        """What headers call it, in whatever letters."""
        return (self.label.zh, *self.headers) if self.as_written else (
            self.code, self.label.zh, self.label.en, *self.headers)  # fmt: skip


@schema("series-factors")
class Factors(Entry):
    """All factors, in the order in which pages show them. A district adds its own by a file that extends this one."""

    factor: tuple[Factor, ...]

    @model_validator(mode="after")
    def _once(self) -> Factors:
        codes = [one.code for one in self.factor]
        if twice := {code for code in codes if codes.count(code) > 1}:
            raise ValueError(f"factors named twice: {sorted(twice)}")
        return self

    def of(self, code: str) -> Factor:
        """A factor by code; raises LookupError."""
        found = next((one for one in self.factor if one.code == code), None)
        if found is None:
            raise LookupError(f"no factor {code!r} in rule {self.id}")
        return found


class Flag(_Part):
    """A note about a value. One that `invalidates` takes the value out of every result; the value itself stays.

    One that `stays` tells where the value came from, and outlives what people judge about it.
    """

    bit: int = Field(ge=0, le=15)
    name: str
    label: Label
    invalidates: bool = False
    stays: bool = False


@schema("series-flags")
class Flags(Entry):
    """Notes about values, by bit."""

    flag: tuple[Flag, ...]

    @property
    def invalid(self) -> int:
        """All bits that take a value out of results."""
        return sum(1 << one.bit for one in self.flag if one.invalidates)

    @property
    def staying(self) -> int:
        """All bits that a judgement leaves as they are."""
        return sum(1 << one.bit for one in self.flag if one.stays)

    def mask(self, *names: str) -> int:
        """The bits of some notes; raises LookupError for a name that is none."""
        known = {one.name: 1 << one.bit for one in self.flag}
        if unknown := set(names) - set(known):
            raise LookupError(f"no flag {sorted(unknown)} in rule {self.id}")
        return sum(known[name] for name in set(names))

    def names(self, bits: int) -> tuple[str, ...]:
        """Names of the notes that are set."""
        return tuple(one.name for one in self.flag if bits >> one.bit & 1)


@schema("series-intake")
class IntakeRules(Entry):
    """Bounds of an import of measured values: files, bytes, values; how much of what is refused is listed."""

    max_files: int = Field(gt=0)
    max_upload_mb: int = Field(gt=0)
    max_unpacked_mb: int = Field(gt=0)
    max_ratio: int = Field(gt=1)
    max_values: int = Field(gt=0)
    part_values: int = Field(gt=0)
    told: int = Field(gt=0)
    stations: int = Field(gt=0)
    kept_days: int = Field(gt=0)
