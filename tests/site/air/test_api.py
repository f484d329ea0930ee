"""The air over the HTTP API: stations, days, the table of a district, rankings that were released."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantian.site.air import actions
from lantian.site.core.metrics import Period
from lantian.site.core.policy import System
from tests.site.air.test_metrics import days_of

FEBRUARY = Period(dt.date(2026, 2, 1), dt.date(2026, 2, 28))
DAYS = "air/days?stations=990101A,990102A&since=2026-02-01&until=2026-02-28"


@pytest.fixture
def measured(stations, district):
    few = {"pm10": [30, 30, 30], "co": [0.6, 0.6, 0.6]}
    days_of(district, stations[0], "2026-02-01", pm25=[40, 60, 180], **few)
    days_of(district, stations[1], "2026-02-01", pm25=[60, 80, 80], **few)
    actions.change_station(System(), stations[1], name="=1+1")
    return stations


@pytest.fixture
def asks(measured, district, program):
    return program(district.air_office)


def test_stations_and_their_filters(asks, measured, district):
    told = asks.read("air/stations").json()["items"]
    assert [(one["code"], one["kind"], one["area"]["name"]) for one in told] == [
        ("990101A", "district", "松溪镇"),
        ("990102A", "district", "柳湾镇"),
    ]
    actions.change_station(System(), measured[1], valid_to=dt.date(2020, 1, 1))
    for query, codes in (
        ("open=true", ["990101A"]),
        ("open=false", ["990102A"]),
        ("kind=micro", []),
        (f"area={district.liuwan.pk}", ["990102A"]),
        ("code=990101A", ["990101A"]),
    ):
        assert [one["code"] for one in asks.read(f"air/stations?{query}").json()["items"]] == codes


def test_days_have_their_index_and_what_it_rests_on(asks):
    told = asks.read(DAYS).json()["days"]
    assert len(told) == 6, "days of which nothing was measured are left out"
    worst = told[2]
    assert (worst["station"], worst["day"], worst["values"]["pm25"], worst["counts"]["pm25"]) == (
        "990101A", "2026-02-03", 180.0, 24,
    )  # fmt: skip
    assert (worst["aqi"], worst["category"], worst["primary"]) == (230, "重度污染", ["PM2.5"])
    lines = asks.read(DAYS.replace("days?", "days.csv?")).content.decode().splitlines()
    assert lines[0] == "station,day,pm25,pm10,o3,co,no2,so2,aqi,category,primary"
    assert lines[3] == "990101A,2026-02-03,180.0,30.0,20.0,0.6,20.0,20.0,230,重度污染,PM2.5"


def test_days_by_another_edition_and_within_bounds(asks):
    anew = asks.read(f"{DAYS}&edition=2026").json()["days"]
    assert anew[0]["values"]["pm25"] == 40
    assert anew[0]["aqi"] != asks.read(DAYS).json()["days"][0]["aqi"]
    for query, field in (
        (f"{DAYS}&edition=1996", "edition"),
        ("air/days?stations=X&since=2026-02-01&until=2026-02-02", "stations"),
        ("air/days?stations=,&since=2026-02-01&until=2026-02-02", "stations"),
        ("air/days?stations=990101A&since=2026-02-02&until=2026-02-01", "since"),
        ("air/days?stations=990101A&since=1990-01-01&until=2190-01-01", "until"),
    ):
        answer = asks.read(query)
        assert answer.status_code in (400, 422)
        assert field in answer.json()["fields"]


def test_the_table_of_a_month_is_that_of_the_page(asks, district, site):
    told = asks.read(f"air/district?area={district.area.pk}&span=2026-02").json()
    assert (told["first"], told["last"], told["edition"]) == ("2026-02-01", "2026-02-28", "2018")
    rows = {row["name"]: row for row in told["rows"]}
    assert rows["松溪镇站"]["values"]["pm25"] == 93
    assert rows["青河区"]["is_area"]
    assert rows["青河区"]["values"]["pm25"] == 83
    assert not rows["青河区"]["enough"]["pm25"], "three days are no month"
    lines = asks.read(f"air/district.csv?area={district.area.pk}&span=2026").content.decode().splitlines()
    assert lines[0].startswith("name,pm25,pm10,o3,co,no2,so2,pm25_change")
    assert "'=1+1" in "".join(lines), "no name starts a formula"
    for query, field in ((f"area={district.area.pk}&span=soon", "span"), ("area=9999999&span=2026-02", "area")):
        assert field in asks.read(f"air/district?{query}").json()["fields"]


def test_released_rankings_alone_are_told(asks, district):
    draft = actions.draft_ranking(district.air_office, metric="PM2.5_mean", area=district.area, period=FEBRUARY)
    assert asks.read("air/rankings").json()["items"] == []
    assert asks.read(f"air/rankings/{draft.pk}").status_code == 404
    released = actions.release_ranking(district.air_office, draft)
    (told,) = asks.read("air/rankings?metric=PM2.5_mean&state=released").json()["items"]
    assert (told["title"], told["unit"], told["source"], told["replaced_by"]) == (
        "PM2.5 平均浓度", "µg/m³", "own", None,
    )  # fmt: skip
    whole = asks.read(f"air/rankings/{draft.pk}").json()
    assert [(row["name"], row["place"], row["value"]) for row in whole["rows"]] == [
        ("柳湾镇", 1, 73.0),
        ("松溪镇", 2, 93.0),
    ]
    assert whole["rows"][0]["explanation"].startswith("3 个有效日")
    assert "通报" in whole["text"][0]
    correction = actions.correct_ranking(district.air_office, released, reason="一站数据审核无效")
    assert asks.read("air/rankings").json()["items"][0]["replaced_by"] is None, "a draft is nobody's business yet"
    actions.release_ranking(district.air_office, correction)
    (old,) = asks.read("air/rankings?state=replaced").json()["items"]
    assert old["replaced_by"] == correction.pk


def test_a_town_asks_for_its_own_and_who_has_no_role_for_nothing(measured, district, program):
    town = program(district.songxi_liaison)
    assert [one["code"] for one in town.read("air/stations").json()["items"]] == ["990101A"]
    assert town.read(DAYS).status_code in (400, 422), "the other town's station is not there"
    assert len(town.read(DAYS.replace(",990102A", "")).json()["days"]) == 3
    assert town.read(f"air/district?area={district.liuwan.pk}&span=2026-02").status_code in (400, 422)
    for where in ("air/stations", "air/rankings", DAYS):
        assert program(district.nobody).read(where).status_code == 403


def test_queries_do_not_grow_with_stations(asks, measured, district, uncounted):
    asks.read(DAYS)  # the first one looks up what is kept
    with CaptureQueriesContext(connection) as few:
        asks.read(DAYS.replace(",990102A", ""))
    with CaptureQueriesContext(connection) as many:
        asks.read(DAYS)
    assert len(many) == len(few)
