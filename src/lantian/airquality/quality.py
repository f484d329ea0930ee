"""Suspicions about measured hours: flags for a person to look at, never deletions.

Each rule sets one bit; an hour may carry several. Limits are the rule 'air-suspicions' of the rulebook.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from lantian import rulebook
from lantian.airquality.arrays import Floats
from lantian.airquality.editions import POLLUTANTS
from lantian.airquality.hours import Hours
from lantian.airquality.iaqi import label
from lantian.airquality.thousandths import Flags
from lantian.rulebook.schemas.air import AirSuspicions

RULES = ("range", "flat", "spike", "inversion", "ratio", "neighbour")
WORDS = {
    "range": ("超出量程", "out of range"),
    "flat": ("数值不变", "does not move"),
    "spike": ("孤立突跳", "a lone spike"),
    "inversion": ("PM2.5 高于 PM10", "PM2.5 above PM10"),
    "ratio": ("PM2.5 与 PM10 之比过低", "PM2.5 / PM10 too low"),
    "neighbour": ("与邻近站长时间不符", "far from its neighbours for hours"),
}
BIT = {rule: np.uint8(1 << k) for k, rule in enumerate(RULES)}
BLOCK = 64  # stations at a time, so that windows stay small
EARTH_KM = 6371.0
NORMAL = 1.4826  # makes a median deviation comparable to a standard one

Near = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Suspicion:
    """Hours in a row that one rule marks.

    `first` and `last` are the ends of the hours, `least` and `largest` the values between.
    """

    station: str
    pollutant: str
    rule: str
    first: datetime
    last: datetime
    hours: int
    least: float
    largest: float

    @property
    def zh(self) -> str:
        return f"{self.station} {label(self.pollutant)} {WORDS[self.rule][0]}：{self._where('至')}，{self._values()}"

    @property
    def en(self) -> str:
        return f"{self.station} {label(self.pollutant)} {WORDS[self.rule][1]}: {self._where('to')}, {self._values()}"

    def _where(self, to: str) -> str:
        first = f"{self.first:%Y-%m-%d %H:%M}"
        return first if self.hours == 1 else f"{first} {to} {self.last:%Y-%m-%d %H:%M}"

    def _values(self) -> str:
        return f"{self.least:g}" if self.least == self.largest else f"{self.least:g}–{self.largest:g}"


@dataclass(frozen=True)
class Checked:
    """Flags of hours by pollutant, uint8 [station, hour]: bit k is `RULES[k]`."""

    hours: Hours
    flags: dict[str, NDArray[np.uint8]]

    def marked(self, pollutant: str, rule: str) -> Flags:
        """Which hours a rule marks."""
        return np.asarray(self.flags[pollutant] & BIT[rule] > 0)

    def counts(self) -> dict[tuple[str, str], int]:
        """How many hours each rule marks, by pollutant and rule."""
        return {(p, rule): int(self.marked(p, rule).sum()) for p in self.flags for rule in RULES}

    def suspicions(self) -> list[Suspicion]:
        """Runs of marked hours: by station, then time."""
        begin = datetime(self.hours.start.year, self.hours.start.month, self.hours.start.day, 1)
        found = []
        for pollutant in self.flags:
            values = self.hours.values[pollutant]
            for rule in RULES:
                for row, low, high in _runs(self.marked(pollutant, rule)):
                    part = values[row, low:high]
                    found.append(
                        Suspicion(
                            self.hours.stations[row], pollutant, rule,
                            begin + timedelta(hours=low), begin + timedelta(hours=high - 1), high - low,
                            float(np.nanmin(part)), float(np.nanmax(part)),
                        )
                    )  # fmt: skip
        return sorted(found, key=lambda one: (one.station, one.first, one.pollutant, one.rule))


def check(hours: Hours, *, near: Near | None = None, rain: Flags | None = None, dust: Flags | None = None) -> Checked:
    """Look over hours by all rules.

    Parameters
    ----------
    near : neighbours of each station, nearest first (see `nearest`); without them the rule 'neighbour' is silent and
        a spike needs nobody to follow
    rain, dust : hours [hour] in which it rained, or a sand-dust event went on

    Returns
    -------
    Checked : flags; missing hours carry none
    """
    rule = rulebook.get("air-suspicions", as_=AirSuspicions, on=hours.start)
    flags = {p: np.zeros(array.shape, np.uint8) for p, array in hours.values.items()}
    neighbours = places_of(hours, near or {}, rule.neighbour.stations)
    for p in (p for p in POLLUTANTS if p in flags):
        values = hours.values[p]
        around = median_of(values, neighbours)
        with np.errstate(invalid="ignore", divide="ignore"):
            flags[p] |= BIT["range"] * ((values < rule.range.low[p]) | (values > rule.range.high[p]))  # type: ignore[index]
            flags[p] |= BIT["flat"] * _flat(values, rule, p, rain)
            flags[p] |= BIT["spike"] * _spikes(values, around, rule, p)
            if neighbours:
                flags[p] |= BIT["neighbour"] * _strangers(values, around, rule, p)
    if "pm25" in flags and "pm10" in flags:
        _pair(hours, flags, rule, dust)
    return Checked(hours, flags)


def flat(values: Floats, hours: int, *, rain: Flags | None = None) -> Flags:
    """Hours that belong to so many equal ones in a row."""
    same = np.zeros(values.shape, bool)
    same[:, 1:] = values[:, 1:] == values[:, :-1]  # NaN equals nothing
    if rain is not None:
        same &= ~((values == 0) & rain)
    out = np.zeros(values.shape, bool)
    for row, low, high in _runs(same):
        if high - low + 1 >= hours:
            out[row, low - 1 : high] = True
    return out


def _flat(values: Floats, rule: AirSuspicions, p: str, rain: Flags | None) -> Flags:
    still = flat(values, rule.flat.hours[p], rain=rain)  # type: ignore[index]
    return np.asarray(still & (values > rule.flat.above[p]))  # type: ignore[index]


def _spikes(values: Floats, around: Floats | None, rule: AirSuspicions, p: str) -> Flags:
    """Hours far from the median of the hours around, while the neighbours stay."""
    out = np.zeros(values.shape, bool)
    for low in range(0, len(values), BLOCK):
        rows = slice(low, low + BLOCK)
        away, spread = _from_median(values[rows], rule.spike.around)
        bound = np.maximum(rule.spike.least[p], rule.spike.deviations * NORMAL * spread)  # type: ignore[index]
        found = np.abs(away) > bound
        if around is not None:
            moved, _ = _from_median(around[rows], rule.spike.around)
            found &= ~(moved * np.sign(away) > rule.spike.follows * np.abs(away))
        out[rows] = found
    return out


def _from_median(values: Floats, around: int) -> tuple[Floats, Floats]:
    """How far each hour lies from the median of the hours around, and the median of those distances."""
    padded = np.pad(values, ((0, 0), (around, around)), constant_values=np.nan)
    windows = sliding_window_view(padded, 2 * around + 1, axis=1)
    middle = _median(windows)
    spread = _median(np.abs(windows - middle[..., None]))
    return values - middle, spread


def _median(windows: Floats) -> Floats:
    """Median of the last axis without NaN; NaN where all are."""
    ordered = np.sort(windows, axis=-1)
    number = np.isfinite(windows).sum(-1)
    last = np.maximum(number - 1, 0)
    low = np.take_along_axis(ordered, (last // 2)[..., None], -1)[..., 0]
    high = np.take_along_axis(ordered, ((last + 1) // 2)[..., None], -1)[..., 0]
    return np.where(number > 0, (low + high) / 2, np.nan)


def _strangers(values: Floats, around: Floats | None, rule: AirSuspicions, p: str) -> Flags:
    """Hours that differ from the neighbours' median by a factor, for hours in a row."""
    out = np.zeros(values.shape, bool)
    if around is None:
        return out
    least = rule.neighbour.least[p]  # type: ignore[index]
    off = np.abs(np.log(np.maximum(values, least) / np.maximum(around, least))) > log(rule.neighbour.factor)
    for row, low, high in _runs(off):
        if high - low >= rule.neighbour.hours:
            out[row, low:high] = True
    return out


