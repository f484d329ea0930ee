"""Reorganisations: each works, refuses the wrong person, refuses the wrong state, and can be withdrawn."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core import audit, clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.org import actions
from lantian.site.org.models import Person, Reorganisation, RoleGrant, Unit
from lantian.site.org.queries import units_by_name
from lantian.site.org.register import Register

DAY = dt.timedelta(days=1)
NEW_YEAR = dt.date(2019, 1, 1)


def department(name, **more):
    return actions.add_unit(System(), name=name, kind="department", **more)


@pytest.fixture
def env(district):
    return department("区环保局", area=district.area)


@pytest.fixture
def forestry(district):
    return department("区林业局", area=district.area)


def shown(name, unit, on=None):
    return str(Register(on).shown(name, unit.pk))


# Rename


def test_a_renamed_unit_stays_the_same_unit_and_keeps_its_old_name(district, env):
    event = actions.rename_unit(
        district.air_office, env, name="区生态环境局", on=NEW_YEAR, document="青机改〔2019〕1号", note="机构改革"
    )
    env.refresh_from_db()
    assert env.name == "区生态环境局"
    assert [(n.name, n.valid_to) for n in env.names.all()] == [("区环保局", NEW_YEAR - DAY)]
    assert str(event) == "区环保局 → 区生态环境局"
    assert units_by_name(["区环保局"]) == {"区环保局": env}
    assert shown("区环保局", env) == "区环保局（现 区生态环境局）"
    assert shown("区生态环境局", env) == "区生态环境局"
    told = audit.events_of(event).get()
    assert (told.action, told.note) == ("org.reorganise", "机构改革")


def test_before_the_day_a_unit_bears_its_old_name(district, env):
    actions.rename_unit(System(), env, name="区生态环境局", on=NEW_YEAR)
    assert Register(NEW_YEAR - DAY).name(env.pk) == "区环保局"
    assert Register(NEW_YEAR).name(env.pk) == "区生态环境局"
    assert shown("区环保局", env, on=NEW_YEAR - DAY) == "区环保局"


def test_names_of_several_renames_hold_one_after_the_other(district, env):
    actions.rename_unit(System(), env, name="区环境局", on=dt.date(2015, 3, 1))
    actions.rename_unit(System(), env, name="区生态环境局", on=NEW_YEAR)
    names = {day.year: Register(day).name(env.pk) for day in (dt.date(2014, 1, 1), dt.date(2016, 1, 1), NEW_YEAR)}
    assert names == {2014: "区环保局", 2016: "区环境局", 2019: "区生态环境局"}


def test_a_unit_can_be_renamed_back(district, env):
    actions.rename_unit(System(), env, name="区环境局", on=dt.date(2015, 3, 1))
    actions.rename_unit(System(), env, name="区环保局", on=NEW_YEAR)
    env.refresh_from_db()
    assert env.name == "区环保局"
    assert shown("区环境局", env) == "区环境局（现 区环保局）"
    assert shown("区环保局", env) == "区环保局"


def test_a_name_that_another_unit_bears_is_a_merger_and_is_refused(district, env):
    other = department("区生态环境局")
    with pytest.raises(Invalid, match="区生态环境局") as refused:
        actions.rename_unit(System(), env, name=other.name, on=NEW_YEAR)
    assert "合并" in str(refused.value.fields["name"])
    assert Reorganisation.objects.count() == 0


@pytest.mark.parametrize("name", ["", "区环保局"])
def test_a_rename_needs_a_new_name(district, env, name):
    with pytest.raises(Invalid):
        actions.rename_unit(System(), env, name=name, on=NEW_YEAR)


def test_a_day_to_come_is_refused(district, env):
    with pytest.raises(Invalid) as refused:
        actions.rename_unit(System(), env, name="区生态环境局", on=clock.today() + DAY)
    assert set(refused.value.fields) == {"on"}


def test_a_reorganisation_before_a_later_one_is_refused(district, env):
    actions.rename_unit(System(), env, name="区生态环境局", on=NEW_YEAR)
    with pytest.raises(Invalid, match="更早"):
        actions.abolish_unit(System(), env, on=NEW_YEAR - DAY)


@pytest.mark.parametrize("who", ["liaison", "leader", "nobody"])
def test_only_the_office_and_administrators_reorganise(district, env, forestry, who):
    person = district.people[who]
    for act in (
        lambda: actions.rename_unit(person, env, name="区生态环境局", on=NEW_YEAR),
        lambda: actions.merge_units(person, [env, forestry], name="区林环局", on=NEW_YEAR),
        lambda: actions.split_unit(person, env, names=["区环境一局", "区环境二局"], on=NEW_YEAR),
        lambda: actions.abolish_unit(person, env, on=NEW_YEAR),
    ):
        with pytest.raises(Refused):
            act()
    assert Reorganisation.objects.count() == 0
    assert not Unit.objects.exclude(valid_to=None).exists()


def test_the_legal_document_is_kept_as_a_file(district, env, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    event = actions.abolish_unit(
        System(), env, on=NEW_YEAR, file=SimpleUploadedFile("通知.txt", "撤销".encode()), file_name="通知.txt"
    )
    assert event.attachment.name == "通知.txt"


# Merge


def test_a_merger_founds_a_unit_that_does_the_work_of_all(district, env, forestry):
    event = actions.merge_units(district.air_office, [env, forestry], name="区自然环境局", on=NEW_YEAR)
    new = Unit.objects.get(name="区自然环境局")
    assert (new.kind, new.area, new.valid_from) == ("department", district.area, NEW_YEAR)
    register = Register()
    assert register.today(env.pk) == register.today(forestry.pk) == (new.pk,)
    assert register.predecessors({new.pk}) == {new.pk, env.pk, forestry.pk}
    assert shown("区林业局", forestry) == "区林业局（现 区自然环境局）"
    assert shown("区林业局", forestry, on=NEW_YEAR - DAY) == "区林业局"
    assert str(event) == "区环保局、区林业局 → 区自然环境局"


def test_people_roles_and_lower_units_move_with_a_merger(district, env, forestry):
    station = department("监测站", parent=env)
    Person.objects.filter(pk=district.water_liaison.pk).update(unit=env)
    grant = RoleGrant.objects.get(person=district.water_liaison)
    RoleGrant.objects.filter(pk=grant.pk).update(unit=env)
    actions.merge_units(System(), [env], into=forestry, on=NEW_YEAR)
    liaison = Person.objects.get(pk=district.water_liaison.pk)
    station.refresh_from_db()
    assert liaison.unit == station.parent == forestry
    assert liaison.holds("liaison", unit_id=env.pk), "who holds the successor holds its predecessors"
    assert {env.pk, forestry.pk, station.pk} <= liaison.visible_unit_ids


def test_one_of_the_merged_units_may_go_on(district, env, forestry):
    actions.merge_units(System(), [env, forestry], into=forestry, on=NEW_YEAR)
    env.refresh_from_db()
    forestry.refresh_from_db()
    assert env.valid_to == NEW_YEAR - DAY
    assert forestry.valid_to is None
    assert Register().today(forestry.pk) == (forestry.pk,)


def test_a_single_unit_is_no_merger(district, env):
    for into in (None, env):
        with pytest.raises(Invalid, match="两个"):
            actions.merge_units(System(), [env], into=into, name="区生态环境局", on=NEW_YEAR)
    assert not Unit.objects.filter(name="区生态环境局").exists()


def test_a_unit_that_has_ended_neither_ends_again_nor_takes_over(district, env, forestry):
    actions.merge_units(System(), [env], into=forestry, on=NEW_YEAR)
    with pytest.raises(WrongState, match="撤销"):
        actions.merge_units(System(), [env], into=district.water, on=dt.date(2020, 1, 1))
    with pytest.raises(WrongState, match="撤销"):
        actions.merge_units(System(), [forestry], into=env, on=dt.date(2020, 1, 1))


# Split and abolish


def test_a_split_unit_is_followed_by_all_until_somebody_decides(district, env, forestry):
    actions.split_unit(district.air_office, env, into=[forestry], names=["区监测局"], on=NEW_YEAR)
    monitoring = Unit.objects.get(name="区监测局")
    assert set(Register().today(env.pk)) == {forestry.pk, monitoring.pk}
    assert shown("区环保局", env) == "区环保局（现 区林业局、区监测局，待确认）"


def test_a_unit_that_gives_part_of_its_work_away_goes_on(district, env, forestry):
    actions.split_unit(System(), env, into=[forestry], stays=True, on=NEW_YEAR)
    env.refresh_from_db()
    assert env.valid_to is None
    assert shown("区环保局", env) == "区环保局"


def test_a_split_needs_two_units(district, env, forestry):
    with pytest.raises(Invalid, match="两个"):
        actions.split_unit(System(), env, into=[forestry], on=NEW_YEAR)


def test_an_abolished_unit_has_no_successor(district, env):
    actions.abolish_unit(district.air_office, env, on=NEW_YEAR)
    env.refresh_from_db()
    assert env not in Unit.objects.current()
    assert shown("区环保局", env) == "区环保局（已撤销）"


# Withdraw


def everything():
    return (
        sorted(Unit.objects.values_list("pk", "name", "valid_to", "parent")),
        sorted(Person.objects.values_list("pk", "unit")),
        sorted(RoleGrant.objects.values_list("pk", "unit")),
    )


@pytest.mark.parametrize("kind", ["rename", "merge", "into", "split", "abolish"])
def test_a_withdrawn_reorganisation_leaves_everything_as_it_was(district, env, forestry, kind):
    department("监测站", parent=env)
    Person.objects.filter(pk=district.water_liaison.pk).update(unit=env)
    RoleGrant.objects.filter(person=district.water_liaison).update(unit=env)
    before = everything()
    act = {
        "rename": lambda: actions.rename_unit(System(), env, name="区生态环境局", on=NEW_YEAR),
        "merge": lambda: actions.merge_units(System(), [env, forestry], name="区自然环境局", on=NEW_YEAR),
        "into": lambda: actions.merge_units(System(), [env], into=forestry, on=NEW_YEAR),
        "split": lambda: actions.split_unit(System(), env, names=["区甲局", "区乙局"], on=NEW_YEAR),
        "abolish": lambda: actions.abolish_unit(System(), env, on=NEW_YEAR),
    }[kind]
    event = act()
    assert everything() != before
    actions.withdraw_reorganisation(district.air_office, event, reason="登记错了")
    assert everything() == before
    assert Reorganisation.objects.count() == 0
    assert shown("区环保局", env) == "区环保局"


def test_only_the_last_reorganisation_of_a_unit_is_withdrawn(district, env, forestry):
    first = actions.rename_unit(System(), env, name="区生态环境局", on=NEW_YEAR)
    actions.merge_units(System(), [env], into=forestry, on=dt.date(2020, 1, 1))
    with pytest.raises(WrongState, match="其后还有变动"):
        actions.withdraw_reorganisation(System(), first, reason="错了")


def test_a_founded_unit_that_is_in_use_stays(district, env, forestry):
    event = actions.split_unit(System(), env, names=["区甲局", "区乙局"], on=NEW_YEAR)
    Person.objects.filter(pk=district.nobody.pk).update(unit=Unit.objects.get(name="区甲局"))
    with pytest.raises(WrongState, match="区甲局"):
        actions.withdraw_reorganisation(System(), event, reason="错了")
    assert Reorganisation.objects.count() == 1


def test_withdrawing_needs_a_reason_and_the_right_person(district, env):
    event = actions.abolish_unit(System(), env, on=NEW_YEAR)
    with pytest.raises(Invalid):
        actions.withdraw_reorganisation(district.air_office, event, reason=" ")
    with pytest.raises(Refused):
        actions.withdraw_reorganisation(district.songxi_liaison, event, reason="错了")
