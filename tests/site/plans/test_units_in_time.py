"""Tasks keep the name they were written with and follow their unit through every reorganisation."""

from __future__ import annotations

import datetime as dt

import pytest

from lantian.site.core import audit
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import Person, Unit
from lantian.site.org.register import Register
from lantian.site.org.suggestions import open_suggestions
from lantian.site.plans import queries
from lantian.site.plans.actions.handover import hand_over
from lantian.site.plans.models import Plan, Task, TaskRole
from lantian.site.plans.queries import handover
from tests.site.plans.large import analyze

NEW_YEAR = dt.date(2019, 1, 1)


@pytest.fixture
def busiest(plan):
    """The unit with the most roles in the demo plan."""
    return Unit.objects.get(pk=queries.unit_choices(System())[0][0])


@pytest.fixture
def roles(busiest):
    return list(TaskRole.objects.filter(unit=busiest).order_by("pk"))


def test_the_ledger_shows_both_names(as_person, people, busiest, roles):
    old = busiest.name
    org.rename_unit(System(), busiest, name="区蓝天局", on=NEW_YEAR)
    assert {role.name for role in TaskRole.objects.filter(unit=busiest)} == {old}
    beside = f"{old}（现 区蓝天局）"
    assert beside in as_person(people.office).get("/plans/tasks").content.decode()
    page = as_person(people.office).get(roles[0].task.get_absolute_url()).content.decode()
    assert "（现 区蓝天局）" in page
    csv = b"".join(as_person(people.office).get("/plans/tasks?export=csv").streaming_content).decode()
    assert beside in csv


def test_tasks_of_a_merged_unit_are_found_under_the_successor(as_person, people, busiest, roles):
    new = org.add_unit(System(), name="区蓝天局", kind="department")
    org.merge_units(System(), [busiest], into=new, on=NEW_YEAR)
    choices = dict(queries.unit_choices(System()))
    assert new.pk in choices
    assert busiest.pk not in choices
    tasks = {role.task_id for role in roles}
    for unit in (new, busiest):
        response = as_person(people.office).get("/plans/tasks", {"unit": unit.pk})
        assert response.context["table"].count == len(tasks)
    counts, _first = queries.of_unit(System(), new, shown=3)
    assert sum(counts.values()) == len({(role.task_id, role.role) for role in roles})


def test_a_liaison_of_the_successor_finds_its_tasks_at_home(as_person, people, busiest, roles):
    Task.objects.filter(roles__in=roles).update(due=dt.date(2026, 12, 1))
    org.merge_units(System(), [busiest], into=people.liaison.unit, on=NEW_YEAR)
    home = as_person(people.liaison).get("/").content.decode()
    assert roles[0].task.get_absolute_url() in home


def test_a_member_of_a_group_finds_the_groups_tasks_at_home(as_person, people, busiest, roles):
    Task.objects.filter(roles__in=roles).update(due=dt.date(2026, 12, 1))
    group = org.add_unit(System(), name="各街道", kind="group")
    TaskRole.objects.filter(pk__in=[r.pk for r in roles]).update(unit=group)
    assert roles[0].task.get_absolute_url() not in as_person(people.liaison).get("/").content.decode()
    org.change_group(System(), group, places=[org.Place(people.liaison.unit)])
    assert roles[0].task.get_absolute_url() in as_person(people.liaison).get("/").content.decode()


# Handing over


@pytest.fixture
def split(busiest, roles):
    org.split_unit(System(), busiest, names=["区蓝天一局", "区蓝天二局"], on=NEW_YEAR)
    return [Unit.objects.get(name=f"区蓝天{n}局") for n in "一二"]


def test_open_tasks_of_a_split_unit_wait_until_the_office_says_whose_they_are(people, busiest, roles, split):
    waiting = handover.waiting(people.office)
    assert [(one.unit, one.count, set(one.successors)) for one in waiting] == [(busiest, len(roles), set(split))]
    for one in split:
        assert busiest.pk in Register().predecessors({one.pk}), "until then both see them"
    hand_over(people.office, busiest, roles[:2], to=split[0], note="按职责")
    assert handover.waiting(people.office)[0].count == len(roles) - 2
    given = TaskRole.objects.get(pk=roles[0].pk)
    assert (given.unit, given.name) == (split[0], busiest.name)
    assert str(Register().shown(given.name, given.unit_id)) == f"{busiest.name}（现 区蓝天一局）"
    event = audit.events_of(busiest).first()
    assert (event.action, event.note, len(event.facts["tasks"])) == ("plans.hand_over", "按职责", 2)


def test_tasks_of_an_abolished_unit_wait_as_well(people, busiest, roles):
    org.abolish_unit(System(), busiest, on=NEW_YEAR)
    assert [(one.unit, one.successors) for one in handover.waiting(people.office)] == [(busiest, ())]


def test_handing_over_refuses_the_wrong_person_task_and_unit(people, busiest, roles, split):
    with pytest.raises(Refused):
        hand_over(people.liaison, busiest, roles, to=split[0])
    with pytest.raises(Invalid, match="没有选择"):
        hand_over(people.office, busiest, [], to=split[0])
    with pytest.raises(Invalid, match="原单位"):
        hand_over(people.office, busiest, roles, to=busiest)
    hand_over(people.office, busiest, roles[:1], to=split[0])
    with pytest.raises(WrongState, match="1 项"):
        hand_over(people.office, busiest, roles[:2], to=split[1])
    Task.objects.filter(pk=roles[1].task_id).update(state="closed")
    with pytest.raises(WrongState):
        hand_over(people.office, busiest, [roles[1]], to=split[1])
    org.abolish_unit(System(), split[1], on=dt.date(2020, 1, 1))
    with pytest.raises(WrongState, match="撤销"):
        hand_over(people.office, busiest, [roles[2]], to=split[1])
    assert TaskRole.objects.filter(unit=busiest).count() == len(roles) - 1


