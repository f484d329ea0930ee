"""Writing values: nothing lost, nothing silently replaced, every value of a batch accounted for."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.site.core import audit
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.series import actions
from lantian.site.series.actions import Cell
from lantian.site.series.batch import Batch
from lantian.site.series.grid import aware
from lantian.site.series.models import Block, Correction, Delivery, Owner, Stage
from lantian.site.series.queries import read
from lantian.site.series.storing import Why, merge
from tests.site.series.conftest import batch, hours

NAN = float("nan")
DAY = "2017-01-01T01:00"


def stored(owner, factor="pm25", first=DAY, count=3):
    times = hours(first, count)
    return read([owner.pk], [factor], times[0], times[-1])


def listed(array):
    return [None if np.isnan(v) else float(v) for v in array]


def test_what_is_written_is_read_back_and_missing_stays_missing(stations):
    done = actions.take_in(batch(stations[0], DAY, [[35, 70], [NAN, 80], [36.5, NAN]]), source="试验")
    assert (done.new, done.missing, done.changed) == (4, 2, 4)
    cube = read([s.pk for s in stations], ["pm25", "pm10", "so2"], hours(DAY, 1)[0], hours(DAY, 3)[-1])
    assert listed(cube.values["pm25"][0]) == [35, None, 36.5]
    assert listed(cube.values["pm10"][0]) == [70, 80, None]
    assert np.isnan(cube.values["so2"]).all()
    assert np.isnan(cube.values["pm25"][1]).all()
    assert cube.valid["pm25"].tolist() == [2, 0]
    assert cube.stages[0].tolist() == [Stage.REALTIME] * 3


def test_a_late_value_fills_its_gap_and_a_missing_one_takes_nothing_away(stations):
    actions.take_in(batch(stations[0], DAY, [35, NAN, 37]), source="甲")
    done = actions.take_in(batch(stations[0], DAY, [NAN, 36, 37]), source="乙")
    assert (done.new, done.same, done.replaced, done.missing) == (1, 1, 0, 1)
    assert listed(stored(stations[0]).values["pm25"][0]) == [35, 36, 37]
    assert not Correction.objects.exists()


def test_a_factor_that_comes_later_stands_beside_the_others(stations):
    actions.take_in(batch(stations[0], DAY, [[35, 70]]), source="甲")
    actions.take_in(batch(stations[0], DAY, [[60, 33]], factors=("o3", "pm25")), source="乙")
    cube = read([stations[0].pk], ["pm25", "pm10", "o3"], hours(DAY, 1)[0], hours(DAY, 1)[0])
    assert [listed(cube.values[code][0]) for code in ("pm25", "pm10", "o3")] == [[33], [70], [60]]
    assert Block.objects.count() == 1


def test_what_is_replaced_is_kept_with_its_source(stations):
    actions.take_in(batch(stations[0], DAY, [35, 36]), source="甲")
    done = actions.take_in(batch(stations[0], DAY, [35, 40]), source="乙")
    assert (done.same, done.replaced) == (1, 1)
    (kept,) = Correction.objects.all()
    assert (kept.by, kept.cells) == ("乙", [[1, "pm25", 36.0, 0, Stage.REALTIME, 40.0]])


def test_a_lower_stage_replaces_no_value_of_a_higher_one(stations):
    merge(batch(stations[0], DAY, [35]), stage=Stage.REVIEWED, why=Why("甲"))
    done = actions.take_in(batch(stations[0], DAY, [[50, 70]]), source="乙")
    assert (done.kept, done.new) == (1, 1), "the other factor had no value, so it comes in"
    assert listed(stored(stations[0], count=1).values["pm25"][0]) == [35]


def test_what_is_locked_changes_only_by_the_word_from_above(stations, district):
    actions.take_in(batch(stations[0], DAY, [35, 36, 37]), source="甲")
    actions.lock(district.air_office, stations[0], aware(hours(DAY, 2)[-1]))
    done = actions.take_in(batch(stations[0], DAY, [1, 2, 3]), source="乙")
    assert (done.locked, done.replaced) == (2, 1)
    assert listed(stored(stations[0]).values["pm25"][0]) == [35, 36, 3]
    merge(batch(stations[0], DAY, [30]), stage=Stage.ABOVE, why=Why("市级"))
    assert listed(stored(stations[0]).values["pm25"][0]) == [30, 36, 3]
    with pytest.raises(WrongState):
        actions.lock(district.air_office, stations[0], aware(hours(DAY, 1)[0]))


def test_times_off_the_grid_are_a_fault_of_the_caller(stations):
    wrong = batch(stations[0], DAY, [35])
    wrong.times = wrong.times + np.timedelta64(30, "m")
    with pytest.raises(ValueError, match="grid"):
        actions.take_in(wrong, source="甲")


rows = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 60), st.sampled_from([0, 1]), st.floats(0, 999, width=32) | st.none()),
    max_size=40,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.tuples(rows, st.sampled_from([1, 2, 3])), max_size=4))
def test_any_series_of_writes_leaves_what_a_table_of_single_values_would(stations, batches):
    Block.objects.all().delete()
    expected: dict[tuple[int, int, int], float] = {}
    stage_of: dict[tuple[int, int], int] = {}
    for cells, stage in batches:
        wanted = {(owner, hour): {} for owner, hour, _f, _v in cells}
        for owner, hour, factor, value in cells:
            wanted[owner, hour][factor] = value
        if not wanted:
            continue
        values = np.array([[NAN if row.get(f) is None else row[f] for f in (0, 1)] for row in wanted.values()])
        owners = np.array([stations[owner].pk for owner, _hour in wanted])
        times = hours(DAY, 61)[[hour for _owner, hour in wanted]]
        done = merge(Batch("1h", owners, times, ("pm25", "pm10"), values), stage=Stage(stage), why=Why("甲"))
        assert done.new + done.same + done.replaced + done.kept + done.missing == values.size
        for (owner, hour), row in wanted.items():
            before = stage_of.get((owner, hour), 0)
            for factor, value in row.items():
                if value is not None and (before <= stage or (owner, hour, factor) not in expected):
                    expected[owner, hour, factor] = value
                    stage_of[owner, hour] = max(stage_of.get((owner, hour), 0), stage)
    cube = read([s.pk for s in stations], ["pm25", "pm10"], hours(DAY, 61)[0], hours(DAY, 61)[-1])
    found = {
        (owner, hour, factor): float(cube.values[code][owner, hour])
        for factor, code in enumerate(("pm25", "pm10"))
        for owner in (0, 1)
        for hour in range(61)
        if not np.isnan(cube.values[code][owner, hour])
    }
    assert found == expected


# Deliveries


def test_a_delivery_is_one_event_with_its_counts(stations, district):
    batches = [batch(station, DAY, [35, NAN]) for station in stations]
    done = actions.deliver(
        district.air_office, batches, title="一月数据", source="市级平台", area=district.area, reason="补录"
    )
    delivery = Delivery.objects.get()
    assert (delivery.new, delivery.missing, delivery.owners) == (2, 2, 2)
    assert delivery.since == aware(hours(DAY, 1)[0])
    assert [event.action for event in audit.events_of(delivery)] == ["series.deliver"]
    assert done.written.changed == 2


@pytest.mark.parametrize("who", ["leader", "songxi_liaison", "nobody"])
def test_only_the_office_delivers(stations, district, who):
    with pytest.raises(Refused):
        actions.deliver(
            getattr(district, who), [batch(stations[0], DAY, [35])], title="甲", source="甲", area=district.area
        )
    assert not Block.objects.exists()
    assert not Delivery.objects.exists()


def test_a_delivery_of_nothing_or_for_nobody_leaves_nothing(stations, district):
    with pytest.raises(Invalid, match="没有可写入"):
        actions.deliver(district.air_office, [], title="甲", source="甲", area=district.area)
    stranger = Owner(pk=999_999)
    with pytest.raises(Invalid, match="监测对象"):
        actions.deliver(
            district.air_office,
            [batch(stations[0], DAY, [35]), batch(stranger, DAY, [1])],
            title="甲",
            source="甲",
            area=district.area,
        )
    assert not Block.objects.exists()


# Corrections


def test_a_value_judged_invalid_stays_but_counts_no_more(stations, district):
    actions.take_in(batch(stations[0], DAY, [35, 999, 37]), source="甲")
    cell = Cell(hours(DAY, 2)[-1], "pm25", flags=("invalid",))
    actions.correct(district.air_office, stations[0], "1h", [cell], reason="仪器故障")
    cube = stored(stations[0])
    assert listed(cube.values["pm25"][0]) == [35, None, 37]
    assert listed(cube.raw["pm25"][0]) == [35, 999, 37]
    (kept,) = Correction.objects.all()
    assert (kept.person, kept.reason, kept.cells[0][:4]) == (district.air_office, "仪器故障", [1, "pm25", 999.0, 0])
    assert audit.events_of(stations[0])[0].note == "仪器故障"


def test_a_correction_needs_a_reason_a_value_and_an_unlocked_hour(stations, district):
    actions.take_in(batch(stations[0], DAY, [35]), source="甲")
    cell = Cell(hours(DAY, 1)[0], "pm25", 40.0)
    with pytest.raises(Invalid, match="理由"):
        actions.correct(district.air_office, stations[0], "1h", [cell], reason=" ")
    with pytest.raises(Refused):
        actions.correct(district.songxi_liaison, stations[0], "1h", [cell], reason="误")
    gap = Cell(hours(DAY, 2)[-1], "pm25", flags=("invalid",))
    with pytest.raises(Invalid, match="没有数据"):
        actions.correct(district.air_office, stations[0], "1h", [gap], reason="误")
    actions.lock(district.air_office, stations[0], aware(hours(DAY, 1)[0]))
    with pytest.raises(WrongState, match="锁定"):
        actions.correct(district.air_office, stations[0], "1h", [cell], reason="误")
    assert listed(stored(stations[0], count=1).values["pm25"][0]) == [35]
    assert not Correction.objects.exists()


def test_review_raises_what_is_there_and_not_the_gaps(stations, district):
    actions.take_in(batch(stations[0], DAY, [35, NAN, 37]), source="甲")
    since, until = aware(hours(DAY, 1)[0] - np.timedelta64(1, "h")), aware(hours(DAY, 3)[-1])
    rose = actions.review(district.air_office, stations[0], "1h", since, until, stage=Stage.CHECKED)
    assert rose == 2
    assert stored(stations[0]).stages[0].tolist() == [Stage.CHECKED, Stage.NOTHING, Stage.CHECKED]
    with pytest.raises(Refused):
        actions.review(district.water_liaison, stations[0], "1h", since, until, stage=Stage.CHECKED)


def test_an_owner_is_seen_by_its_area_and_its_unit(stations, district):
    assert list(Owner.objects.visible_to(district.songxi_liaison)) == [stations[0]]
    assert set(Owner.objects.visible_to(district.air_office)) == set(stations)
