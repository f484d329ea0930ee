"""Each action of org: it works, it refuses the wrong person, it refuses the wrong state; a refusal changes nothing."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable

import pytest

from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent
from lantian.site.core.policy import System
from lantian.site.org import actions
from lantian.site.org.actions import areas, people, roles, units
from lantian.site.org.models import Area, Person, RoleGrant, Unit, UnitName
from lantian.site.org.queries import units_by_name
from tests.site.conftest import PASSWORD, District

NEW = "another-Word-77"

# Every action, as somebody would do it to the district.
DONE: dict[str, Callable[[District, Person], object]] = {
    "add_area": lambda d, who: actions.add_area(who, name="北桥街道", kind="town", parent=d.area),
    "change_area": lambda d, who: actions.change_area(who, d.songxi, name="松溪街道", kind="town", parent=d.area),
    "add_unit": lambda d, who: actions.add_unit(who, name="区教委", kind="department"),
    "change_unit": lambda d, who: actions.change_unit(who, d.water, name="区水务中心", kind="department"),
    "add_unit_name": lambda d, who: actions.add_unit_name(who, d.water, name="水务局"),
    "change_unit_name": lambda d, who: actions.change_unit_name(
        who, UnitName.objects.create(unit=d.water, name="水务")
    ),
    "remove_unit_name": lambda d, who: actions.remove_unit_name(
        who, UnitName.objects.create(unit=d.water, name="水务")
    ),
    "add_person": lambda d, who: actions.add_person(who, username="neu", name="演示新"),
    "change_person": lambda d, who: actions.change_person(who, d.leader, name="演示改"),
    "disable_person": lambda d, who: actions.disable_person(who, d.leader, reason="调离"),
    "reset_password": lambda d, who: actions.reset_password(who, d.leader),
    "grant_role": lambda d, who: actions.grant_role(who, d.nobody, role="leader"),
    "revoke_role": lambda d, who: actions.revoke_role(who, d.leader.grants.get()),
}
MAY = {key: {"system_admin", "air_office"} for key in DONE} | {
    "add_person": {"system_admin"},
    "change_person": {"system_admin"},
    "disable_person": {"system_admin", "security_admin"},
    "reset_password": {"security_admin"},
    "grant_role": {"security_admin"},
    "revoke_role": {"security_admin"},
}


@pytest.mark.parametrize("name", DONE)
@pytest.mark.parametrize(
    "who", ["system_admin", "security_admin", "audit_admin", "air_office", "leader", "liaison", "nobody"]
)
def test_who_may_do_what(district, name, who):
    allowed = MAY[name]
    before = AuditEvent.objects.count()
    if who in allowed:
        DONE[name](district, district.people[who])
        event = AuditEvent.objects.order_by("-seq").first()
        assert (event.action, event.person) == (f"org.{name}", district.people[who])
        assert AuditEvent.objects.count() == before + 1
    else:
        with pytest.raises(Refused, match="管理员"):
            DONE[name](district, district.people[who])
        assert AuditEvent.objects.count() == before


def test_every_action_of_these_subjects_is_in_the_table():
    """Profile and password are tested below, as their wrong person is another; so is `enable_person`."""
    public = {
        name
        for module in (areas, people, roles, units)
        for name, found in vars(module).items()
        if inspect.isfunction(found) and found.__module__ == module.__name__ and not name.startswith("_")
    }
    apart = {"change_profile", "change_password", "enable_person", "ensure_units", "someone_left"}
    with_two = {"propose_role", "confirm_role", "refuse_role", "withdraw_role"}  # tests of roles
    assert public - set(DONE) == apart | with_two


# Areas


def test_there_is_one_root(district):
    with pytest.raises(Invalid) as invalid:
        actions.add_area(System(), name="别的区", kind="district")
    assert "parent" in invalid.value.fields


def test_an_area_is_never_below_itself(district):
    with pytest.raises(Invalid) as invalid:
        actions.change_area(System(), district.area, name="青河区", kind="district", parent=district.songxi)
    assert "parent" in invalid.value.fields


def test_two_areas_have_two_codes_and_siblings_two_names(district):
    for same in ({"name": "北桥街道", "code": "990101101"}, {"name": "松溪镇"}):
        with pytest.raises(Invalid):
            actions.add_area(System(), kind="town", parent=district.area, **same)
    assert Area.objects.count() == 3


# Units


def test_a_renamed_unit_is_still_found_under_its_old_name(district):
    actions.change_unit(district.air_office, district.water, name="区水务中心", kind="department")
    assert units_by_name(["区水务局", "区水务中心"]) == {"区水务局": district.water, "区水务中心": district.water}
    assert district.water.names.get().valid_to == clock.today() - dt.timedelta(days=1)


def test_a_unit_renamed_back_keeps_no_alias_of_its_own_name(district):
    for name in ("区水务中心", "区水务局"):
        actions.change_unit(district.air_office, district.water, name=name, kind="department")
    assert [alias.name for alias in district.water.names.all()] == ["区水务中心"]


@pytest.mark.parametrize("taken", ["区大气办", "区水务局"])
def test_a_name_leads_to_one_unit(district, taken):
    with pytest.raises(Invalid):
        actions.add_unit_name(System(), district.water, name=taken)


def test_an_alias_counts_only_while_it_held(district):
    actions.add_unit_name(System(), district.water, name="区水利局", valid_to=dt.date(2018, 12, 31))
    assert "区水利局" in units_by_name(["区水利局"], on=dt.date(2017, 9, 16))
    assert units_by_name(["区水利局"], on=dt.date(2019, 1, 1)) == {}


def test_only_groups_have_members(district):
    with pytest.raises(Invalid):
        actions.add_unit(System(), name="区城管局", kind="department", members=[district.water])
    group = actions.add_unit(System(), name="各镇街", kind="group", members=[district.songxi_town])
    assert list(group.members.all()) == [district.songxi_town]
    with pytest.raises(Invalid):
        actions.change_unit(System(), group, name="各镇街", kind="group", members=[group])


def test_ensure_units_makes_only_what_is_not_known(district):
    actions.add_unit_name(System(), district.water, name="水务局")
    names = ["区水务局", "水务局", " 区教委 ", "区教委", "", "松溪镇"]
    outcome = actions.ensure_units(district.air_office, names, district.area)
    assert outcome.units["水务局"] == outcome.units["区水务局"] == district.water
    assert [unit.name for unit in outcome.created] == ["区教委", "松溪镇"]
    assert outcome.units["松溪镇"].kind == "town"


def test_ensure_units_tells_of_similar_names_and_never_merges_them(district):
    outcome = actions.ensure_units(district.air_office, ["水务局"], district.area)
    assert outcome.units["水务局"] != district.water
    assert outcome.suggestions == {"水务局": [district.water]}


def test_ensure_units_twice_changes_nothing(district):
    names = ["区教委", "各镇街", "青河热力公司"]
    actions.ensure_units(district.air_office, names, district.area)
    events = AuditEvent.objects.count()
    again = actions.ensure_units(district.air_office, names, district.area)
    assert (again.created, AuditEvent.objects.count()) == ([], events)


def test_ensure_units_is_refused_as_a_whole(district):
    with pytest.raises(Refused):
        actions.ensure_units(district.songxi_liaison, ["区教委"], district.area)
    assert not Unit.objects.filter(name="区教委").exists()


# People


def test_a_first_password_must_be_changed(district, site):
    made = actions.add_person(district.administrator, username="neu", name="演示新")
    first = actions.reset_password(district.security, made)
    actions.grant_role(district.security, made, role="leader")
    site.log_in(Person.objects.get(pk=made.pk))
    assert site.get("/units")["Location"] == "/me/password"
    site.post("/me/password", {"old": first, "new": NEW, "again": NEW})
    assert site.get("/units").status_code == 200


@pytest.mark.parametrize("weak", ["short1!", "1234567890123", "password123", "songxi2026"])
def test_a_weak_password_is_refused_at_its_field(district, weak):
    with pytest.raises(Invalid) as invalid:
        actions.change_password(district.songxi_liaison, old=PASSWORD, new=weak)
    assert "new" in invalid.value.fields


def test_one_changes_ones_own_profile_and_nobody_elses(district):
    actions.change_profile(district.leader, name="演示改", phone="010-0000")
    assert Person.objects.get(pk=district.leader.pk).phone == "010-0000"


def test_a_wrong_old_password_changes_nothing(district):
    with pytest.raises(Invalid) as invalid:
        actions.change_password(district.leader, old="not-the-old-one", new=NEW)
    assert "old" in invalid.value.fields
    assert Person.objects.get(pk=district.leader.pk).check_password(PASSWORD)


def test_who_is_disabled_is_out_at_once(district, site):
    site.log_in(district.leader)
    assert site.get("/units").status_code == 200
    actions.disable_person(district.administrator, district.leader)
    assert site.get("/units")["Location"].startswith("/login")


def test_disabling_and_enabling_want_the_other_state(district):
    with pytest.raises(WrongState):
        actions.enable_person(district.administrator, district.leader)
    with pytest.raises(Refused):
        actions.enable_person(district.air_office, district.leader)
    actions.disable_person(district.administrator, district.leader)
    with pytest.raises(WrongState):
        actions.disable_person(district.administrator, district.leader)
    with pytest.raises(WrongState):
        actions.grant_role(district.security, district.leader, role="air_office")
    assert actions.enable_person(district.administrator, district.leader).is_active


def test_the_last_administrator_stays(district):
    own, security = district.administrator, district.security
    with pytest.raises(WrongState, match="至少要留一位系统管理员"):
        actions.disable_person(security, own)
    with pytest.raises(WrongState, match="至少要留一位安全管理员"):
        actions.disable_person(own, security)
    with pytest.raises(WrongState, match="至少要留一位系统管理员"):
        actions.revoke_role(security, own.grants.get())
    actions.grant_role(System(), district.nobody, role="system_admin")
    actions.revoke_role(security, own.grants.get())
    assert not Person.objects.get(pk=own.pk).holds("system_admin")


def test_a_liaison_is_one_of_a_unit(district):
    with pytest.raises(Invalid) as invalid:
        actions.grant_role(district.security, district.nobody, role="liaison")
    assert "unit" in invalid.value.fields


def test_the_same_role_is_not_given_twice(district):
    with pytest.raises(Invalid):
        actions.grant_role(district.security, district.leader, role="leader")
    assert district.leader.grants.count() == 1


# What roles cover


def test_a_liaison_sees_the_town_and_what_lies_below(district):
    village = actions.add_area(System(), name="溪口村", kind="village", parent=district.songxi)
    seen = set(Area.objects.visible_to(Person.objects.get(pk=district.songxi_liaison.pk)))
    assert seen == {district.songxi, village}


def test_a_department_of_the_district_sees_the_district(district):
    assert Area.objects.visible_to(district.water_liaison).count() == 3


def test_without_a_role_nothing_is_seen(district):
    assert Area.objects.visible_to(district.nobody).count() == 0


def test_a_role_of_one_unit_does_not_cover_another(district):
    liaison = district.songxi_liaison
    assert liaison.holds("liaison", unit_id=district.songxi_town.pk)
    assert not liaison.holds("liaison", unit_id=district.liuwan_town.pk)


def test_a_role_ends_with_its_last_day(district):
    RoleGrant.objects.filter(person=district.leader).update(until=clock.today())
    assert Person.objects.get(pk=district.leader.pk).holds("leader")
    RoleGrant.objects.filter(person=district.leader).update(until=clock.today() - dt.timedelta(days=1))
    assert not Person.objects.get(pk=district.leader.pk).holds("leader")
