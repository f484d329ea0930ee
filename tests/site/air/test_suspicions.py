"""Suspicions: found over new hours, judged, undone; a suspicion by itself never changes a value."""

import datetime as dt

import numpy as np
import pytest

from lantian.site.air import actions, suspicion_jobs
from lantian.site.air.models import Suspicion
from lantian.site.core import audit, clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.series import actions as series
from lantian.site.series.batch import Batch
from lantian.site.series.models import Stage
from lantian.site.series.queries import read
from tests.site.conftest import person
from tests.site.series.conftest import hours

NOW = dt.datetime(2026, 1, 20, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
FIRST = "2026-01-18T01:00"
SPIKE = 20  # the hour after FIRST that stands out


@pytest.fixture(autouse=True)
def january():
    with clock.as_of(NOW):
        yield


@pytest.fixture
def operators(district, stations):
    """Of each station the unit that runs it, and a person there."""
    made = []
    for k, station in enumerate(stations):
        unit = org.add_unit(System(), name=f"运维{k}公司", kind="firm", area=district.area)
        actions.change_station(System(), station, unit=unit)
        station.refresh_from_db()
        made.append(person(f"operator{k}", "station_operator", unit))
    return made


def deliver(stations, *, spike=True, days=2):
    """Calm hours at both stations; at the first one PM2.5 stands out once."""
    for k, station in enumerate(stations):
        fine = 40.0 + np.arange(24 * days) % 7 + k
        if spike and k == 0:
            fine[SPIKE] = 400
        rows = np.stack([fine, fine * 2], 1)
        batch = Batch.of_owner(station.owner_id, "1h", hours(FIRST, 24 * days), ["pm25", "pm10"], rows)
        series.deliver(System(), [batch], title="甲", source="甲", area=station.area)


def look(district=None):
    return suspicion_jobs.look_over_new(lambda share, message="": None)


def found(rule="spike", factor="pm25"):
    return Suspicion.objects.select_related("station__owner").get(rule=rule, factor=factor)


def value(one):
    cube = read([one.station.owner_id], ["pm25"], np.datetime64(FIRST, "s"), hours(FIRST, 48)[-1])
    return cube.values["pm25"][0][SPIKE], cube.stages[0][SPIKE]


def test_new_hours_are_looked_over_once(stations, district):
    deliver(stations)
    told = look()
    assert told["new"] >= 1
    one = found()
    assert (one.station, one.hours, one.state) == (stations[0], 1, "open")
    assert one.evidence["neighbours"][0]["name"] == stations[1].name
    assert max(v for v in one.evidence["values"] if v) == 400
    assert value(one) == (400, Stage.REALTIME), "a suspicion changes nothing"
    count = Suspicion.objects.count()
    look()
    assert Suspicion.objects.count() == count


def test_what_newer_values_explain_lapses(stations):
    deliver(stations)
    look()
    deliver(stations, spike=False)
    look()
    assert found().state == "lapsed"


def test_operators_judge_their_own_station_and_see_no_other(stations, operators, site):
    deliver(stations)
    look()
    one = found()
    mine, other = operators
    with pytest.raises(Refused):
        actions.decide_suspicion(other, one, "keep", reason="现场无异常")
    assert one.pk in Suspicion.objects.visible_to(mine).values_list("pk", flat=True)
    assert not Suspicion.objects.visible_to(other).filter(station=stations[0]).exists()
    assert site.log_in(other).get(one.get_absolute_url()).status_code == 404
    assert stations[0].name not in site.log_in(other).get("/air/review?all=on").content.decode()
    done = actions.decide_suspicion(mine, one, "keep", reason="周边施工，核实为真值")
    assert (done.state, done.decided_by) == ("kept", mine)
    assert value(one) == (400, Stage.CHECKED)
    look()
    assert found().state == "kept", "what was judged is not raised again"


@pytest.mark.parametrize("who", ["leader", "songxi_liaison", "nobody"])
def test_others_judge_nothing(stations, district, who):
    deliver(stations)
    look()
    with pytest.raises(Refused):
        actions.decide_suspicion(getattr(district, who), found(), "invalidate", reason="甲")
    assert found().state == "open"
    assert value(found())[0] == 400


def test_a_station_without_a_unit_is_no_operators(stations, district):
    unit = org.add_unit(System(), name="运维公司", kind="firm", area=district.area)
    deliver(stations)
    look()
    with pytest.raises(Refused):
        actions.decide_suspicion(person("operator", "station_operator", unit), found(), "keep", reason="甲")


def test_invalidated_and_undone(stations, district):
    deliver(stations)
    look()
    one = actions.decide_suspicion(district.air_office, found(), "invalidate", reason="采样口被碰")
    assert np.isnan(value(one)[0])
    with pytest.raises(WrongState):
        actions.decide_suspicion(district.air_office, one, "keep", reason="甲")
    with pytest.raises(Invalid):
        actions.undo_suspicion(district.air_office, one, reason=" ")
    undone = actions.undo_suspicion(district.air_office, one, reason="看错了")
    assert undone.state == "open"
    assert value(one)[0] == 400
    assert [event.action for event in audit.events_of(one)][:2] == ["air.suspicion.undo", "air.suspicion.invalidate"]


def test_corrected_keeps_what_was_there(stations, district):
    deliver(stations)
    look()
    one = found()
    with pytest.raises(Invalid):
        actions.decide_suspicion(district.air_office, one, "correct", reason="甲", values={})
    with pytest.raises(Invalid):
        actions.decide_suspicion(district.air_office, one, "correct", reason="甲", values={NOW: 1.0})
    actions.decide_suspicion(district.air_office, one, "correct", reason="按备机", values={one.first: 44.0})
    assert value(one)[0] == 44
    deliver(stations)  # the feed sends the old value again
    assert value(one)[0] == 44, "a judged value outlives the feed"
    batch = Batch.of_owner(
        one.station.owner_id, "1h", hours(FIRST, 48)[SPIKE : SPIKE + 1], ["pm25"], np.array([[50.0]])
    )
    series.deliver(System(), [batch], title="乙", source="乙", area=district.area, stage=Stage.CHECKED)
    with pytest.raises(WrongState):
        actions.undo_suspicion(district.air_office, found(), reason="甲")


def test_locked_hours_are_not_touched(stations, district):
    deliver(stations)
    look()
    one = found()
    series.lock(district.air_office, one.station.owner, NOW)
    with pytest.raises(WrongState):
        actions.decide_suspicion(district.air_office, one, "invalidate", reason="甲")
    assert found().state == "open"


def test_many_at_once_or_none(stations, district, operators):
    deliver(stations)
    look()
    rows = list(Suspicion.objects.filter(state="open").select_related("station__owner"))
    with pytest.raises(Invalid):
        actions.decide_suspicions(district.air_office, rows, "invalidate", reason="")
    assert actions.decide_suspicions(district.air_office, rows, "invalidate", reason="停电") == len(rows)
    assert not Suspicion.objects.filter(state="open").exists()
    with pytest.raises(WrongState):
        actions.decide_suspicions(district.air_office, rows, "keep", reason="甲")


def test_the_desk_within_its_queries(stations, district, site, django_assert_max_num_queries):
    deliver(stations)
    look()
    site.log_in(district.air_office)
    with django_assert_max_num_queries(15):
        answer = site.get("/air/review")
    assert stations[0].name in answer.content.decode()
    one = found()
    with django_assert_max_num_queries(15):
        answer = site.get(one.get_absolute_url())
    assert "400" in answer.content.decode()
    answer = site.post(f"/air/review/{one.pk}/decide", {"decision": "correct", "reason": "甲", "v0": "=1+1"})
    assert answer.status_code == 400
    assert "不是数字" in answer.content.decode()
    answer = site.post(f"/air/review/{one.pk}/decide", {"decision": "correct", "reason": "甲", "v0": "45"})
    assert answer.status_code == 302
    page = site.get(one.get_absolute_url()).content.decode()
    assert "400" in page
    assert "按新值更正" not in page
    answer = site.post("/air/review/decide", {"one": [str(one.pk)], "decision": "keep", "reason": "甲"}, follow=True)
    assert "只能从" in answer.content.decode()