def _pair(hours: Hours, flags: dict[str, NDArray[np.uint8]], rule: AirSuspicions, dust: Flags | None) -> None:
    fine, coarse = hours.values["pm25"], hours.values["pm10"]
    with np.errstate(invalid="ignore", divide="ignore"):
        above = fine - coarse > np.maximum(rule.inversion.least, rule.inversion.share * coarse)
        low = (fine / coarse < rule.ratio.below) & (coarse >= rule.ratio.pm10)
    if dust is not None:
        low &= ~dust
    for p in ("pm25", "pm10"):
        flags[p] |= BIT["inversion"] * above
        flags[p] |= BIT["ratio"] * low


def _runs(marked: Flags) -> list[tuple[int, int, int]]:
    """Runs of marked hours: row, first, and the one after the last."""
    edges = np.diff(np.pad(marked, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    return list(zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True))


def running_median(values: Floats, width: int) -> tuple[Floats, Floats]:
    """At each hour the median of the hours before it, and of those from it on; NaN at the ends of the series."""
    blank = np.full(values.shape, np.nan)
    before, after = blank.copy(), blank
    if values.shape[1] >= 2 * width:
        medians = _median(sliding_window_view(values, width, axis=1))
        before[:, width:] = medians[:, : values.shape[1] - width]
        after[:, : medians.shape[1]] = medians
    return before, after


def places_of(hours: Hours, near: Near, most: int) -> list[list[int]]:
    """Rows of each station's neighbours; empty without any."""
    row = {code: k for k, code in enumerate(hours.stations)}
    if not near:
        return []
    return [[row[code] for code in near.get(name, ()) if code in row][:most] for name in hours.stations]


def median_of(values: Floats, neighbours: list[list[int]]) -> Floats | None:
    """The median of each station's neighbours; NaN where it has none."""
    if not neighbours:
        return None
    out = np.full(values.shape, np.nan, values.dtype)
    for row, others in enumerate(neighbours):
        if others:
            out[row] = _median(values[others].T)
    return out


def nearest(
    places: Mapping[str, tuple[float, float]], *, most: int | None = None, within_km: float | None = None
) -> dict[str, list[str]]:
    """Neighbours of stations by distance.

    Parameters
    ----------
    places : longitude and latitude [degrees] by code, all in one coordinate system
    most, within_km : at most so many, not farther; default those of the rule

    Examples
    --------
    >>> nearest({"a": (116.40, 39.9), "b": (116.41, 39.9), "c": (117.9, 39.9)})["a"]
    ['b']
    """
    rule = rulebook.get("air-suspicions", as_=AirSuspicions).neighbour
    most, limit = most or rule.stations, within_km or rule.within_km
    codes = list(places)
    lon, lat = np.radians(np.array([places[code] for code in codes], float).reshape(-1, 2)).T
    found = {}
    for k, code in enumerate(codes):
        half = np.sin((lat - lat[k]) / 2) ** 2 + np.cos(lat) * np.cos(lat[k]) * np.sin((lon - lon[k]) / 2) ** 2
        distance = 2 * EARTH_KM * np.arcsin(np.sqrt(half))
        order = [int(other) for other in np.argsort(distance, kind="stable") if other != k]
        found[code] = [codes[other] for other in order if distance[other] <= limit][:most]
    return found
