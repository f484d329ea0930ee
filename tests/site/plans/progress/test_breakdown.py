"""细化分解: shares add up, dates hold, the right people; parts report and the whole moves; nothing is counted twice."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent, Notice
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import Unit
from lantian.site.org.register import Register
from lantian.site.plans import actions, queries, shares, wallchart
from lantian.site.plans.actions import Part
from lantian.site.plans.models import Task, TaskQuantity
from lantian.site.plans.queries import board, counted
from lantian.site.plans.queries import progress as reads
from lantian.site.plans.queries.parts import direct, gaps
from lantian.site.plans.windows import window_of
from tests.site.kept import kept
from tests.site.plans.progress.world import TODAY, paper, person, photo

TOWNS = ("北桥街道", "南桥街道", "望湖街道", "青枫街道", "西岭街道")
SHARES = (9, 2, 2, 2, 1)


@pytest.fixture
@kept
def firms(campaign: Any, district: Any) -> SimpleNamespace:
    """A task of 21 firms to be given out to five towns and a department, led by the bureau."""
    c = campaign
    task = c.plan.tasks.filter(quantities=None).exclude(pk=c.trucks.pk).order_by("pk").first()
    task.roles.exclude(role="leaders").delete()
    task.roles.create(role="lead", unit=c.bureau, position=0, name=c.bureau.name)
    Task.objects.filter(pk=task.pk).update(due=dt.date(2026, 10, 31), title="退出一般制造业企业", number="12")
    task.quantities.create(position=0, text="21家", what="退出企业", value=21, unit="家", op="=", kind="target")
    units = []
    for name in TOWNS:
        area = district.children.get(name=name)
        there = Unit.objects.filter(name=f"{name}办事处").first()
        there = there or org.add_unit(System(), name=f"{name}办事处", kind="town", area=area)
        if there.area_id != area.pk or there.kind != "town":
            there = org.change_unit(System(), there, name=there.name, kind="town", area=area)
        units.append(there)
    park = org.add_unit(System(), name="演示开发区管委会", kind="department", area=district)
    return SimpleNamespace(**vars(c), task=Task.objects.get(pk=task.pk), units=[*units, park], park=park)


def number(c: Any) -> int:
    return int(c.task.quantities.get().pk)


def parts(c: Any, last: float | None = 5, **more: Any) -> list[Part]:
    """Nine, two, two, two, one and the last one's."""
    given = [*SHARES, last]
    return [
        Part(unit, numbers={} if n is None else {number(c): n}, **more) for unit, n in zip(c.units, given, strict=True)
    ]


def report(c: Any, part: Task, who: Any, value: float) -> None:
    """The part's unit reports, the air office accepts."""
    unit = part.roles.get().unit
    made = actions.begin_report(who, part, unit, c.cycle, c.april)
    blank = reads.blanks(Task.objects.get(pk=part.pk), unit, Register())[0]
    actions.save_draft(who, made, text="已退出一批企业。", numbers={blank.key: value})
    actions.accept_report(c.office, actions.submit_report(who, made))


# Sums


def test_a_wrong_sum_is_refused_with_its_arithmetic(firms: Any) -> None:
    with pytest.raises(Invalid, match=r"9\+2\+2\+2\+1\+4=20，应为 21 家，还差 1 家") as refused:
        actions.break_down(firms.bureau_liaison, firms.task, parts(firms, last=4))
    assert "其余待分解" in str(refused.value)
    assert not firms.task.parts.exists()
    assert not AuditEvent.objects.filter(action="plans.task.break_down").exists()


def test_too_much_is_refused_even_where_the_rest_may_come_later(firms: Any) -> None:
    with pytest.raises(Invalid, match="多出 2 家"):
        actions.break_down(firms.bureau_liaison, firms.task, parts(firms, last=7), partial=True)


def test_a_rest_that_is_given_out_later_shows_as_a_gap(firms: Any) -> None:
    actions.break_down(firms.bureau_liaison, firms.task, parts(firms, last=4), partial=True)
    task = Task.objects.get(pk=firms.task.pk)
    assert task.rest_open
    (gap,) = gaps(task, direct(task))
    assert (gap.total, gap.rest) == (20, 1)


@pytest.mark.parametrize(("op", "given", "agrees"), [("=", 22, False), (">=", 22, True), (">=", 20, False)])
def test_at_least_may_be_more(op: str, given: float, agrees: bool) -> None:
    found = shares.added_up(shares.Number(1, "退出企业", "家", 21, op), [given])
    assert found.agrees is agrees


