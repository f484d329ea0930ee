"""The duties of the shipped ledgers at their bounds, as the plans word them."""

import datetime as dt

import pytest

from lantian import ledgers
from lantian.ledgers import derived, figure, owed

DAY = dt.date(2018, 11, 1)


def duties(name, row, *, on=DAY, inside=lambda zone: False):
    """What a listing owes and has not, by name of the duty."""
    found = owed(ledgers.get(name), {"means": "open", **row}, on=on, inside=inside)
    return {one.duty.name: one for one in found if one.applies}


def unmet(name, row, **given):
    return {duty for duty, one in duties(name, row, **given).items() if one.met is False}


def measure(ledger, name):
    return next(one for one in ledgers.get(ledger).measure if one.name == name)


@pytest.mark.parametrize(
    ("row", "must"),
    [
        ({"height": 45.0, "voc": False}, False),
        ({"height": 45.1, "voc": False}, True),
        ({"height": 20, "voc": True, "trade": "other", "rate": 2.5, "flow": 60000}, False),
        ({"height": 20, "voc": True, "trade": "other", "rate": 2.5, "flow": 60001}, True),
        ({"height": 20, "voc": True, "trade": "other", "rate": 2.51, "flow": 100}, True),
        ({"height": 20, "voc": False, "trade": "other", "rate": 9, "flow": 90000}, False),
        ({"height": 20, "voc": True, "trade": "printing", "rate": 0.1, "flow": 100}, True),
        ({"height": 20, "voc": True, "trade": "other", "rate": 1}, None),
        ({"voc": True, "trade": "coating"}, True),
    ],
)
def test_who_must_have_a_monitor(row, must):
    assert derived(ledgers.get("stack"), row, on=DAY)["must_monitor"] is must


def test_a_stack_without_its_monitor_is_late_after_the_day_and_stopped():
    row = {"height": 60, "voc": False, "monitor": False, "linked": False, "due_on": "2018-10-31"}
    owes = duties("stack", row)["monitor"]
    assert owes.late(DAY)
    assert owes.duty.late == "stop"
    assert not duties("stack", row | {"monitor": True, "linked": True})["monitor"].late(DAY)


def test_a_retained_boiler_without_monitor_is_late_on_the_first_of_november():
    row = {"cems": False, "dcs": True, "dust": 20, "so2": 100, "nox": 150, "due_on": "2018-10-31"}
    assert unmet("retained_coal_boiler", row) == {"cems", "in_time"}
    assert duties("retained_coal_boiler", row)["cems"].late(DAY)
    assert unmet("retained_coal_boiler", row | {"cems": True, "nox": 201}) == {"limits", "in_time"}


@pytest.mark.parametrize(("on", "owes"), [(dt.date(2018, 10, 31), False), (dt.date(2018, 11, 1), True)])
def test_a_biomass_boiler_in_a_ban_zone_is_to_be_gone_from_its_day(on, owes):
    row = {"fuel": "pellets", "dust_control": "bag", "reserve": False}

    def inside(zone):  # the zone holds from its day
        return zone == "biomass_ban" and on >= dt.date(2018, 11, 1)

    assert ("ban_zone" in unmet("biomass_boiler", row, on=on, inside=inside)) is owes


def test_the_start_of_a_reserve_boiler_is_reported():
    row = {"reserve": True, "started_on": "2018-11-20", "fuel": "pellets", "dust_control": "bag"}
    assert duties("biomass_boiler", row)["report_start"].met is None
    assert "report_start" in unmet("biomass_boiler", row | {"reported_on": "2018-11-21"})
    assert "report_start" not in unmet("biomass_boiler", row | {"reported_on": "2018-11-20"})


@pytest.mark.parametrize(("nox", "verdict"), [(30, "within"), (30.1, "over"), (None, None)])
def test_a_gas_boiler_keeps_the_low_nox_limit(nox, verdict):
    row = {"fuel": "gas", "nox": nox}
    assert derived(ledgers.get("gas_boiler"), row, on=DAY)["verdict"] == verdict


