"""`lantian air`: index, evaluation, ranking, check of files, as a person and as a program reads them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator

from lantian.airquality.results import MODELS, schema_file, schema_text

Lantian = Callable[..., int]
Captured = pytest.CaptureFixture[str]
VALUES = ("pm25=68", "pm10=130", "so2=12", "no2=55", "co=1.2", "o3_8h=92")


def valid(name: str, text: str) -> Any:
    """JSON that keeps the shipped schema of a command."""
    found = json.loads(text)
    Draft202012Validator(json.loads(schema_file(name).read_text("utf-8"))).validate(found)
    return found


@pytest.fixture
def hours(tmp_path: Path) -> Path:
    """January of 2018 and 2019 at three stations, each a little worse than the one before."""
    place = tmp_path / "站点.csv"
    lines = ["站点编码,时间,PM2.5,PM10,SO2,NO2,CO,O3"]
    for year, better in ((2018, 0), (2019, 3)):
        for day in range(1, 32):
            for hour in range(1, 25):
                for k, code in enumerate(("甲站", "乙站", "丙站")):
                    at = hour % 5 + k * 10 - better * k
                    values = f"{40 + at},{80 + at},{10 + at},{30 + at},{1 + at / 10:.1f},{60 + at}"
                    lines.append(f"{code},{year}-01-{day:02} {hour:02}:00,{values}")
    place.write_text("\n".join(lines), encoding="utf-8")
    return place


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    place = tmp_path / "areas.csv"
    place.write_text("station,area\n甲站,东镇\n乙站,东镇\n丙站,西镇\n", encoding="utf-8")
    return place


@pytest.mark.parametrize("name", MODELS)
def test_the_shipped_schema_is_the_one_of_the_code(name: str):
    assert schema_file(name).read_text("utf-8") == schema_text(name)


def test_aqi_for_a_program(lantian: Lantian, capsys: Captured):
    assert lantian("air", "aqi", "--edition", "2026", *VALUES, "--json") == 0
    found = valid("aqi", capsys.readouterr().out)
    assert (found["aqi"], found["primary"], found["level"], found["category"]) == (108, ["pm25"], 3, "轻度污染")
    assert found["iaqi"]["o3_8h"] == 46
    assert found["exceeding"] == ["pm10", "pm25"]


def test_aqi_that_is_not_available_says_why(lantian: Lantian, capsys: Captured):
    assert lantian("air", "aqi", "--edition", "2026", "pm25=20", "co=", "--json") == 0
    found = valid("aqi", capsys.readouterr().out)
    assert found["aqi"] is None
    assert found["reason"]["code"] == "pollutant-missing"
    assert found["reason"]["missing"] == ["so2", "no2", "co", "pm10", "o3"]


def test_aqi_for_a_person(lantian: Lantian, capsys: Captured):
    assert lantian("air", "aqi", "--on", "2019-01-01", *VALUES) == 0
    out = capsys.readouterr().out
    assert "92" in out
    assert "首要污染物" in out
    assert "PM2.5" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["pm25"], "pm25=68"), (["pm25=x"], "pm25=68"), (["dust=3"], "dust"), (["o3=3", "--edition", "2018"], "o3_8h")],
)
def test_a_wrong_line_is_told(lantian: Lantian, capsys: Captured, arguments: list[str], said: str):
    assert lantian("air", "aqi", *arguments) == 2
    assert said in capsys.readouterr().err


def test_evaluate_by_station(lantian: Lantian, capsys: Captured, hours: Path):
    assert lantian("air", "evaluate", hours, "--from", "2019-01-01", "--to", "2019-01-31", "--format", "json") == 0
    found = valid("evaluate", capsys.readouterr().out)
    first = found["results"][0]
    assert (first["name"], first["span"], first["edition"]) == ("甲站", "2019-01", "2018")
    assert first["pollutants"]["pm25"]["mean"] == 42
    assert first["pollutants"]["pm25"]["valid_days"] == 31
    assert first["pollutants"]["pm25"]["enough"]
    assert found["read"]["values"] == 2 * 31 * 24 * 3 * 6


def test_evaluate_by_area_in_every_format(lantian: Lantian, capsys: Captured, hours: Path, areas: Path, tmp_path: Path):
    asked = ("air", "evaluate", hours, "--by", "area", "--areas", areas, "--from", "2019-01-01", "--to", "2019-01-31")
    assert lantian(*asked) == 0
    out = capsys.readouterr().out
    assert "东镇" in out
    assert "综合指数" in out
    for name in ("csv", "parquet"):
        assert lantian(*asked, "--format", name, "-o", tmp_path / f"out.{name}") == 0
    table = pl.read_csv(tmp_path / "out.csv")
    assert table["name"].to_list() == ["东镇", "西镇"]
    assert pl.read_parquet(tmp_path / "out.parquet")["pm25_mean"].to_list() == table["pm25_mean"].to_list()
    assert lantian("air", "evaluate", hours, "--by", "area") == 2
    assert "--areas" in capsys.readouterr().err


def test_spans_that_are_not_whole_are_told(lantian: Lantian, capsys: Captured, hours: Path):
    assert lantian("air", "evaluate", hours, "--every", "year", "--from", "2019-01-01") == 2
    assert "--every span" in capsys.readouterr().err


def test_rank_with_the_year_before(lantian: Lantian, capsys: Captured, hours: Path):
    asked = ("air", "rank", hours, "--from", "2019-01-01", "--to", "2019-01-31", "--metric", "pm25")
    assert lantian(*asked, "--format", "json") == 0
    found = valid("rank", capsys.readouterr().out)
    assert found["before"] == "2018-01"
    assert [(row["place"], row["name"], row["value"]) for row in found["rows"]] == [
        (1, "甲站", 42), (2, "乙站", 49), (3, "丙站", 56),
    ]  # fmt: skip
    assert found["rows"][2]["before"] == 62
    assert found["rows"][2]["change"] == -9.7
    assert lantian(*asked) == 0
    assert "名次" in capsys.readouterr().out
    assert lantian("air", "rank", hours, "--metric", "smell") == 3
    assert "smell" in capsys.readouterr().err


def test_rank_in_one_state_of_gases(lantian: Lantian, capsys: Captured, hours: Path):
    """January 2018 was measured at 273.15 K: 42 µg/m³ of NO2 are 38 at 298.15 K."""
    asked = ("air", "rank", hours, "--from", "2019-01-01", "--to", "2019-01-31", "--metric", "no2", "--format", "json")
    assert lantian(*asked) == 0
    rows = {row["name"]: row for row in valid("rank", capsys.readouterr().out)["rows"]}
    assert rows["乙站"]["before"] == 38


def test_check_names_bad_rows_and_suspicions(lantian: Lantian, capsys: Captured, tmp_path: Path):
    place = tmp_path / "a.csv"
    lines = ["station,time,pm25,pm10"]
    lines += [f"=A1,2019-01-01 {hour:02}:00,{20 if hour < 12 else 55},{90 + hour}" for hour in range(1, 25)]
    place.write_text("\n".join([*lines, "=A1,2019-01-01 25:00,3,4"]), encoding="utf-8")
    assert lantian("air", "check", place, "--format", "json") == 0
    found = valid("check", capsys.readouterr().out)
    assert found["read"]["skipped_counts"] == {"bad-time": 1}
    assert found["read"]["skipped"][0]["row"] == 26
    assert {one["rule"] for one in found["suspicions"]} == {"flat"}
    assert lantian("air", "check", place, "--format", "csv") == 0
    assert "'=A1" in capsys.readouterr().out
    assert lantian("air", "check", place) == 0
    captured = capsys.readouterr()
    assert "数值不变" in captured.out
    assert "第 26 行" in captured.err


def test_a_file_that_is_no_table(lantian: Lantian, capsys: Captured, tmp_path: Path):
    assert lantian("air", "check", tmp_path / "none.csv") == 3
    assert "none.csv" in capsys.readouterr().err
    assert "Traceback" not in capsys.readouterr().err


def test_an_index_needs_no_tables():
    """`pip install lantian` alone brings the index: neither polars nor numba nor Django is loaded."""
    code = (
        "import sys; from lantian.cli import main\n"
        f"try: main(['air', 'aqi', '--edition', '2026', *{VALUES!r}])\n"
        "except SystemExit as end: print(end.code or 0, {'polars', 'numba', 'xarray', 'django'} & set(sys.modules),"
        " file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "0 set()"


def test_check_with_places_lists_signs_of_interference(lantian: Lantian, capsys: Captured, tmp_path: Path):
    table, places = tmp_path / "a.csv", tmp_path / "places.csv"
    rows = ["station,time,pm10"]
    for k, code in enumerate("abc"):
        for hour in range(1, 49):
            fallen = code == "a" and 30 <= hour < 40
            day, of_day = divmod(hour - 1, 24)
            value = (80 + hour % 7 + k) * (0.2 if fallen else 1)
            rows.append(f"{code},2019-01-0{day + 1} {of_day + 1:02}:00,{value:.1f}")
    table.write_text("\n".join(rows), encoding="utf-8")
    places.write_text("station,lon,lat\na,116.40,39.90\nb,116.41,39.90\nc,116.42,39.91\n", encoding="utf-8")
    assert lantian("air", "check", table, "--places", places, "--format", "json") == 0
    found = valid("check", capsys.readouterr().out)
    assert [one["station"] for one in found["interference"]] == ["a"]
    assert {sign["kind"] for sign in found["interference"][0]["signs"]} == {"step"}
    assert lantian("air", "check", table, "--places", places) == 0
    assert "受干扰迹象" in capsys.readouterr().out
    places.write_text("station,lon,lat\na,东经,39.90\n", encoding="utf-8")
    assert lantian("air", "check", table, "--places", places) == 3
    assert "东经" in capsys.readouterr().err


def test_files_by_a_pattern(lantian: Lantian, capsys: Captured, hours: Path):
    assert lantian("air", "rank", hours.parent / "*.csv", "--from", "2019-01-01", "--to", "2019-01-31") == 0
    assert "甲站" in capsys.readouterr().out
    assert lantian("air", "rank", hours.parent / "*.parquet") == 3
    assert "*.parquet" in capsys.readouterr().err


def without(package: str, code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process in which a package is not installed."""
    hidden = f"import sys; sys.modules[{package!r}] = None\n{code}"
    return subprocess.run([sys.executable, "-c", hidden], capture_output=True, text=True, check=False)


