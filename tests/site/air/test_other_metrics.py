"""Metrics of what is measured beside the six pollutants, and their rankings."""

import datetime as dt

import numpy as np
import pytest

from lantian.airquality.editions import POLLUTANTS
from lantian.site.air import actions
from lantian.site.air.ranking import worked_out
from lantian.site.core import clock
from lantian.site.core.metrics import Period
from lantian.site.core.policy import System
from lantian.site.core.registries import metrics
from lantian.site.series import actions as series
from lantian.site.series.batch import Batch
from tests.site.series.conftest import hours

FEBRUARY = Period(dt.date(2026, 2, 1), dt.date(2026, 2, 28))


def give(district, station, interval, times, **of):
    values = np.array(list(of.values()), float).T
    batch = Batch.of_owner(station.owner_id, interval, times, list(of), values)
    series.deliver(district.air_office, [batch], title="甲", source="甲", area=station.area)


def days(district, station, **of):
    """Three days from 1 February, each with one value at all its hours."""
    given = {code: np.repeat(values, 24) for code, values in of.items()}
    give(district, station, "1h", hours("2026-02-01T01:00", 72), **given)


def month(district, station, **of):
    give(district, station, "1mo", np.array(["2026-02-01"], "datetime64[s]"), **{code: [v] for code, v in of.items()})


def reading(name, area, period=FEBRUARY):
    return metrics[name].work_out([area], period, "auto")[area.pk]


@pytest.fixture
def measured(stations, district):
    """Both towns have a station of everything; roads and bare land are handed in by the month."""
    for station in stations:
        factors = [*POLLUTANTS, "tsp", "nox", "road_dust_load", "bare_land_cover"]
        actions.change_station(System(), station, factors=factors)
    others = {code: [20, 20, 20] for code in ("so2", "no2", "o3", "pm10")} | {"co": [0.6, 0.6, 0.6]}
    days(district, stations[0], pm25=[40, 50, 60], tsp=[300, 200, 100], nox=[30, 30, 30], **others)
    days(district, stations[1], pm25=[60, 70, 80], tsp=[90, 100, 110], **others)
    month(district, stations[0], road_dust_load=0.42, bare_land_cover=91.5)
    month(district, stations[1], road_dust_load=0.38, bare_land_cover=97.0)
    return stations


def test_four_tables_from_one_function(measured, district):
    """One engine ranks what the air stations evaluate, what they only measure, and what is handed in by the month."""
    asked = ("PM2.5_mean", "composite_index", "TSP_mean", "road_dust", "bare_land_cover")
    ranked = {name: worked_out(metrics[name], district.area, FEBRUARY, "auto") for name in asked}
    tables = {name: [(row["name"], row["place"], row["value"]) for row in rows] for name, rows in ranked.items()}
    assert tables["PM2.5_mean"] == [("松溪镇", 1, 50.0), ("柳湾镇", 2, 70.0)]
    assert [row[:2] for row in tables["composite_index"]] == [("松溪镇", 1), ("柳湾镇", 2)]
    assert tables["TSP_mean"] == [("柳湾镇", 1, 100.0), ("松溪镇", 2, 200.0)]
    assert tables["road_dust"] == [("柳湾镇", 1, 0.38), ("松溪镇", 2, 0.42)]
    assert tables["bare_land_cover"][0][0] == "柳湾镇", "here more is better"


def test_a_ranking_says_what_stands_behind_each_value(measured, district):
    made = actions.draft_ranking(district.air_office, metric="road_dust", area=district.area, period=FEBRUARY)
    assert made.rows[0]["explanation"]["zh"] == "直接填报的 1 个月值、1 个站点的均值"
    released = actions.release_ranking(district.air_office, made)
    said = "".join(released.text)
    assert "道路尘负荷" in said
    assert "柳湾镇（0.38g/m²）" in said
    assert "数据来源：本区监测站点" in said


def test_areas_are_the_mean_of_stations_that_measure_it(measured, district):
    found = reading("TSP_mean", district.area)
    assert (found.value, found.valid, found.expected) == (150, 3, 28)
    assert str(found.explanation) == "3 个有效日、2 个站点的均值"
    assert reading("road_dust", district.area).value == 0.4
    nothing = reading("VOCs_mean", district.area)
    assert (nothing.value, str(nothing.explanation)) == (None, "没有测这项因子、参与评价的站点")
    one = reading("NOx_mean", district.area)
    assert (one.value, str(one.explanation)) == (None, "时段内没有有效数据"), "one of two is less than three in four"
    assert reading("NOx_mean", district.songxi).value == 30


def test_a_month_that_is_only_begun_is_no_month_of_a_week(measured, district):
    week = Period(dt.date(2026, 2, 1), dt.date(2026, 2, 7))
    assert reading("road_dust", district.songxi, week).value is None
    assert reading("TSP_mean", district.songxi, week).value == 200


def test_a_dust_monitor_takes_nothing_from_the_pollutants(measured, district):
    made = actions.add_station(
        System(), code="99", name="扬尘", kind="dust", area=district.songxi, factors=["tsp"], counts=True
    )
    days(district, made, tsp=[400, 400, 400])
    assert reading("PM2.5_mean", district.songxi).value == 50, "it owes no PM2.5"
    assert reading("TSP_mean", district.songxi).value == 300
    actions.change_station(System(), made, valid_to=dt.date(2026, 2, 1))
    assert reading("TSP_mean", district.songxi).value == round((350 + 200 + 100) / 3), "a closed one is not missed"


def test_days_to_come_and_the_number_of_queries(measured, district, django_assert_max_num_queries):
    today = clock.today()
    found = reading("TSP_mean", district.songxi, Period(today - dt.timedelta(days=1), today + dt.timedelta(days=9)))
    assert (found.value, found.expected) == (None, 2)
    with django_assert_max_num_queries(7):
        metrics["TSP_mean"].work_out([district.area, district.songxi, district.liuwan], FEBRUARY, "auto")
