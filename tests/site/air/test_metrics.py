"""Figures of areas: means of their stations, in what state, by what edition, of how many days."""

import datetime as dt

import numpy as np
import pytest

from lantian.airquality.composite import composite_index
from lantian.airquality.editions import POLLUTANTS
from lantian.site.air import actions
from lantian.site.core import clock
from lantian.site.core.metrics import Period
from lantian.site.core.policy import System
from lantian.site.core.registries import metrics
from lantian.site.series import actions as series
from lantian.site.series.batch import Batch
from tests.site.series.conftest import hours

FEBRUARY = Period(dt.date(2026, 2, 1), dt.date(2026, 2, 3))


def days_of(district, station, first: str, **of):
    """Three days, each with one value at all its hours, by pollutant."""
    values = np.stack([np.repeat(np.array(of.get(p, [20, 20, 20]), float), 24) for p in POLLUTANTS], axis=1)
    batch = Batch.of_owner(station.owner_id, "1h", hours(f"{first}T01:00", 72), list(POLLUTANTS), values)
    series.deliver(district.air_office, [batch], title="甲", source="甲", area=station.area)


def reading(name, area, period=FEBRUARY, edition="auto"):
    return metrics[name].work_out([area], period, edition)[area.pk]


@pytest.fixture
def measured(stations, district):
    first, second = stations
    days_of(district, first, "2026-02-01", pm25=[40, 60, 80], co=[0.4, 0.6, 0.8])
    days_of(district, second, "2026-02-01", pm25=[60, 80, 300], co=[0.4, 0.6, 0.8])
    return stations


def test_a_district_is_the_mean_of_its_stations(measured, district):
    found = reading("PM2.5_mean", district.area)
    assert (found.value, found.valid) == (103, 3), "50, 70 and 190"
    assert str(found.explanation).startswith("3 个有效日、2 个站点的均值，2018 版")
    assert reading("PM2.5_mean", district.songxi).value == 60
    assert reading("CO_P95", district.area).value == 0.8
    assert (reading("good_days", district.area).value, reading("heavy_days", district.area).value) == (2, 1)
    assert reading("good_share", district.songxi).value == 66.7
    terms = {"so2": 20, "no2": 20, "co": 0.8, "o3": 20, "pm10": 20, "pm25": 60}
    assert reading("composite_index", district.songxi).value == composite_index(terms, edition="2018").value


def test_a_day_counts_where_enough_stations_have_it(measured, district):
    days_of(district, measured[0], "2026-02-04", pm25=[50, 50, 50])
    found = reading("PM2.5_mean", district.area, Period(dt.date(2026, 2, 1), dt.date(2026, 2, 6)))
    assert (found.value, found.valid) == (103, 3), "one of two stations is less than three in four"
    actions.change_station(district.air_office, measured[1], valid_to=dt.date(2026, 2, 3))
    found = reading("PM2.5_mean", district.area, Period(dt.date(2026, 2, 1), dt.date(2026, 2, 6)))
    assert found.valid == 6, "a closed station is not missed"


def test_what_does_not_count_is_left_out(measured, district):
    actions.change_station(district.air_office, measured[1], counts=False)
    assert reading("PM2.5_mean", district.area).value == 60
    actions.change_station(district.air_office, measured[1], counts=True, background=True)
    found = reading("PM2.5_mean", district.liuwan)
    assert (found.value, found.valid, str(found.explanation)) == (None, 0, "没有参与评价的站点")


def test_another_edition_judges_the_hours_anew(measured, district):
    stored, anew = reading("PM2.5_mean", district.area), reading("PM2.5_mean", district.area, edition="2026")
    assert "2026 版" in str(anew.explanation)
    assert abs(stored.value - anew.value) < 1
    assert (
        reading("composite_index", district.area, edition="2031").value
        > reading("composite_index", district.area).value
    )


def test_days_to_come_are_not_expected(stations, district):
    today = clock.today()
    period = Period(today - dt.timedelta(days=1), today + dt.timedelta(days=30))
    assert reading("PM2.5_mean", district.area, period).expected == 2


def test_the_number_of_queries_does_not_grow(measured, district, django_assert_max_num_queries):
    actions.add_station(System(), code="9", name="丙", kind="town", area=district.liuwan, factors=["pm25"])
    with django_assert_max_num_queries(5):
        found = metrics["PM2.5_mean"].work_out([district.area, district.songxi, district.liuwan], FEBRUARY, "auto")
    assert len(found) == 3
