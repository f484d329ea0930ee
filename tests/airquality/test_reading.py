"""Tables of measurements: layouts, units, and every kind of bad row named while good ones stay."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest

from lantian.airquality import AirError
from lantian.airquality.read import PRSA, WIND, Layout, Loaded, read_hours
from tests.shared import shared_path

LONG = """\
站点编码,时间,PM2.5(μg/m³),PM10,CO（mg/m3）,备注
A1,2019-01-01 01:00,35,70,1.2,
A1,2019-01-01 02:00,36,71,1.3,
B2,2019-01-01 24:00,40,,0.9,好
"""


def written(place: Path, text: str, encoding: str = "utf-8") -> Path:
    place.write_bytes(text.encode(encoding))
    return place


def codes(found: Loaded) -> dict[str, int]:
    return dict(found.report.counts)


def test_a_long_table(tmp_path: Path):
    found = read_hours([written(tmp_path / "a.csv", LONG)])
    assert found.hours.stations == ("A1", "B2")
    assert (found.hours.start, found.hours.days) == (date(2019, 1, 1), 1)
    assert found.hours.values["pm25"][0, :2].tolist() == [35, 36]
    assert found.hours.values["pm25"][1, 23] == 40
    assert np.isnan(found.hours.values["pm10"][1]).all()
    assert found.report.values == 8
    assert codes(found) == {}
    assert any("备注" in zh for zh, _ in found.report.notes)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_files_as_offices_write_them(tmp_path: Path, encoding: str):
    plain = read_hours([written(tmp_path / "a.csv", LONG)]).hours.values
    found = read_hours([written(tmp_path / "b.csv", LONG.replace("μ", "u"), encoding)]).hours.values
    packed = tmp_path / "c.csv.gz"
    packed.write_bytes(gzip.compress(LONG.encode()))
    book = openpyxl.Workbook()
    for line in LONG.splitlines():
        book.active.append(line.split(","))
    book.active["B2"] = datetime(2019, 1, 1, 1)
    book.save(tmp_path / "d.xlsx")
    pl.read_csv(LONG.encode(), infer_schema=False).write_parquet(tmp_path / "e.parquet")
    for other in (found, *(read_hours([tmp_path / name]).hours.values for name in ("c.csv.gz", "d.xlsx", "e.parquet"))):
        for name, array in plain.items():
            np.testing.assert_array_equal(other[name], array)


def test_bad_rows_are_named_and_good_ones_stay(tmp_path: Path):
    text = LONG + "\n".join(
        [
            "A1,2019-01-01 02:00,99,72,1.4,",  # hour there already
            "A1,2019-01-01 03:30,50,70,1,",  # no full hour
            "A1,2019-02-30 03:00,50,70,1,",  # no day
            "A1,2030-01-01 03:00,50,70,1,",  # to come
            ",2019-01-01 04:00,50,70,1,",  # no station
            "A1,2019-01-01 05:00,约五十,70,1,",  # text
            "A1,2019-01-01 06:00,51,70,1200,",  # CO in µg/m³
            "A1,2019-01-01 07:00,—,缺测,1.1,",  # missing, as people write it
        ]
    )
    found = read_hours([written(tmp_path / "a.csv", text)], now=datetime(2019, 6, 1))
    assert codes(found) == {
        "duplicate": 3, "bad-time": 2, "future": 1, "no-station": 1, "not-a-number": 1, "too-high": 1,
    }  # fmt: skip
    values = found.hours.values
    assert values["pm25"][0, 1] == 36
    assert np.isnan(values["pm25"][0, 4])
    assert values["pm10"][0, 4] == 70
    assert np.isnan(values["co"][0, 5])
    assert values["pm25"][0, 5] == 51
    assert np.isnan(values["pm25"][0, 6])
    by_code = {one.code: one for one in found.report.skipped}
    assert by_code["not-a-number"].row == 10
    assert by_code["not-a-number"].column == "PM2.5(μg/m³)"
    assert "约五十" in by_code["not-a-number"].zh
    assert "µg/m³" in by_code["too-high"].en
    assert "2019-02-30" in [one.value[:10] for one in found.report.skipped if one.code == "bad-time"]


def test_units_of_headers_and_of_the_layout(tmp_path: Path):
    text = "station,time,co(ug/m3),pm2.5(mg/m3)\nA,2019-01-01 01:00,1200,0.035\n"
    found = read_hours([written(tmp_path / "a.csv", text)])
    assert found.hours.values["co"][0, 0] == np.float32(1.2)
    assert found.hours.values["pm25"][0, 0] == np.float32(35)
    assert len(found.report.notes) == 2
    told = written(tmp_path / "b.csv", "station,time,co\nA,2019-01-01 01:00,1200\n")
    assert read_hours([told], layout=Layout(units={"co": "ug/m3"})).hours.values["co"][0, 0] == np.float32(1.2)


def test_a_wide_table_with_types(tmp_path: Path):
    text = "date,hour,type,1001A,1002A\n20190101,1,PM2.5,35,\n20190101,1,AQI,50,48\n20190101,2,PM2.5,36,x\n"
    found = read_hours([written(tmp_path / "china.csv", text)])
    assert found.hours.stations == ("1001A", "1002A")
    assert found.hours.values["pm25"][0, :2].tolist() == [35, 36]
    assert found.published["AQI"][1, 0] == 48
    assert codes(found) == {"not-a-number": 1}
    assert (found.report.skipped[0].row, found.report.skipped[0].column) == (4, "1002A")


def test_a_wide_table_of_one_pollutant(tmp_path: Path):
    place = written(tmp_path / "a.csv", "时间,甲站,乙站\n2019-01-01 01:00,35,36\n")
    found = read_hours([place], layout=Layout(pollutant="pm25"))
    assert found.hours.values["pm25"][:, 0].tolist() == [35, 36]
    with pytest.raises(AirError, match="--pollutant"):
        read_hours([place])


def test_hours_named_by_their_start(tmp_path: Path):
    place = written(tmp_path / "a.csv", "station,time,pm25\nA,2019-01-01 00:00,35\n")
    assert read_hours([place]).hours.start == date(2018, 12, 31)
    found = read_hours([place], layout=Layout(named="start"))
    assert found.hours.start == date(2019, 1, 1)
    assert found.hours.values["pm25"][0, 0] == 35


def test_headers_may_be_given(tmp_path: Path):
    place = written(tmp_path / "a.csv", "点,何时,尘\nA,2019-01-01 01:00,35\n")
    columns = {"station": "点", "time": "何时", "pm10": "尘"}
    assert read_hours([place], layout=Layout(columns=columns)).hours.values["pm10"][0, 0] == 35
    with pytest.raises(AirError, match="no column '没有'"):
        read_hours([place], layout=Layout(columns={"time": "没有"}))


def test_a_station_in_two_files_is_one_and_a_shared_code_is_told(tmp_path: Path):
    one = written(tmp_path / "a.csv", "station,time,pm25\nA,2019-01-01 01:00,35\n")
    next_day = written(tmp_path / "b.csv", "station,time,pm25\nA,2019-01-02 01:00,36\n")
    same_hour = written(tmp_path / "c.csv", "station,time,pm25\nA,2019-01-01 01:00,99\n")
    found = read_hours([one, next_day, same_hour])
    assert found.hours.days == 2
    assert codes(found) == {"duplicate": 1}
    assert "share a code" in found.report.skipped[0].en
    assert found.report.skipped[0].file == "c.csv"


def test_a_file_that_cannot_be_read_does_not_stop_the_rest(tmp_path: Path):
    good = written(tmp_path / "a.csv", LONG)
    bad = tmp_path / "b.xlsx"
    bad.write_bytes(b"not a workbook")
    with pytest.raises(AirError, match=r"b\.xlsx"):
        read_hours([bad])
    found = read_hours([bad, good])
    assert codes(found) == {"unreadable-file": 1}
    assert found.report.files == ["a.csv"]
    with pytest.raises(AirError, match="column of times"):
        read_hours([written(tmp_path / "c.csv", "station,pm25\nA,3\n")])
    with pytest.raises(AirError, match="No hour"):
        read_hours([written(tmp_path / "d.csv", "station,time,pm25\n")])


def test_the_beijing_stations():
    place = shared_path("data/prsa") / "PRSA_Data_Guanyuan_20130301-20170228.csv.gz"
    found = read_hours([place], layout=PRSA)
    assert found.hours.stations == ("Guanyuan",)
    assert codes(found) == {}
    # The hour of 00:00 on the first day ends the day before.
    assert (found.hours.start, found.hours.end) == (date(2013, 2, 28), date(2017, 2, 28))
    assert found.hours.values["co"][0, 23] == np.float32(0.3)
    assert found.hours.values["pm25"][0, 23] == 4


def test_blanks_around_numbers_do_not_matter(tmp_path: Path):
    place = written(tmp_path / "a.csv", "station,time,pm25\n A , 2019-01-01 01:00 , 35 \n")
    found = read_hours([place])
    assert found.hours.stations == ("A",)
    assert found.hours.values["pm25"][0, 0] == 35
    assert codes(found) == {}


def test_a_year_that_cannot_be_takes_no_memory(tmp_path: Path):
    rows = "A,2019-01-01 01:00,35\nA,9999-01-01 01:00,35\nA,0201-01-01 01:00,35\n"
    found = read_hours([written(tmp_path / "a.csv", "station,time,pm25\n" + rows)])
    assert found.hours.days == 1
    assert codes(found) == {"bad-time": 2}


def test_too_many_cells_are_refused_before_memory_is_taken(tmp_path: Path):
    rows = "".join(f"S{k},2019-01-01 01:00,35\n" for k in range(3000)) + "S0,2099-01-01 01:00,35\n"
    with pytest.raises(AirError, match="wrong year"):
        read_hours([written(tmp_path / "a.csv", "station,time,pm25\n" + rows)])


def test_of_many_bad_rows_the_first_are_told_and_all_are_counted(tmp_path: Path):
    rows = "".join(f"A,2019-01-01 {hour % 24 + 1:02}:00,x\n" for hour in range(5000))
    found = read_hours([written(tmp_path / "a.csv", "station,time,pm25\n" + rows + "A,2019-01-01 01:00,35\n")])
    assert codes(found) == {"not-a-number": 5000}
    assert len(found.report.skipped) == 200


def test_a_typed_parquet_file(tmp_path: Path):
    times = pl.datetime_range(datetime(2019, 1, 1, 1), datetime(2019, 1, 2), "1h", eager=True)
    frame = pl.DataFrame({"station": [7] * 24, "time": times, "pm25": pl.Series(range(24), dtype=pl.Float32)})
    half = frame.head(1).with_columns(pl.col("time").dt.offset_by("30m"))
    utc = frame.with_columns(pl.col("time").dt.replace_time_zone("Asia/Shanghai").dt.convert_time_zone("UTC"))
    for name, one in (("a", pl.concat([frame, half])), ("b", utc)):
        one.write_parquet(tmp_path / f"{name}.parquet")
        found = read_hours([tmp_path / f"{name}.parquet"])
        assert found.hours.stations == ("7",)
        assert (found.hours.start, found.hours.days) == (date(2019, 1, 1), 1)
        assert found.hours.values["pm25"][0].tolist() == list(range(24))
        assert codes(found) == ({"bad-time": 1} if name == "a" else {})


def test_wind_is_read_in_words_and_numbers(tmp_path: Path):
    text = "station,time,pm25,wd,风速(m/s)\n" + "\n".join(
        f"A,2019-01-01 {hour:02d}:00,35,{direction},{speed}"
        for hour, (direction, speed) in enumerate(
            [("NNW", 2.1), ("东北", 3), ("静风", 0.1), (" ne ", 99), ("370", 1), ("左边", 1), ("", "—")], 1
        )
    )
    place = written(tmp_path / "a.csv", text)
    found = read_hours([place], layout=Layout())
    direction, speed = (found.others[role][0, :7].tolist() for role in WIND)
    np.testing.assert_array_equal(direction, [337.5, 45, np.nan, 45, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(speed, np.array([2.1, 3, 0.1, np.nan, 1, 1, np.nan], np.float32))
    assert codes(found) == {"too-high": 2, "not-a-number": 1}
    assert {one.value for one in found.report.skipped} == {"99", "370", "左边"}
    plain = read_hours([place], factors=("pm25",))
    assert plain.others == {}
    assert any("wd" in en for _, en in plain.report.notes), "columns not used are told"


def test_wind_given_in_degrees_is_read_as_it_stands(tmp_path: Path):
    place = written(tmp_path / "a.csv", "station,time,pm25,风向,ws\nA,2019-01-01 01:00,35,281,2\n")
    found = read_hours([place]).others
    assert [found[role][0, 0] for role in WIND] == [281, 2]