def test_tasks_are_handed_over_on_their_page(as_person, people, busiest, roles, split):
    office = as_person(people.office)
    assert busiest.name in office.get("/plans/handovers").content.decode()
    address = f"/plans/handovers/{busiest.pk}"
    assert "区蓝天一局" in office.get(address).content.decode()
    nothing = office.post(address, {"to": split[0].pk})
    assert nothing.status_code == 400
    assert "没有选择任务" in nothing.content.decode()
    office.post(address, {"to": split[0].pk, "chosen": [role.pk for role in roles]})
    assert TaskRole.objects.filter(unit=split[0]).count() == len(roles)
    assert "没有待移交的任务" in office.get("/plans/handovers").content.decode()
    assert as_person(people.liaison).get(address).status_code == 403


def test_the_page_of_a_split_leads_to_its_tasks(as_person, people, busiest, roles, split):
    event = Register().events[-1]
    page = as_person(people.office).get(f"/reorganisations/{event.pk}").content.decode()
    assert f"/plans/handovers/{busiest.pk}" in page


# Evidence


def test_suggestions_and_previews_tell_where_a_name_stands(as_person, people, busiest, roles, plan):
    Unit.objects.filter(pk=busiest.pk).update(name="区环保局")
    found = next(one for one in open_suggestions() if busiest in one.units)
    assert (found.uses[0].where, found.uses[0].count) == (plan.title, len({r.task_id for r in roles}))
    fields = {"unit": busiest.pk, "name": "区蓝天局", "on": "2019-01-01", "step": "preview"}
    preview = as_person(people.office).post("/reorganisations/new/rename", fields)
    assert preview.context["told"].tasks == len({role.task_id for role in roles})


# Many


def test_forty_units_and_three_thousand_tasks(as_person, people, plan, django_assert_max_num_queries):
    area = plan.area
    units = [org.add_unit(System(), name=f"区第{n}局", kind="department", area=area) for n in range(40)]
    Task.objects.bulk_create(
        Task(area=area, plan=plan, position=1000 + n, number=str(n), part="body", text=f"第{n}项") for n in range(3000)
    )
    tasks = list(Task.objects.filter(position__gte=1000).order_by("pk"))
    TaskRole.objects.bulk_create(
        TaskRole(task=task, role=role, unit=units[(n + k) % 40], position=0, name=units[(n + k) % 40].name)
        for n, task in enumerate(tasks)
        for k, role in enumerate(("lead", "responsible", "assist"))
    )
    analyze()
    for unit in units[:10]:
        org.rename_unit(System(), unit, name=f"{unit.name}新", on=NEW_YEAR)
    org.merge_units(System(), units[10:14], name="区合局", on=NEW_YEAR)
    org.split_unit(System(), units[20], names=["区拆一局", "区拆二局"], on=NEW_YEAR)
    office = as_person(people.office)
    pages = ["/plans/tasks", "/plans/handovers", f"/plans/handovers/{units[20].pk}", "/suggestions", "/reorganisations"]
    for address in [*pages, f"/units/{units[20].pk}", "/"]:
        with django_assert_max_num_queries(15):
            assert office.get(address).status_code == 200


# A real plan of 2017


def test_a_plan_of_2017_shows_the_names_of_2019(people, district):
    from lantian.site.plans import actions
    from tests.shared import shared_path

    seed = shared_path("seeds/000_c7e8269a2825e4ec.txt")
    actions.import_file(people.office, seed, confirm=True)
    plan = Plan.objects.get()
    before = {
        role.pk: (role.name, role.unit_id) for role in TaskRole.objects.filter(task__plan=plan, unit__isnull=False)
    }
    register = Register()
    assert not any(register.shown(*role).told for role in before.values())
    for _round in range(5):
        for one in open_suggestions():
            if one.rule == "reorganised" and one.key in {s.key for s in open_suggestions()}:
                org.accept_suggestion(people.office, one.key)
    after = Register()
    shown = {name: str(after.shown(name, unit)) for name, unit in before.values()}
    assert shown["区环保局"] == "区环保局（现 区生态环境局）"
    assert shown["区质监局"] == "区质监局（现 区市场监管局）"
    assert shown["区工商分局"] == "区工商分局（现 区市场监管局）"
    assert shown["区农业局"] == "区农业局（现 区农业农村局）"
    assert shown["区安全监管局"] == "区安全监管局（现 区应急管理局）"
    assert shown["区水务局"] == "区水务局"
    in_2017 = Register(dt.date(2017, 10, 1))
    assert not any(in_2017.shown(*role).told for role in before.values()), "in 2017 nothing had happened yet"
    kept = dict(TaskRole.objects.filter(pk__in=before).values_list("pk", "name"))
    assert kept == {pk: name for pk, (name, _unit) in before.items()}
    assert Person.objects.get(pk=people.office.pk).is_active
