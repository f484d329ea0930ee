"""Suggestions about names: what is suggested, what is not, and what a decision does."""

from __future__ import annotations

import datetime as dt

import pytest

from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.org import actions, uses
from lantian.site.org.models import Person, Reorganisation, RoleGrant, SuggestionVerdict, Unit
from lantian.site.org.queries import units_by_name
from lantian.site.org.register import Register
from lantian.site.org.suggestions import open_suggestions


def unit(name, kind="department", **more):
    return actions.add_unit(System(), name=name, kind=kind, **more)


@pytest.fixture
def counts(monkeypatch):
    """How often each unit stands in plans: set by the test."""
    counted: dict[str, int] = {}

    def used(units):
        rows = Unit.objects.filter(name__in=counted)
        return [uses.Use(row.pk, row.name, counted[row.name], "青河区行动计划", "/plans/1") for row in rows]

    monkeypatch.setitem(uses.unit_uses._entries, "test", used)
    return counted


def titles():
    return [one.title for one in open_suggestions()]


def key_of(title):
    return next(one.key for one in open_suggestions() if one.title == title)


def test_a_rare_name_one_character_off_a_frequent_one_may_be_a_typo(district, counts):
    unit("区城管执法局")
    unit("区成管执法局")
    counts |= {"区城管执法局": 9, "区成管执法局": 1}
    found = open_suggestions()[0]
    assert (found.title, found.kind, found.rule) == ("区成管执法局 → 区城管执法局", "alias", "typo")
    assert [(use.name, use.count) for use in found.uses] == [("区城管执法局", 9), ("区成管执法局", 1)]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("区财政局", "区民政局"),  # two offices that the rulebook knows
        ("北桥街道办事处", "南桥街道办事处"),  # two towns
        ("第一工程中心", "第二工程中心"),  # a numeral
        ("区教委", "区党委"),  # too short to tell
    ],
)
def test_names_of_two_bodies_are_no_typos(district, counts, a, b):
    unit(a)
    unit(b)
    counts |= {a: 9, b: 1}
    assert titles() == []


def test_a_name_that_stands_often_is_no_typo(district, counts):
    unit("区城管执法局")
    unit("区成管执法局")
    counts |= {"区城管执法局": 9, "区成管执法局": 5}
    assert "区成管执法局 → 区城管执法局" not in titles()


def test_two_forms_of_one_name_are_one_unit_under_the_more_frequent(district, counts):
    unit("区发改委")
    unit("区发展和改革委员会")
    counts |= {"区发改委": 4, "区发展和改革委员会": 2}
    assert titles() == ["区发展和改革委员会 → 区发改委"]


def test_the_offices_of_a_city_and_a_district_are_two(district, counts):
    unit("市发改委", kind="city")
    unit("区发展和改革委员会")
    assert titles() == []


def test_a_known_reorganisation_is_a_rename_with_its_days(district):
    unit("区环保局")
    found = open_suggestions()[0]
    assert (found.kind, found.name, found.rule) == ("rename", "区生态环境局", "reorganised")
    assert found.since <= found.by
    assert found.clause


def test_it_is_a_merger_where_the_successor_is_there_or_several_had_one(district):
    env, new = unit("区环保局"), unit("区生态环境局")
    quality, trade = unit("区质监局"), unit("区工商局")
    found = {one.name: one for one in open_suggestions()}
    assert (found["区生态环境局"].kind, found["区生态环境局"].units, found["区生态环境局"].target) == (
        "merge",
        (env,),
        new,
    )
    assert (found["区市场监管局"].kind, set(found["区市场监管局"].units)) == ("merge", {quality, trade})
    assert found["区市场监管局"].target is None


def test_nothing_is_suggested_that_happened_later(district):
    unit("区环保局")
    assert open_suggestions(Register(dt.date(2017, 12, 31))) == []


# Deciding


