"""Roles: who is kept apart from what, the second person, and how far a person gets who tries."""

from __future__ import annotations

import itertools

import pytest

from lantian import rulebook
from lantian.rulebook.schemas.access import RoleExclusions
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent
from lantian.site.core.policy import ADMINISTRATORS, OF_A_UNIT, OFFICIALS, OUTSIDE, ROLES, System
from lantian.site.org import actions, queries
from lantian.site.org.models import Area, Person, RoleGrant, Unit
from lantian.site.org.states import PROPOSAL
from tests.site.conftest import person
from tests.site.kept import kept

pytestmark = pytest.mark.any_database


@pytest.fixture
@kept
def firm(district) -> Unit:
    return actions.add_unit(System(), name="演示甲企业", kind="firm", area=district.songxi)


def grant(who, role, district, firm):
    unit = firm if role in OUTSIDE else district.water if role in OF_A_UNIT else None
    return actions.grant_role(System(), who, role=role, unit=unit)


# Kept apart


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(ROLES, 2)))
def test_nobody_holds_two_roles_that_exclude_each_other(district, firm, first, second):
    rule = rulebook.get("role-exclusions", as_=RoleExclusions)
    grant(district.nobody, first, district, firm)
    if rule.between(first, [second]):
        with pytest.raises(Invalid) as invalid:
            grant(district.nobody, second, district, firm)
        assert "role" in invalid.value.fields
    else:
        grant(district.nobody, second, district, firm)


def test_administrators_exclude_each_other_and_all_of_the_work():
    rule = rulebook.get("role-exclusions", as_=RoleExclusions)
    for role in ADMINISTRATORS:
        assert [other for other in ROLES if other != role and not rule.between(role, [other])] == []
    assert all(rule.between(role, [other]) for role in OUTSIDE for other in OFFICIALS)


def test_the_rule_names_known_roles_only():
    rule = rulebook.get("role-exclusions", as_=RoleExclusions)
    assert {role for pair in rule.exclusive for role in (*pair.one, *pair.other)} <= set(ROLES)


@pytest.mark.parametrize("role", OF_A_UNIT)
def test_a_role_of_a_unit_needs_one(district, role):
    with pytest.raises(Invalid) as invalid:
        actions.grant_role(System(), district.nobody, role=role)
    assert "unit" in invalid.value.fields


@pytest.mark.parametrize("role", OUTSIDE)
def test_a_firms_role_belongs_to_a_firm(district, role):
    with pytest.raises(Invalid):
        actions.grant_role(System(), district.nobody, role=role, unit=district.water)


def test_who_was_administrator_before_is_told_to_part_the_two(district):
    RoleGrant.objects.create(person=district.administrator, role="security_admin")
    found = queries.role_clashes()
    assert [(one, {first, second}) for one, first, second, _why in found] == [
        (district.administrator, {"system_admin", "security_admin"})
    ]


def test_a_liaison_is_called_by_the_kind_of_unit(district):
    assert str(district.songxi_liaison.grants.get().role_name) == "镇街联络员"
    assert str(district.water_liaison.grants.get().role_name) == "部门联络员"


# The second person


def test_an_administrators_role_counts_when_a_second_one_confirms(district):
    proposal = actions.propose_role(district.security, district.nobody, role="system_admin")
    assert not Person.objects.get(pk=district.nobody.pk).holds("system_admin")
    actions.confirm_role(district.administrator, proposal)
    assert Person.objects.get(pk=district.nobody.pk).holds("system_admin")
    done = list(AuditEvent.objects.order_by("seq").values_list("action", flat=True))[-2:]
    assert done == ["org.propose_role", "org.role_proposal.confirm"]


def test_neither_proposer_nor_receiver_confirms(district):
    other = person("admin2", "system_admin")
    proposal = actions.propose_role(district.security, district.nobody, role="audit_admin")
    for who in (district.security, district.nobody, district.air_office):
        with pytest.raises(Refused):
            actions.confirm_role(who, proposal)
    assert actions.confirm_role(other, proposal).role == "audit_admin"
    with pytest.raises(WrongState):
        actions.confirm_role(district.administrator, proposal)


def test_a_proposal_is_refused_with_a_reason_or_withdrawn(district):
    first = actions.propose_role(district.security, district.nobody, role="audit_admin")
    with pytest.raises(Invalid):
        actions.propose_role(district.security, district.nobody, role="audit_admin")
    with pytest.raises(Invalid):
        actions.refuse_role(district.administrator, first, reason=" ")
    assert actions.refuse_role(district.administrator, first, reason="不需要").state == "refused"
    second = actions.propose_role(district.security, district.nobody, role="audit_admin")
    assert actions.withdraw_role(district.security, second).state == "withdrawn"
    assert not district.nobody.grants.exists()


