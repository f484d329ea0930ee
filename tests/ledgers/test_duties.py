"""What a listing owes: by size and zone, by when, and what is not known."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian import ledgers
from lantian.rulebook.schemas.ledgers import Condition, Duty

NOV = dt.date(2017, 11, 1)
BOILER = ledgers.get("coal_boiler")


def names(row, *, on=NOV, inside=lambda zone: False):
    return [one.duty.name for one in ledgers.owed(BOILER, row, on=on, inside=inside) if one.applies]


@pytest.mark.parametrize(
    ("capacity", "in_zone", "owes"),
    [
        (10, False, ["remove_small"]),
        (10.01, False, []),
        (20, True, ["remove_built_up"]),
        (20, False, []),
        (35, True, ["remove_built_up"]),
        (35.1, True, []),
    ],
)
def test_the_duty_of_a_boiler_follows_its_size_and_zone(capacity, in_zone, owes):
    assert names({"capacity": capacity, "means": "open"}, inside=lambda zone: in_zone) == owes


def test_what_is_missing_is_asked_for_and_binds_nobody():
    (small, built_up) = ledgers.owed(BOILER, {"means": "open"}, on=NOV, inside=lambda zone: True)
    assert (small.applies, small.asks, small.late(NOV)) == (None, ("capacity",), False)
    assert built_up.applies is None


def test_a_place_that_is_not_known_leaves_the_zone_open():
    (one,) = ledgers.owed(BOILER, {"capacity": 20, "means": "open"}, on=NOV)
    assert one.applies is None
    assert one.asks == ()


@pytest.mark.parametrize(("means", "met"), [("open", False), ("stopped", False), ("done", True), ("gone", True)])
def test_a_duty_to_be_gone_is_met_when_the_state_says_so(means, met):
    (one,) = ledgers.owed(BOILER, {"capacity": 4, "means": means}, on=NOV)
    assert one.met is met


def test_what_is_gone_has_nothing_left_to_do():
    has = BOILER.duty[0].model_copy(update={"reach": "", "must": (Condition(field="number", filled=True),)})
    ledger = BOILER.model_copy(update={"duty": (has,)})
    met = [ledgers.owed(ledger, {"capacity": 4, "means": means}, on=NOV)[0].met for means in ("done", "gone")]
    assert met == [False, True]


@pytest.mark.parametrize(("due", "late"), [("2017-10-31", True), ("2017-11-01", False), ("", False)])
def test_late_is_the_day_after(due, late):
    (one,) = ledgers.owed(BOILER, {"capacity": 4, "means": "open", "due_on": due}, on=NOV)
    assert one.late(NOV) is late


def test_a_day_of_every_year_is_that_of_the_year_asked():
    duty = Duty.model_validate(
        {"name": "d", "label": {"zh": "甲", "en": "A"}, "must": [{"field": "capacity", "filled": True}], "due": "10-31"}
    )
    ledger = BOILER.model_copy(update={"duty": (duty,)})
    (one,) = ledgers.owed(ledger, {}, on=NOV)
    assert (one.due, one.met, one.late(NOV)) == (dt.date(2017, 10, 31), False, True)
    (one,) = ledgers.owed(ledger, {"capacity": 1}, on=NOV)
    assert one.met
    assert not one.late(NOV)


def test_a_duty_holds_between_its_days():
    duty = BOILER.duty[0].model_copy(update={"valid_from": dt.date(2018, 1, 1)})
    ledger = BOILER.model_copy(update={"duty": (duty,)})
    assert ledgers.owed(ledger, {"capacity": 4}, on=NOV) == []


def test_an_exemption_frees():
    free = BOILER.duty[0].model_copy(update={"unless": (Condition(field="use", equals="heating"),)})
    ledger = BOILER.model_copy(update={"duty": (free,)})
    assert not ledgers.owed(ledger, {"capacity": 4, "use": "heating"}, on=NOV)
    (one,) = ledgers.owed(ledger, {"capacity": 4, "use": "production"}, on=NOV)
    assert one.applies is True
    (one,) = ledgers.owed(ledger, {"capacity": 4}, on=NOV)
    assert one.applies is None


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.floats(), st.text(max_size=4), st.lists(st.text(max_size=2)),
    st.dates().map(str),
)  # fmt: skip


@settings(max_examples=40)
@given(st.data())
def test_no_value_of_an_earlier_edition_breaks_a_duty(data):
    ledger = data.draw(st.sampled_from(ledgers.all_ledgers()))
    row = {name: data.draw(ANYTHING) for name in [*(one.name for one in ledger.field), "due_on", "state", "means"]}
    for one in ledgers.owed(ledger, row, on=NOV):
        assert one.applies is not False
        assert one.late(NOV) in (True, False)


def test_a_value_of_another_type_is_unknown():
    (small, _) = ledgers.owed(BOILER, {"capacity": "约十吨"}, on=NOV, inside=lambda zone: True)
    assert small.applies is None