def test_the_limit_of_a_gas_boiler_is_that_of_the_edition_of_the_day():
    row = {"fuel": "gas", "nox": 60}
    found = {day: derived(ledgers.get("gas_boiler"), row, on=dt.date.fromisoformat(day))["verdict"]
             for day in ("2015-06-30", "2017-03-31", "2017-04-01")}  # fmt: skip
    assert found == {"2015-06-30": None, "2017-03-31": "within", "2017-04-01": "over"}


@pytest.mark.parametrize(
    ("row", "lacks"),
    [
        ({"heater_class": 1, "installed_on": "2017-10-01"}, set()),
        ({"heater_class": 2, "installed_on": "2017-10-01"}, {"heater_class"}),
        ({"heater_class": 2, "installed_on": "2016-05-31"}, set()),  # before the standard
        ({"heater_class": 2}, set()),
        ({"heater_nox": 31, "installed_on": "2017-10-01"}, {"heater_nox"}),
        ({"heater_nox": 31, "installed_on": "2017-03-01"}, set()),  # an earlier edition
        ({"heater_class": 2, "installed_on": "2017-10-01", "way": "electric"}, set()),
    ],
)
def test_a_household_gas_heater_is_of_class_1(row, lacks):
    assert unmet("clean_heating_household", {"way": "gas"} | row) == lacks | {"in_time"}


def test_the_share_of_gas_heaters_of_class_1():
    rows = [{"means": "done", "way": "gas", "heater_class": one} for one in (1, 1, 1, 2, None)]
    assert figure(measure("clean_heating_household", "class_one_share"), rows) == 75


def test_capacity_converted_counts_towards_the_target():
    rows = [{"means": "done", "capacity": 40.0, "fuel": "gas"}] * 20 + [
        {"means": "open", "capacity": 15.0, "fuel": "gas"}
    ] * 20
    assert figure(measure("gas_boiler", "converted"), rows) == 800
    assert figure(measure("gas_boiler", "converted_share"), rows) == pytest.approx(72.73, abs=0.01)


def test_a_kiln_with_an_obsolete_control_is_a_finding_and_stops():
    row = {"kind": "drying", "fuel": "gas", "network": False, "dust_control": "cyclone", "desulphurisation": "none"}
    assert unmet("industrial_kiln", row) == {"obsolete", "controls", "in_time"}
    assert duties("industrial_kiln", row)["controls"].duty.late == "stop"
    assert unmet("industrial_kiln", row | {"dust_control": "bag", "means": "done"}) == set()
    control = ledgers.get("industrial_kiln").named("dust_control")
    assert any("旋风除尘" in choice.also or choice.label.zh == "旋风除尘器" for choice in control.choices)


def test_a_gas_producer_shows_four_proofs():
    ledger = ledgers.get("gas_producer")
    assert [one.name for one in ledger.proof if one.step == "take_down"] == [
        "moved",
        "cut_off",
        "fuel_cleared",
        "promise",
    ]
    assert "in_time" not in duties("gas_producer", {"feedstock": True})


def test_no_stove_is_taken_out_before_supply_is_sure():
    life = ledgers.life_of(ledgers.get("clean_heating_household"))
    ways = {(source, step.name) for step in life.step for source in step.source}
    assert {source for source, name in ways if name == "clear"} == {"installed", "reopened"}
    assert {source for source, name in ways if name == "install"} == {"supply_ready"}
    assert ("planned", "clear") not in ways


def test_coal_is_neither_sold_nor_stored_in_the_no_burn_zone():
    def inside(zone):
        return zone == "no_burn"

    assert unmet("coal_dealer", {"book": True, "label": True, "code": "x", "means": "done"}, inside=inside) == {
        "no_sale"
    }
    assert "no_store" in unmet("coal_yard", {}, inside=inside)
    assert "no_burn" in unmet("coal_device", {"kind": "tea"}, inside=inside)


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ({"sulphur": 0.9, "ash": 15}, "within"),
        ({"sulphur": 1.0, "ash": 15}, "over"),
        ({"sulphur": 0.9, "ash": 16}, "over"),
        ({"sulphur": 1.2}, "over"),
        ({"sulphur": 0.9}, None),
    ],
)
def test_a_coal_sample_is_held_against_its_limit(row, verdict):
    row |= {"product": "loose", "taken_on": "2018-11-01"}
    assert derived(ledgers.get("coal_sample"), row, on=DAY)["verdict"] == verdict


