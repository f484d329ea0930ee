"""Exceptional events: claimed, approved or refused; results raw, as claimed and as approved."""

import datetime as dt

import numpy as np
import pytest

from lantian.site.air import actions
from lantian.site.air.models import AirEvent
from lantian.site.air.queries import events as queries
from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.series import actions as series
from lantian.site.series.batch import Batch
from tests.site.air.test_suspicions import NOW
from tests.site.series.conftest import hours

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 1, 31)
SPAN = {"first": NOW.replace(day=10, hour=1), "last": NOW.replace(day=11, hour=0)}


@pytest.fixture(autouse=True)
def january():
    with clock.as_of(NOW):
        yield


@pytest.fixture
def dusty(stations):
    """Nineteen days at both stations, one of them with ten times the PM10."""
    coarse = np.full((19 * 24, 1), 60.0)
    coarse[9 * 24 : 10 * 24] = 600
    for one in stations:
        batch = Batch.of_owner(one.owner_id, "1h", hours("2026-01-01T01:00", len(coarse)), ["pm10"], coarse)
        series.deliver(System(), [batch], title="甲", source="甲", area=one.area)
    return stations


def write(who, district, **fields):
    told = {"area": district.area, "kind": "sand-dust", "removes": ["pm10"], "evidence": "气象台证明"} | SPAN | fields
    return actions.write_event(who, None, **told)


def pm10(person, station):
    of = next(one for one in queries.month_accounts(person, FIRST, LAST) if one.station == station)
    line = next(line for line in of.lines if line.name == "PM10")
    return line.raw, line.claimed, line.approved


def test_three_accounts(dusty, district):
    office, station = district.air_office, dusty[0]
    event = write(office, district)
    raw = round((18 * 60 + 600) / 19)
    assert pm10(office, station) == (raw, raw, raw), "a draft changes nothing"
    actions.claim_event(office, event)
    assert pm10(office, station) == (raw, 60, raw)
    actions.decide_event(office, event, "approve", by="市局〔2026〕1号")
    assert pm10(office, station) == (raw, 60, 60)
    with pytest.raises(WrongState):
        actions.write_event(office, AirEvent.objects.get(), area=district.area, kind="other", removes=["pm10"], **SPAN)


def test_refused_counts_nowhere_and_concerns_its_area_alone(dusty, district):
    office = district.air_office
    event = write(office, district, area=district.songxi)
    actions.claim_event(office, event)
    assert pm10(office, dusty[0])[1] == 60
    assert pm10(office, dusty[1])[1] == pm10(office, dusty[1])[0]
    actions.decide_event(office, event, "refuse", by="市局", reason="证据不足")
    assert len(set(pm10(office, dusty[0]))) == 1


@pytest.mark.parametrize("who", ["leader", "songxi_liaison", "nobody"])
def test_only_the_office_keeps_the_table(district, who):
    with pytest.raises(Refused):
        write(getattr(district, who), district)
    event = write(district.air_office, district)
    with pytest.raises(Refused):
        actions.claim_event(getattr(district, who), event)
    assert AirEvent.objects.get().state == "draft"


def test_what_a_step_needs(district):
    office = district.air_office
    event = write(office, district, evidence="")
    with pytest.raises(Invalid):
        actions.claim_event(office, event)
    with pytest.raises(WrongState):
        actions.decide_event(office, event, "approve", by="市局")
    event = actions.write_event(
        office, event, area=district.area, kind="other", removes=["pm25"], evidence="甲", **SPAN
    )
    actions.claim_event(office, event)
    with pytest.raises(Invalid):
        actions.decide_event(office, event, "approve", by=" ")
    with pytest.raises(Invalid):
        actions.decide_event(office, event, "lose")
    assert actions.decide_event(office, event, "take_back", reason="补充证据").state == "draft"
    for wrong in (
        {"removes": []},
        {"removes": ["smell"]},
        {"kind": "x"},
        {"last": SPAN["first"] - dt.timedelta(days=1)},
    ):
        with pytest.raises(Invalid):
            write(office, district, **wrong)


def test_the_pages(dusty, district, site, django_assert_max_num_queries):
    event = write(district.air_office, district)
    site.log_in(district.air_office)
    for at in ("/air/events", "/air/events/accounts?month=2026-01", event.get_absolute_url(), "/air/events/new"):
        with django_assert_max_num_queries(15):
            assert site.get(at).status_code == 200, at
    steps = f"/air/events/{event.pk}/steps/"
    assert site.post(steps + "approve", {"by": "市局"}).status_code == 409
    assert site.post(steps + "claim").status_code == 302
    assert site.post(steps + "refuse", {"by": "市局", "reason": ""}).status_code == 400
    assert site.post(steps + "refuse", {"by": "市局", "reason": "甲"}).status_code == 302
    told = {"area": district.area.pk, "kind": "other", "first": "2026-01-02T01:00", "last": "2026-01-02T05:00"}
    assert site.post("/air/events/new", told | {"removes": ["pm25"]}).status_code == 302
    assert site.post("/air/events/new", told).status_code == 200
    assert site.log_in(district.songxi_liaison).post(steps + "claim").status_code == 403
    assert site.get(event.get_absolute_url()).status_code == 404, "an event of the district is no town's"


def test_hours_that_look_like_sand_dust_open_an_event(dusty, district, site, django_assert_max_num_queries):
    site.log_in(district.air_office)
    with django_assert_max_num_queries(15):
        page = site.get("/air/events/suggested?month=2026-01").content.decode()
    assert "2026-01-10 01:00 – 2026-01-11 00:00" in page
    assert "〔2016〕120号" in page
    assert all(one.name in page for one in dusty)
    assert not AirEvent.objects.exists(), "nothing is entered but by a person"
    form = site.get("/air/events/new?episode=2026-01-10T01:00").content.decode()
    assert 'value="2026-01-11T00:00"' in form
    assert "由此前平均 60 升至 600" in form
    assert "由此前平均" not in site.get("/air/events/new?episode=2026-01-10T02:00").content.decode()
    assert "更像霾" not in page
    event = write(district.air_office, district)
    assert event.get_absolute_url() in site.get("/air/events/suggested?month=2026-01").content.decode()
    assert "没有像沙尘的小时" in site.get("/air/events/suggested?month=2025-06").content.decode()
    assert site.log_in(district.leader).get("/air/events/suggested").status_code == 403