def test_tables_without_polars_say_what_to_install(hours: Path):
    code = f"from lantian.cli import main; main(['air', 'evaluate', {str(hours)!r}])"
    done = without("polars", code)
    assert done.returncode == 5
    assert "lantian[air]" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_national_month_without_numba_is_evaluated_all_the_same():
    code = (
        "import lantian.airquality.evaluate as e\n"
        "print(e.kernel('auto').__module__, end='')\n"
        "try: e.kernel('numba')\n"
        "except ImportError: print(' refused')"
    )
    done = without("numba", code)
    assert done.stdout.split() == ["lantian.airquality.kernel_numpy", "refused"]


@pytest.fixture
def windy(tmp_path: Path) -> Path:
    """Two stations; one with wind."""
    rows = ["station,time,pm25,风向,风速"]
    for hour in range(1, 73):
        time = f"2019-01-{1 + (hour - 1) // 24:02d} {(hour - 1) % 24 + 1:02d}:00"
        rows += [f"甲站,{time},{30 + hour},{hour * 5},{hour % 6}", f"乙站,{time},20,,"]
    (tmp_path / "hours.csv").write_text("\n".join(rows), "utf-8")
    return tmp_path / "hours.csv"


@pytest.mark.parametrize(
    "kind",
    [
        "calendar",
        "diurnal",
        "weekly",
        "hours-of-week",
        "rose",
        "polar",
        "cbpf",
        pytest.param("rose --metric PM2.5", id="pollution"),
    ],
)
def test_a_figure_is_drawn_into_a_file(lantian, windy: Path, kind: str):
    out = windy.with_suffix(".png")
    name, *more = kind.split()
    assert lantian("air", "plot", name, windy, "--station", "甲站", "-o", out, *more) == 0
    assert out.read_bytes().startswith(b"\x89PNG")


