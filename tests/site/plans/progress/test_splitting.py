"""拆分、合并: what was reported stays where it is, nothing is lost or counted twice, what goes leads to what stays."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q
from django.urls import reverse

from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent, Notice
from lantian.site.plans import actions, queries
from lantian.site.plans.actions import Part, Piece, Rest
from lantian.site.plans.models import Plan, ProgressReport, Task, UpperAnswer
from lantian.site.plans.queries import upstream
from lantian.site.plans.queries.splitting import candidates
from tests.site.kept import kept
from tests.site.plans.progress.world import accepted, asked, closing, submitted, written


def again(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def split(c: Any, task: Task | None = None, **more: Any) -> list[Task]:
    task = task or c.trucks
    every = [role.pk for role in task.roles.all()]
    given = {"text": "安装监控设备", "title": "安装监控", "roles": every} | more.pop("piece", {})
    rest = Rest(**({"text": task.text, "title": task.title, "roles": every} | more.pop("rest", {})))
    values = {"reason": "一条含两件事"} | more
    return actions.divide_task(values.pop("who", c.office), task, [Piece(**given)], rest=rest, **values)


@pytest.fixture
@kept
def double(campaign: Any) -> SimpleNamespace:
    """An annex row that says what the trucks' clause says."""
    c = campaign
    row = c.plan.tasks.filter(quantities=None, parent=None).exclude(pk=c.trucks.pk).order_by("pk").first()
    row.roles.all().delete()
    row.roles.create(role="lead", unit=c.bureau, position=0, name=c.bureau.name)
    row.roles.create(role="responsible", unit=c.north, position=1, name=c.north.name)
    row.quantities.create(position=0, text="31辆", what="淘汰货车", value=31, unit="辆", op="=", kind="target")
    Task.objects.filter(pk=row.pk).update(title="淘汰老旧货车", upstream_number="70")
    return SimpleNamespace(**vars(c), row=again(row))


def join(c: Any, **more: Any) -> Task:
    values = {"who": c.office, "reason": "附表重复"} | more
    who, survivor = values.pop("who"), values.pop("survivor", c.trucks)
    return actions.merge_tasks(who, survivor, values.pop("others", [c.row]), **values)


def test_a_split_keeps_the_task_and_puts_the_piece_beside_it(campaign: Any) -> None:
    c, due = campaign, dt.date(2026, 9, 30)
    Task.objects.filter(pk=c.trucks.pk).update(number="12")
    trucks = again(c.trucks)
    c.cycle.tasks.add(trucks)
    number = trucks.quantities.create(position=9, text="5套", what="监控", value=5, unit="套", op="=", kind="target")
    (made,) = split(c, trucks, piece={"due": due, "numbers": [number.pk]}, rest={"text": "淘汰老旧货车。"})
    old = again(trucks)
    assert (old.text, old.number, made.number, made.due) == ("淘汰老旧货车。", "12", "12之2", due)
    assert (made.split_from, made.position, made.clause_id) == (old, old.position, old.clause_id)
    assert list(made.quantities.all()) == [number]
    assert number not in old.quantities.all()
    assert {r.name for r in made.roles.all()} == {r.name for r in old.roles.all()}
    assert made in c.cycle.tasks.all()
    event = AuditEvent.objects.get(action="plans.task.split")
    assert [one["task"] for one in event.facts["tasks"]["after"]] == [old.pk, made.pk]
    assert Notice.objects.filter(kind="plans.task_split").exists()
    assert event in queries.trail(made)[0]
    assert split(c, made)[0].number == "12之3"


