"""Tables of what is measured beside the six pollutants: weather, TSP, road dust load; of hours, days and months."""

from datetime import datetime
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest

from lantian.airquality.faults import AirError
from lantian.airquality.read import PRSA, Layout, Measured, read_hours, read_values
from tests.shared import shared_path


def written(place: Path, text: str) -> Path:
    place.write_text(text, encoding="utf-8")
    return place


def values(found: Measured, factor: str) -> list[float | None]:
    return [None if np.isnan(one) else round(float(one), 3) for one in found.values[factor][0]]


def flaws(found: Measured) -> set[tuple[str, int | None, str]]:
    return {(one.code, one.row, one.column) for one in found.report.skipped}


LONG = "站点编码,时间,TSP(mg/m3),NOx,NO(µg/m³),VOCs,气温（℃）,气压(kPa),湿度,风速(km/h),风向,雨量\n"


def test_a_long_table_of_open_factors_and_weather_in_its_units(tmp_path: Path):
    text = (
        LONG + "A,2026-01-01 01:00,0.21,40,5,12.5,-3.2,101.3,45,7.2,NNW,0\nA,2026-01-01 02:00,0.2,,,,-4,,,,静风,1.5\n"
    )
    found = read_values([written(tmp_path / "a.csv", text)])
    assert found.interval == "1h"
    assert values(found, "tsp")[:2] == [210, 200]
    assert values(found, "no")[0] == 5
    assert values(found, "pressure")[0] == 1013
    assert values(found, "wind_speed")[0] == 2
    assert values(found, "wind_direction")[:2] == [337.5, None]
    assert values(found, "temperature")[1] == -4
    assert flaws(found) == set(), "calm air is no fault"
    assert found.report.by_factor["tsp"] == 2
    assert any("由 kpa 换算为 hpa" in zh for zh, _en in found.report.notes)


def test_what_is_wrong_is_named_and_the_rest_is_kept(tmp_path: Path):
    text = (
        "station,time,TSP,NO2(ppb),temperature,humidity,wd\n"
        "A,2026-01-01 01:00,200,20,-999,45,北\n"
        "A,2026-01-01 02:00,约二百,21,3,450,偏北\n"
    )
    found = read_values([written(tmp_path / "a.csv", text)])
    assert flaws(found) == {
        ("unknown-unit", None, "NO2(ppb)"),
        ("too-low", 2, "temperature"),
        ("not-a-number", 3, "TSP"),
        ("too-high", 3, "humidity"),
        ("not-a-number", 3, "wd"),
    }
    assert "µg/m³" in next(one.zh for one in found.report.skipped if one.code == "unknown-unit")
    assert values(found, "tsp")[:2] == [200, None]
    assert values(found, "wind_direction")[0] == 0
    assert values(found, "temperature")[1] == 3


def test_a_wide_table_with_rows_of_several_factors(tmp_path: Path):
    text = (
        "日期,小时,指标,甲站,乙站\n2026-01-01,1,TSP(mg/m³),0.2,0.3\n2026-01-01,1,风向,N,270\n2026-01-01,1,AQI,50,60\n"
    )
    found = read_values([written(tmp_path / "a.csv", text)])
    assert found.values["tsp"][:, 0].round(3).tolist() == [200, 300]
    assert found.values["wind_direction"][:, 0].tolist() == [0, 270]
    assert list(found.published) == ["AQI"]
    assert flaws(found) == set()


@pytest.mark.parametrize(
    ("times", "interval", "shown"),
    [
        (("2026年1月", "2026年2月"), "1mo", ["2026-01-01", "2026-02-01"]),
        (("202601", "202602"), "1mo", ["2026-01-01", "2026-02-01"]),
        (("2026/1/5", "2026/1/6"), "1d", ["2026-01-05", "2026-01-06"]),
        (("2026-01-05 00:00:00", "2026-01-06 00:00:00"), "1d", ["2026-01-05", "2026-01-06"]),
    ],
)
def test_days_and_months_are_known_by_how_they_are_written(tmp_path: Path, times, interval, shown):
    text = f"站点,时间,道路积尘负荷\nA,{times[0]},0.31\nA,{times[1]},0.28\n"
    found = read_values([written(tmp_path / "a.csv", text)])
    assert found.interval == interval
    assert [str(one)[:10] for one in found.times] == shown
    assert values(found, "road_dust_load") == [0.31, 0.28]


