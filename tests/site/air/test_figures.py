"""Figures of a station: wind, cycles, trend; what is missing is said."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantian.site.air import actions
from lantian.site.air.queries.figures import station_hours, station_months
from lantian.site.core.policy import System
from lantian.site.series import actions as series
from lantian.site.series.batch import Batch
from tests.site.series.conftest import hours

SPAN = "since=2025-01-01&until=2025-01-10"
DAYS = 10


@pytest.fixture
def measured(stations, district):
    """Ten days in which the south-east wind brings the dust; the second station has no wind."""
    rng = np.random.default_rng(5)
    rows = 24 * DAYS
    direction, speed = rng.integers(0, 16, rows) * 22.5, rng.uniform(0, 6, rows).round(1)
    pm25 = np.where(np.abs(direction - 135) < 30, 150.0, 40.0)
    times = hours("2025-01-01T01:00", rows)
    with_wind = np.stack([pm25, direction, speed], axis=-1)
    codes = ("pm25", "wind_direction", "wind_speed")
    for station, factors, values in ((stations[0], codes, with_wind), (stations[1], codes[:1], with_wind[:, :1])):
        batch = Batch.of_owner(station.owner_id, "1h", times, factors, values)
        series.deliver(district.air_office, [batch], title="甲", source="甲", area=district.area)
    actions.change_station(System(), stations[0], source="甲（CC BY 4.0）")
    return stations


def test_hours_and_months_are_read_with_one_query_each(measured):
    with CaptureQueriesContext(connection) as queries:
        found = station_hours(measured[0], "pm25", dt.date(2025, 1, 1), dt.date(2025, 1, 10))
        months = station_months(measured[0], "pm25", dt.date(2025, 1, 10))
    assert len(queries) == 2
    assert found.has_wind
    assert len(found.times) == 240
    assert months.months.tolist() == [dt.date(2025, 1, 1)]
    assert (months.count.tolist(), months.of.tolist()) == ([DAYS], [31])
    assert np.isnan(months.mean[0]), "too few days for a trend"


@pytest.mark.parametrize(("kind", "words"), [("wind", ["风向玫瑰图", "ar-polar", "CC BY 4.0"]), ("trend", ["日变化"])])
def test_a_page_has_its_figures_within_its_budget(measured, district, site, kind, words):
    site.log_in(district.air_office)
    with CaptureQueriesContext(connection) as queries:
        response = site.get(f"/air/stations/{measured[0].pk}/{kind}?{SPAN}")
    assert response.status_code == 200
    assert len(queries) <= 15
    for word in words:
        assert word in response.content.decode()


def test_every_figure_has_its_file(measured, district, site):
    site.log_in(district.air_office)
    address = f"/air/stations/{measured[0].pk}"
    heads = {"wind": ("wind", "pollution", "sectors", "polar", "cbpf"), "trend": ("trend", "diurnal", "weekly")}
    for kind, names in heads.items():
        for name in names:
            text = site.get(f"{address}/{kind}?{SPAN}&csv={name}").content.decode("utf-8-sig")
            assert len(text.splitlines()) == {"trend": 2, "diurnal": 25, "weekly": 8}.get(name, 17), name
    sectors = site.get(f"{address}/wind?{SPAN}&csv=sectors").content.decode("utf-8-sig").splitlines()
    assert sectors[7].startswith("东南,150")


def test_without_wind_the_page_says_so(measured, district, site):
    site.log_in(district.air_office)
    text = site.get(f"/air/stations/{measured[1].pk}/wind?{SPAN}").content.decode()
    assert "没有风向和风速" in text
    assert "data-chart=" not in text


def test_too_short_a_record_has_no_trend_and_says_why(measured, district, site):
    site.log_in(district.air_office)
    assert "有效月份只有 0 个" in site.get(f"/air/stations/{measured[0].pk}/trend?{SPAN}").content.decode()


@pytest.mark.parametrize("query", ["since=2025-02-01&until=2024-01-01", "since=1990-01-01", "since=x&factor=smell"])
def test_strange_spans_do_no_harm(measured, district, site, query):
    site.log_in(district.air_office)
    for kind in ("wind", "trend"):
        assert site.get(f"/air/stations/{measured[0].pk}/{kind}?{query}").status_code == 200


def test_a_station_that_one_does_not_see_is_not_there(measured, district, site):
    site.log_in(district.songxi_liaison)
    assert site.get(f"/air/stations/{measured[0].pk}/wind?{SPAN}").status_code == 200
    assert site.get(f"/air/stations/{measured[1].pk}/wind?{SPAN}").status_code == 404


def test_what_is_not_among_the_six_has_its_trend(measured, district, site):
    actions.change_station(System(), measured[1], factors=["tsp"])
    batch = Batch.of_owner(measured[1].owner_id, "1h", hours("2025-01-01T01:00", 48), ("tsp",), np.full((48, 1), 210.0))
    series.deliver(district.air_office, [batch], title="甲", source="甲", area=district.area)
    site.log_in(district.air_office)
    text = site.get(f"/air/stations/{measured[1].pk}/trend?{SPAN}&factor=tsp").content.decode()
    assert "TSP 趋势" in text
    assert "210" in text
