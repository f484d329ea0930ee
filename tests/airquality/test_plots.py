"""Figures: what is drawn must be what the functions gave, missing values must stay missing."""

from __future__ import annotations

import subprocess
import sys
import warnings
from datetime import date, timedelta

import matplotlib
import numpy as np
import pytest

from lantian.airquality import cycles, plots
from lantian.airquality.colours import MISSING, colour
from lantian.airquality.editions import edition
from lantian.airquality.evaluate import evaluate
from lantian.airquality.faults import AirError
from lantian.airquality.plots import fonts
from lantian.airquality.read import PRSA, read_hours
from tests.airquality.conftest import AIR

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.text import Text


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def winter():
    """Four months of two real stations of Xicheng."""
    return read_hours([AIR / "xicheng-winter-2016-17.parquet"], layout=PRSA).hours


@pytest.fixture(scope="module")
def days(winter):
    return evaluate(winter, edition="2012", engine="numpy").days


def squares(ax) -> dict[str, str]:
    """The colours of a calendar by date."""
    return {patch.get_gid(): to_hex(patch.get_facecolor()) for patch in ax.patches if patch.get_gid()}


def texts(ax) -> list[str]:
    return [text.get_text() for text in ax.figure.findobj(Text) if text.get_text()]


def test_a_calendar_has_a_square_for_every_day_in_the_colour_of_its_category(days):
    drawn = squares(plots.calendar(days, station="Guanyuan", year=2016))
    assert len(drawn) == 61
    assert {"2016 年 11 月", "12 月", "Guanyuan 2016 年 AQI 日历"} <= set(texts(plt.gca()))
    level = {one.from_: colour(one) for one in edition("2012").index.category}
    row = days.stations.index("Guanyuan")
    for k in range(61):
        value = days.index[row, k]
        wanted = level[max(low for low in level if low <= value)] if value >= 0 else MISSING
        assert drawn[(days.start + timedelta(days=k)).isoformat()] == wanted
    assert drawn["2016-12-21"] == "#7e0023", "the red alert of that week: 严重污染"
    assert str(days.index[row, 50]) in texts(plt.gca())


def test_a_winter_is_drawn_whole_and_of_more_than_a_year_the_last_one(days):
    ax = plots.calendar(days, lang="en")
    assert len(squares(ax)) == days.length == 120
    assert {"Nov 2016", "Dec", "Jan 2017", "Feb", "AQI of 2016-11 to 2017-02, Guanyuan"} <= set(texts(ax))
    long = evaluate(hours_from(pm25=[30.0] * 24 * 800), edition="2012", engine="numpy").days
    assert {day[:4] for day in squares(plots.calendar(long))} == {"2021"}


def test_a_calendar_of_a_pollutant_is_coloured_by_its_own_index_and_grey_where_missing():
    hours = [np.nan] * 24 + [75.0] * 24 + [76.0] * 24
    days = evaluate(hours_from(pm25=hours), edition="2012", engine="numpy").days
    drawn = squares(plots.calendar(days, pollutant="PM2.5", lang="en"))
    assert drawn == {"2019-01-01": MISSING, "2019-01-02": "#ffff00", "2019-01-03": "#ff7e00"}
    assert {"75", "76", "–", "PM2.5 [µg/m³] of 2019, 1"} <= set(texts(plt.gca()))


def test_ozone_of_a_day_is_called_what_it_is():
    days = evaluate(hours_from(o3=[120.0] * 24), edition="2012", engine="numpy").days
    assert "1 2019 年 O3 日最大 8 小时平均 [µg/m³] 日历" in texts(plots.calendar(days, pollutant="o3"))


def hours_from(**values):
    from lantian.airquality.hours import hours_of

    return hours_of({name: [column] for name, column in values.items()}, start=date(2019, 1, 1))


def test_a_calendar_says_what_is_not_there(days):
    with pytest.raises(AirError, match=r"Guanyuan.*Wanshouxigong"):
        plots.calendar(days, station="1001A")
    with pytest.raises(AirError, match="2016-11-01 to 2017-02-28"):
        plots.calendar(days, year=2015)
    with pytest.raises(AirError, match="'zh' or 'en'"):
        plots.calendar(days, lang="fr")
    assert not plt.get_fignums(), "a refusal leaves no empty figure"


def test_cycles_are_drawn_as_they_were_worked_out(winter):
    times = np.datetime64(winter.start) + np.arange(1, winter.days * 24 + 1) * np.timedelta64(1, "h")
    for of, draw in ((cycles.diurnal, plots.diurnal), (cycles.weekly, plots.weekly)):
        found = of(times, winter.values["pm25"][0])
        ax = draw(found, pollutant="pm25")
        assert ax.lines[0].get_xdata().tolist() == found.places.tolist()
        assert ax.lines[0].get_ydata().tolist() == found.mean.tolist()
        band = ax.collections[0].get_paths()[0].vertices[:, 1]
        assert (band.min(), band.max()) == (found.lower.min(), found.upper.max())
        assert any(f"{found.count.min()} 至 {found.count.max()}" in text for text in texts(ax))