def test_a_number_that_nobody_was_given_is_no_wrong_sum(firms: Any) -> None:
    actions.break_down(firms.office, firms.task, [Part(firms.north), Part(firms.south)])
    (gap,) = gaps(firms.task, direct(firms.task))
    assert gap.untouched
    assert "没有分解到单位" in str(gap.said)


def test_decimals_add_up_as_people_add_them() -> None:
    assert shares.added_up(shares.Number(1, "压减燃煤", "万吨", 0.3, "="), [0.1, 0.2]).agrees


def test_rates_and_limits_are_not_given_out(firms: Any) -> None:
    firms.task.quantities.create(position=1, text="90%", what="清扫率", value=90, unit="%", op=">=", kind="target")
    firms.task.quantities.create(
        position=2, text="≤33", what="浓度", value=33, unit="微克/立方米", op="<=", kind="limit"
    )
    assert [one.what for one in shares.numbers(firms.task.quantities.all())] == ["退出企业"]


# Breaking down


def test_a_lead_unit_gives_its_task_out(firms: Any) -> None:
    made = actions.break_down(firms.bureau_liaison, firms.task, parts(firms, officer="演示负责人"))
    assert [part.number for part in made] == [f"12-{n}" for n in range(1, 7)]
    first = made[0]
    quantity = first.quantities.get()
    assert (quantity.value, quantity.of_id, quantity.town_name) == (9, number(firms), "北桥街道")
    assert (first.due, first.officer, first.origin) == (firms.task.due, "演示负责人", "breakdown")
    assert first.roles.get().unit == firms.north
    assert Notice.objects.filter(kind="plans.part_given", person=firms.north_liaison).count() == 1
    (event,) = AuditEvent.objects.filter(action="plans.task.break_down")
    assert len(event.facts["parts"]["after"]) == 6


@pytest.mark.parametrize("who", ["north_liaison", "leader", "auditor"])
def test_nobody_else_breaks_it_down(firms: Any, who: str) -> None:
    with pytest.raises(Refused, match="大气办"):
        actions.break_down(getattr(firms, who), firms.task, parts(firms))


def test_a_closed_task_is_not_broken_down(firms: Any) -> None:
    Task.objects.filter(pk=firms.task.pk).update(state="closed")
    with pytest.raises(WrongState):
        actions.break_down(firms.office, firms.task, parts(firms))


def test_a_later_date_wants_a_reason(firms: Any) -> None:
    late = firms.task.due + dt.timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        actions.break_down(firms.office, firms.task, parts(firms, due=late))
    assert "2026-10-31" in str(refused.value.fields["part-0-due"])
    made = actions.break_down(firms.office, firms.task, parts(firms, due=late, late_reason="设备到货晚"))
    assert made[0].due == late


def test_a_unit_stands_in_one_row_and_groups_in_none(firms: Any) -> None:
    group = Unit.objects.get(name="各街道办事处")
    with pytest.raises(Invalid) as refused:
        actions.break_down(firms.office, firms.task, [Part(firms.north), Part(firms.north), Part(group)], partial=True)
    assert set(refused.value.fields) == {"part-1-unit", "part-2-unit"}


def test_a_town_breaks_its_part_down_further_and_no_deeper_than_the_rule(firms: Any, district: Any) -> None:
    top = actions.break_down(firms.office, firms.task, parts(firms))[0]
    village = org.add_area(System(), name="演示村", kind="village", parent=district.children.get(name="北桥街道"))
    unit = org.add_unit(System(), name="演示村委会", kind="other", area=village)
    own = top.quantities.get().pk
    (below,) = actions.break_down(firms.north_liaison, top, [Part(unit, numbers={own: 9})])
    (third,) = actions.break_down(firms.office, below, [Part(firms.park, numbers={below.quantities.get().pk: 9})])
    with pytest.raises(WrongState, match="最后一级"):
        actions.break_down(firms.office, third, [Part(firms.south)], partial=True)
    report(firms, third, System(), 9)
    assert [Task.objects.get(pk=t.pk).percent for t in (third, below, top)] == [100, 100, 100]
    assert Task.objects.get(pk=firms.task.pk).percent == 42


