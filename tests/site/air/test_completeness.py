"""Upload rates: what is owed, what has come in, by month, for areas, and on the page."""

import datetime as dt

import numpy as np
import pytest

from lantian.site.air import actions
from lantian.site.air.queries.completeness import by_month, shares
from lantian.site.core import clock
from lantian.site.core.metrics import Period
from lantian.site.core.policy import System
from lantian.site.core.registries import metrics
from lantian.site.series import actions as series
from lantian.site.series.batch import Batch
from tests.site.series.conftest import hours


def brings(station, first, count, factors=("pm25", "o3")):
    values = np.full((count, len(factors)), 30.0)
    owner = station.owner
    batch = Batch.of_owner(owner.pk, "1h", hours(first, count), factors, values)
    series.deliver(System(), [batch], title="t", source="t", area=owner.area)


@pytest.fixture
def world(stations, district):
    """The first owes PM2.5 and ozone from 30 January on and brings 36 of 48 hours; the second owes and brings none."""
    first = actions.change_station(
        System(), stations[0], factors=["pm25", "o3", "tsp"], valid_from=dt.date(2024, 1, 30)
    )
    brings(first, "2024-01-30T01:00", 36)
    brings(first, "2024-01-29T01:00", 24)  # before it opened: neither owed nor counted
    second = actions.change_station(System(), stations[1], factors=["pm25"], valid_to=dt.date(2024, 1, 10))
    return first, second


def test_a_month_counts_the_factors_and_days_that_are_owed(world):
    rows = by_month(world, 2024)
    assert (rows[0].months[0].valid, rows[0].months[0].owed) == (2 * 36, 2 * 48)
    assert (rows[0].months[0].percent, rows[0].months[0].level) == (75.0, "fair")
    assert (rows[0].months[1].percent, rows[0].months[1].level) == (0.0, "poor")
    assert (rows[1].months[0].owed, rows[1].months[1].owed) == (240, 0)
    assert rows[1].months[1].percent is None


def test_late_data_raise_the_rate(world):
    brings(world[0], "2024-01-31T13:00", 12)
    share = shares(world, dt.date(2024, 1, 1), dt.date(2024, 1, 31))[world[0].pk]
    assert (share.percent, share.level) == (100.0, "good")


def test_what_is_judged_invalid_does_not_count(world, district):
    cell = series.Cell(hours("2024-01-30T05:00", 1)[0], "pm25", flags=("invalid",))
    series.correct(district.air_office, world[0].owner, "1h", [cell], reason="r")
    assert by_month(world, 2024)[0].months[0].valid == 71


def test_nothing_is_owed_for_hours_to_come(world, monkeypatch):
    at = dt.datetime(2024, 1, 31, 4, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    monkeypatch.setattr(clock, "now", lambda: at)
    assert by_month(world, 2024)[0].total.owed == 2 * (24 + 4)


def test_89_96_percent_is_not_yet_90(world):
    share = by_month(world, 2024)[0].months[0]
    assert type(share)(8996, 10_000).percent == 89.9


def test_the_metric_of_areas(world, district, django_assert_num_queries):
    areas = [district.area, district.songxi, district.liuwan]
    period = Period(dt.date(2024, 1, 1), dt.date(2024, 1, 31))
    with django_assert_num_queries(4):
        found = metrics["upload_rate"].work_out(areas, period, "auto")
    assert [found[one.pk].value for one in areas] == [21.4, 75.0, 0.0]
    assert (found[district.area.pk].valid, found[district.area.pk].expected) == (72, 336)
    assert "2 个站点应有 336 个小时值，实有 72 个" in str(found[district.area.pk].explanation)
    later = metrics["upload_rate"].work_out([district.liuwan], Period(dt.date(2024, 3, 1), dt.date(2024, 3, 2)), "auto")
    assert later[district.liuwan.pk].value is None


def test_the_page_and_its_files(world, district, site, django_assert_max_num_queries):
    site.log_in(district.air_office)
    with django_assert_max_num_queries(15):
        shown = site.get("/air/completeness?year=2024").content.decode()
    assert "75.0" in shown
    assert "is-poor" in shown
    lines = b"".join(site.get("/air/completeness?year=2024&export=csv").streaming_content).decode().splitlines()
    assert lines[1].startswith("990101A,松溪镇站")
    assert ",75.0,0.0," in lines[1]
    assert site.get("/air/completeness?year=abc&export=xlsx").status_code == 200
    site.log_in(district.nobody)
    assert site.get("/air/completeness").status_code == 403