def test_the_cut_of_coal_is_the_sum_of_what_is_proven():
    rows = [{"means": "done", "cut": 1200.0}, {"means": "done", "cut": 300.0}, {"means": "open", "cut": 5000.0}]
    assert figure(measure("coal_cut", "coal_reduction"), rows) == 1500
    assert unmet("coal_cut", {"before": 100, "cut": 101}) == {"not_more"}


def test_whoever_has_no_permit_is_found():
    assert unmet("discharge_permit", {"due_on": "2018-10-31"}) == {"hold"}
    held = {"means": "done", "level": "simple", "issued_on": "2017-01-01", "valid_until": "2018-10-31"}
    assert unmet("discharge_permit", held | {"reported_on": "2018-01-15"}) == {"valid"}
    assert unmet("discharge_permit", held | {"valid_until": "2019-01-01", "reported_on": "2017-10-30"}) == {"report"}
    assert "report" not in duties("discharge_permit", held | {"issued_on": "2018-05-01"})


@pytest.mark.parametrize(
    "name", ["retained_coal_boiler", "fugitive_point", "voc_enterprise", "industrial_kiln", "discharge_permit"]
)
def test_what_is_not_done_by_the_day_is_proposed_to_stop(name):
    late = [one for one in duties(name, {"due_on": "2018-10-31"}).values() if one.late(DAY)]
    assert any(one.duty.late == "stop" for one in late)


@pytest.mark.parametrize(
    ("product", "content", "taken_on", "verdict"),
    [
        ("refinish", 541, "2019-01-01", "over"),
        ("refinish", 540, "2019-01-01", "within"),
        ("refinish", 541, "2018-12-31", None),
        ("refinish_base_top", 421, "2019-01-01", "over"),
        ("car_original", 580, "2019-06-01", "within"),
        ("wood", 601, "2019-06-01", "over"),
        ("wall_inside", 100, "2020-11-30", "within"),
        ("wall_inside", 100, "2020-12-01", "over"),
        ("ink", 100, "2021-01-01", None),
    ],
)
def test_a_sample_is_held_against_the_limit_of_its_product_on_its_day(product, content, taken_on, verdict):
    row = {"product": product, "content": content, "taken_on": taken_on}
    assert derived(ledgers.get("product_sample"), row, on=DAY)["verdict"] == verdict


def test_a_sample_that_fails_is_followed_up():
    row = {"product": "refinish", "content": 541, "taken_on": "2019-01-01"}
    assert unmet("product_sample", row) == {"follow_up"}
    assert unmet("product_sample", row | {"followed_up": "x", "means": "done"}) == set()


@pytest.mark.parametrize(
    ("row", "fitness"),
    [
        ({"treatment": "plasma", "load": "low"}, "fit"),
        ({"treatment": "plasma", "load": "medium"}, "unfit"),
        ({"treatment": "photo", "load": "high"}, "unfit"),
        ({"treatment": "photo"}, None),
        ({"treatment": "carbon", "carbon_log": False}, "unfit"),
        ({"treatment": "carbon", "carbon_log": True}, "fit"),
        ({"treatment": "thermal", "load": "high"}, "fit"),
        ({"treatment": "none"}, "none"),
    ],
)
def test_a_treatment_fits_its_load(row, fitness):
    assert derived(ledgers.get("voc_enterprise"), row, on=DAY)["fitness"] == fitness


def test_carbon_is_changed_within_its_interval():
    row = {"treatment": "carbon", "carbon_log": True, "carbon_interval": 30, "carbon_changed_on": "2018-10-02"}
    assert "carbon" not in unmet("voc_enterprise", row)
    assert "carbon" in unmet("voc_enterprise", row | {"carbon_changed_on": "2018-10-01"})


