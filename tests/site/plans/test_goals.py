"""Goals bound to metrics: suggested, confirmed, evaluated day by day, shown; who may, and what a refusal leaves."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.metrics import Metric, Reading
from lantian.site.core.models import AuditEvent
from lantian.site.core.registries import metrics

FIRST, LAST = dt.date(2026, 10, 1), dt.date(2027, 3, 31)
TODAY = dt.datetime(2027, 1, 11, 9, 0, tzinfo=dt.UTC)  # in Shanghai the 11th: evaluated up to the 10th


class Air:
    """A metric whose days are told: PM2.5 of 45 this year, 60 a year ago, 50, 55, 65 before; a heavy day a week."""

    asked: int
    level: dict[int, float]

    def __init__(self):
        self.asked, self.level = 0, {2026: 45.0, 2025: 60.0, 2024: 50.0, 2023: 55.0, 2022: 65.0}

    def mean(self, areas, period, edition):
        return {one.pk: self._reading(period, self._winter(period)) for one in areas}

    def heavy(self, areas, period, edition):
        winter = self._winter(period)
        return {one.pk: self._reading(period, winter and float(period.days // 7 if winter < 60 else period.days // 5))
                for one in areas}  # fmt: skip

    def _winter(self, period):
        self.asked += 1
        return self.level.get((period.first - dt.timedelta(days=180)).year)

    @staticmethod
    def _reading(period, value):
        if value is None:
            return Reading(None, 0, period.days)
        return Reading(value, period.days, period.days, f"{period.days} 个有效日的均值", "/air/stations")


@pytest.fixture
def air(monkeypatch):
    """Two metrics beside those of the rooms."""
    made = Air()
    entries = {
        "test.pm25": Metric("细颗粒物", "µg/m³", 0, "lower", made.mean, ["PM2.5_mean"], "mean", "pm25"),
        "test.heavy": Metric("重污染天数", "天", 0, "lower", made.heavy, ["heavy_days"], "count"),
    }
    monkeypatch.setattr(metrics, "_entries", entries)
    return made


@pytest.fixture
def goals(district, people, monkeypatch):
    """A plan for a winter with its goals."""
    from lantian.site.core import attachments
    from lantian.site.core.policy import System
    from lantian.site.plans.models import Goal, Plan, Task

    monkeypatch.setattr(clock, "now", lambda: TODAY)
    file = attachments.store(SimpleUploadedFile("a.txt", "行动计划".encode()), "a.txt", System())
    plan = Plan.objects.create(
        area=district, title="秋冬季攻坚方案", schema_version="1", attachment=file,
        source="行动计划", blocks=["行动计划"],
        confirmed_at=TODAY, period_start=FIRST, period_end=LAST,
    )  # fmt: skip
    Task.objects.create(area=district, plan=plan, position=0, part="body", text="清扫道路")

    def goal(position, indicator, op, value, unit="", **more):
        text = more.pop("text", f"目标 {position}")
        return Goal.objects.create(
            plan=plan, position=position, text=text, indicator=indicator, op=op, value=value, unit=unit,
            **({"scope": "district"} | more),
        )  # fmt: skip

    town = plan.area.children.get(name="北桥街道")
    return {
        "down": goal(0, "PM2.5_mean", "decrease_pct>=", 25, "%", baseline="同比"),
        "most": goal(1, "heavy_days", "<=", 30, "天"),
        "better": goal(2, "PM2.5_mean", "improve", None, baseline="2025年10月至2026年3月期间56微克/立方米"),
        "town": goal(3, "PM2.5_mean", "~", 48, "微克/立方米", scope="北桥街道", town=town),
        "whole": goal(4, "other", "complete", None, text="全面完成考核指标"),
        "coal": goal(5, "coal_reduction", ">=", 5, "万吨"),
    }


def basis(goal, **more):
    from lantian.site.plans.actions import Basis
    from lantian.site.plans.goal_suggesting import suggest

    one = suggest(goal)
    given = {"metric": one.metric, "area": goal.town or goal.plan.area, "first": one.first, "last": one.last}
    return Basis(**(given | {"about": one.about, "base": one.base} | more))


def bind(people, goal, **more):
    from lantian.site.plans import actions

    return actions.bind_goal(people.office, goal, basis(goal, **more))


def last_of(goal):
    return goal.evaluations.order_by("-on").first()


def test_a_suggestion_is_read_from_the_goal(air, goals):
    from lantian.site.plans.goal_suggesting import suggest

    down = suggest(goals["down"])
    assert (down.metric, down.area, down.first, down.last) == ("test.pm25", goals["down"].plan.area_id, FIRST, LAST)
    assert suggest(goals["better"]).base == 56
    assert (suggest(goals["town"]).area, suggest(goals["town"]).about) == (goals["town"].town_id, 0.05)
    assert "没有可比较的数值" in str(suggest(goals["whole"]).problem)
    assert "压减燃煤" in str(suggest(goals["coal"]).problem)


def test_a_goal_without_a_period_has_the_plan_s_year(air, goals):
    from lantian.site.plans.goal_suggesting import period

    goal = goals["down"]
    goal.plan.period_start = goal.plan.period_end = None
    goal.plan.issued_on = dt.date(2026, 4, 1)
    assert period(goal) == (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    goal.period_end = dt.date(2026, 10, 31)
    assert period(goal) == (dt.date(2026, 1, 1), dt.date(2026, 10, 31))


def test_a_bound_goal_is_evaluated_at_once(people, air, goals):
    bind(people, goals["down"])
    found = last_of(goals["down"])
    assert found.on == dt.date(2027, 1, 10)
    assert (found.value, found.before, found.base, found.change) == (45, 60, 60, -25)
    assert (found.sign, found.limit, found.rest, found.days) == ("<=", 45, 45, 80)
    assert (found.valid, found.expected, found.years) == (102, 102, 4)
    assert found.state == "unlikely"
    assert 0 < found.chance < 0.3
    assert "102 个有效日" in found.explanation
    assert found.url == "/air/stations"


def test_a_place_in_the_city_s_bulletins_answers_a_goal_not_to_be_among_the_last(people, goals):
    from lantian.site.air.actions import enter_bulletin
    from lantian.site.air.bulletin_table import read_table
    from lantian.site.plans.models import Goal

    town = goals["town"]
    goal = Goal.objects.create(
        plan=town.plan, position=9, text="TSP 不进入全市后三十名", indicator="TSP_rank", op="not_in_bottom", value=30,
        unit="位", scope="北桥街道", town=town.town,
    )  # fmt: skip
    pasted = "排名\t街道（乡镇）\tTSP浓度（μg/m³）\n1\t松溪街道\t80\n300\t北桥街道\t210\n"
    half = {"first": dt.date(2026, 12, 1), "last": dt.date(2026, 12, 15)}
    lines = read_table(pasted, better="lower").lines
    enter_bulletin(people.office, kind="tsp", area=town.plan.area, lines=lines, total=310, **half)
    bind(people, goal)
    found = last_of(goal)
    assert (goal.binding.metric, found.value, found.sign, found.limit) == ("TSP_rank_from_last", 11, ">", 30)
    assert found.state == "lost"
    with pytest.raises(Invalid):
        bind(people, goal, metric="TSP_rank")


def test_heavy_days_are_counted_against_the_number(people, air, goals):
    bind(people, goals["most"])
    found = last_of(goals["most"])
    assert (found.value, found.rest) == (14, 16)
    assert found.state == "likely"


def test_a_base_that_the_plan_names_counts(people, air, goals):
    bind(people, goals["better"])
    assert (last_of(goals["better"]).base, last_of(goals["better"]).sign, last_of(goals["better"]).limit) == (
        56,
        "<",
        56,
    )


def test_about_is_within_the_tolerance(people, air, goals):
    bind(people, goals["town"], about=0.1)
    assert last_of(goals["town"]).limit == pytest.approx(52.8)


def test_few_years_give_no_chance(people, air, goals):
    air.level = {2026: 45.0, 2025: 60.0, 2024: 50.0}
    bind(people, goals["down"])
    found = last_of(goals["down"])
    assert (found.chance, found.years, found.state) == (None, 2, "likely")


def test_years_before_any_standard_are_not_looked_at(people, air, goals, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TODAY.replace(year=2017))
    air.level = {2016: 45.0, 2015: 60.0, 2014: 50.0, 2013: 55.0, 2012: 65.0}
    winter = {"first": FIRST.replace(year=2016), "last": LAST.replace(year=2017)}
    bind(people, goals["down"], **winter)
    assert last_of(goals["down"]).years == 4
    bind(people, goals["down"], **winter | {"first": dt.date(2016, 12, 1)})
    assert last_of(goals["down"]).years == 4


def test_without_last_year_a_decrease_is_not_judged(people, air, goals):
    air.level = {2026: 45.0}
    bind(people, goals["down"])
    assert last_of(goals["down"]).state == "nobase"
    air.level = {}
    bind(people, goals["most"])
    assert last_of(goals["most"]).state == "nodata"


def test_past_days_are_filled_in_a_week_apart(people, air, goals):
    bind(people, goals["down"])
    days = list(goals["down"].evaluations.order_by("on").values_list("on", flat=True))
    assert days[:2] == [dt.date(2026, 10, 7), dt.date(2026, 10, 14)]
    assert days[-1] == dt.date(2027, 1, 10)
    assert len(days) == 15


def test_the_schedule_evaluates_once_a_day_and_when_data_change(people, air, goals, monkeypatch):
    from lantian.site.plans.actions.goals import evaluate_due
    from lantian.site.series.models import Delivery

    bind(people, goals["down"])
    assert evaluate_due() == 0
    later = TODAY + dt.timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    Delivery.objects.create(title="补传", source="补传", area=goals["down"].plan.area, interval="1h", stage=1, at=later)
    air.level[2026] = 40.0
    monkeypatch.setattr(clock, "now", lambda: later + dt.timedelta(hours=1))
    assert evaluate_due() == 1
    assert last_of(goals["down"]).value == 40
    assert evaluate_due() == 0
    monkeypatch.setattr(clock, "now", lambda: later + dt.timedelta(days=1))
    assert evaluate_due() == 1
    assert last_of(goals["down"]).on == dt.date(2027, 1, 11)


def test_goals_by_one_metric_ask_it_together(people, air, goals):
    from lantian.site.plans.actions.goals import bound, evaluate_goals

    bind(people, goals["down"])
    asked = air.asked
    evaluate_goals(bound())
    alone = air.asked - asked
    bind(people, goals["town"])
    asked = air.asked
    evaluate_goals(bound())
    assert air.asked - asked == 2 * alone  # the toy counts areas; the metric is called no more often


def test_several_goals_are_bound_as_suggested_in_one_event(people, air, goals):
    from lantian.site.plans import actions

    plan = goals["down"].plan
    before = AuditEvent.objects.count()
    found = actions.bind_goals(people.office, plan, [goals["down"].pk, goals["most"].pk])
    assert len(found) == 2
    events = AuditEvent.objects.filter(action__startswith="plans.goal")
    assert [one.action for one in events] == ["plans.goal.bind_many"]
    assert AuditEvent.objects.count() >= before + 1


def test_one_that_cannot_be_bound_refuses_them_all(people, air, goals):
    from lantian.site.plans import actions
    from lantian.site.plans.models import GoalBinding

    with pytest.raises(Invalid, match="缺少度量"):
        actions.bind_goals(people.office, goals["down"].plan, [goals["down"].pk, goals["coal"].pk])
    assert not GoalBinding.objects.exists()


@pytest.mark.parametrize("who", ["liaison", "leader", "admin"])
def test_only_the_air_office_binds(people, air, goals, who):
    from lantian.site.plans import actions

    person = getattr(people, who)
    for act in (
        lambda: actions.bind_goal(person, goals["down"], basis(goals["down"])),
        lambda: actions.bind_goals(person, goals["down"].plan, [goals["down"].pk]),
        lambda: actions.set_goal_apart(person, goals["down"], reason="由上级考核"),
        lambda: actions.unbind_goal(person, goals["down"]),
    ):
        with pytest.raises(Refused):
            act()
    assert not goals["down"].evaluations.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"metric": "none"}, "metric"),
        ({"first": LAST, "last": FIRST}, "last"),
        ({"last": dt.date(2040, 1, 1)}, "last"),
        ({"edition": "1996"}, "edition"),
        ({"about": 2.0}, "about"),
        ({"base": -1.0}, "base"),
    ],
)
def test_a_wrong_basis_is_named_and_nothing_is_kept(people, air, goals, more, field):
    from lantian.site.plans.models import GoalBinding

    with pytest.raises(Invalid) as told:
        bind(people, goals["down"], **more)
    assert field in told.value.fields
    assert not GoalBinding.objects.exists()


def test_an_area_elsewhere_is_refused(people, air, goals):
    from lantian.site.org.models import Area

    other = Area.objects.create(name="外区", kind="district", code="990900")
    with pytest.raises(Invalid) as told:
        bind(people, goals["down"], area=other)
    assert "area" in told.value.fields


def test_unbinding_undoes_and_setting_apart_needs_a_reason(people, air, goals):
    from lantian.site.plans import actions

    goal = goals["down"]
    with pytest.raises(WrongState):
        actions.unbind_goal(people.office, goal)
    bind(people, goal)
    with pytest.raises(WrongState):
        actions.set_goal_apart(people.office, goal, reason="由上级考核")
    actions.unbind_goal(people.office, goal)
    assert not goal.evaluations.exists()
    with pytest.raises(Invalid):
        actions.set_goal_apart(people.office, goal, reason=" ")
    actions.set_goal_apart(people.office, goal, reason="由上级考核")
    with pytest.raises(WrongState):
        bind(people, goal)
    actions.unbind_goal(people.office, goal)
    assert bind(people, goal).state == "bound"


def test_another_basis_starts_anew_and_the_same_keeps_what_was_found(people, air, goals):
    bind(people, goals["down"])
    first = goals["down"].evaluations.order_by("on").first().pk
    bind(people, goals["down"])
    assert goals["down"].evaluations.filter(pk=first).exists()
    bind(people, goals["down"], base=80.0)
    assert not goals["down"].evaluations.filter(pk=first).exists()
    assert last_of(goals["down"]).limit == 60


def test_what_changed_meanwhile_is_not_kept(people, air, goals, monkeypatch):
    from lantian.site.plans import actions
    from lantian.site.plans.actions.goals import bound, evaluate_goals

    bind(people, goals["down"])
    rows = list(bound())
    actions.unbind_goal(people.office, goals["down"])
    assert evaluate_goals(rows) == 0
    assert not goals["down"].evaluations.exists()


def test_a_finished_goal_is_met_or_missed(people, air, goals, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TODAY + dt.timedelta(days=100))
    bind(people, goals["down"])
    bind(people, goals["town"])
    assert (last_of(goals["down"]).state, last_of(goals["down"]).on) == ("met", LAST)
    air.level[2026] = 70.0
    bind(people, goals["down"], base=61.0)
    assert last_of(goals["down"]).state == "missed"


def test_a_goal_that_has_not_begun_waits(people, air, goals, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 9, 1, tzinfo=dt.UTC))
    bind(people, goals["down"])
    assert [one.state for one in goals["down"].evaluations.all()] == ["early"]


PAGES = ["goals", "goal", "goal_bind", "goal_apart", "goals_to_bind"]


def address(name, goals):
    return reverse(f"plans:{name}", args=[] if name.startswith("goals") else [goals["down"].pk])


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_within_their_budget(people, air, goals, as_person, name, django_assert_max_num_queries):
    for key in ("most", "better"):
        bind(people, goals[key])
    client = as_person(people.office)
    with django_assert_max_num_queries(15):
        assert client.get(address(name, goals)).status_code == 200
    allowed = name in ("goals", "goal")
    assert as_person(people.liaison).get(address(name, goals)).status_code == (200 if allowed else 403)


def test_the_page_says_what_is_left_and_why_it_is_not_evaluated(people, air, goals, as_person):
    bind(people, goals["down"])
    text = as_person(people.office).get(reverse("plans:goals")).text
    assert "余下 80 天平均不高于 45 µg/m³" in text
    assert "4 年数据" in text
    assert "缺少度量“压减燃煤”" in text
    page = as_person(people.leader).get(goals["down"].get_absolute_url()).text
    assert "102 个有效日的均值" in page
    assert "/air/stations" in page
    rows = as_person(people.office).get(reverse("plans:goals"), {"export": "csv"})
    assert "余下 80 天平均不高于 45 µg/m³" in b"".join(rows.streaming_content).decode()
    assert as_person(people.office).get(goals["down"].get_absolute_url(), {"export": "xlsx"}).status_code == 200
    assert "待绑定的目标" in as_person(people.office).get("/").text
    from lantian.site.plans.goal_panels import at_minute

    assert next(one.goal for one in at_minute(people.leader, None)["goals"] if one.last) == goals["down"]


def test_goals_are_bound_undone_and_set_apart_on_pages(people, air, goals, as_person):
    client = as_person(people.office)
    form = {"metric": "test.pm25", "area": goals["down"].plan.area_id, "first": FIRST, "last": LAST, "edition": "auto"}
    assert client.post(address("goal_bind", goals), form | {"metric": "nothing"}).status_code == 200
    assert client.post(address("goal_bind", goals), form).status_code == 302
    assert last_of(goals["down"]).value == 45
    assert client.post(reverse("plans:goal_unbind", args=[goals["down"].pk])).status_code == 302
    assert client.post(address("goal_apart", goals), {"reason": "由上级考核"}).status_code == 302
    many = {"plan": goals["most"].plan_id, "goal": [goals["most"].pk, goals["town"].pk]}
    assert client.post(reverse("plans:goals_to_bind"), many).status_code == 302
    assert last_of(goals["town"]).state
    assert client.post(reverse("plans:goals_to_bind"), {"plan": "x"}).status_code == 404


def test_a_town_and_its_office_see_their_goals(people, air, goals, as_person):
    bind(people, goals["town"])
    unit = people.liaison.unit
    shown = as_person(people.office).get(reverse("org:area", args=[goals["town"].town_id])).text
    assert goals["town"].get_absolute_url() in shown
    from lantian.site.plans.goal_panels import of_unit

    assert [one.goal for one in of_unit(people.office, unit)["rows"]] == [goals["town"]]


def test_a_share_of_days_goes_to_the_metric_in_percent(plan_free_goal, monkeypatch):
    from lantian.site.plans.goal_suggesting import suggest

    assert suggest(plan_free_goal("good_days", ">=", 75, "%")).metric == "good_share"
    assert suggest(plan_free_goal("good_days", ">=", 190, "天")).metric == "good_days"
    assert suggest(plan_free_goal("good_days", ">=", 3, "个百分点")).problem


@pytest.fixture
def plan_free_goal():
    """Goals that lie in no database, with the air's own metrics."""
    from lantian.site.plans.models import Goal, Plan

    plan = Plan(area_id=1, period_start=FIRST, period_end=LAST)
    return lambda indicator, op, value, unit: Goal(
        plan=plan, indicator=indicator, op=op, value=value, unit=unit, scope="district"
    )
