"""Signs that somebody interferes with a sampler: a scored list for a person, no proof of anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from lantian import rulebook
from lantian.airquality.arrays import Floats
from lantian.airquality.hours import Hours
from lantian.airquality.iaqi import label
from lantian.airquality.quality import Near, median_of, places_of, running_median
from lantian.airquality.running import hour_of_day
from lantian.rulebook.schemas.air import AirSuspicions, InterferenceCheck

Kind = Literal["step", "plateau"]
WORDS: dict[Kind, tuple[str, str]] = {
    "step": ("骤降而邻站平稳", "falls suddenly while its neighbours are calm"),
    "plateau": ("夜间低值平台", "a low plateau at night"),
}


@dataclass(frozen=True)
class Sign:
    """One sign at one station: when, how low, and what the neighbours showed."""

    station: str
    pollutant: str
    kind: Kind
    first: datetime
    last: datetime
    value: float
    neighbours: float
    points: float

    @property
    def zh(self) -> str:
        return f"{self._head()} {WORDS[self.kind][0]}：{self._when()}，{self.value:g}（邻站 {self.neighbours:g}）"

    @property
    def en(self) -> str:
        return f"{self._head()} {WORDS[self.kind][1]}: {self._when()}, {self.value:g} (neighbours {self.neighbours:g})"

    def _head(self) -> str:
        return f"{self.station} {label(self.pollutant)}"

    def _when(self) -> str:
        return f"{self.first:%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class Suspect:
    """A station with its signs; the score adds up their points."""

    station: str
    score: float
    signs: tuple[Sign, ...]


def interference(hours: Hours, near: Near) -> list[Suspect]:
    """Stations with signs of interference, the highest score first.

    Parameters
    ----------
    near : neighbours of each station, nearest first (see `quality.nearest`)

    Notes
    -----
    Rule 'air-suspicions', part `interference` (assumed). Spraying or covering shows as a sudden step that no
    neighbour follows, and as nights that lie flat far below the neighbours.
    """
    rule = rulebook.get("air-suspicions", as_=AirSuspicions, on=hours.start)
    neighbours = places_of(hours, near, rule.neighbour.stations)
    signs: dict[str, list[Sign]] = {}
    for p in (p for p in rule.interference.pollutants if p in hours.values):
        around = median_of(hours.values[p], neighbours)
        if around is None:
            return []
        for found in (*_steps(hours, p, around, rule.interference), *_plateaus(hours, p, around, rule.interference)):
            signs.setdefault(found.station, []).append(found)
    suspects = [
        Suspect(station, sum(sign.points for sign in of), tuple(sorted(of, key=lambda sign: sign.first)))
        for station, of in signs.items()
    ]
    return sorted(suspects, key=lambda suspect: (-suspect.score, suspect.station))


def _steps(hours: Hours, p: str, around: Floats, rule: InterferenceCheck) -> list[Sign]:
    """Hours after which the median falls by a share while the neighbours' median stays."""
    values, width = hours.values[p], rule.step_hours
    before, after = running_median(values, width)
    near_before, near_after = running_median(around, width)
    with np.errstate(invalid="ignore", divide="ignore"):
        fall = 1 - after / before
        calm = np.abs(near_after / near_before - 1) < rule.step_calm
        found = (fall >= rule.step_drop) & calm & (near_before >= rule.least[p])  # type: ignore[index]
    fall = np.where(found, fall, -np.inf)
    signs = []
    for row, t in np.argwhere(found):
        begin = max(t - width, 0)
        if begin + fall[row, begin : t + width + 1].argmax() != t:
            continue  # of hours in a row the steepest one speaks
        when = _time(hours, int(t))
        signs.append(
            Sign(
                hours.stations[row], p, "step", when, when, float(after[row, t]), float(near_after[row, t]),
                rule.step_points,
            )
        )  # fmt: skip
    return signs


def _plateaus(hours: Hours, p: str, around: Floats, rule: InterferenceCheck) -> list[Sign]:
    """Nights that lie flat and far below the neighbours."""
    values = hours.values[p]
    of_day = hour_of_day(values.shape[1], 1)
    first, last = rule.night
    night = (of_day >= first) | (of_day <= last)
    with np.errstate(invalid="ignore"):
        low = night & (values < rule.night_share * around) & (around >= rule.least[p])  # type: ignore[index]
    signs = []
    length = 24 - first + 1 + last
    for start in range(first - 1, values.shape[1], 24):
        block = slice(start, min(start + length, values.shape[1]))
        counts = low[:, block].sum(1)
        for row in np.flatnonzero(counts >= rule.night_hours):
            inside = low[row, block]
            part = values[row, block][inside]
            middle = float(np.median(part))
            if np.ptp(part) <= rule.night_spread * middle * 2:
                at = np.flatnonzero(inside) + start
                signs.append(
                    Sign(
                        hours.stations[row], p, "plateau", _time(hours, int(at[0])), _time(hours, int(at[-1])), middle,
                        float(np.median(around[row, at])), rule.night_points,
                    )
                )  # fmt: skip
    return signs


def _time(hours: Hours, t: int) -> datetime:
    return datetime(hours.start.year, hours.start.month, hours.start.day, 1) + timedelta(hours=t)
