"""What follows from what is filled in: cases in order, limits by day, days between days, multiples of other fields."""

import datetime as dt

import pytest
from pydantic import ValidationError

from lantian import ledgers
from lantian.ledgers import derived, owed
from lantian.rulebook.schemas.ledgers import Condition, Derived, FromLimits, Ledger, Measure
from lantian.rulebook.schemas.limits import Limits

DAY = dt.date(2019, 2, 1)
LABEL = {"zh": "甲", "en": "A"}
KILN = ledgers.get("industrial_kiln")


def obsolete(**row):
    return derived(KILN, row, on=DAY)["obsolete"]


def test_the_first_case_that_holds_gives_the_value():
    assert obsolete(dust_control="cyclone", desulphurisation="dry") is True
    assert obsolete(dust_control="bag", desulphurisation="water") is True
    assert obsolete(dust_control="bag", desulphurisation="dry") is False


def test_what_is_missing_leaves_it_unknown_unless_all_would_say_the_same():
    assert obsolete(dust_control="bag") is None
    assert obsolete(desulphurisation="water") is True
    assert obsolete() is None


def test_a_duty_on_something_derived_asks_for_the_fields_behind_it():
    (controls,) = [one for one in owed(KILN, {"dust_control": "bag"}, on=DAY) if one.duty.name == "controls"]
    assert controls.met is None
    assert controls.asks == ("desulphurisation",)


@pytest.mark.parametrize(("days", "holds"), [(3, True), (2, False), (-1, False)])
def test_days_between_two_days(days, holds):
    filed = Condition(field="started_on", days_since="filed_on", at_least=3)
    start = dt.date(2019, 1, 1) + dt.timedelta(days=days)
    assert ledgers.holds(filed, {"filed_on": "2019-01-01", "started_on": start.isoformat()}) is holds
    assert ledgers.holds(filed, {"filed_on": "2019-01-01"}) is None


@pytest.mark.parametrize(("offset", "holds"), [(2.0, True), (1.99, False)])
def test_a_bound_that_is_a_multiple_of_another_field(offset, holds):
    twice = Condition(field="offset", at_least=2, times="added")
    assert ledgers.holds(twice, {"offset": offset, "added": 1.0}) is holds
    assert ledgers.holds(twice, {"offset": offset}) is None


def test_a_blank_may_count_as_no():
    exempt = Condition(field="exempt", equals=True, blank=False)
    assert [ledgers.holds(exempt, row) for row in ({}, {"exempt": True}, {"exempt": False})] == [False, True, False]
    free = KILN.duty[0].model_copy(update={"when": (), "unless": (Condition(field="batch", equals="x", blank=False),)})
    (one,) = owed(KILN.model_copy(update={"duty": (free,)}), {"dust_control": "bag"}, on=DAY)
    assert (one.applies, one.asks) == (True, ("desulphurisation",))


@pytest.mark.parametrize("given", [{"field": "x", "filled": True}, {"zone": "x", "inside": True}])
def test_what_asks_for_no_value_has_no_blank(given):
    with pytest.raises(ValidationError, match="blank is for"):
        Condition.model_validate(given | {"blank": False})


@pytest.mark.parametrize(
    "given",
    [
        {"field": "x", "equals": 1, "times": "y"},
        {"field": "x", "filled": True, "days_since": "y"},
        {"field": "x", "above": "2019-01-01", "days_since": "y"},
    ],
)
def test_a_multiple_or_a_distance_needs_a_number_to_compare_with(given):
    with pytest.raises(ValidationError, match="days_since and times"):
        Condition.model_validate(given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "say cases"),
        ({"case": [{"value": 1.0, "when": [{"field": "x", "filled": True}]}]}, "not of type yes"),
        (
            {"type": "choice", "choices": [{"key": "a", "label": LABEL}],
             "case": [{"value": "b", "when": [{"field": "x", "filled": True}]}]},
            "none of its choices",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_derived_is_refused(given, said):
    with pytest.raises(ValidationError, match=said):
        Derived.model_validate({"name": "d", "label": LABEL} | given)


@pytest.mark.parametrize("given", [{}, {"by": "fuel", "key": "coal"}])
def test_a_limit_is_found_in_one_way(given):
    with pytest.raises(ValidationError, match="by a field, or by its key"):
        FromLimits.model_validate({"rule": "limits-boiler-nox"} | given)


def kiln(**changed):
    return Ledger.model_validate(KILN.model_dump(by_alias=True, exclude_none=True) | changed)


def test_what_is_derived_follows_from_what_is_there_or_derived_before():
    with pytest.raises(ValidationError, match="nor derived before it"):
        kiln(
            derived=[{"name": "d", "label": LABEL, "case": [{"value": True, "when": [{"field": "d", "equals": True}]}]}]
        )


def test_figures_and_publications_hold_what_is_kept_not_what_is_derived():
    with pytest.raises(ValidationError, match="obsolete"):
        kiln(publish=[{"name": "p", "label": LABEL, "columns": ["name", "obsolete"]}])
    with pytest.raises(ValidationError, match="obsolete"):
        kiln(measure=[{"name": "m", "label": LABEL, "where": [{"field": "obsolete", "equals": True}]}])


def line(**changed):
    return {"key": "paint", "label": LABEL, "value": 100.0, "clause": "x", "sure": "practice"} | changed


def limits(*lines):
    return Limits.model_validate(
        {"id": "limits-x", "schema": "limits", "label": LABEL, "unit": "克/升", "limit": list(lines)}
    )


def test_a_limit_holds_from_one_day_to_another():
    found = limits(line(valid_to=dt.date(2020, 11, 30)), line(value=80.0, valid_from=dt.date(2020, 12, 1)))
    on = [found.of("paint", day) for day in (dt.date(2020, 11, 30), dt.date(2020, 12, 1))]
    assert [one.value for one in on if one] == [100.0, 80.0]
    assert found.of("ink", DAY) is None


def test_two_limits_for_one_thing_on_one_day_are_refused():
    with pytest.raises(ValidationError, match="two limits for paint"):
        limits(line(), line(valid_from=dt.date(2020, 12, 1)))


def test_figures_count_add_and_divide():
    rows = [
        {"means": "done", "way": "a", "size": 3.0, "whole": 4.0},
        {"means": "open", "way": "b", "size": 1.0, "whole": 6.0},
        {"means": "gone", "way": "a", "size": 9.0, "whole": 9.0},
    ]

    def figure(**asked):
        return ledgers.figure(Measure.model_validate({"name": "m", "label": LABEL} | asked), rows)

    a = [{"field": "way", "equals": "a"}]
    assert figure() == 2
    assert figure(where=a) == 1
    assert figure(field="size") == 4
    assert figure(field="size", where=a, share=True) == 75
    assert figure(where=a, share=True) == 50
    assert figure(field="size", per="whole", share=True) == 40
    assert figure(field="size", per="whole") == 0.4
    assert figure(means=["stopped"], share=True) is None
