"""Days under other editions than the one in force, and years in which the edition changes."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from django.urls import reverse

from lantian.airquality.editions import POLLUTANTS, edition
from lantian.airquality.evaluate import evaluate_days
from lantian.site.air import days
from lantian.site.air.queries.bulletins import area_days_of, bulletin, counted
from lantian.site.air.queries.days import between
from lantian.site.core.metrics import Period
from lantian.site.core.registries import metrics
from lantian.site.series import actions as series
from lantian.site.series.batch import Batch
from tests.site.series.conftest import hours

# The last two days under 2018 and the first two under 2026.
TURN = Period(dt.date(2026, 2, 27), dt.date(2026, 3, 2))
YEAR = Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
LEVELS = {"so2": 10, "no2": 30, "co": 0.8, "o3": 60, "pm10": 40, "pm25": 70}


@pytest.fixture
def measured(stations, district):
    """PM2.5 of 70 µg/m³ around the change of editions, and as much a year before; at the second station 35.46."""
    for year in (2025, 2026):
        for k, station in enumerate(stations):
            values = np.tile([LEVELS[name] for name in POLLUTANTS], (96, 1)).astype(float)
            if k:
                values[:, POLLUTANTS.index("pm25")] = np.where(np.arange(96) % 24 < 13, 36, 34.82)  # mean 35.46
            batch = Batch.of_owner(station.owner_id, "1h", hours(f"{year}-02-27T01:00", 96), POLLUTANTS, values)
            series.deliver(district.air_office, [batch], title="甲", source="甲", area=district.area)
    return stations


def same(owners, wanted):
    found = days.under(owners, TURN.first, TURN.last, edition(wanted))
    whole = evaluate_days(days.hours(owners, TURN.first - days.ONE_DAY, TURN.last), edition=wanted)
    for name in days.FACTORS:
        assert (found.value[name] == whole.value[name][:, 1:]).all(), name
        assert (found.count[name] == whole.count[name][:, 1:]).all(), name
    assert (found.index == whole.index[:, 1:]).all()
    assert (found.primary == whole.primary[:, 1:]).all()


@pytest.mark.parametrize("wanted", ["2012", "2018", "2026", "2031"])
def test_days_are_stored_as_every_edition_works_them_out(measured, monkeypatch, wanted):
    owners = [one.owner_id for one in measured]
    same(owners, wanted)
    monkeypatch.setattr(days, "hours", lambda *asked: pytest.fail("hours were read"))
    days.under(owners, TURN.first, TURN.last, edition(wanted))


def test_days_that_lack_another_way_are_worked_out_from_hours(stations, district, monkeypatch):
    ways = days.ways()
    monkeypatch.setattr(days, "ways", dict)
    values = np.full((96, 1), 35.46)
    batch = Batch.of_owner(stations[0].owner_id, "1h", hours("2026-02-27T01:00", 96), ("pm25",), values)
    series.deliver(district.air_office, [batch], title="甲", source="甲", area=district.area)
    monkeypatch.setattr(days, "ways", lambda: ways)
    same([stations[0].owner_id], "2026")
    same([stations[0].owner_id], "2018")


def test_the_index_rests_on_the_mean_and_not_on_the_rounded_day(measured):
    row = between(measured[1], dt.date(2026, 3, 1), dt.date(2026, 3, 1))[0]
    assert row.values["pm25"] == 35.5
    assert row.aqi == 50, "35.46 are 35 µg/m³, not 36"


def test_each_day_is_judged_by_the_edition_in_force_on_it(measured, district):
    first = measured[0]
    assert [row.aqi for row in between(first, TURN.first, TURN.last)] == [94, 94, 110, 110]
    of = [one for one in counted(district.air_office, district.area) if one.pk == first.pk]
    assert [row.aqi for row in area_days_of(of, TURN)] == [94, 94, 110, 110]
    row = bulletin(district.area, of, YEAR).rows[0]
    assert (row.good_days, row.levels[:3], row.index_days) == (2, [0, 2, 2], 4)
    assert row.good_before == 2, "the same days of the year before are judged alike"
    under = {name: bulletin(district.area, of, YEAR, name).rows[0].good_days for name in ("2018", "2026")}
    assert under == {"2018": 4, "2026": 0}
    said = metrics["good_days"].work_out([first.area], YEAR, "auto")[first.area_id]
    assert said.value == 2


def test_pages_name_the_editions_of_a_year(measured, site, district):
    site.log_in(district.air_office)
    for url in (
        f"{reverse('air:district')}?month=2026-03&span=year",
        f"{reverse('air:station_year', args=[measured[0].pk])}?year=2026",
    ):
        page = site.get(url).content.decode()
        assert "2018 版（至 2026-02-28）、2026 版（2026-03-01 起）" in page
