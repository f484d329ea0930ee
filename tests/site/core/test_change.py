"""change(): policy, lock, one transaction, one event; nothing is stored when anything is refused."""

from __future__ import annotations

import pytest

from lantian.site.core import audit
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import Area, RoleGrant, Unit


def test_the_body_works_on_the_row_as_it_is_now_not_as_it_was_read(district):
    stale = Unit.objects.get(pk=district.water.pk)
    org.add_unit_name(System(), district.water, name="水务局")
    Unit.objects.filter(pk=stale.pk).update(kind="other")
    with change(System(), stale, "org.change_unit") as unit:
        assert unit.kind == "other"


def test_an_error_in_the_body_undoes_everything(district):
    before = AuditEvent.objects.count()

    def goes_wrong() -> None:
        with change(System(), district.water, "org.change_unit") as unit:
            unit.name = "别的名称"
            Area.objects.create(name="临时", kind="town", parent=district.area)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        goes_wrong()
    assert Unit.objects.get(pk=district.water.pk).name == "区水务局"
    assert not Area.objects.filter(name="临时").exists()
    assert AuditEvent.objects.count() == before


def test_a_removal_tells_what_was_there(district):
    grant = district.leader.grants.get()
    org.revoke_role(district.security, grant)
    event = AuditEvent.objects.order_by("-seq").first()
    assert (event.action, event.ident, event.before["role"], event.after) == (
        "org.revoke_role",
        str(grant.pk),
        "leader",
        None,
    )
    assert not RoleGrant.objects.filter(pk=grant.pk).exists()


def test_what_was_removed_meanwhile_is_a_wrong_state(district):
    grant = district.leader.grants.get()
    RoleGrant.objects.filter(pk=grant.pk).delete()
    with pytest.raises(WrongState, match="已经被删除"):
        org.revoke_role(district.security, grant)


def test_a_field_that_does_not_pass_is_named(district):
    with pytest.raises(Invalid) as invalid:
        org.add_unit(System(), name="", kind="department")
    assert "name" in invalid.value.fields


def test_nobody_moves_a_thing_to_where_they_may_not_act(district):
    RoleGrant.objects.filter(person=district.air_office).update(area=district.songxi)
    org.change_unit(district.air_office, district.songxi_town, name="松溪镇政府", kind="town", area=district.songxi)
    with pytest.raises(Refused):
        org.change_unit(district.air_office, district.liuwan_town, name="柳湾镇政府", kind="town", area=district.liuwan)
    with pytest.raises(Refused):
        org.change_unit(district.air_office, district.songxi_town, name="松溪镇政府", kind="town", area=district.liuwan)
    assert Unit.objects.get(pk=district.songxi_town.pk).area == district.songxi


def test_one_action_is_one_event(district):
    before = AuditEvent.objects.count()
    org.change_unit(district.air_office, district.water, name="区水务中心", kind="department", area=district.area)
    assert AuditEvent.objects.count() == before + 1
    assert audit.verify().whole
