"""Roses, polar plots, trends and rankings as they are drawn: the heights and lines are the functions' numbers."""

from __future__ import annotations

from importlib import resources

import matplotlib
import numpy as np
import polars as pl
import pytest

from lantian.airquality import plots, roses, trends
from lantian.airquality.faults import AirError
from lantian.airquality.rank import rank

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.text import Text

NAN = float("nan")


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def guanyuan():
    """Two years of a real station: times, PM2.5, wind direction and speed."""
    with resources.as_file(resources.files("lantian.site.demo.beijing").joinpath("hours.parquet")) as file:
        rows = pl.scan_parquet(file).filter(pl.col("station") == "Guanyuan", pl.col("year").is_in([2015, 2016]))
        table = rows.select(
            pl.datetime("year", "month", "day", "hour").alias("time"),
            pl.col("PM2.5", "WSPM").cast(pl.Float64) / 10,
            pl.col("wd").cast(pl.Float64) * 22.5,
        ).collect()
    return tuple(table[name].to_numpy() for name in ("time", "PM2.5", "wd", "WSPM"))


def texts(ax) -> str:
    return " | ".join(text.get_text() for text in ax.figure.findobj(Text))


def test_bars_of_a_rose_are_as_high_as_their_shares(guanyuan):
    _, pm25, direction, speed = guanyuan
    for found, pollutant in (
        (roses.wind_rose(direction, speed), None),
        (roses.pollution_rose(pm25, direction, speed), "pm25"),
    ):
        ax = plots.rose(found, pollutant=pollutant)
        heights = np.array([[bar.get_height() for bar in bars] for bars in ax.containers])
        assert heights == pytest.approx(found.share.T)
        stacked = [bar.get_y() + bar.get_height() for bar in ax.containers[-1]]
        assert stacked == pytest.approx(found.share.sum(1))
        middles = [bar.get_x() + bar.get_width() / 2 for bar in ax.containers[0]]
        assert np.rad2deg(middles) == pytest.approx(found.angles)
        assert f"静风 {found.calm:.1f}%" in texts(ax)
        assert f"有效 {found.valid} 小时，共 {found.of} 小时" in texts(ax)
    assert f"{found.calm_mean:.0f} µg/m³" in texts(ax)


def test_north_is_up_and_east_is_right(guanyuan):
    ax = plots.rose(roses.wind_rose(*guanyuan[2:]), lang="en")
    assert (ax.get_theta_direction(), ax.get_theta_offset()) == (-1, np.pi / 2)
    assert [label.get_text() for label in ax.get_xticklabels()][:3] == ["N", "NE", "E"]


def test_a_rose_needs_polar_axes(guanyuan):
    _, ax = plt.subplots()
    with pytest.raises(AirError, match="projection"):
        plots.rose(roses.wind_rose(*guanyuan[2:]), ax=ax)


def test_a_polar_plot_shows_the_surface_where_the_wind_comes_from():
    rng = np.random.default_rng(1)
    direction, speed = rng.uniform(0, 360, 3000), rng.uniform(0, 6, 3000)
    values = np.where(abs(direction - 90) < 40, 80.0, 10.0)  # from the east
    found = roses.polar_plot(values, direction, speed, sectors=16, steps=8, grid=31)
    image = plots.polar(found, pollutant="pm25", lang="en").images[0]
    shown = image.get_array()
    assert np.array_equal(np.ma.filled(shown, NAN), found.surface.T, equal_nan=True)
    assert image.origin == "lower"
    low, high, *_ = image.get_extent()
    row, column = np.unravel_index(np.nanargmax(np.ma.filled(shown, NAN)), shown.shape)
    assert column > row, "east lies to the right"
    assert low < found.grid[0] < found.grid[-1] < high


def test_bins_are_drawn_where_no_surface_was_fitted_and_empty_ones_left_out(guanyuan):
    _, pm25, direction, speed = guanyuan
    found = roses.polar_plot(pm25, direction, speed, rank=0)
    (mesh,) = [one for one in plots.polar(found, pollutant="pm25").collections if hasattr(one, "get_coordinates")]
    assert np.array_equal(np.ma.filled(mesh.get_array(), NAN), found.value, equal_nan=True)
    corners = mesh.get_coordinates()
    assert np.hypot(corners[0, -1, 0], corners[0, -1, 1]) == pytest.approx(found.speeds[-1])


