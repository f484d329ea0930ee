"""The steps of `benchmarks.air_year` written for polars and for pandas, as a good script would.

Whole columns, no Python per row, float32 where the library keeps it; they even borrow lantian's index tables. What
lantian does beside (primary pollutants, counts of valid hours, exceedance multiples, exact ties) they skip, so the
comparison leans their way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from lantian.airquality.editions import POLLUTANTS, edition

EDITION = edition("2018")
TABLES = {item: scale.table for item, scale in EDITION.scales.items()}
HOUR = EDITION.index.reports["platform"]
DAY = EDITION.index.reports["day"]
DIGITS = EDITION.index.decimals
PERCENT = EDITION.evaluation.percentile
LIMITS = {t.pollutant: (t.statistic, EDITION.limit(t.pollutant, t.limit)) for t in EDITION.evaluation.index}


def with_polars(values: dict[str, np.ndarray], months: np.ndarray) -> Any:
    stations, hours = values["pm25"].shape
    frame = pl.DataFrame(
        {
            "station": np.repeat(np.arange(stations, dtype=np.uint16), hours),
            "day": np.tile(np.repeat(np.arange(hours // 24, dtype=np.uint16), 24), stations),
            "hour": np.tile(np.arange(1, 25, dtype=np.uint8), stations * hours // 24),
            **{p: array.ravel() for p, array in values.items()},
        }
    ).with_columns(pl.col(POLLUTANTS).fill_nan(None))

    def index(column: str, item: str) -> pl.Expr:
        table, scale = pl.lit(pl.Series(TABLES[item])), EDITION.scales[item]
        units = (pl.col(column) * 10**scale.decimals).round().clip(0, scale.top).cast(pl.UInt32)
        return table.gather(units).cast(pl.Int16)

    def running(p: str) -> pl.Expr:
        window, least = (8, 6) if p == "o3" else (24, 20)
        mean = pl.col(p).rolling_mean(window, min_samples=least).over("station")
        return mean.round(DIGITS[p]).alias(f"{p}_running")

    hourly = (
        frame.lazy()
        .with_columns(running(p) for p in POLLUTANTS)
        .with_columns(
            pl.max_horizontal(index(item.rsplit("_", 1)[0], item) for item in HOUR).alias("aqi"),
            pl.col("o3").rolling_mean(8, min_samples=6).over("station").alias("o3_8h"),
        )
        .collect()
    )
    window = pl.col("o3_8h").filter(pl.col("hour") >= 8)
    days = (
        hourly.lazy()
        .group_by("station", "day")
        .agg(
            *(
                pl.when(pl.col(p).count() >= 20).then(pl.col(p).mean()).round(DIGITS[p]).alias(f"{p}_24h")
                for p in POLLUTANTS
                if p != "o3"
            ),
            pl.when((window.count() >= 14) | (window.max() > 160)).then(window.max()).round().alias("o3_8h"),
            pl.when(pl.col("o3").count() >= 20).then(pl.col("o3").max()).alias("o3_1h"),
        )
        .with_columns(
            pl.max_horizontal(index(item, item) for item in DAY).alias("aqi"),
            pl.col("day").replace_strict(np.arange(len(months)), months, return_dtype=pl.UInt8).alias("month"),
        )
        .collect()
    )

    def figures(by: list[str]) -> pl.DataFrame:
        column = {p: "o3_8h" if p == "o3" else f"{p}_24h" for p in POLLUTANTS}
        level = pl.col("aqi").cut([50, 100, 150, 200, 300], labels=list("123456"))
        found = days.with_columns(level.alias("level")).group_by(by).agg(
            *(pl.col(column[p]).mean().round(DIGITS[p]).alias(f"{p}_mean") for p in POLLUTANTS),
            *(
                pl.col(column[p]).quantile(PERCENT[p] / 100, "linear").round(DIGITS[p]).alias(f"{p}_percentile")
                for p in POLLUTANTS
            ),
            *(pl.col(column[p]).count().alias(f"{p}_days") for p in POLLUTANTS),
            *((pl.col("level") == k).sum().alias(f"level_{k}") for k in "123456"),
        )  # fmt: skip
        terms = (pl.col(f"{p}_{kind}") / limit for p, (kind, limit) in LIMITS.items())
        return found.with_columns(sum(terms).round(2).alias("index"))

    monthly, yearly = figures(["station", "month"]), figures(["station"])
    return hourly, monthly, yearly.with_columns(pl.col("index").rank("min").alias("place"))


def with_pandas(values: dict[str, np.ndarray], months: np.ndarray) -> Any:
    """One frame a pollutant, hours down and stations across: what pandas rolls and resamples fastest."""
    hours = values["pm25"].shape[1]
    times = pd.date_range("2019-01-01", periods=hours, freq="h")
    frames = {p: pd.DataFrame(array.T, index=times) for p, array in values.items()}

    def index(frame: pd.DataFrame, item: str) -> np.ndarray:
        scale = EDITION.scales[item]
        units = np.rint(frame.to_numpy() * 10**scale.decimals)
        found = TABLES[item][np.clip(np.nan_to_num(units), 0, scale.top).astype(np.int32)]
        return np.where(np.isnan(units), -1, found)

    aqi = pd.DataFrame(np.maximum.reduce([index(frames[item.rsplit("_", 1)[0]], item) for item in HOUR]), index=times)
    running = {
        p: frame.rolling(8 if p == "o3" else 24, min_periods=6 if p == "o3" else 20).mean().round(DIGITS[p])
        for p, frame in frames.items()
    }
    days = {}
    for p, frame in frames.items():
        if p != "o3":
            grouped = frame.resample("D")
            days[f"{p}_24h"] = grouped.mean().round(DIGITS[p]).where(grouped.count() >= 20)
    eight = frames["o3"].rolling(8, min_periods=6).mean()
    eight = eight[eight.index.hour >= 7].resample("D")
    best = eight.max()
    days["o3_8h"] = best.round().where((eight.count() >= 14) | (best > 160))
    ozone = frames["o3"].resample("D")
    days["o3_1h"] = ozone.max().where(ozone.count() >= 20)
    day_aqi = pd.DataFrame(np.maximum.reduce([index(days[item], item) for item in DAY]), index=best.index)

    def figures(by: np.ndarray) -> Any:
        found = {}
        for p in POLLUTANTS:
            grouped = days["o3_8h" if p == "o3" else f"{p}_24h"].groupby(by)
            found[p, "mean"] = grouped.mean().round(DIGITS[p])
            found[p, "percentile"] = grouped.quantile(PERCENT[p] / 100).round(DIGITS[p])
            found[p, "days"] = grouped.count()
        levels = np.searchsorted([50, 100, 150, 200, 300], day_aqi.to_numpy())
        for k in range(6):
            inside = (levels == k) & (day_aqi.to_numpy() >= 0)
            found["level", k] = pd.DataFrame(inside, index=day_aqi.index).groupby(by).sum()
        found["index"] = sum(found[p, kind] / limit for p, (kind, limit) in LIMITS.items()).round(2)
        return found

    monthly, yearly = figures(months), figures(np.zeros(len(months), np.uint8))
    return aqi, running, monthly, yearly, yearly["index"].iloc[0].rank(method="min")


def with_pandas_rows(values: dict[str, np.ndarray], months: np.ndarray) -> Any:
    """The same from rows of station and hour, as tables of measurements come: groupby, then rolling."""
    stations, hours = values["pm25"].shape
    frame = pd.DataFrame({p: array.ravel() for p, array in values.items()})
    frame["station"] = np.repeat(np.arange(stations, dtype=np.uint16), hours)
    frame["day"] = np.tile(np.repeat(np.arange(hours // 24, dtype=np.uint16), 24), stations)
    hour = np.tile(np.arange(1, 25, dtype=np.uint8), stations * hours // 24)

    def index(column: Any, item: str) -> np.ndarray:
        scale = EDITION.scales[item]
        units = np.rint(column.to_numpy() * 10**scale.decimals)
        found = TABLES[item][np.clip(np.nan_to_num(units), 0, scale.top).astype(np.int32)]
        return np.where(np.isnan(units), -1, found)

    frame["aqi"] = np.maximum.reduce([index(frame[item.rsplit("_", 1)[0]], item) for item in HOUR])
    particles = [p for p in POLLUTANTS if p != "o3"]
    by_station = frame.groupby("station")
    running = by_station[particles].rolling(24, min_periods=20).mean().round(DIGITS)
    eight = by_station["o3"].rolling(8, min_periods=6).mean().reset_index(level=0, drop=True)
    frame["eight"] = eight.where(hour >= 8)
    by_day = frame.groupby(["station", "day"])
    means, counts = by_day[particles].mean().round(DIGITS), by_day[[*POLLUTANTS, "eight"]].count()
    days = means.where(counts[particles] >= 20).add_suffix("_24h")
    best = by_day[["eight", "o3"]].max()
    days["o3_8h"] = best["eight"].round().where((counts["eight"] >= 14) | (best["eight"] > 160))
    days["o3_1h"] = best["o3"].where(counts["o3"] >= 20)
    days["aqi"] = np.maximum.reduce([index(days[item], item) for item in DAY])
    days["month"] = months[days.index.get_level_values("day")]
    levels = np.searchsorted([50, 100, 150, 200, 300], days["aqi"])
    for k in range(6):
        days[f"level_{k}"] = (levels == k) & (days["aqi"] >= 0)

    def figures(by: list[str]) -> Any:
        grouped = days.groupby(by)
        found = {}
        for p in POLLUTANTS:
            column = grouped["o3_8h" if p == "o3" else f"{p}_24h"]
            found[p, "mean"] = column.mean().round(DIGITS[p])
            found[p, "percentile"] = column.quantile(PERCENT[p] / 100).round(DIGITS[p])
            found[p, "days"] = column.count()
        found["levels"] = grouped[[f"level_{k}" for k in range(6)]].sum()
        found["index"] = sum(found[p, kind] / limit for p, (kind, limit) in LIMITS.items()).round(2)
        return found

    monthly, yearly = figures(["station", "month"]), figures(["station"])
    return frame, running, monthly, yearly, yearly["index"].rank(method="min")
