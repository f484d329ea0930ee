"""A life cycle is a table: every cell of state × step × role does what the table says."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.lifecycle import LIFECYCLES, Lifecycle, Step
from lantian.site.core.policy import ROLES, System

REPORT = Lifecycle(
    "test.report",
    start="draft",
    steps=[
        Step("submit", "draft", "submitted", by="liaison", label="提交"),
        Step("return", "submitted", "returned", by="air_office", needs=["reason"], label="退回"),
        Step("accept", "submitted", "accepted", by=("air_office", "leader"), label="通过"),
        Step("submit", "returned", "submitted", by="liaison", label="提交"),
    ],
    labels={"draft": "草稿", "submitted": "已提交", "returned": "已退回", "accepted": "已通过"},
    register=False,
)


class Holder:
    """Somebody who holds one role, everywhere."""

    title = "演示"
    visible_area_ids = None
    visible_unit_ids = frozenset()

    def __init__(self, role: str) -> None:
        self.role = role

    def holds(self, role: str, *, area_id: int | None = None, unit_id: int | None = None) -> bool:
        return role == self.role


def report(state: str) -> SimpleNamespace:
    return SimpleNamespace(state=state, __str__=lambda: "月报")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("cell", list(REPORT.cells()), ids=lambda cell: f"{cell[0]}-{cell[1]}")
def test_every_cell(cell, role):
    state, name, row = cell
    thing, actor = report(state), Holder(role)
    if row is None:
        with pytest.raises(WrongState) as wrong:
            REPORT.step(thing, name, actor=actor, reason="数字有误")
        assert wrong.value.found == state
        assert thing.state == state
    elif role not in row.roles:
        with pytest.raises(Refused) as refused:
            REPORT.step(thing, name, actor=actor, reason="数字有误")
        assert refused.value.roles == row.roles
        assert thing.state == state
    else:
        REPORT.step(thing, name, actor=actor, reason="数字有误")
        assert thing.state == row.target
    assert (row in REPORT.allowed(report(state), actor)) == (row is not None and role in row.roles)


def test_a_step_without_what_it_needs_is_invalid_and_changes_nothing():
    thing = report("submitted")
    with pytest.raises(Invalid) as invalid:
        REPORT.step(thing, "return", actor=Holder("air_office"), reason="")
    assert list(invalid.value.fields) == ["reason"]
    assert thing.state == "submitted"


def test_wrong_state_names_what_was_found_and_expected():
    with pytest.raises(WrongState, match=r"“已通过”.*“已提交”"):
        REPORT.step(report("accepted"), "accept")


def test_the_system_may_take_every_step():
    assert [step.name for step in REPORT.allowed(report("submitted"), System())] == ["return", "accept"]


def test_two_rows_for_one_cell_are_refused():
    rows = [Step("go", "a", "b", by="leader"), Step("go", "a", "c", by="leader")]
    with pytest.raises(ValueError, match="more than one row"):
        Lifecycle("twice", "a", rows, register=False)


def test_a_state_that_nothing_leads_to_is_refused():
    with pytest.raises(ValueError, match="nothing leads to"):
        Lifecycle("lost", "a", [Step("go", "b", "c", by="leader")], register=False)


def test_every_life_cycle_of_the_platform_names_its_states():
    for lifecycle in LIFECYCLES.values():
        assert set(lifecycle.labels) == set(lifecycle.states), lifecycle.name
