"""The air quality index of a day or an hour, its primary pollutants, category and colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lantian.airquality.arrays import Floats, Rewrap, columns, unwrap, whole
from lantian.airquality.editions import POLLUTANTS, Edition
from lantian.airquality.editions import edition as find_edition
from lantian.airquality.faults import AirError
from lantian.airquality.iaqi import by_scale, name_of
from lantian.rulebook.schemas.standards import AirIndex, Category

Report = Literal["day", "hour", "platform"]


@dataclass(frozen=True)
class Aqi:
    """Index, individual indices by item, and primary pollutants.

    Attributes
    ----------
    aqi : whole numbers; NaN where not available
    iaqi : individual index by item ('pm25_24h' …), NaN where missing
    primary : by item, whether it is a primary pollutant; several in a tie, none at 50 and below
    missing : by pollutant, whether it has no individual index
    withheld : where the index is not available although some pollutants are there (HJ 633-2026 5.3.1)
    """

    aqi: Any
    iaqi: dict[str, Any]
    primary: dict[str, Any]
    missing: dict[str, Any]
    withheld: Any
    edition: Edition
    report: Report

    @property
    def level(self) -> Any:
        """Level 1 to 6; NaN without an index."""
        array, rewrap = unwrap(self.aqi)
        return rewrap(whole(level_of(array, self.edition.index)))

    def exceeding(self, item: str) -> Any:
        """Whether an item is an exceeding pollutant (超标污染物): index above 100."""
        return self.iaqi[item] > self.edition.index.exceeding_above

    def primary_at(self, *place: int) -> tuple[str, ...]:
        """The primary pollutants at one place, as items; without a place, of a scalar result."""
        return tuple(item for item, flag in self.primary.items() if np.asarray(flag)[place])

    def category_at(self, *place: int) -> Category | None:
        """The category at one place; None without an index."""
        value = float(np.asarray(self.aqi)[place])
        return category_of(value, self.edition.index)


def aqi(
    values: Any,
    *,
    report: Report = "day",
    edition: str | Edition = "auto",
    on: date | None = None,
    not_monitored: Iterable[str] = (),
) -> Aqi:
    """Air quality index (AQI) of a report.

    Parameters
    ----------
    values : mapping or xarray Dataset from item ('o3_8h', 'pm25_24h') or pollutant ('pm25', where the report counts
        one item of it) to scalar, array or DataArray [µg/m³; CO mg/m³]; shapes must broadcast
    report : 'day'; 'hour' as the standard's real-time report; 'platform' as the national real-time publication
        does it (differs from 'hour' under HJ 633-2012 only)
    edition, on : name of the set of standards; 'auto' takes the one in force on the day `on`
    not_monitored : pollutants that the place does not monitor and that never were primary at light pollution or worse
        in three years; their absence withholds no index (HJ 633-2026 5.3.2)

    Returns
    -------
    Aqi of the same kind as the values.

    Notes
    -----
    The largest individual index (HJ 633 formula 2). Primary is every pollutant with the largest index when that is
    above 50. Under HJ 633-2026 the index is at least 1, and where a pollutant is missing it is available above 100
    only (5.3.1); under HJ 633-2012 the pollutants that are there decide.

    Examples
    --------
    >>> found = aqi({"so2": 12, "no2": 55, "co": 1.2, "pm10": 130, "pm25": 68, "o3_8h": 92}, edition="2026")
    >>> found.aqi, found.primary_at(), found.category_at().name.zh
    (108, ('pm25_24h',), '轻度污染')
    """
    found = find_edition(edition, on=on)
    given, rewrap = _by_item(_pollutants(values), found, report)
    shape = np.broadcast_shapes(*(array.shape for array in given.values()))
    indices = _indices(given, found, report, shape)
    everything = np.stack(list(indices.values()))
    there = np.isfinite(everything)
    best = np.where(there.any(0), np.max(np.where(there, everything, -1), axis=0), np.nan)

    rule = found.index
    missing = _missing(indices, {name_of(name) for name in not_monitored})
    withheld = np.zeros(shape, bool)
    if rule.complete_to is not None:
        any_missing = np.logical_or.reduce([np.zeros(shape, bool), *missing.values()])
        withheld = any_missing & (best <= rule.complete_to)
    value = np.where(withheld, np.nan, np.maximum(best, rule.least))
    primary = {item: (index == best) & (best > rule.primary_above) & ~withheld for item, index in indices.items()}
    return Aqi(
        aqi=rewrap(whole(value)),
        iaqi={item: rewrap(whole(index)) for item, index in indices.items()},
        primary={item: rewrap(flags) for item, flags in primary.items()},
        missing={pollutant: rewrap(flags) for pollutant, flags in missing.items()},
        withheld=rewrap(withheld),
        edition=found,
        report=report,
    )


def _pollutants(values: Any) -> dict[str, Any]:
    """What was given by name; of a Dataset only pollutants, as it may hold weather and more."""
    named = columns(values)
    if not hasattr(values, "data_vars"):
        return named
    return {
        name: column for name, column in named.items() if name_of(name.removesuffix(_averaging(name))) in POLLUTANTS
    }


def _averaging(name: str) -> str:
    end = name.lower().rpartition("_")[2]
    return name[-len(end) - 1 :] if end in ("1h", "8h", "24h") and "_" in name else ""


def _by_item(values: Mapping[str, Any], found: Edition, report: Report) -> tuple[dict[str, Floats], Rewrap]:
    """Values by item of the report, and how to wrap results like the largest of them."""
    given: dict[str, Floats] = {}
    rewraps: dict[str, Rewrap] = {}
    for key, value in values.items():
        item = _item(key, found, report)
        given[item], rewraps[item] = unwrap(value)
    if not set(given) & set(found.index.reports[report]):
        items = found.index.reports[report]
        raise AirError(
            f"没有可用的污染物浓度。请至少给出一项，如 pm25=68；本报告的项目：{'、'.join(items)}。",
            f"No usable concentration; give at least one, as pm25=68. Items: {', '.join(items)}.",
        )
    largest = max(given, key=lambda item: given[item].ndim)
    return given, rewraps[largest]


def _item(key: str, found: Edition, report: Report) -> str:
    name, _, averaging = key.strip().lower().rpartition("_")
    item = f"{name_of(name)}_{averaging}" if averaging in ("1h", "8h", "24h") else ""
    if item in found.scales:
        return item
    pollutant = name_of(key)
    of_it = [item for item in found.index.reports[report] if found.scales[item].pollutant == pollutant]
    if len(of_it) == 1:
        return of_it[0]
    if of_it:
        raise AirError(
            f"“{key}”有几种时段，请写明：{' 或 '.join(of_it)}。", f"{key!r} may be {' or '.join(of_it)}; say which."
        )
    known = "、".join(found.index.reports[report])
    raise AirError(
        f"不认识污染物“{key}”。可用：{known}。",
        f"Unknown pollutant {key!r}; known are {', '.join(found.index.reports[report])}.",
    )


def _indices(given: Mapping[str, Floats], found: Edition, report: Report, shape: tuple[int, ...]) -> dict[str, Floats]:
    """Individual index of every item of the report, and of those that speak instead of one above its table."""
    indices = {}
    for item in found.index.reports[report]:
        scale = found.scales[item].as_in(report)
        value = given.get(item)
        index = np.full(shape, np.nan) if value is None else np.broadcast_to(by_scale(scale, value), shape)
        indices[item] = index
        other = scale.instead
        if value is not None and other in given and other not in found.index.reports[report]:
            above = np.broadcast_to(np.isfinite(value), shape) & ~np.isfinite(index)
            if above.any():
                spoken = np.broadcast_to(by_scale(found.scales[other], given[other]), shape)
                indices[other] = np.where(above, spoken, np.nan)
    return indices


def _missing(indices: Mapping[str, Floats], ignored: set[str]) -> dict[str, NDArray[np.bool_]]:
    by_pollutant: dict[str, NDArray[np.bool_]] = {}
    for item, index in indices.items():
        pollutant = item.rsplit("_", 1)[0]
        if pollutant not in ignored:
            by_pollutant[pollutant] = by_pollutant.get(pollutant, True) & ~np.isfinite(index)
    return by_pollutant


def level_of(value: Floats, rule: AirIndex) -> Floats:
    """Level 1 to 6 of index values; NaN without one."""
    starts = np.array([category.from_ for category in rule.category])
    return np.where(np.isfinite(value), np.searchsorted(starts, value, side="right").astype(float), np.nan)


def category_of(value: float, rule: AirIndex) -> Category | None:
    """Category of one index value: names, colour; None for NaN."""
    if not np.isfinite(value):
        return None
    return max((c for c in rule.category if c.from_ <= value), key=lambda c: c.from_)