def test_an_accepted_typo_is_another_writing_and_can_be_undone(district, counts):
    right, wrong = unit("区城管执法局"), unit("区成管执法局")
    counts |= {"区城管执法局": 9, "区成管执法局": 1}
    Person.objects.filter(pk=district.water_liaison.pk).update(unit=wrong)
    RoleGrant.objects.filter(person=district.water_liaison).update(unit=wrong)
    key = key_of("区成管执法局 → 区城管执法局")
    verdict = actions.accept_suggestion(district.air_office, key)
    assert titles() == []
    assert wrong not in Unit.objects.current()
    assert units_by_name(["区成管执法局"]) == {"区成管执法局": right}
    assert str(Register().shown("区成管执法局", wrong.pk)) == "区成管执法局（即 区城管执法局）"
    assert str(Register().shown("区成管执法局", right.pk)) == "区成管执法局（即 区城管执法局）"
    assert Person.objects.get(pk=district.water_liaison.pk).unit == right

    actions.undo_verdict(district.air_office, verdict)
    assert wrong in Unit.objects.current()
    assert units_by_name(["区成管执法局"]) == {"区成管执法局": wrong}
    assert Person.objects.get(pk=district.water_liaison.pk).unit == wrong
    assert RoleGrant.objects.get(person=district.water_liaison).unit == wrong
    assert key_of("区成管执法局 → 区城管执法局") == key


def test_a_refused_suggestion_does_not_come_back_until_reconsidered(district):
    unit("区环保局")
    key = open_suggestions()[0].key
    verdict = actions.refuse_suggestion(district.air_office, key, reason="本区保留原名")
    assert open_suggestions() == []
    with pytest.raises(WrongState):
        actions.accept_suggestion(district.air_office, key)
    actions.undo_verdict(district.air_office, verdict)
    assert [one.key for one in open_suggestions()] == [key]


def test_refusing_needs_a_reason(district):
    unit("区环保局")
    with pytest.raises(Invalid):
        actions.refuse_suggestion(district.air_office, open_suggestions()[0].key, reason="")


def test_an_accepted_reorganisation_is_entered_and_comes_back_when_withdrawn(district):
    env = unit("区环保局")
    key = open_suggestions()[0].key
    verdict = actions.accept_suggestion(district.air_office, key, on=dt.date(2019, 3, 1))
    assert Unit.objects.get(pk=env.pk).name == "区生态环境局"
    with pytest.raises(WrongState, match="机构变动"):
        actions.undo_verdict(district.air_office, verdict)
    actions.withdraw_reorganisation(district.air_office, verdict.reorganisation, reason="本区没有更名")
    assert [one.key for one in open_suggestions()] == [key]
    assert Reorganisation.objects.count() == SuggestionVerdict.objects.count() == 0


@pytest.mark.parametrize("who", ["liaison", "leader", "nobody"])
def test_only_the_office_decides(district, who):
    env, other = unit("区环保局"), unit("区林业局")
    key = open_suggestions()[0].key
    person = district.people[who]
    for act in (
        lambda: actions.accept_suggestion(person, key),
        lambda: actions.refuse_suggestion(person, key, reason="不是"),
        lambda: actions.join_writing(person, env, other),
    ):
        with pytest.raises(Refused):
            act()
    verdict = actions.refuse_suggestion(district.air_office, key, reason="不是")
    with pytest.raises(Refused):
        actions.undo_verdict(person, verdict)


def test_a_group_is_no_writing_of_a_unit(district):
    group = unit("各镇街", kind="group")
    with pytest.raises(Invalid, match="单位组"):
        actions.join_writing(System(), district.water, group)


def test_sixty_units_are_compared_in_eight_queries(district, django_assert_max_num_queries):
    for n in range(60):
        unit(f"区{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{'子丑寅卯辰巳'[n // 10]}管理局")
    with django_assert_max_num_queries(8):
        open_suggestions()
