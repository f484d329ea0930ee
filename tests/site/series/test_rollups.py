"""Roll-ups: late data come to count, nothing is worked out twice, and a crash leaves work to do, not wrong values."""

import numpy as np
import pytest

from lantian.site.core.models import Job
from lantian.site.series import actions, rollups
from lantian.site.series.batch import Batch
from lantian.site.series.models import Correction, Owner, Stage, Stale
from lantian.site.series.queries import read
from lantian.site.series.rollups import Rollup
from tests.site.series.conftest import batch, hours

NAN = float("nan")
DAY = "2017-01-01T01:00"


def means(owners, first, last):
    """Plain means of days, enough for the mechanics."""
    cube = read(owners, ["pm25"], first + np.timedelta64(1, "h"), last)
    values = cube.values["pm25"].reshape(len(owners), -1, 24)
    counts = (~np.isnan(values)).sum(2)
    with np.errstate(invalid="ignore"):
        mean = np.nansum(values, 2) / np.where(counts, counts, np.nan)
    days = first.astype("datetime64[D]") + np.arange(values.shape[1])
    return Batch(
        "1d",
        np.repeat(owners, len(days)),
        np.tile(days.astype("datetime64[s]"), len(owners)),
        ["pm25"],
        mean.reshape(-1, 1),
        counts=counts.reshape(-1, 1).astype(np.uint16),
    )


@pytest.fixture
def days(monkeypatch):
    """The test's own roll-up of stations."""
    registry = type(rollups.rollups)("roll-up")
    registry.register("test.days", Rollup("station", "1h", "1d", means))
    monkeypatch.setattr(rollups, "rollups", registry)


def day(owner, date="2017-01-01"):
    at = np.datetime64(date, "s")
    cube = read([owner.pk], ["pm25"], at, at, interval="1d")
    return float(cube.values["pm25"][0, 0]), int(cube.counts["pm25"][0, 0])


def test_a_correction_counts_in_its_day_at_once(days, stations, district):
    first = batch(stations[0], DAY, [10.0] * 23 + [34.0])
    actions.deliver(district.air_office, [first], title="甲", source="甲", area=district.area)
    assert day(stations[0]) == (11.0, 24)
    cell = actions.Cell(hours(DAY, 24)[-1], "pm25", flags=("invalid",))
    actions.correct(district.air_office, stations[0], "1h", [cell], reason="仪器故障")
    assert day(stations[0]) == (10.0, 23)
    assert not Stale.objects.exists()
    assert Correction.objects.count() == 1, "a day that follows from its hours keeps no history of its own"


def test_a_locked_day_follows_hours_that_the_authority_above_changed(days, stations, district):
    first = batch(stations[0], DAY, [10.0] * 23 + [34.0])
    actions.deliver(district.air_office, [first], title="甲", source="甲", area=district.area)
    Owner.objects.filter(pk=stations[0].pk).update(locked_until="2017-02-01T00:00+08:00")
    above = batch(stations[0], "2017-01-02T00:00", [10.0])
    actions.deliver(
        district.air_office, [above], title="乙", source="市级", area=district.area, stage=Stage.ABOVE, reason="审定"
    )
    assert day(stations[0]) == (10.0, 24)


def test_a_day_without_valid_hours_is_taken_back(days, stations, district):
    actions.deliver(district.air_office, [batch(stations[0], DAY, [10.0])], title="甲", source="甲", area=district.area)
    assert day(stations[0]) == (10.0, 1)
    cell = actions.Cell(hours(DAY, 1)[0], "pm25", flags=("invalid",))
    actions.correct(district.air_office, stations[0], "1h", [cell], reason="仪器故障")
    value, count = day(stations[0])
    assert np.isnan(value)
    assert count == 0


def test_a_feed_marks_and_the_job_works_off(days, stations):
    actions.take_in(batch(stations[0], DAY, [20.0] * 24), source="甲")
    actions.take_in(batch(stations[0], DAY, [20.0] * 24), source="甲")
    assert Stale.objects.count() == 1
    assert np.isnan(day(stations[0])[0])
    assert rollups.work_off() == 1
    assert day(stations[0]) == (20.0, 24)
    assert rollups.work_off() == 0


def test_much_at_once_is_left_to_a_job(days, stations, district, settings, django_capture_on_commit_callbacks):
    settings.LANTIAN_JOBS = "inline"
    long = batch(stations[0], DAY, [5.0] * 24 * (rollups.AT_ONCE + 1))
    actions.deliver(district.air_office, [long], title="甲", source="甲", area=district.area)
    job = Job.objects.get(kind=rollups.JOB)
    assert (job.state, job.result) == ("done", {"stretches": rollups.AT_ONCE + 1})
    assert day(stations[0], "2017-02-18") == (5.0, 24)


def test_what_fails_stays_to_be_done(days, stations, monkeypatch):
    actions.take_in(batch(stations[0], DAY, [20.0] * 24), source="甲")
    monkeypatch.setattr(rollups, "merge", lambda *_args, **_more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rollups.work_off()
    assert Stale.objects.count() == 1


def test_owners_without_a_roll_up_mark_nothing(district):
    meter = actions.add_owner(kind="meter", code="M1", name="电表", area=district.songxi)
    actions.take_in(batch(meter, DAY, [20.0]), source="甲")
    assert not Stale.objects.exists()
