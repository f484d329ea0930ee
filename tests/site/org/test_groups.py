"""Groups of units: whom they stand for, with exceptions and days."""

from __future__ import annotations

import datetime as dt

import pytest

from lantian.site.core.faults import Invalid, Refused
from lantian.site.core.policy import System
from lantian.site.org import actions
from lantian.site.org.actions import Place
from lantian.site.org.group_names import read_group
from lantian.site.org.models import Unit
from lantian.site.org.queries import expand
from lantian.site.org.register import Register
from lantian.site.org.suggestions import group_suggestion, groups_to_fill


def group(name="各镇街", area=None):
    return actions.add_unit(System(), name=name, kind="group", area=area)


@pytest.fixture
def park(district):
    return actions.add_unit(System(), name="云门管委会", kind="department", area=district.area)


def test_a_group_stands_for_all_units_of_a_kind_whoever_comes_later(district):
    towns = actions.change_group(district.air_office, group(area=district.area), gathers="town")
    assert expand([towns]) == [district.songxi_town, district.liuwan_town]
    area = actions.add_area(System(), name="北桥街道", kind="town", parent=district.area)
    street = actions.add_unit(System(), name="北桥街道办事处", kind="town", area=area)
    assert set(expand([towns])) == {district.songxi_town, district.liuwan_town, street}


def test_members_are_added_and_left_out_by_name(district, park):
    towns = group(area=district.area)
    actions.change_group(
        System(), towns, gathers="town", places=[Place(park), Place(district.liuwan_town, left_out=True)]
    )
    assert expand([towns]) == [district.songxi_town, park]


def test_a_place_in_a_group_holds_for_its_days(district, park):
    towns = group()
    actions.change_group(
        System(), towns, places=[Place(park, valid_from=dt.date(2019, 1, 1), valid_to=dt.date(2019, 12, 31))]
    )
    assert [bool(expand([towns], on=dt.date(year, 6, 1))) for year in (2018, 2019, 2020)] == [False, True, False]


def test_groups_in_groups_are_opened_once(district, park):
    towns, all_of_them = group(area=district.area), group("各成员单位")
    actions.change_group(System(), towns, gathers="town")
    actions.change_group(System(), all_of_them, places=[Place(towns), Place(park), Place(district.songxi_town)])
    assert expand([all_of_them, towns]) == [district.songxi_town, district.liuwan_town, park]


def test_the_successor_of_a_member_belongs_to_the_group(district, park):
    towns = group()
    actions.change_group(System(), towns, places=[Place(park)])
    actions.merge_units(System(), [park], into=district.songxi_town, on=dt.date(2020, 1, 1))
    assert expand([towns]) == [district.songxi_town]


def test_a_group_cannot_hold_itself_even_through_another(district):
    first, second = group("甲组"), group("乙组")
    actions.change_group(System(), first, places=[Place(second)])
    for target, member in ((first, first), (second, first)):
        with pytest.raises(Invalid, match="自己"):
            actions.change_group(System(), target, places=[Place(member)])


def test_a_unit_stands_once_in_a_group_and_only_groups_have_members(district, park):
    with pytest.raises(Invalid, match="两次"):
        actions.change_group(System(), group(), places=[Place(park), Place(park, left_out=True)])
    with pytest.raises(Invalid, match="单位组"):
        actions.change_group(System(), park, places=[Place(district.water)])


@pytest.mark.parametrize("who", ["liaison", "leader", "nobody"])
def test_only_the_office_changes_groups(district, who):
    with pytest.raises(Refused):
        actions.change_group(district.people[who], group(), gathers="town")


def test_a_member_answers_for_its_groups_and_predecessors(district, park):
    towns = group(area=district.area)
    actions.change_group(System(), towns, gathers="town")
    actions.merge_units(System(), [park], into=district.songxi_town, on=dt.date(2020, 1, 1))
    assert Register().answering_for([district.songxi_town.pk]) == {district.songxi_town.pk, park.pk, towns.pk}
    assert towns.pk not in Register().answering_for([district.water.pk])


def test_expanding_takes_five_queries_whatever_the_size(district, django_assert_max_num_queries):
    groups = []
    for n in range(10):
        one = group(f"第{n}组", area=district.area)
        actions.change_group(System(), one, gathers="town", places=[Place(g) for g in groups])
        groups.append(one)
    with django_assert_max_num_queries(5):
        assert len(expand(groups)) == 2


# What a name suggests


@pytest.mark.parametrize(
    ("name", "included", "excluded"),
    [
        ("各镇街", (), ()),
        ("各镇街（含云门管委）", ("云门管委",), ()),
        ("各镇街(含云门管委、北桥街道)", ("云门管委", "北桥街道"), ()),
        ("各镇街（不含松溪镇）", (), ("松溪镇",)),
        ("各镇街（除松溪镇外）", (), ("松溪镇",)),
        ("各镇街（含云门管委，不含松溪镇、柳湾镇）", ("云门管委",), ("松溪镇", "柳湾镇")),
        ("各镇街（属地）", (), ()),
    ],
)
def test_exceptions_are_read_from_brackets(name, included, excluded):
    read = read_group(name)
    assert (read.included, read.excluded) == (included, excluded)


def test_all_towns_and_the_bracket_are_suggested(district, park):
    found = group_suggestion(group("各镇街（含云门管委，不含柳湾镇）", area=district.area))
    assert (found.gathers, found.members, found.left_out) == ("town", (park,), (district.liuwan_town,))
    assert found.unknown == ()


def test_a_name_in_brackets_that_nobody_has_is_told(district):
    assert group_suggestion(group("各镇街（含石渠管委）", area=district.area)).unknown == ("石渠管委",)


def test_a_name_that_does_not_say_which_suggests_nothing(district):
    assert group_suggestion(group("相关镇街", area=district.area)).is_empty


def test_only_those_whose_name_ends_so_are_suggested(district):
    area = actions.add_area(System(), name="北桥街道", kind="town", parent=district.area)
    street = actions.add_unit(System(), name="北桥街道办事处", kind="town", area=area)
    assert group_suggestion(group("各街道", area=district.area)).members == (street,)


def test_groups_without_members_wait_to_be_filled(district):
    empty, full = group("各镇街", area=district.area), group("甲组")
    actions.change_group(System(), full, places=[Place(district.water)])
    assert [one for one, _suggested in groups_to_fill(Register())] == [Unit.objects.get(pk=empty.pk)]