def test_a_figure_of_some_days_as_a_drawing(lantian, windy: Path):
    out = windy.with_suffix(".svg")
    days = ("--from", "2019-01-02", "--to", "2019-01-02")
    assert lantian("air", "plot", "calendar", windy, "--station", "甲站", "--edition", "2018", *days, "-o", out) == 0
    assert out.read_text("utf-8").count('id="2019-01-') == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("calendar",), "甲站"),
        (("calendar", "--station", "丙站"), "甲站"),
        (("rose", "--station", "甲站", "--metric", "no2"), "pm25"),
        (("trend", "--station", "甲站"), "24"),
        (("rose", "--station", "乙站"), "wind"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_drawn_is_told(lantian, windy: Path, capsys, arguments: tuple[str, ...], told: str):
    out = windy.with_suffix(".png")
    assert lantian("air", "plot", arguments[0], windy, *arguments[1:], "-o", out) in (2, 3)
    assert told in capsys.readouterr().err
    assert not out.exists()


def test_a_figure_needs_a_kind_of_file_that_can_be_written(lantian, windy: Path, capsys):
    assert lantian("air", "plot", "calendar", windy, "-o", windy.with_suffix(".docx")) == 2
    assert "png" in capsys.readouterr().err


def test_without_the_extra_it_is_said_what_to_install(lantian, windy: Path, capsys, monkeypatch):
    for name in [one for one in sys.modules if one.startswith(("matplotlib", "lantian.airquality.plots"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert lantian("air", "plot", "calendar", windy, "-o", windy.with_suffix(".png")) == 5
    assert "pip install 'lantian[plots]'" in capsys.readouterr().err
