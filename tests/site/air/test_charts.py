"""A station's hours and years, and the bulletin of an area."""

from __future__ import annotations

import csv
import datetime as dt
import io

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantian.airquality.editions import POLLUTANTS
from lantian.site.air import actions as air
from lantian.site.air.queries.bulletins import area_days_of, bulletin, counted
from lantian.site.air.queries.hours import hours_of
from lantian.site.core.metrics import Period
from lantian.site.core.registries import metrics
from lantian.site.series import actions as series
from lantian.site.series.batch import Batch
from tests.site.series.conftest import hours

LEVELS = {"so2": 10, "no2": 40, "co": 1.0, "o3": 60, "pm10": 90, "pm25": 80}
JANUARY = Period(dt.date(2017, 1, 1), dt.date(2017, 1, 31))


@pytest.fixture
def measured(stations, district):
    """Four days of January in two years; the second station twice as bad, with one day missing."""
    for year, share in ((2016, 2), (2017, 1)):
        for k, station in enumerate(stations):
            values = np.tile([LEVELS[name] * share * (k + 1) for name in POLLUTANTS], (96, 1)).astype(float)
            values[24:48] = np.nan if k else values[24:48]
            batch = Batch.of_owner(station.owner_id, "1h", hours(f"{year}-01-01T01:00", 96), POLLUTANTS, values)
            series.deliver(district.air_office, [batch], title="甲", source="甲", area=district.area)
    return stations


def test_thinned_hours_keep_the_peak_and_leave_half_empty_steps_open(measured):
    day = dt.date(2017, 1, 1)
    whole = hours_of(measured[1], day, day + dt.timedelta(days=3), points=None)
    thin = hours_of(measured[1], day, day + dt.timedelta(days=3), points=8)
    assert (whole.step, thin.step, len(whole.times), len(thin.times)) == (1, 12, 96, 8)
    assert np.isnan(thin.mean["pm25"]).tolist() == [False, False, True, True, False, False, False, False]
    assert thin.largest["pm25"][0] == 160
    assert whole.times[-1] == dt.datetime(2017, 1, 5)
    assert whole.cycle_days["pm25"] == 3


def test_days_of_an_area_are_the_mean_of_its_stations_where_enough_have_one(measured, district):
    days = area_days_of(counted(district.air_office, district.area), JANUARY)
    assert days[0].values["pm25"] == 120
    assert days[1].values["pm25"] is None, "one of two is less than three quarters"
    assert days[0].aqi == 158, "of the mean concentration, not the mean of 107 and 210"


def test_a_bulletin_compares_with_the_year_before(measured, district):
    found = bulletin(district.area, counted(district.air_office, district.area), JANUARY)
    first, second, area = found.rows
    assert (first.values["pm25"], first.changes["pm25"], first.index_days) == (80, -50.0, 4)
    assert (area.is_area, area.values["pm25"], area.index_days) == (True, 120, 3)
    assert second.composite > first.composite
    assert not first.enough["pm25"], "four days are no month"
    assert sum(first.levels) == first.index_days


@pytest.mark.parametrize("wanted", ["auto", "2026"])
def test_a_bulletin_says_of_an_area_what_its_metrics_say(measured, district, wanted):
    air.change_station(district.air_office, measured[1], valid_to=dt.date(2017, 1, 1))
    area = bulletin(district.area, counted(district.air_office, district.area), JANUARY, wanted).rows[-1]
    for name, metric in (("no2", "NO2_mean"), ("pm25", "PM2.5_mean"), ("o3", "O3_P90"), ("co", "CO_P95")):
        said = metrics[metric].work_out([district.area], JANUARY, wanted)[district.area.pk]
        assert area.values[name] == said.value, name
    assert area.index_days == 4, "a closed station is not missed"


def test_years_compare_in_one_state_under_any_edition(measured, district):
    of = counted(district.air_office, district.area)
    first = bulletin(district.area, of, JANUARY, "2026").rows[0]
    assert (first.values["no2"], first.changes["no2"]) == (37, -49.3), "37 and 73 at 298 K, of 40 and 80 at 273 K"


def test_a_town_compares_its_own_stations_only(measured, district):
    assert counted(district.songxi_liaison, district.area) == measured[:1]


@pytest.mark.parametrize(
    "path",
    ["/air/stations/{pk}/hours?first=2017-01-01&last=2017-01-04", "/air/stations/{pk}/year?year=2017",
     "/air/stations/{pk}/year?year=2017&edition=2026", "/air/district?month=2017-01",
     "/air/district?month=2017-01&span=year&edition=2026", "/air/stations/{pk}/hours?first=1&span=x&factor=y"],
)  # fmt: skip
def test_pages_stay_within_their_queries(measured, district, site, path):
    site.log_in(district.air_office)
    with CaptureQueriesContext(connection) as queries:
        response = site.get(path.format(pk=measured[0].pk))
    assert response.status_code == 200
    assert len(queries) <= 15
    assert response.context["charts"] or "district" in path


def test_the_file_of_a_thinned_chart_has_every_hour(measured, district, site):
    site.log_in(district.air_office)
    url = f"/air/stations/{measured[0].pk}/hours?first=2016-02-01&last=2017-01-04&csv=hours"
    rows = list(csv.reader(io.StringIO(site.get(url).content.decode("utf-8-sig"))))
    assert len(rows) == 1 + 24 * 339
    assert rows[-1][0] == "2017-01-05 00:00"


def test_another_towns_station_is_not_there(measured, district, site):
    site.log_in(district.songxi_liaison)
    for page in ("hours", "year"):
        assert site.get(f"/air/stations/{measured[1].pk}/{page}").status_code == 404


def test_the_bulletin_goes_out_as_a_file(measured, district, site):
    site.log_in(district.air_office)
    text = b"".join(site.get("/air/district?month=2017-01&export=csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:3] == ["站点", "PM2.5", "PM2.5 同比（%）"]
    assert rows[-1][:3] == [district.area.name, "120.0", "-50.0"]


def test_a_month_shows_every_pollutants_limit_and_the_digits_of_its_edition(measured, district, site):
    site.log_in(district.air_office)
    url = f"/air/stations/{measured[0].pk}"
    answer = site.get(f"{url}?month=2017-01")
    drawn = {chart.name: chart for chart in answer.context["charts"].values()}
    limits = {name: [line.value for line in drawn[f"days_{name}"].limits] for name in POLLUTANTS}
    assert limits == {"pm25": [75], "pm10": [150], "so2": [150], "no2": [80], "co": [4], "o3": [160]}
    assert {name: drawn[f"days_{name}"].series[0].decimals for name in POLLUTANTS}["co"] == 1
    page = answer.content.decode()
    assert ">80</span>" in page
    assert ">1.0</span>" in page
    later = site.get(f"{url}?month=2017-01&edition=2026")
    drawn = {chart.name: chart for chart in later.context["charts"].values()}
    assert [line.value for line in drawn["days_pm25"].limits] == [60]
    assert (drawn["days_pm25"].series[0].decimals, drawn["days_co"].series[0].decimals) == (1, 2)
    assert ">80.0</span>" in later.content.decode()
    assert site.get(f"{url}?month=9999-12").status_code == 200