def test_roles_that_came_in_between_are_looked_at_again(district):
    proposal = actions.propose_role(district.security, district.nobody, role="audit_admin")
    actions.grant_role(district.security, district.nobody, role="leader")
    with pytest.raises(Invalid):
        actions.confirm_role(district.administrator, proposal)


def test_the_pages_of_a_second_person(district, site):
    to = f"/people/{district.nobody.pk}/roles"
    site.log_in(district.security).post(to, {"role": "audit_admin"})
    proposal = district.nobody.role_proposals.get()
    assert site.post(f"/roles/proposed/{proposal.pk}/confirm").status_code == 403
    home = site.log_in(district.administrator).get("/").content.decode()
    assert "管理员授权待复核" in home
    site.post(f"/roles/proposed/{proposal.pk}/confirm")
    assert Person.objects.get(pk=district.nobody.pk).holds("audit_admin")


def test_steps_of_a_proposal_are_the_tables():
    assert PROPOSAL.step_names == ("confirm", "refuse", "withdraw")


# Escalation


def test_nobody_grants_himself_anything(district, site):
    for who in (district.administrator, district.security, district.audit):
        for role in ("air_office", *ADMINISTRATORS):
            with pytest.raises((Refused, Invalid)):
                actions.grant_role(who, who, role=role)
            with pytest.raises(Refused):
                actions.propose_role(who, who, role=role if role in ADMINISTRATORS else "audit_admin")
    for who in (district.administrator, district.security):
        before = who.grants.count()
        site.log_in(who).post(f"/people/{who.pk}/roles", {"role": "air_office"})
        assert who.grants.count() == before


def test_the_system_administrator_cannot_become_anybody(district, site):
    site.log_in(district.administrator)
    for path in ("roles", "password", "unlock", "codes/remove"):
        assert site.post(f"/people/{district.leader.pk}/{path}", {"role": "leader"}).status_code == 403
    assert site.get("/audit").status_code == 403
    assert site.get("/plans/").status_code == 403


def test_nobody_changes_his_own_unit(district, site):
    with pytest.raises(Refused):
        actions.change_person(district.administrator, district.administrator, name="演示", unit=district.office)
    site.log_in(district.songxi_liaison)
    site.post("/me", {"name": "演示", "phone": "", "unit": district.liuwan_town.pk, "is_active": "1", "role": "leader"})
    kept = Person.objects.get(pk=district.songxi_liaison.pk)
    assert (kept.unit, {g.role for g in kept.held}) == (district.songxi_town, {"liaison"})


@pytest.mark.parametrize("who", ["air_office", "leader", "liaison", "audit_admin", "nobody"])
def test_nobody_edits_another_person(district, site, who):
    site.log_in(district.people[who])
    for path in ("edit", "disable", "enable", "roles", "password", "sessions/end", "unlock"):
        assert site.post(f"/people/{district.water_liaison.pk}/{path}", {"name": "甲"}).status_code == 403


def test_nobody_ends_anothers_session_by_its_number(district, site):
    from lantian.site.org.models import LoginSession

    other = LoginSession.objects.create(person=district.leader, key="k" * 32)
    assert site.log_in(district.songxi_liaison).post(f"/me/sessions/{other.pk}/end").status_code == 404


def test_a_role_taken_away_ends_with_the_next_request(district, site):
    site.log_in(district.air_office)
    assert site.get("/units/new").status_code == 200
    actions.revoke_role(district.security, district.air_office.grants.get())
    assert site.get("/units/new").status_code == 403


def test_nobody_disables_himself_or_resets_his_own_password(district):
    with pytest.raises(Refused):
        actions.disable_person(district.administrator, district.administrator)
    with pytest.raises(Refused):
        actions.reset_password(district.security, district.security)


# What is seen


@pytest.mark.parametrize("role", [*ADMINISTRATORS, *OUTSIDE])
def test_administrators_and_firms_see_no_area(district, firm, role):
    who = person("one", role, firm if role in OUTSIDE else None)
    assert who.visible_area_ids == frozenset()
    seen = set(Area.objects.visible_to(who))
    assert seen == (set(Area.objects.all()) if role in ("system_admin", "security_admin") else set())


def test_a_firm_sees_its_own_unit_alone(district, firm, site):
    other = actions.add_unit(System(), name="演示乙企业", kind="firm", area=district.songxi)
    who = person("one", "firm", firm)
    assert list(Unit.objects.visible_to(who)) == [firm]
    site.log_in(who)
    assert site.get(firm.get_absolute_url()).status_code == 200
    assert site.get(other.get_absolute_url()).status_code == 404
    assert site.get("/units").status_code == 403