def test_a_cbpf_names_its_interval_and_is_not_taken_for_means(guanyuan):
    _, pm25, direction, speed = guanyuan
    high = roses.cbpf(pm25, direction, speed, rank=0)
    assert f"PM2.5 > {high.low:.0f} µg/m³ 的条件概率" in texts(plots.cbpf(high, pollutant="pm25"))
    middle = roses.cbpf(pm25, direction, speed, percentile=(50, 75), rank=0)
    assert f"PM2.5 {middle.low:.0f}–{middle.high:.0f}" in texts(plots.cbpf(middle, pollutant="pm25", lang="en"))
    with pytest.raises(AirError, match=r"plots\.cbpf"):
        plots.polar(high, pollutant="pm25")
    with pytest.raises(AirError, match=r"plots\.polar"):
        plots.cbpf(roses.polar_plot(pm25, direction, speed, rank=0), pollutant="pm25")


def test_the_line_of_a_trend_has_its_slope_and_missing_months_stay_gaps(guanyuan):
    times, pm25, *_ = guanyuan
    months = trends.monthly_means(times, np.where(times.astype("datetime64[M]") == np.datetime64("2015-06"), NAN, pm25))
    found = trends.theil_sen(months.months, months.mean, season="none")
    ax = plots.trend(months, found, pollutant="pm25", lang="en")
    means, dots, line = ax.lines
    assert np.array_equal(means.get_ydata(), months.mean, equal_nan=True)
    assert np.isnan(dots.get_ydata()[5])
    shown = line.get_ydata()
    years = (months.months - months.months[0]).astype(float) / 12
    assert (shown[-1] - shown[0]) / (years[-1] - years[0]) == pytest.approx(found.slope)
    assert f"{found.slope:+.2f} µg/m³ a year".replace("-", "−") in texts(ax)
    assert f"{found.months} valid months" in texts(ax)


def test_the_band_of_a_trend_spans_the_slopes_of_its_interval():
    months = np.arange("2015-01", "2019-01", dtype="datetime64[M]")
    rng = np.random.default_rng(3)
    held = trends.monthly_means(
        months.astype("datetime64[D]"), np.arange(48) * -0.5 + 80 + rng.normal(0, 4, 48), least=0
    )
    found = trends.theil_sen(held.months, held.mean, season="none")
    band = plots.trend(held, found, pollutant="pm10").collections[0].get_paths()[0].vertices
    last, first = band[:, 0] == band[:, 0].max(), band[:, 0] == band[:, 0].min()
    widest = np.ptp(band[last][:, 1])
    assert widest == pytest.approx((found.high - found.low) * 47 / 24)
    assert np.ptp(band[first][:, 1]) == pytest.approx(widest)
    with pytest.raises(AirError, match="same"):
        plots.trend(
            trends.monthly_means(months[:9].astype("datetime64[D]"), np.ones(9), least=0), found, pollutant="co"
        )


def test_bars_of_a_ranking_are_its_values_and_none_has_no_bar():
    rows = rank({"甲镇": 41, "乙镇": 38, "丙镇": 41, "丁镇": None}, before={"甲镇": 44, "乙镇": 50, "丙镇": 40})
    ax = plots.ranking(rows, metric="PM2.5", unit="µg/m³")
    assert [bar.get_width() for bar in ax.patches] == [38, 41, 41]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["1  乙镇", "2=  甲镇", "2=  丙镇", "丁镇"]
    assert "38  ↑2" in texts(ax)
    assert "无数据" in texts(ax)
    assert {line.get_gid(): line.get_xdata()[0] for line in ax.lines} == {"甲镇": 44, "乙镇": 50, "丙镇": 40}
    low, high = ax.get_ylim()
    assert low > high, "the first place is on top"
    with pytest.raises(AirError, match="no places"):
        plots.ranking([], metric="PM2.5")