def test_a_breakdown_is_changed_and_keeps_what_was_reported(firms: Any) -> None:
    made = actions.break_down(firms.office, firms.task, parts(firms))
    report(firms, made[0], firms.north_liaison, 3)
    same = [
        Part(p.unit, key=row.pk, numbers={number(firms): n})
        for row, p, n in zip(made, parts(firms), (10, *SHARES[1:], 4), strict=True)
    ]
    actions.break_down(firms.office, firms.task, same)
    assert made[0].quantities.get().value == 10
    assert Task.objects.get(pk=firms.task.pk).percent == int(100 * 3 / 21)
    with pytest.raises(WrongState, match="不能去掉"):
        actions.break_down(firms.office, firms.task, same[1:], partial=True)
    other = Part(firms.bureau, key=made[0].pk, numbers=same[0].numbers)
    with pytest.raises(WrongState, match="不能换成别的单位"):
        actions.break_down(firms.office, firms.task, [other, *same[1:]])
    actions.break_down(firms.office, firms.task, same[:5], partial=True)
    assert firms.task.parts.count() == 5


# Parts report, the whole moves


def test_the_whole_is_the_sum_of_its_parts(firms: Any) -> None:
    made = actions.break_down(firms.bureau_liaison, firms.task, parts(firms))
    report(firms, made[0], firms.north_liaison, 6)
    report(firms, made[1], firms.south_liaison, 1)
    task = Task.objects.get(pk=firms.task.pk)
    assert (Task.objects.get(pk=made[0].pk).percent, task.percent) == (66, 33)
    (found,) = counted.number_standings(task, Register())
    assert (found.done, found.rolled) == (7, True)


def test_a_closed_part_is_done_and_the_whole_waits_for_all(firms: Any) -> None:
    made = actions.break_down(firms.office, firms.task, parts(firms))
    asked = actions.ask_closing(firms.north_liaison, made[0], firms.north, text="全部退出。", files=[photo(), paper()])
    actions.close_task(firms.office, asked, signer="演示签字人")
    assert Task.objects.get(pk=firms.task.pk).percent == int(100 * 9 / 21)
    with pytest.raises(WrongState, match="还有 5 项分解任务"):
        actions.ask_closing(firms.bureau_liaison, firms.task, firms.bureau, text="完成", files=[photo(), paper()])
    actions.reopen_task(firms.office, asked, reason="复查不符")
    assert Task.objects.get(pk=firms.task.pk).percent is None


def test_whoever_has_a_part_reports_on_it_and_not_on_the_whole(firms: Any) -> None:
    firms.task.roles.create(role="responsible", unit=firms.north, position=1, name=firms.north.name)
    made = actions.break_down(firms.office, firms.task, parts(firms))
    window = window_of(firms.cycle, firms.april, TODAY)
    assert window is not None
    cells = {(c.task.pk, c.unit) for c in reads.cells(firms.cycle, window, Register())}
    assert (made[0].pk, firms.north.pk) in cells
    assert (firms.task.pk, firms.north.pk) not in cells
    assert (firms.task.pk, firms.bureau.pk) in cells
    owed = {
        c.task.pk for c in reads.cells(firms.cycle, window, Register()) if c.unit == firms.north.pk and c.is_missing
    }
    assert board.owed(firms.north_liaison, {firms.north.pk})[0] >= len(owed)


# Nothing is counted twice


def test_plans_ledger_and_chart_count_wholes(firms: Any, as_person: Any) -> None:
    before = queries.plans(firms.office).get().task_count
    whole = Task.objects.whole().count()
    made = actions.break_down(firms.office, firms.task, parts(firms))
    assert queries.plans(firms.office).get().task_count == before
    client = as_person(firms.office)
    page = client.get("/plans/tasks", {"export": "csv"})
    assert b"".join(page.streaming_content).decode().count("退出一般制造业企业") == 1
    below = client.get("/plans/tasks", {"export": "csv", "kind": "breakdown"})
    assert b"".join(below.streaming_content).decode().count("退出一般制造业企业（") == 6
    drawn = board.Board(firms.office, board.plans(firms.office)[:1])
    assert len(drawn.lines) == whole
    assert next(line.parts for line in drawn.lines if line.pk == firms.task.pk)[0].pk == made[0].pk


