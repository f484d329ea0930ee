"""What sites and stations owe: which rules hold in a district, and in which season."""

import datetime as dt

import pytest

from tests.ledgers.test_shipped import SITE, STATION, unmet

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