@pytest.mark.parametrize(("leak_rate", "late"), [(3, False), (3.1, True)])
def test_leaks_of_petrochemicals(leak_rate, late):
    row = {"trade": "petrochemical", "leak_rate": leak_rate}
    assert ("ldar" in unmet("voc_enterprise", row)) is late
    assert "ldar" not in duties("voc_enterprise", row | {"trade": "printing"})


def test_a_first_class_shop_on_solvent_paint_is_flagged():
    row = {"paints": True, "paint": "solvent", "closed_booth": True, "treatment": "carbon"}
    assert "water" in unmet("paint_shop", row | {"class": "one"})
    assert "water" not in duties("paint_shop", row | {"class": "two"})
    assert "limit" in unmet("paint_shop", row | {"class": "two", "voc_content": 541}, on=dt.date(2019, 1, 1))


def test_a_funded_project_without_the_clause_is_flagged():
    assert unmet("funded_project", {"tendered_on": "2018-01-01", "tender_clause": False}) == {"tender"}
    assert "tender" not in duties("funded_project", {"tender_clause": False})


STATION = {"kind": "station", "unloading": True, "refuelling": True, "urea": True, "monitor": False, "linked": False,
           "tested_on": "2018-06-01", "test_passed": True}  # fmt: skip
FROM_5000 = """
id = "ledger-fuel-station"
schema = "ledger"
extends = true
[[derived]]
name = "monitor_due"
[[derived.case]]
value = true
when = [{ field = "kind", equals = "depot" }]
[[derived.case]]
value = true
when = [{ field = "kind", equals = "station" }, { field = "gasoline", at_least = 5000 }]
"""


def test_a_station_of_5000_tonnes_under_both_wordings(tmp_path, monkeypatch):
    assert unmet("fuel_station", STATION | {"gasoline": 5000}) == set()
    assert unmet("fuel_station", STATION | {"gasoline": 5001}) == {"monitor"}
    (tmp_path / "station.toml").write_text(FROM_5000, encoding="utf-8")
    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    assert unmet("fuel_station", STATION | {"gasoline": 5000}) == {"monitor"}
    assert unmet("fuel_station", STATION | {"gasoline": 4999}) == set()
    assert unmet("fuel_station", STATION | {"kind": "depot"}) == {"monitor"}


SITE = {"kind": "building", "phase": "earthwork", "state": "working", "means": "done", "letter": True}


@pytest.mark.parametrize(("size", "owes"), [(5000, False), (5001, True)])
def test_a_site_above_5000_square_metres_has_monitors(size, owes):
    row = SITE | {"size": size, "pm_monitor": False, "video": False, "linked": False}
    assert ("monitors" in unmet("construction_site", row)) is owes


def test_a_start_without_filing_is_flagged():
    late = duties("construction_site", SITE | {"started_on": "2018-10-20"})["filed"]
    assert late.met is False
    assert "filed" in unmet("construction_site", SITE | {"started_on": "2018-10-20", "filed_on": "2018-10-18"})
    assert "filed" not in unmet("construction_site", SITE | {"started_on": "2018-10-20", "filed_on": "2018-10-17"})
    life = ledgers.life_of(ledgers.get("construction_site"))
    assert {source for step in life.step if step.target == "working" for source in step.source} == {"filed", "stopped"}


def test_a_site_keeps_the_six_hundred_per_cents():
    six = ("hoarding", "covered", "wet", "paved", "washed", "closed_trucks")
    row = SITE | dict.fromkeys(six, True)
    assert "six" not in unmet("construction_site", row)
    assert "six" in unmet("construction_site", row | {"washed": False})
    assert duties("construction_site", SITE | {"washed": True})["six"].met is None


def test_an_exempt_site_is_patrolled_daily():
    row = SITE | {"exempt": True, "exempt_until": "2019-03-15"}
    assert "patrol" in unmet("construction_site", row | {"patrolled_on": "2018-10-30"})
    assert "patrol" not in unmet("construction_site", row | {"patrolled_on": "2018-10-31"})
    assert "patrol" not in duties("construction_site", row | {"exempt_until": "2018-10-31"})