def test_several_cycles_share_axes_and_an_hour_without_values_stays_a_gap():
    times = np.arange("2019-01-01T01", "2019-01-03T01", dtype="datetime64[h]")
    values = np.where(np.arange(48) % 24 == 5, np.nan, 10.0)
    found = cycles.diurnal(times, values)
    _, ax = plt.subplots()
    assert plots.diurnal({"a": found, "b": found}, pollutant="co", ax=ax, lang="en") is ax
    assert len(ax.lines) == 2
    assert np.flatnonzero(np.isnan(ax.lines[0].get_ydata())).tolist() == [5]
    assert ax.get_ylabel() == "CO [mg/m³]"
    with pytest.raises(AirError, match="24 places, not 7"):
        plots.weekly(found, pollutant="co")


def test_hours_of_the_week_are_drawn_as_they_are_and_empty_ones_left_grey():
    means = np.arange(168.0).reshape(7, 24)
    means[2, 5] = np.nan
    ax = plots.hours_of_week(means, pollutant="no2", lang="en")
    (mesh,) = ax.collections
    assert np.array_equal(np.ma.filled(mesh.get_array(), np.nan), means, equal_nan=True)
    assert [label.get_text() for label in ax.get_yticklabels()][::6] == ["Mon", "Sun"]
    assert ax.get_ylim() == (7, 0), "Monday on top"
    assert to_hex(ax.get_facecolor()) == MISSING
    with pytest.raises(AirError, match="7 × 24"):
        plots.hours_of_week(np.zeros((24, 7)), pollutant="no2")


def test_settings_of_matplotlib_stay_as_they_were(days):
    before = dict(matplotlib.rcParams)
    plots.calendar(days)
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_chinese_font_is_found_and_every_character_drawn(days, tmp_path, lang):
    if fonts.chinese() is None:
        pytest.skip("no Chinese font on this machine: fonts-noto-cjk")
    ax = plots.calendar(days, title="西城区 2016–17 年冬季", lang=lang)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of every character that no font has
        ax.figure.savefig(tmp_path / "calendar.png")


def test_axes_of_the_caller_get_the_same_letters(days, tmp_path):
    """Their title and labels were made before our settings held."""
    if fonts.chinese() is None:
        pytest.skip("no Chinese font on this machine: fonts-noto-cjk")
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
    plots.calendar(days, ax=left)
    times = np.arange("2019-01-01T01", "2019-01-03T01", dtype="datetime64[h]")
    plots.diurnal(cycles.diurnal(times, np.arange(48.0)), pollutant="pm25", ax=right)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.savefig(tmp_path / "both.png")
    assert not right.spines["top"].get_visible()
    sizes = {text.get_text(): text.get_fontsize() for text in left.texts}
    assert sizes["2016 年 11 月"] < 10, "letters shrink with the squares"


def test_without_a_chinese_font_it_is_said_what_to_install(days, monkeypatch):
    latin = [one for one in fonts.font_manager.fontManager.ttflist if one.name == fonts.LATIN]
    monkeypatch.setattr(fonts.font_manager.fontManager, "ttflist", latin)
    monkeypatch.setattr(fonts.font_manager, "findSystemFonts", list)
    fonts.chinese.cache_clear()
    try:
        with pytest.warns(plots.MissingFont, match="fonts-noto-cjk") as told:
            plots.calendar(days)
        assert told[0].filename == __file__, "the warning names the caller's line"
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            plots.calendar(days, lang="en")
    finally:
        fonts.chinese.cache_clear()


def test_a_font_of_any_other_name_is_taken_by_what_it_can_write(monkeypatch):
    found = fonts.chinese()
    if found is None:
        pytest.skip("no Chinese font on this machine: fonts-noto-cjk")
    monkeypatch.setattr(fonts, "FAMILIES", ("No Such Family",))
    fonts.chinese.cache_clear()
    try:
        assert fonts.chinese() is not None
    finally:
        fonts.chinese.cache_clear()


def test_without_matplotlib_it_is_said_what_to_install():
    code = "import sys; sys.modules['matplotlib'] = None; import lantian.airquality.plots"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install 'lantian[plots]'" in done.stderr.splitlines()[-1]


def test_the_library_does_without_matplotlib():
    code = (
        "import sys, lantian.airquality.evaluate, lantian.airquality.roses, lantian.cli.air, lantian.airquality.read;"
        "sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
