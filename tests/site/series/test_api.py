"""Measured values over the HTTP API: long, wide, CSV, Parquet; bounded, and cut to what one may see."""

import io

import numpy as np
import polars as pl
import pytest

from lantian.site.series import actions, rollups
from lantian.site.series.batch import Batch
from lantian.site.series.models import Stage
from lantian.site.series.storing import merge
from tests.site.series.conftest import batch, hours

DAY = "since=2024-01-01&until=2024-01-01"


@pytest.fixture
def asks(stations, district, program):
    actions.take_in(batch(stations[0], "2024-01-01T01:00", [[35, 80], [36.5, float("nan")]]), source="x")
    actions.take_in(batch(stations[1], "2024-01-01T24:00"[:10] + "T03:00", [40]), source="x")
    cell = actions.Cell(hours("2024-01-01T02:00", 1)[0], "pm25", flags=("invalid",))
    actions.correct(district.air_office, stations[0], "1h", [cell], reason="r")
    return program(district.air_office)


def test_long(asks):
    told = asks.read(f"series/values?stations=S1,S2&factors=pm25&{DAY}").json()
    assert told["units"] == {"pm25": "µg/m³"}
    assert [(v["station"], v["time"], v["value"], v["valid"], v["flags"], v["stage"]) for v in told["values"]] == [
        ("S1", "2024-01-01T01:00:00", 35.0, True, [], 1),
        ("S1", "2024-01-01T02:00:00", 36.5, False, ["invalid"], 2),
        ("S2", "2024-01-01T03:00:00", 40.0, True, [], 1),
    ]
    checked = asks.read(f"series/values?stations=S1,S2&factors=pm25&stage=2&{DAY}").json()["values"]
    assert [v["value"] for v in checked] == [36.5]


def test_wide_in_three_forms(asks):
    query = f"stations=S1,S2&factors=pm25,pm10&{DAY}"
    told = asks.read(f"series/wide?{query}").json()
    assert told["columns"] == ["station", "time", "stage", "pm25", "pm25_flags", "pm10", "pm10_flags"]
    assert told["rows"][1] == ["S1", "2024-01-01T02:00:00", 2, None, 1, None, 0]
    lines = b"".join(asks.read(f"series/values.csv?{query}").streaming_content).decode().splitlines()
    assert lines[1] == "S1,2024-01-01 01:00,1,35.0,0,80.0,0"
    frame = pl.read_parquet(io.BytesIO(asks.read(f"series/values.parquet?{query}").content))
    assert frame["pm25"].to_list() == [35.0, None, 40.0]


def test_months_say_how_many_days_they_rest_on(asks, stations):
    times = np.array(["2024-01-01", "2024-02-01"], "datetime64[s]")
    keys = np.full(2, stations[0].pk)
    counts = np.array([[31], [20]], np.uint16)
    month = Batch("1mo", keys, times, ["pm25"], np.array([[35.5], [41.25]]), counts=counts)
    merge(month, stage=Stage.REALTIME, why=rollups.WHY)
    query = "series/values?stations=S1&factors=pm25&interval=1mo&since=2024-01-15&until=2024-02-10"
    told = asks.read(query).json()["values"]
    assert [(v["time"][:10], v["value"], v["count"]) for v in told] == [
        ("2024-01-01", 35.5, 31),
        ("2024-02-01", 41.25, 20),
    ]
    lines = b"".join(asks.read(query.replace("values?", "values.csv?")).streaming_content).decode().splitlines()
    assert lines[0] == "station,time,stage,pm25,pm25_flags,pm25_count"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (f"stations=S9&{DAY}", "stations"),
        (f"stations=,&{DAY}", "stations"),
        (f"stations=S1&factors=smell&{DAY}", "factors"),
        ("stations=S1&since=2024-01-02&until=2024-01-01", "since"),
    ],
)
def test_what_cannot_be_asked_is_said(asks, query, field):
    answer = asks.read(f"series/values?{query}")
    assert answer.status_code in (400, 422)
    assert field in answer.json()["fields"]


def test_too_much_is_refused_with_a_way_out(asks):
    answer = asks.read("series/values?stations=S1&since=2020-01-01&until=2024-01-01")
    assert answer.status_code in (400, 422)
    assert "Parquet" in answer.json()["detail"]


def test_a_town_reads_its_own(asks, district, program):
    town = program(district.songxi_liaison)
    assert [one["code"] for one in town.all("series/owners")] == ["S1"]
    assert town.read(f"series/values?stations=S1&{DAY}").status_code == 200
    assert town.read(f"series/values?stations=S2&{DAY}").status_code in (400, 422)
    assert program(district.nobody).read(f"series/values?stations=S1&{DAY}").status_code == 403