def test_the_second_exposure_proposes_an_interview_and_the_second_penalty_a_stop():
    for field, duty in (("exposures", "interview"), ("penalties", "stop")):
        assert duty not in duties("construction_site", SITE | {field: 1})
        assert duty in unmet("construction_site", SITE | {field: 2})


def test_a_contractor_with_three_cases_is_to_be_barred():
    assert "bar" not in duties("contractor", {"cases": 2, "means": "done"})
    assert "bar" in unmet("contractor", {"cases": 3, "means": "done"})
    barred = {
        "cases": 3,
        "means": "stopped",
        "state": "barred",
        "barred_on": "2018-01-01",
        "barred_until": "2018-10-31",
    }
    assert unmet("contractor", barred | {"bids": True}) == {"release"}


def test_a_yard_with_five_of_six_is_not_done():
    six = dict.fromkeys(("screened", "covered", "sprayed", "paved", "washed", "conveyed"), True)
    assert "six" not in unmet("open_yard", six)
    assert "six" in unmet("open_yard", six | {"conveyed": False})


def test_towns_are_ranked_by_the_bare_land_they_cover():
    share = measure("bare_land", "cover_share")
    towns = {
        "a": [{"means": "done", "ground": 900.0, "covered_area": 900.0}, {"means": "open", "ground": 100.0}],
        "b": [{"means": "open", "ground": 400.0, "covered_area": 100.0}],
    }
    assert {town: figure(share, rows) for town, rows in towns.items()} == {"a": 90, "b": 25}


def test_a_mine_runs_again_only_after_acceptance():
    life = ledgers.life_of(ledgers.get("mine"))
    ways = {(source, step.target) for step in life.step for source in step.source}
    assert {source for source, target in ways if target == "accepted"} == {"self_checked"}
    assert not any(
        life.means(target) == "done" and target != "accepted" for source, target in ways if source == "stopped"
    )


def test_the_share_of_roads_swept_by_machine():
    rows = [
        {"means": "done", "length": 48.0, "mechanised": True},
        {"means": "done", "length": 2.0, "mechanised": False},
    ]
    assert figure(measure("road_segment", "mechanised_share"), rows) == 96
    assert "wash_key" in unmet("road_segment", {"class": "main", "key_road": True, "washings": 1, "mechanised": True})


@pytest.mark.parametrize(("stage", "flagged"), [("one", True), ("two", False), ("electric", False)])
def test_a_machine_of_stage_one_in_the_low_emission_zone_is_flagged(stage, flagged):
    row = {"code": "x", "stage": stage, "smoke_passed": True, "tested_on": "2018-10-01", "means": "done"}
    assert ("zone" in unmet("nrmm", row, inside=lambda zone: zone == "low_emission")) is flagged
    assert "zone" not in duties("nrmm", row | {"left_on": "2018-10-30"}, inside=lambda zone: True)


def test_shares_of_a_made_fleet():
    rows = [
        {"means": "done", "kind": "sanitation", "size_class": "small", "stock": 50.0, "stock_clean": 30.0,
         "bought": 10.0, "bought_clean": 10.0},
        {"means": "done", "kind": "sanitation", "size_class": "large", "stock": 50.0, "stock_clean": 10.0,
         "bought": 20.0, "bought_clean": 12.0},
        {"means": "done", "kind": "post", "size_class": "any", "stock": 90.0, "stock_clean": 0.0,
         "bought": 9.0, "bought_clean": 1.0},
    ]  # fmt: skip
    found = {one.name: figure(one, rows) for one in ledgers.get("new_energy_fleet").measure}
    assert found["large_sanitation_share"] == 60
    assert found["sanitation_stock_share"] == 40
    assert found["small_sanitation_share"] == 100


def test_charging_points_in_service_by_kind():
    rows = [{"means": "done", "direct": 84.0, "alternating": 20.0, "total": 104.0}, {"means": "open", "total": 50.0}]
    found = [figure(measure("charging_point", name), rows) for name in ("points", "direct", "alternating")]
    assert found == [104, 84, 20]


def test_straw_used_of_what_can_be_collected():
    rows = [{"means": "done", "collectable": 100.0, "used": 98.0}, {"means": "gone", "collectable": 9.0, "used": 0.0}]
    assert figure(measure("straw_balance", "used_share"), rows) == 98


