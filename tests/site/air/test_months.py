"""Months of stations: stored as fresh evaluation gives them, whatever comes late, is corrected or is taken back."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.airquality.editions import POLLUTANTS, edition
from lantian.airquality.evaluate import evaluate
from lantian.airquality.exact import gbt8170
from lantian.airquality.hours import Hours
from lantian.airquality.spans import month
from lantian.airquality.statistics import statistics
from lantian.site.air import months
from lantian.site.core import clock
from lantian.site.core.models import AuditEvent
from lantian.site.series import actions as series
from lantian.site.series import rollups
from lantian.site.series.batch import Batch
from lantian.site.series.models import Block, Delivery, Stage, Stale
from lantian.site.series.queries import read
from tests.site.series.conftest import hours

NAN = float("nan")


def give(district, station, first, values, factors=("pm25",), **more):
    rows = np.array(values, float)
    rows = rows[:, None] if rows.ndim == 1 else rows
    batch = Batch.of_owner(station.owner_id, "1h", hours(f"{first}T01:00", len(rows)), list(factors), rows)
    return series.deliver(district.air_office, [batch], title="甲", source="甲", area=district.area, **more).delivery


def give_longer(district, station, interval, at, factor, value, **more):
    times = np.array([at], "datetime64[s]")
    batch = Batch.of_owner(station.owner_id, interval, times, [factor], np.array([[value]]))
    return series.deliver(district.air_office, [batch], title="乙", source="乙", area=district.area, **more).delivery


def work_off():
    while rollups.work_off():
        pass


def stored(station, factor, at="2025-01-01", interval="1mo"):
    time = np.datetime64(at, "s")
    cube = read([station.owner_id], [factor], time, time, interval=interval)
    return float(cube.values[factor][0, 0]), int(cube.counts[factor][0, 0])


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), gaps=st.floats(0, 0.4), span=st.sampled_from(["2025-01-27", "2026-02-26"]))
def test_a_stored_month_is_what_evaluation_gives_of_the_same_hours(stations, district, seed, gaps, span):
    """Over the end of a month, and over the day on which the standards of 2026 took effect."""
    rng = np.random.default_rng(seed)
    shape = (6 * 24, len(POLLUTANTS))
    values = np.where(rng.random(shape) < gaps, NAN, rng.integers(1, 400, shape) / 1.0)
    values[:, 2] = np.round(values[:, 2] / 100, 1)
    Delivery.objects.all().delete()
    Block.objects.all().delete()
    give(district, stations[0], span, values, POLLUTANTS)
    work_off()
    first = dt.date.fromisoformat(span)
    for one in (month(first.year, first.month), month(first.year, first.month + 1)):
        rules = edition("auto", on=one.last)
        fresh = Hours(("1",), first, {name: values[:, k].astype("f4")[None] for k, name in enumerate(POLLUTANTS)})
        expected = statistics(evaluate(fresh, edition=rules).days, one)
        for name in POLLUTANTS:
            value, count = stored(stations[0], name, f"{one.first}")
            digits = rules.evaluation.rounding.span
            rounded = gbt8170(value, digits.get(name, digits["others"]))
            np.testing.assert_array_equal(rounded, expected.of[name].mean[0])
            assert count == expected.of[name].valid_days[0]
        for name, pollutant in months.PERCENTILES.items():
            np.testing.assert_array_equal(
                np.float32(stored(stations[0], name, f"{one.first}")[0]),
                np.float32(expected.of[pollutant].percentile[0]),
            )


def test_late_hours_corrections_and_undo_reach_the_month(stations, district):
    give(district, stations[0], "2025-01-01", [40.0] * 24)
    assert stored(stations[0], "pm25") == (40.0, 1)
    late = give(district, stations[0], "2025-01-02", [60.0] * 24)
    assert stored(stations[0], "pm25") == (50.0, 2)
    bad = [series.Cell(time, "pm25", flags=("invalid",)) for time in hours("2025-01-02T01:00", 5)]
    series.correct(district.air_office, stations[0].owner, "1h", bad, reason="仪器故障")
    assert stored(stations[0], "pm25") == (40.0, 1), "19 hours are no day"
    good = [series.Cell(time, "pm25", flags=()) for time in hours("2025-01-02T01:00", 5)]
    series.correct(district.air_office, stations[0].owner, "1h", good, reason="复核有效")
    assert stored(stations[0], "pm25") == (50.0, 2)
    series.undo_delivery(district.air_office, late, reason="重复")
    assert stored(stations[0], "pm25") == (40.0, 1)
    assert not Stale.objects.exists()


def test_a_locked_month_follows_the_authority_above_alone(stations, district):
    give(district, stations[0], "2025-01-01", [40.0] * 24)
    series.lock(district.air_office, stations[0].owner, clock.now())
    give(district, stations[0], "2025-01-01", [90.0] * 24)
    assert stored(stations[0], "pm25") == (40.0, 1)
    give(district, stations[0], "2025-01-01", [44.0] * 24, stage=Stage.ABOVE, reason="审定")
    assert stored(stations[0], "pm25") == (44.0, 1)


def test_what_is_not_among_the_six_has_days_and_months_by_its_own_rule(stations, district):
    both = np.stack([np.full(24, 200.0), np.full(24, 0.5)], axis=-1)
    give(district, stations[0], "2025-01-01", both, ("tsp", "rain"))
    give(district, stations[0], "2025-01-02", both * 2, ("tsp", "rain"))
    assert stored(stations[0], "tsp", "2025-01-02", "1d") == (400.0, 24)
    assert stored(stations[0], "tsp") == (300.0, 2)
    assert stored(stations[0], "rain") == (36.0, 2), "rain adds up"
    give(district, stations[1], "2025-01-01", [40.0] * 24)
    layouts = set(stations[1].owner.blocks.values_list("layout__factors", flat=True))
    assert all("tsp" not in one for one in layouts), "who has none keeps no room for it"


def test_what_somebody_hands_in_as_a_day_or_a_month_stands(stations, district):
    give(district, stations[0], "2025-01-01", [200.0] * 24, ("tsp",))
    day = give_longer(district, stations[0], "1d", "2025-01-01", "tsp", 180.0)
    assert stored(stations[0], "tsp", interval="1d") == (180.0, 24)
    assert stored(stations[0], "tsp") == (180.0, 1)
    give(district, stations[0], "2025-01-01", [210.0] * 24, ("tsp",))
    assert stored(stations[0], "tsp", interval="1d") == (180.0, 24), "hours that come later change nothing"
    series.undo_delivery(district.air_office, day, reason="录错")
    work_off()
    assert stored(stations[0], "tsp", interval="1d") == (210.0, 24), "taken back, the hours speak again"
    give_longer(district, stations[0], "1mo", "2025-01-01", "road_dust_load", 0.31)
    give(district, stations[0], "2025-01-03", [210.0] * 24, ("tsp",))
    assert stored(stations[0], "road_dust_load")[0] == pytest.approx(0.31)


def test_a_roll_up_is_nobodys_action(stations, district):
    give(district, stations[0], "2025-01-01", [40.0] * 24)
    assert AuditEvent.objects.filter(action__startswith="series.").count() == 1
