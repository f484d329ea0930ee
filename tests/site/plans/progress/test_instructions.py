"""领导批示: given, answered, returned, settled; in my work and in the minute; hidden from other units."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.lifecycle import LIFECYCLES
from lantian.site.core.models import Notice
from lantian.site.plans import actions
from lantian.site.plans.models import Instruction, Task
from lantian.site.plans.queries import instructions as queries
from tests.site.plans.progress.world import TODAY, paper, photo

DUE = TODAY + dt.timedelta(days=5)


def given(c: Any, who: Any = None, **more: Any) -> Instruction:
    values = {"text": "请查明柴油货车淘汰偏慢的原因，五日内报告。", "due": DUE} | more
    return actions.give_instruction(who or c.leader, c.trucks, c.north, **values)


def answered(c: Any) -> Instruction:
    return actions.answer_instruction(c.north_liaison, given(c), text="已约谈车主，补贴资金已到位。")


def test_a_leaders_word_becomes_a_task_of_the_unit(campaign: Any) -> None:
    one = given(campaign)
    task = one.task
    assert (task.origin, task.parent_id, task.due, task.roles.get().unit) == (
        "instruction",
        campaign.trucks.pk,
        DUE,
        campaign.north,
    )
    assert (one.leader_name, one.leader) == (campaign.leader.name, campaign.leader)
    assert Notice.objects.filter(kind="plans.instruction_given", person=campaign.north_liaison).exists()
    assert Task.objects.get(pk=campaign.trucks.pk).percent is None
    assert not Task.objects.whole().filter(pk=task.pk).exists()
    assert list(queries.to_answer(campaign.north_liaison)) == [one]
    assert not queries.to_answer(campaign.south_liaison)
    assert list(queries.of_leader(campaign.leader)) == [one]


def test_the_office_enters_what_a_leader_wrote_on_paper(campaign: Any) -> None:
    with pytest.raises(Invalid) as refused:
        given(campaign, campaign.office)
    assert set(refused.value.fields) == {"leader_name"}
    one = given(campaign, campaign.office, leader_name="演示区长")
    assert (one.leader_name, one.leader, one.given_by) == ("演示区长", None, campaign.office)
    whole = actions.give_instruction(campaign.leader, campaign.plan, campaign.north, text="请报送全年打算。", due=DUE)
    assert whole.task.parent is None


@pytest.mark.parametrize("who", ["north_liaison", "auditor"])
def test_nobody_else_orders(campaign: Any, who: str) -> None:
    with pytest.raises(Refused):
        given(campaign, getattr(campaign, who))
    assert not Task.objects.filter(origin="instruction").exists()


def test_what_is_missing_is_said(campaign: Any) -> None:
    with pytest.raises(Invalid) as refused:
        given(campaign, text=" ", due=TODAY - dt.timedelta(days=1))
    assert set(refused.value.fields) == {"text", "due"}
    assert not Instruction.objects.exists()


def test_an_answer_is_taken_or_given_back(campaign: Any) -> None:
    one = answered(campaign)
    assert Notice.objects.filter(kind="plans.instruction_answered", person=campaign.leader).exists()
    one = actions.return_instruction(campaign.leader, one, reason="请附名单")
    assert one.state == "returned"
    one = actions.answer_instruction(campaign.north_liaison, one, text="名单已附。")
    one = actions.settle_instruction(campaign.leader, one)
    task = Task.objects.get(pk=one.task_id)
    assert (one.state, task.state, task.closed_on) == ("settled", "closed", TODAY)
    one = actions.reopen_instruction(campaign.leader, one, reason="情况反弹")
    assert Task.objects.get(pk=one.task_id).state == "open"


def test_other_units_neither_answer_nor_judge(campaign: Any) -> None:
    one = given(campaign)
    with pytest.raises(Refused):
        actions.answer_instruction(campaign.south_liaison, one, text="x")
    one = actions.answer_instruction(campaign.north_liaison, one, text="已办。")
    with pytest.raises(Refused):
        actions.settle_instruction(campaign.north_liaison, one)
    with pytest.raises(WrongState):
        actions.withdraw_instruction(campaign.leader, one, reason="x")


def test_every_cell_of_its_life(campaign: Any) -> None:
    acts = {
        "answer": lambda one: actions.answer_instruction(campaign.north_liaison, one, text="已办。"),
        "settle": lambda one: actions.settle_instruction(campaign.leader, one),
        "return": lambda one: actions.return_instruction(campaign.leader, one, reason="补充"),
        "withdraw": lambda one: actions.withdraw_instruction(campaign.leader, one, reason="作废"),
        "reopen": lambda one: actions.reopen_instruction(campaign.leader, one, reason="反弹"),
    }
    one = given(campaign)
    for state, name, row in LIFECYCLES["plans.instruction"].cells():
        Instruction.objects.filter(pk=one.pk).update(state=state)
        Task.objects.filter(pk=one.task_id).update(state="closed" if state in ("settled", "withdrawn") else "open")
        if row is None:
            with pytest.raises(WrongState):
                acts[name](Instruction.objects.get(pk=one.pk))
        else:
            assert acts[name](Instruction.objects.get(pk=one.pk)).state == row.target


def test_closing_on_evidence_settles_it(campaign: Any) -> None:
    one = given(campaign)
    asked = actions.ask_closing(
        campaign.north_liaison, one.task, campaign.north, text="已办结。", files=[photo(), paper(), paper("document")]
    )
    actions.close_task(campaign.office, asked, signer="演示签字人")
    assert Instruction.objects.get(pk=one.pk).state == "settled"
    actions.reopen_task(campaign.office, asked, reason="不实")
    assert Instruction.objects.get(pk=one.pk).state == "returned"


def test_another_street_sees_nothing_of_it(campaign: Any, as_person: Any) -> None:
    one = answered(campaign)
    south = as_person(campaign.south_liaison)
    for at in (one.get_absolute_url(), one.task.get_absolute_url()):
        assert south.get(at).status_code == 404
    for at in ("/plans/instructions", "/plans/tasks?kind=instruction", campaign.trucks.get_absolute_url(), "/"):
        assert "五日内报告" not in south.get(at).text
    assert as_person(campaign.north_liaison).get(one.get_absolute_url()).status_code == 200


def test_the_pages_work_and_keep_their_number_of_queries(
    campaign: Any, as_person: Any, django_assert_max_num_queries: Any
) -> None:
    leader, north = as_person(campaign.leader), as_person(campaign.north_liaison)
    at = reverse("plans:instruct", args=[campaign.trucks.pk])
    assert leader.get(at).status_code == 200
    assert "请填写" not in leader.get(at).text
    data = {"text": "请报告进度。", "unit": campaign.north.pk, "due": DUE.isoformat()}
    assert leader.post(at, data).status_code == 302
    one = Instruction.objects.get()
    assert "提交答复" in north.get(one.get_absolute_url()).text
    step = reverse("plans:instruction_step", args=[one.pk, "answer"])
    assert north.post(step, {"text": "已办。"}).status_code == 302
    for client, address in (
        (leader, "/plans/minute"),
        (leader, "/plans/instructions"),
        (leader, one.get_absolute_url()),
        (leader, campaign.trucks.get_absolute_url()),
        (leader, campaign.plan.get_absolute_url()),
        (leader, "/"),
        (north, "/"),
    ):
        client.get("/")
        with django_assert_max_num_queries(15):
            assert client.get(address).status_code == 200, address
    assert "我的批示" in leader.get("/plans/minute").text


def test_what_waits_past_its_day_is_late(campaign: Any) -> None:
    one = given(campaign)
    Task.objects.filter(pk=one.task_id).update(due=TODAY - dt.timedelta(days=1))
    assert list(queries.late(queries.instructions(campaign.leader))) == [one]
    assert list(queries.late_to_answer(campaign.north_liaison)) == [one]
    assert list(queries.late_of_leader(campaign.leader)) == [one]
    assert not queries.late_of_leader(campaign.office)
    assert queries.to_judge(campaign.office).count() == 0