@pytest.mark.parametrize(("distance", "near"), [(59, True), (60, False)])
def test_a_seller_keeps_60_metres(distance, near):
    row = {"distance": distance, "valid_until": "2019-03-01", "stop_notice": True, "means": "done"}
    assert ("distance" in unmet("fireworks_seller", row)) is near


@pytest.mark.parametrize(("capacity", "listed"), [(50000, False), (60000, True)])
def test_sewage_works_above_50000_tonnes_a_day_are_inspected(capacity, listed):
    row = {"capacity": capacity, "inspected_on": "2017-01-01", "covered": True, "deodoriser": "biological"}
    assert ("inspected" in unmet("sewage_works", row)) is listed


def test_no_coal_in_the_no_burn_zone_and_the_bank_holds_what_is_proven():
    assert "no_burn" in unmet("new_project", {"coal": True}, inside=lambda zone: zone == "no_burn")
    bank = [{"means": "done", "voc": 2.0}, {"means": "open", "voc": 5.0}]
    assert figure(measure("emission_cut", "voc_bank"), bank) == 2


def test_an_audit_that_is_late_is_seen():
    row = {"kind": "forced", "published_on": "2018-08-31"}
    assert "start" in unmet("clean_production", row)
    assert "start" not in unmet("clean_production", row | {"published_on": "2018-09-01"})
    late = duties("clean_production", row | {"due_on": "2018-10-31"})["in_time"]
    assert late.late(DAY)


def test_catering_in_a_block_of_flats():
    row = {"fumes": True, "purifier": True, "fuel": "gas", "cleaned_on": "2018-10-01", "housing": True}
    assert unmet("catering", row | {"flue": False}) == {"housing"}
    assert unmet("catering", row | {"flue": True}) == set()
    assert "grill" in unmet("catering", row | {"flue": True, "grill": True, "purifier": False})


def test_what_a_park_emits_stays_within_its_total():
    row = {"eia": True, "measures": True, "voc_total": 10.0}
    assert unmet("park", row | {"voc_actual": 10.1}) == {"total"}
    assert unmet("park", row | {"voc_actual": 10.0}) == set()


@pytest.mark.parametrize(("iodine", "low"), [(799, True), (800, False)])
def test_carbon_has_its_iodine_number(iodine, low):
    row = {"changed_on": "2021-05-01", "shape": "granular", "iodine": iodine}
    assert ("iodine" in unmet("carbon_change", row)) is low


@pytest.mark.parametrize(
    ("fleet", "owes"),
    [
        ({"kind": "sanitation", "size_class": "large", "bought": 10, "bought_clean": 6, "stock": 10, "stock_clean": 4},
         set()),
        ({"kind": "sanitation", "size_class": "large", "bought": 10, "bought_clean": 5, "stock": 10, "stock_clean": 3},
         {"large_sanitation", "sanitation_stock"}),
        ({"kind": "sanitation", "size_class": "small", "bought": 3, "bought_clean": 2, "stock": 9, "stock_clean": 9},
         {"small_sanitation"}),
        ({"kind": "post", "stock": 10, "stock_clean": 4}, {"post_stock"}),
        ({"kind": "delivery", "bought": 10, "bought_clean": 7, "stock": 1, "stock_clean": 1}, {"delivery"}),
        ({"kind": "delivery", "bought": 0, "stock": 1, "stock_clean": 0}, set()),
    ],
)  # fmt: skip
def test_a_fleet_owes_its_share_of_new_energy(fleet, owes):
    assert unmet("new_energy_fleet", fleet) == owes


@pytest.mark.parametrize(
    ("debris", "since", "owes"), [(60, None, set()), (61, None, {"debris"}), (0, "2018-10-01", {"earth"})]
)
def test_a_site_keeps_little_debris_and_no_earth(debris, since, owes):
    row = {"debris": debris, "earth_since": since}
    assert unmet("construction_site", row, on=dt.date(2018, 10, 3)) & {"debris", "earth"} == owes
