"""Hours taken out for sand-dust and other exceptional events: raw, claimed and approved results side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from lantian import rulebook
from lantian.airquality.arrays import Floats
from lantian.airquality.editions import Edition
from lantian.airquality.evaluate import evaluate_days
from lantian.airquality.faults import AirError
from lantian.airquality.hours import Hours
from lantian.airquality.plan import Choices
from lantian.airquality.spans import Span
from lantian.airquality.statistics import Statistics, statistics
from lantian.airquality.thousandths import Flags
from lantian.rulebook.schemas.air import SandDustRule

Status = Literal["claimed", "approved", "rejected"]
Account = Literal["raw", "claimed", "approved"]


@dataclass(frozen=True)
class Event:
    """An event that a district asks to have deducted.

    Attributes
    ----------
    first, last : the hours that end at these times, both included
    removes : pollutants whose hours are taken out; gases stay in a sand-dust event
    stations : codes; empty for all
    status : what became of the request
    kind : 'sand-dust', 'fireworks' … as the table of events calls it
    """

    first: datetime
    last: datetime
    removes: tuple[str, ...] = ("pm10", "pm25")
    stations: tuple[str, ...] = ()
    status: Status = "claimed"
    kind: str = "sand-dust"
    reason: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise AirError(
                f"扣除时段 {self.first} 至 {self.last}：止时早于起时。",
                f"Deducted hours {self.first} to {self.last}: they end before they begin.",
            )


def without(hours: Hours, events: Iterable[Event], *, account: Account) -> Hours:
    """Hours with those of events taken out: none for 'raw', all but rejected ones for 'claimed', or approved ones."""
    counted = {"raw": (), "claimed": ("claimed", "approved"), "approved": ("approved",)}[account]
    chosen = [event for event in events if event.status in counted]
    values = dict(hours.values)
    begin = datetime(hours.start.year, hours.start.month, hours.start.day, 1)
    for event in chosen:
        low = max((event.first - begin) // timedelta(hours=1), 0)
        high = (event.last - begin) // timedelta(hours=1) + 1
        rows = [k for k, code in enumerate(hours.stations) if not event.stations or code in event.stations]
        for pollutant in event.removes:
            if pollutant in values and high > low:
                taken = values[pollutant] if values[pollutant] is not hours.values[pollutant] else None
                array = values[pollutant].copy() if taken is None else taken
                array[rows, low:high] = np.nan
                values[pollutant] = array
    return Hours(hours.stations, hours.start, values)


def accounts(
    hours: Hours,
    events: Sequence[Event],
    span: Span,
    *,
    edition: str | Edition = "auto",
    choices: Choices | None = None,
) -> dict[Account, Statistics]:
    """Statistics of a span three times: raw, as claimed, and as approved.

    Notes
    -----
    环办监测〔2016〕120号. Hours taken out are missing ones: a day that keeps too few is not valid, and its index is
    that of the other pollutants.
    """
    kinds: tuple[Account, ...] = ("raw", "claimed", "approved")
    part = hours.between(span.first, span.last)
    found = {}
    for kind in kinds:
        days = evaluate_days(without(part, events, account=kind), edition=edition, on=span.last, choices=choices)
        found[kind] = statistics(days, span)
    return found


@dataclass(frozen=True)
class SandDustSign:
    """Hours of a station that look like sand-dust, with the figures that say so.

    Attributes
    ----------
    before, peak : PM10 [µg/m³], mean of the hours before it began and highest hour, which ended at `peak_at`
    ratio_before, ratio : PM2.5 / PM10, mean of the hours before and mean while it lasts; NaN without PM2.5
    """

    event: Event
    before: float
    peak: float
    peak_at: datetime
    ratio_before: float
    ratio: float

    @property
    def is_coarser(self) -> bool:
        """Whether the share of fine particles fell, as in sand-dust and not in haze; or is not known."""
        return not self.ratio >= self.ratio_before

    @property
    def hours(self) -> int:
        """How many hours it lasts."""
        return (self.event.last - self.event.first) // timedelta(hours=1) + 1


def suggest_sand_dust(hours: Hours, *, station: int = 0) -> list[Event]:
    """Spans of a station's hours that look like sand-dust: for a person to judge, with the evidence that law asks.

    Notes
    -----
    Rule 'sand-dust': the detail of 环办监测〔2016〕120号 is known from memory only.
    """
    return [sign.event for sign in signs_of_sand_dust(hours, station=station)]


def signs_of_sand_dust(hours: Hours, *, station: int = 0) -> list[SandDustSign]:
    """The same spans with the figures that each rests on."""
    rule = rulebook.get("sand-dust", as_=SandDustRule)
    coarse = hours.values["pm10"][station].astype(float)
    fine = hours.values["pm25"][station].astype(float) if "pm25" in hours.values else np.full(len(coarse), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(coarse > 0, fine / coarse, np.nan)
    found, free = [], rule.before
    begin = datetime(hours.start.year, hours.start.month, hours.start.day, 1)
    measured = int(np.flatnonzero(np.isfinite(coarse))[-1]) + 1 if np.isfinite(coarse).any() else 0
    for t in np.flatnonzero(coarse > rule.above).tolist():
        if t < free:
            continue
        before = _mean(coarse[t - rule.before : t], rule.least)
        ratio_before = _mean(ratio[t - rule.before : t], rule.least)
        if not (coarse[t] >= rule.times * before or ratio[t] <= rule.ratio * ratio_before):
            continue
        end = min(t + _length(coarse[t:] <= before * (1 + rule.back)), measured)
        if end == t:  # a ratio that fell while PM10 stands no higher than before: over as it begins
            continue
        first, last, at = (begin + timedelta(hours=k) for k in (t, end - 1, t + int(np.nanargmax(coarse[t:end]))))
        event = Event(first, last, rule.removes, (hours.stations[station],), reason=rule.clause)
        within = _mean(ratio[t:end], 1)
        found.append(SandDustSign(event, before, float(np.nanmax(coarse[t:end])), at, ratio_before, within))
        free = end + rule.before
    return found


def _mean(values: Floats, least: int) -> float:
    there = np.isfinite(values)
    return float(values[there].mean()) if there.sum() >= least else float("nan")


def _length(over: Flags) -> int:
    """Hours until the first that is over; all of them where none is."""
    return int(over.argmax()) if over.any() else len(over)
