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
    assert unmet("retained_coal_boiler", row) == {"cems"}
    assert duties("retained_coal_boiler", row)["cems"].late(DAY)
    assert unmet("retained_coal_boiler", row | {"cems": True, "nox": 201}) == {"limits"}


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


def test_capacity_converted_counts_towards_the_target():
    rows = [{"means": "done", "capacity": 40.0, "fuel": "gas"}] * 20 + [
        {"means": "open", "capacity": 15.0, "fuel": "gas"}
    ] * 20
    assert figure(measure("gas_boiler", "converted"), rows) == 800
    assert figure(measure("gas_boiler", "converted_share"), rows) == pytest.approx(72.73, abs=0.01)


def test_a_kiln_with_an_obsolete_control_is_a_finding_and_stops():
    row = {"kind": "drying", "fuel": "gas", "network": False, "dust_control": "cyclone", "desulphurisation": "none"}
    assert unmet("industrial_kiln", row) == {"controls", "in_time"}
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


@pytest.mark.parametrize("name", ["retained_coal_boiler", "fugitive_point", "industrial_kiln", "discharge_permit"])
def test_what_is_not_done_by_the_day_is_proposed_to_stop(name):
    late = [one for one in duties(name, {"due_on": "2018-10-31"}).values() if one.late(DAY)]
    assert any(one.duty.late == "stop" for one in late)