def test_reports_stay_and_what_they_stand_on_does_not_leave(campaign: Any) -> None:
    c = campaign
    report = accepted(c)
    reported = report.numbers.get().quantity
    with pytest.raises(WrongState, match="已报过进展，须留在原任务"):
        split(c, piece={"numbers": [reported.pk]})
    leads = [r.pk for r in c.trucks.roles.all() if r.role == "lead"]
    with pytest.raises(WrongState, match="须留在这项任务里"):
        split(c, rest={"roles": leads})
    assert not c.trucks.split_off.exists()
    (made,) = split(c, piece={"roles": leads})
    assert list(again(c.trucks).reports.all()) == [report]
    assert not made.reports.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"piece": {"text": " "}}, "piece-0-text"),
        ({"rest": {"text": ""}}, "text"),
        ({"piece": {"roles": []}}, "piece-0-roles"),
        ({"rest": {"roles": []}}, "roles"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_split_that_says_too_little_is_refused(campaign: Any, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        split(campaign, **given)
    assert field in refused.value.fields
    assert not campaign.trucks.split_off.exists()


@pytest.mark.parametrize("who", ["bureau_liaison", "leader", "auditor"])
def test_only_the_air_office_splits_and_joins(double: Any, who: str) -> None:
    with pytest.raises(Refused):
        split(double, who=getattr(double, who))
    with pytest.raises(Refused):
        join(double, who=getattr(double, who))


def test_parts_and_closed_tasks_are_not_split(double: Any) -> None:
    c = double
    number = c.row.quantities.get()
    (part,) = actions.break_down(c.office, c.row, [Part(c.north, numbers={number.pk: 31})])
    with pytest.raises(WrongState, match="不是方案任务"):
        split(c, part)
    with pytest.raises(WrongState, match="已分解到单位"):
        split(c, c.row, piece={"numbers": [number.pk]})
    closing(c)
    with pytest.raises(WrongState, match="正在申请销号"):
        split(c)
    with pytest.raises(WrongState, match="正在申请销号"):
        join(c)


def test_a_double_leads_to_what_stays_and_gives_what_was_chosen(double: Any) -> None:
    c = double
    number = c.row.quantities.get()
    cycle = actions.add_cycle(c.office, c.plan, name="周报", every="week", due_day=5, first=c.march, reporters=["lead"])
    cycle.tasks.add(c.row)
    UpperAnswer.objects.create(plan=c.plan, number="90", kind="task", task=c.row, decided_at="2026-04-01T00:00:00Z")
    north = c.row.roles.get(role="responsible")
    stays = join(c, numbers=[number.pk], roles=[north.pk])
    gone = again(c.row)
    assert (gone.state, gone.joined_into) == ("withdrawn", stays)
    assert stays.quantities.filter(text="31辆").count() == gone.quantities.count() == 1
    assert stays.roles.filter(name=north.name).exists()
    assert stays in cycle.tasks.all()
    lines = {line.number: line for line in upstream.lines(Plan.objects.get(pk=c.plan.pk))}
    assert lines["70"].answering == lines["90"].answering == [stays]
    assert gone not in queries.ledger(c.office, ~Q(state="withdrawn"))
    event = AuditEvent.objects.get(action="plans.task.join")
    assert [one["task"] for one in event.facts["tasks"]["before"]] == [stays.pk, gone.pk]
    assert event in queries.trail(gone)[0]


def test_what_is_not_settled_is_named(double: Any) -> None:
    c = double
    draft = written(c)
    with pytest.raises(WrongState, match=r"北桥街道办事处.*草稿"):
        join(c, survivor=c.row, others=[c.trucks])
    report = actions.submit_report(c.north_liaison, draft)
    request = asked(c)
    with pytest.raises(WrongState, match=r"待审核.*延期"):
        join(c, survivor=c.row, others=[c.trucks])
    assert again(c.trucks).state == "open"
    actions.accept_report(c.office, report)
    actions.refuse_extension(c.office, request, reason="不必")
    join(c, survivor=c.row, others=[c.trucks])
    assert ProgressReport.objects.get(pk=report.pk).state == "accepted"


def test_an_order_on_it_wants_its_answer_first(double: Any) -> None:
    c = double
    order = actions.give_instruction(c.leader, c.row, c.bureau, text="尽快", due=dt.date(2026, 5, 1))
    with pytest.raises(WrongState, match="领导批示“尽快”"):
        join(c)
    actions.answer_instruction(c.bureau_liaison, order, text="已办")
    actions.settle_instruction(c.leader, order)
    join(c)
    actions.restore_task(c.office, again(c.row), reason="弄错")
    assert again(order.task).state == "closed"


def test_empty_drafts_go(double: Any) -> None:
    c = double
    actions.begin_report(c.bureau_liaison, c.row, c.bureau, c.cycle, c.april)
    join(c)
    assert not again(c.row).reports.exists()


def test_restoring_takes_back_what_was_given(double: Any) -> None:
    c = double
    before = [r.name for r in c.trucks.roles.all()], [q.text for q in c.trucks.quantities.all()]
    join(c, numbers=[c.row.quantities.get().pk], roles=[r.pk for r in c.row.roles.all()])
    actions.restore_task(c.office, again(c.row), reason="并非重复")
    row, trucks = again(c.row), again(c.trucks)
    assert (row.state, row.joined_into, row.gave) == ("open", None, {})
    assert ([r.name for r in trucks.roles.all()], [q.text for q in trucks.quantities.all()]) == before


def test_restoring_is_refused_once_reports_stand_on_it(double: Any) -> None:
    c = double
    stays = join(c, numbers=[c.row.quantities.get().pk])
    report = submitted(c)
    report.numbers.create(quantity=stays.quantities.get(text="31辆"), value=3, unit="辆")
    with pytest.raises(WrongState, match="已就并入的指标数报过进展"):
        actions.restore_task(c.office, again(c.row), reason="弄错")
    assert again(c.row).state == "withdrawn"


def test_of_a_chain_the_last_is_restored_first(double: Any) -> None:
    c = double
    third = c.plan.tasks.filter(parent=None).exclude(pk__in=[c.row.pk, c.trucks.pk]).first()
    join(c)
    join(c, survivor=third, others=[c.trucks])
    with pytest.raises(WrongState, match="请先恢复它"):
        actions.restore_task(c.office, again(c.row), reason="弄错")
    actions.restore_task(c.office, again(c.trucks), reason="弄错")
    actions.restore_task(c.office, again(c.row), reason="弄错")
    assert again(c.row).state == "open"


def test_two_offices_join_one_row_once(double: Any) -> None:
    c = double
    stale = again(c.row)
    join(c)
    with pytest.raises(WrongState, match="已撤销"):
        join(c, survivor=stale, others=[c.trucks])
    with pytest.raises(WrongState, match="已撤销"):
        join(c, others=[stale])
    with pytest.raises(WrongState, match="已撤销"):
        split(c, stale)


def test_what_cannot_be_joined(double: Any, docx: Any) -> None:
    c = double
    other = actions.import_file(c.office, docx.winter, confirm=True).plan.tasks.first()
    for others, said in (([], "请选择"), ([c.trucks], "它自己"), ([other], "同一份方案")):
        with pytest.raises(Invalid, match=said):
            join(c, others=others)
    with pytest.raises(Invalid) as refused:
        join(c, reason=" ")
    assert "reason" in refused.value.fields


def test_parts_go_and_come_back_with_their_task(double: Any) -> None:
    c = double
    (part,) = actions.break_down(c.office, c.row, [Part(c.north, numbers={c.row.quantities.get().pk: 31})])
    join(c)
    assert again(part).state == "withdrawn"
    actions.restore_task(c.office, again(c.row), reason="弄错")
    assert again(part).state == "open"


# Pages


def test_the_task_page_offers_both_to_the_office(double: Any, as_person: Any) -> None:
    at = double.trucks.get_absolute_url()
    for who, offered in ((double.office, True), (double.bureau_liaison, False)):
        text = as_person(who).get(at).text
        assert (reverse("plans:task_split", args=[double.trucks.pk]) in text) == offered
        assert (reverse("plans:task_join", args=[double.trucks.pk]) in text) == offered


def test_the_split_form(double: Any, as_person: Any, django_assert_max_num_queries: Any) -> None:
    c, client = double, as_person(double.office)
    at = reverse("plans:task_split", args=[c.row.pk])
    client.get("/")
    with django_assert_max_num_queries(15):
        assert "31辆" in client.get(at).text
    lead, north = (role.pk for role in c.row.roles.all())
    number = c.row.quantities.get()
    given = {
        "pieces": 1,
        "rest-text": c.row.text,
        "rest-title": c.row.title,
        "rest-roles": [lead],
        "piece-0-text": "核查注销",
        "piece-0-title": "",
        "piece-0-roles": [north],
        "piece-0-numbers": [number.pk],
        "why-reason": "",
    }
    assert "拆出的第 2 项" in client.post(at, given | {"more": "1"}).text
    refused = client.post(at, given)
    assert "核查注销" in refused.text
    assert not c.row.split_off.exists()
    assert client.post(at, given | {"why-reason": "两件事"}).status_code == 302
    (made,) = c.row.split_off.all()
    assert [q.pk for q in made.quantities.all()] == [number.pk]
    assert made.roles.get().name == c.north.name
    assert made.get_absolute_url() in client.get(c.row.get_absolute_url()).text
    assert str(again(c.row)) in client.get(made.get_absolute_url()).text
    assert as_person(c.bureau_liaison).get(at).status_code == 403


def test_the_split_form_keeps_what_was_typed_when_the_action_refuses(double: Any, as_person: Any) -> None:
    c, client = double, as_person(double.office)
    given = {"pieces": 1, "rest-text": "留", "piece-0-text": "拆", "piece-0-title": "新", "why-reason": "两件事"}
    told = client.post(reverse("plans:task_split", args=[c.row.pk]), given).text
    assert "请至少保留一个牵头或责任单位" in told
    assert 'value="新"' in told


def test_joining_is_shown_before_it_is_done(double: Any, as_person: Any, django_assert_max_num_queries: Any) -> None:
    c, client = double, as_person(double.office)
    Task.objects.filter(pk=c.row.pk).update(text=c.trucks.text)
    actions.set_money(c.office, c.row, budget=Decimal(100), allotted=None, paid=None)
    at = reverse("plans:task_join", args=[c.trucks.pk])
    client.get("/")
    with django_assert_max_num_queries(15):
        offered = client.get(at).text
    assert f'value="{c.row.pk}"' in offered
    assert "文字相近" in offered
    assert "符合搜索" in client.get(at, {"q": "淘汰老旧货车"}).text
    with django_assert_max_num_queries(15):
        preview = client.get(at, {"with": c.row.pk}).text
    for said in ("改为保留另一项", "它登记的资金不再计入合计", "补入的指标数", "31辆"):
        assert said in preview
    assert again(c.row).state == "open"
    given = {"with": c.row.pk, "roles": [], "numbers": [c.row.quantities.get().pk]}
    assert client.post(at, given).status_code == 200
    assert client.post(at, given | {"reason": "重复"}).status_code == 302
    gone = client.get(c.row.get_absolute_url()).text
    assert "已并入另一项" in gone
    assert c.trucks.get_absolute_url() in gone
    assert "已并入本任务" in client.get(c.trucks.get_absolute_url()).text
    assert client.get(reverse("plans:task_join", args=[c.row.pk])).status_code == 409
    assert as_person(c.bureau_liaison).get(at).status_code == 403


def test_the_preview_names_what_is_not_settled(double: Any, as_person: Any) -> None:
    c = double
    submitted(c)
    at = reverse("plans:task_join", args=[c.row.pk])
    assert "待审核" in as_person(c.office).get(at, {"with": c.trucks.pk}).text
    refused = as_person(c.office).post(at, {"with": c.trucks.pk, "reason": "重复"})
    assert "还有未办结的事项" in refused.text
    assert again(c.trucks).state == "open"


def test_what_a_finding_names_comes_first(double: Any) -> None:
    c = double
    third = c.plan.tasks.filter(parent=None).exclude(pk__in=[c.row.pk, c.trucks.pk]).first()
    Task.objects.filter(pk=c.row.pk).update(text=c.trucks.text)
    finding = c.plan.findings.create(position=99, code="duplicate_row", severity="warning", message="重复", spans=[])
    finding.tasks.add(third, c.trucks)
    found = candidates(c.office, again(c.trucks))
    assert [one.task for one in found][:2] == [third, c.row]