def test_a_sheet_with_dates_and_a_parquet_file_with_dates_are_days(tmp_path: Path):
    book = openpyxl.Workbook()
    for row in (["站点", "日期", "TSP"], ["A", datetime(2026, 1, 5), 180], ["A", datetime(2026, 1, 6), 190]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    days = pl.Series(["2026-01-05", "2026-01-06"]).str.to_date()
    pl.DataFrame({"station": ["A", "A"], "time": days, "tsp": [180, 190]}).write_parquet(tmp_path / "a.parquet")
    for name in ("a.xlsx", "a.parquet"):
        found = read_values([tmp_path / name])
        assert (found.interval, values(found, "tsp")) == ("1d", [180, 190])


def test_in_tables_of_days_ozone_is_that_of_eight_hours(tmp_path: Path):
    found = read_values([written(tmp_path / "a.csv", "station,time,O3_8h,O3_1h\nA,2026-01-05,120,150\n")])
    assert (values(found, "o3"), values(found, "o3_1h")) == ([120], [150])
    hours = read_values([written(tmp_path / "b.csv", "station,time,O3_1h\nA,2026-01-05 01:00,150\n")])
    assert values(hours, "o3")[0] == 150


def test_a_day_that_is_not_over_and_a_month_to_come_are_refused(tmp_path: Path):
    now = datetime(2026, 1, 6, 12)
    days = read_values([written(tmp_path / "a.csv", "station,time,TSP\nA,2026-01-05,180\nA,2026-01-06,190\n")], now=now)
    assert flaws(days) == {("future", 3, "")}
    text = "station,time,裸地苫盖率\nA,2026-01,95\nA,2026-02,96\nA,2026-13,9\n"
    months = read_values([written(tmp_path / "b.csv", text)], layout=Layout(interval="1mo"), now=now)
    assert flaws(months) == {("future", 3, ""), ("bad-time", 4, "time")}


def test_files_of_two_intervals_do_not_mix(tmp_path: Path):
    day = written(tmp_path / "a.csv", "station,time,TSP\nA,2026-01-05,180\n")
    month = written(tmp_path / "b.csv", "station,time,TSP\nA,2026-01,180\n")
    found = read_values([day, month])
    assert found.report.files == ["a.csv"]
    assert flaws(found) == {("unreadable-file", None, "")}


def test_hours_of_pollutants_come_with_what_is_measured_beside_them(tmp_path: Path):
    place = written(tmp_path / "a.csv", "station,time,pm25,TSP\nA,2026-01-01 01:00,35,210\n")
    found = read_hours([place])
    assert list(found.hours.values) == ["pm25"]
    assert found.others["tsp"][0, 0] == 210
    assert read_hours([place], factors=("pm25",)).others == {}
    with pytest.raises(AirError, match="six pollutants"):
        read_hours([written(tmp_path / "b.csv", "station,time,TSP\nA,2026-01-01 01:00,210\n")])
    with pytest.raises(AirError, match="known factor"):
        read_values([written(tmp_path / "c.csv", "time,type,A\n2026-01-01 01:00,AQI,50\n")])


def test_the_weather_of_the_beijing_stations():
    place = shared_path("data/prsa") / "PRSA_Data_Guanyuan_20130301-20170228.csv.gz"
    found = read_hours([place], layout=PRSA)
    weather = {"temperature", "pressure", "dew_point", "rain", "wind_direction", "wind_speed"}
    assert set(found.others) == weather
    assert found.report.counts == {}
    first = {name: round(float(found.others[name][0, 23]), 2) for name in weather}
    assert first == {
        "temperature": -0.7, "pressure": 1023.0, "dew_point": -18.8, "rain": 0.0, "wind_direction": 337.5,
        "wind_speed": 4.4,
    }  # fmt: skip
