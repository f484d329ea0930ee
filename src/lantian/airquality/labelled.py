"""Results as xarray Datasets: every number with its station, its time or span, and its unit. Needs the extra `air`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import xarray

from lantian.airquality.editions import POLLUTANTS, Edition
from lantian.airquality.evaluate import Evaluation
from lantian.airquality.statistics import Statistics


def unit_of(pollutant: str) -> str:
    """The unit that concentrations of a pollutant have here."""
    return "mg/m3" if pollutant == "co" else "ug/m3"


def evaluation_dataset(found: Evaluation) -> xarray.Dataset:
    """Hours and days of an evaluation.

    Returns
    -------
    Dataset with the dimensions `station`, `time` (ends of hours) and `day`: `aqi`, running means `pm25_running` with
    `pm25_count`, `aqi_day`, values of days `pm25_day` with `pm25_day_count`. Missing values are NaN.
    """
    days, hours = found.days, found.hours
    start = np.datetime64(hours.start, "ns")
    times = start + np.arange(1, hours.days * 24 + 1) * np.timedelta64(1, "h")
    day = start + np.arange(hours.days) * np.timedelta64(1, "D")
    data = xarray.Dataset(
        {"aqi": (("station", "time"), found.aqi().astype(np.float32)), "aqi_day": (("station", "day"), days.aqi())},
        coords={"station": list(hours.stations), "time": times, "day": day},
        attrs=_rules(found.edition),
    )
    for p in POLLUTANTS:
        unit = {"units": unit_of(p)}
        data[f"{p}_running"] = (("station", "time"), found.running[p], unit)
        data[f"{p}_count"] = (("station", "time"), found.running_count[p])
        data[f"{p}_day"] = (("station", "day"), days.concentration(p), unit)
        data[f"{p}_day_count"] = (("station", "day"), days.count[p])
    return data


def statistics_dataset(found: Sequence[Statistics]) -> xarray.Dataset:
    """Statistics of several spans of the same stations.

    Returns
    -------
    Dataset with the dimensions `span`, `station` and `level`, of spans under different editions too (`edition`).
    """
    coords = {"span": [one.span.name for one in found], "station": list(found[0].stations), "level": np.arange(1, 7)}
    both = ("span", "station")
    variables = {
        "edition": ("span", [one.edition.name for one in found]),
        "first": ("span", _days([one.span.first for one in found])),
        "last": ("span", _days([one.span.last for one in found])),
        "days": (("span", "station", "level"), np.stack([one.levels for one in found])),
        "index_days": (both, np.stack([one.index_days for one in found])),
        "good_days": (both, np.stack([one.good_days for one in found])),
        "heavy_days": (both, np.stack([one.heavy_days for one in found])),
        "composite": (both, np.stack([one.composite.value for one in found])),
    }
    data = xarray.Dataset(variables, coords=coords)
    for p in POLLUTANTS:
        for name in ("mean", "percentile", "valid_days", "enough", "exceeding"):
            unit = {"units": unit_of(p)} if name in ("mean", "percentile") else {}
            data[f"{p}_{name}"] = (both, np.stack([getattr(one.of[p], name) for one in found]), unit)
    return data


def _days(days: list[date]) -> list[np.datetime64]:
    return [np.datetime64(day, "ns") for day in days]


def _rules(edition: Edition) -> dict[str, str]:
    return {"edition": edition.name, "not_read_rules": "; ".join(edition.not_read)}
