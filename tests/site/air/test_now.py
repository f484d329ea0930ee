"""The air now: real-time index, rolling means, age of data, map."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantian.airquality.editions import POLLUTANTS
from lantian.site.air.queries.now import now
from lantian.site.core import clock
from lantian.site.series import actions as series
from lantian.site.series.batch import Batch
from lantian.site.series.grid import LOCAL
from tests.site.series.conftest import hours

LEVELS = {"so2": 10, "no2": 40, "co": 1.0, "o3": 60, "pm10": 90, "pm25": 80}
AT = dt.datetime(2017, 1, 5, 10, 20, tzinfo=LOCAL)


@pytest.fixture
def measured(stations, district):
    """Two days of steady air up to 10:00; the second station stopped at 06:00."""
    for station, length in zip(stations, (34, 30), strict=True):
        values = np.tile([LEVELS[name] for name in POLLUTANTS], (length, 1)).astype(float)
        batch = Batch.of_owner(station.owner_id, "1h", hours("2017-01-04T01:00", length), POLLUTANTS, values)
        series.deliver(district.air_office, [batch], title="甲", source="甲", area=district.area)
    with clock.as_of(AT):
        yield stations


def test_a_station_stands_with_its_last_hour(measured, district):
    first, second = now(district.air_office).rows
    assert (first.aqi, first.primary, first.category.name.zh, first.rolling) == (107, ("PM2.5",), "轻度污染", 107)
    assert (first.age, first.late, first.values["co"]) == (0, False, 1.0)
    assert len(first.last_day) == 24
    assert (second.age, second.late, second.at.hour) == (4, True, 6)
    assert second.last_day[-4:] == [None] * 4, "what did not come is a gap"


def test_sorted_by_a_column_both_ways(measured, district):
    assert [row.station for row in now(district.air_office, sort="-at").rows] == measured
    assert [row.station for row in now(district.air_office, sort="at").rows] == measured[::-1]


def test_a_town_sees_its_own_station(measured, district):
    assert [row.station for row in now(district.songxi_liaison).rows] == measured[:1]


def test_the_page_has_a_table_and_a_map(measured, district, site):
    site.log_in(district.air_office)
    with CaptureQueriesContext(connection) as queries, clock.as_of(AT):
        response = site.get("/air/now?sort=-aqi")
    assert len(queries) <= 15
    assert response.status_code == 200
    # the request's own clock is the wall's: every station is late there, and still on the map
    points = json.loads(response.context["map"].drawing)["features"]
    assert [point["geometry"]["coordinates"] for point in points] == [[116.3, 39.9]] * 2
    assert "map.js" in response.content.decode()
