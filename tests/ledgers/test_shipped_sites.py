"""What sites and stations owe: which rules hold in a district, and in which season."""

import datetime as dt

import pytest

from lantian import ledgers
from lantian.ledgers import figure
from tests.ledgers.test_shipped import SITE, STATION, duties, measure, unmet

EDITION = 'id = "ledger-construction-site"\nschema = "ledger"\nextends = true\nin_force = {}\n'
LACKING = SITE | dict.fromkeys(("hoarding", "covered", "wet", "paved", "washed", "closed_trucks"), False)
LACKING |= {"gate_clean": False, "in_place": False, "no_mixing": False}


@pytest.mark.parametrize(
    ("in_force", "owes"),
    [
        (None, {"six"}),
        ('["five_gate"]', {"five", "gate"}),
        ('["six", "places_bans"]', {"six", "in_place", "no_mixing"}),
    ],
)
def test_the_rules_of_sites_hold_as_each_plan_has_them(in_force, owes, tmp_path, monkeypatch):
    if in_force:
        (tmp_path / "site.toml").write_text(EDITION.format(in_force), encoding="utf-8")
        monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    assert unmet("construction_site", LACKING) == owes
    kept = {name: True for name, value in LACKING.items() if value is False}
    assert unmet("construction_site", LACKING | kept) == set()


@pytest.mark.parametrize(
    ("row", "owes"),
    [
        ({"kind": "demolition", "hoarding_height": 1.8}, set()),
        ({"kind": "demolition", "hoarding_height": 1.7}, {"hoarding"}),
        ({"idle_since": "2018-05-02", "greened": False}, set()),
        ({"idle_since": "2018-05-01", "greened": False}, {"idle"}),
        ({"idle_since": "2018-05-01", "greened": True}, set()),
    ],
)
def test_a_site_has_its_hoarding_and_is_planted_when_it_lies_idle(row, owes):
    assert unmet("construction_site", SITE | row) & {"hoarding", "idle"} == owes


@pytest.mark.parametrize(
    ("on", "given", "owes"),
    [
        ("2018-11-14", {}, False),
        ("2018-11-15", {}, True),
        ("2019-02-28", {}, True),
        ("2019-03-15", {}, True),
        ("2019-03-16", {}, False),
        ("2019-01-10", {"exempt_until": "2019-01-10"}, False),
        ("2019-01-11", {"exempt_until": "2019-01-10"}, True),
        ("2019-01-10", {"phase": "structure"}, False),
    ],
)
def test_earthwork_stops_for_the_heating_season_unless_it_is_exempt(on, given, owes):
    row, day = SITE | given, dt.date.fromisoformat(on)
    assert ("winter_stop" in unmet("construction_site", row, on=day, inside=lambda zone: zone == "built_up")) is owes
    assert "winter_stop" not in unmet("construction_site", row, on=day)


@pytest.mark.parametrize(("on", "owes"), [("05-31", False), ("06-01", True), ("09-30", True), ("10-01", False)])
def test_a_station_unloads_at_other_hours_from_june_to_september(on, owes):
    row, day = STATION | {"gasoline": 1, "staggered": False}, dt.date.fromisoformat(f"2018-{on}")
    assert ("staggered" in unmet("fuel_station", row, on=day)) is owes
    assert "staggered" not in unmet("fuel_station", row | {"staggered": True}, on=day)


def test_a_station_is_tested_every_year_and_sells_urea():
    row = STATION | {"gasoline": 1}
    assert unmet("fuel_station", row | {"tested_on": "2017-11-01"}) == set()
    assert unmet("fuel_station", row | {"tested_on": "2017-10-30"}) == {"yearly"}
    assert unmet("fuel_station", row | {"test_passed": False}) == {"yearly"}
    assert unmet("fuel_station", row | {"urea": False}) == {"urea"}


def test_a_site_exposed_in_a_warning_stops_and_a_firm_exposed_twice_is_interviewed():
    stop = duties("construction_site", SITE | {"exposed_in_warning": True})["stop_exposed"]
    assert stop.late(dt.date(2018, 11, 1))
    assert stop.duty.late == "stop"
    assert unmet("contractor", {"exposures": 1}) == set()
    assert unmet("contractor", {"exposures": 2}) == {"interview"}
    assert unmet("contractor", {"exposures": 2, "interviewed_on": "2018-10-01"}) == set()


def test_a_green_card_is_given_and_withdrawn_and_who_is_barred_comes_back_over_the_watch_list():
    life = ledgers.life_of(ledgers.get("contractor"))
    ways = {(step.name, source, step.target) for step in life.step for source in step.source}
    assert {("trust", "registered", "trusted"), ("untrust", "trusted", "registered")} <= ways
    assert {target for name, _source, target in ways if name == "release"} == {"watched"}
    assert {one.name for one in ledgers.get("contractor").publish} == {"black", "green"}


@pytest.mark.parametrize(
    ("row", "owes"),
    [
        ({"dust_load": 0.7, "dust_limit": 0.7}, set()),
        ({"dust_load": 0.71, "dust_limit": 0.7}, {"load"}),
        ({"broken": True}, {"mend"}),
        ({"class": "secondary", "washings": 0}, {"wash"}),
        ({"class": "branch", "washings": 0}, set()),
        ({"class": "main", "mechanised": False, "washings": 1}, {"mechanised"}),
    ],
)
def test_a_road_keeps_its_dust_load_and_is_washed_and_mended(row, owes):
    assert unmet("road_segment", {"class": "branch"} | row) == owes


def test_vehicles_retired_are_counted_from_lists_with_day_and_certificate():
    gone = {"means": "open", "retired_on": "2017-10-31", "proof_no": "模拟1"}
    rows = [gone] * 24_530 + [gone | {"proof_no": ""}, {"means": "open"}, gone | {"means": "gone"}]
    assert figure(measure("old_vehicle", "retired"), rows) == 24_530
    assert figure(measure("old_vehicle", "retired_share"), [gone, {"means": "open"}]) == 50