def test_a_towns_cell_stands_by_its_own_part(firms: Any) -> None:
    made = actions.break_down(firms.office, firms.task, parts(firms))
    report(firms, made[0], firms.north_liaison, 9)
    drawn = board.Board(firms.office, board.plans(firms.office)[:1])
    chart = wallchart.chart(drawn, kind="town", across="task", asked={"plan": str(firms.plan.pk), "role": "duty"})
    column = [place.key for place in chart.columns].index(firms.task.pk)
    cells = {place.name: cells[column] for place, cells, _total in chart.rows}
    assert cells["北桥街道办事处"] is not None
    assert cells["北桥街道办事处"].done == 1
    assert cells["望湖街道办事处"] is not None
    assert cells["望湖街道办事处"].done == 0
    assert chart.sums[column].of.total == 1  # type: ignore[union-attr]
    line = next(line for line in drawn.lines if line.pk == firms.task.pk)
    assert drawn.numbers(line)[0].done == 9
    rows, _last = board.of_unit(firms.office, firms.north.pk)
    assert [line.pk for line, _role, _one in rows if line.pk in {made[0].pk, firms.task.pk}] == [made[0].pk]


# Pages


def row(n: int, unit: Unit, key: int, share: str, **more: str) -> dict[str, str]:
    return {
        f"part-{n}-unit": str(unit.pk),
        f"part-{n}-number-{key}": share,
        **{f"part-{n}-{k}": v for k, v in more.items()},
    }


def test_the_form_says_at_once_what_the_shares_add_up_to(firms: Any, as_person: Any) -> None:
    client = as_person(firms.bureau_liaison)
    at = reverse("plans:breakdown", args=[firms.task.pk])
    assert client.get(at).status_code == 200
    given = {"rows": "6"}
    for n, (unit, share) in enumerate(zip(firms.units, [*SHARES, 4], strict=True)):
        given |= row(n, unit, number(firms), str(share))
    told = client.post(reverse("plans:breakdown_sums", args=[firms.task.pk]), given).text
    assert "9+2+2+2+1+4=20，应为 21 家，还差 1 家" in told
    again = client.post(at, given)
    assert again.status_code == 200
    assert "9+2+2+2+1+4=20" in again.text
    more = client.post(at, given | {"more": "1"})
    assert more.text.count('class="card bk-part"') == 8
    given |= {f"part-5-number-{number(firms)}": "5"}
    assert client.post(at, given).status_code == 302
    assert firms.task.parts.count() == 6
    assert "9" in client.get(reverse("plans:task_parts", args=[firms.task.pk])).text


def test_what_is_typed_wrong_stands_at_its_row(firms: Any, as_person: Any) -> None:
    at = reverse("plans:breakdown", args=[firms.task.pk])
    given = {"rows": "2", "partial": "1"} | row(1, firms.north, number(firms), "3", due="2027-01-01")
    page = as_person(firms.office).post(at, given)
    assert "晚于上级任务的到期日" in page.text
    assert not firms.task.parts.exists()
    for bad in ({"rows": "99999999999"}, {"rows": "x"}, {"rows": "1", "part-0-unit": "nothing"}):
        assert as_person(firms.office).post(at, bad).status_code in (200, 302)


@pytest.mark.parametrize("name", ["breakdown", "task_parts", "task"])
def test_pages_keep_their_number_of_queries(
    firms: Any, as_person: Any, name: str, django_assert_max_num_queries: Any
) -> None:
    actions.break_down(firms.office, firms.task, parts(firms))
    client = as_person(firms.bureau_liaison)
    client.get("/")
    with django_assert_max_num_queries(15):
        # the part of the task's page is asked for by script, without a frame
        headers = {"HX-Request": "true"} if name == "task_parts" else {}
        assert client.get(reverse(f"plans:{name}", args=[firms.task.pk]), headers=headers).status_code == 200


def test_another_street_does_not_see_the_reports_of_a_part(firms: Any, as_person: Any) -> None:
    made = actions.break_down(firms.office, firms.task, parts(firms))
    report(firms, made[0], firms.north_liaison, 3)
    seen = reads.reports(firms.bureau_liaison).filter(task=made[0])
    assert seen.count() == 1
    assert not reads.reports(firms.south_liaison).filter(task=made[0]).exists()
    assert as_person(firms.north_liaison).get(reverse("plans:breakdown", args=[firms.task.pk])).status_code == 403


def test_a_plan_is_removed_with_the_parts_of_its_tasks(firms: Any) -> None:
    actions.break_down(firms.office, firms.task, parts(firms))
    assert TaskQuantity.objects.filter(of=number(firms)).count() == 6
    stranger = person("stranger", "liaison", firms.park)
    assert board.owed(stranger, {firms.park.pk})[0] == 1
