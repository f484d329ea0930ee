"""What can be done with roles. Nobody gives one to himself; an administrator's role needs two people."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import ADMINISTRATORS, Actor, System, roles
from lantian.site.org.models import Area, Person, RoleGrant, RoleProposal, Unit
from lantian.site.org.states import PROPOSAL

SECURITY = roles("security_admin")
# Without one of each nobody could add people, or grant anything again.
NEVER_NONE = ("system_admin", "security_admin")

policy.declare(
    {
        "org.grant_role": SECURITY,
        "org.propose_role": SECURITY,
        "org.revoke_role": SECURITY,
        "org.see_policy": roles(*ADMINISTRATORS, "auditor"),
        "org.see_proposals": roles("security_admin", "system_admin"),
    },
    titles={
        "org.grant_role": _("授予角色"),
        "org.propose_role": _("提出管理员授权"),
        "org.revoke_role": _("收回角色"),
        "org.see_policy": _("查阅权限表"),
        "org.see_proposals": _("查看待复核授权"),
    },
)


def grant_role(
    actor: Actor,
    person: Person,
    *,
    role: str,
    unit: Unit | None = None,
    area: Area | None = None,
    until: dt.date | None = None,
) -> RoleGrant:
    """Give a person a role, everywhere or within a unit or an area.

    Raises
    ------
    Refused : the actor may not, or it is his own role
    Invalid : an administrator's role (see `propose_role`), or one that the person's other roles exclude
    WrongState : the account is disabled
    """
    grant = RoleGrant(person=person, role=role, unit=unit, area=area, until=until)
    with change(actor, grant, "org.grant_role") as grant:
        if role in ADMINISTRATORS and not isinstance(actor, System):
            raise Invalid(_("管理员角色须由两人办理。"), remedy=_("请提出授权，由另一位管理员复核。"))
        _may_receive(actor, person)
    return grant


def propose_role(actor: Actor, person: Person, *, role: str, until: dt.date | None = None) -> RoleProposal:
    """Propose an administrator's role; it counts once a second administrator confirms it."""
    proposal = RoleProposal(person=person, role=role, until=until, proposed_by=_as_person(actor))
    with change(actor, proposal, "org.propose_role") as proposal:
        if role not in ADMINISTRATORS:
            raise Invalid(_("只有管理员角色需要复核。"), fields={"role": _("请直接授予。")})
        _may_receive(actor, person)
        RoleGrant(person=person, role=role, until=until).full_clean()
    return proposal


def confirm_role(actor: Actor, proposal: RoleProposal) -> RoleGrant:
    """Confirm a proposed role, as somebody who neither proposed nor receives it."""
    with change(actor, proposal, "org.role_proposal.confirm") as proposal:
        PROPOSAL.step(proposal, "confirm", actor=actor)
        _second_person(actor, proposal)
        _may_receive(actor, proposal.person)
        grant = RoleGrant(person=proposal.person, role=proposal.role, until=proposal.until)
        grant.full_clean()
        grant.save()
        _decided(actor, proposal)
    return grant


def refuse_role(actor: Actor, proposal: RoleProposal, *, reason: str) -> RoleProposal:
    """Refuse a proposed role."""
    with change(actor, proposal, "org.role_proposal.refuse", note=reason) as proposal:
        PROPOSAL.step(proposal, "refuse", actor=actor, reason=reason.strip())
        _second_person(actor, proposal)
        _decided(actor, proposal)
        proposal.reason = reason.strip()
    return proposal


def withdraw_role(actor: Actor, proposal: RoleProposal) -> RoleProposal:
    """Take a proposal back."""
    with change(actor, proposal, "org.role_proposal.withdraw") as proposal:
        PROPOSAL.step(proposal, "withdraw", actor=actor)
        _decided(actor, proposal)
    return proposal


def revoke_role(actor: Actor, grant: RoleGrant) -> None:
    """Take a role away; at once, as every request asks. Of the administrators one is always left."""
    with change(actor, grant, "org.revoke_role") as grant:
        if actor == grant.person:
            raise Refused(_("不能改动自己的角色。"), remedy=_("请由另一位安全管理员办理。"))
        if grant.role in NEVER_NONE:
            someone_left(grant.role, without_grant=grant)
        grant.delete()


def someone_left(role: str, *, without: Person | None = None, without_grant: RoleGrant | None = None) -> None:
    """Raise `WrongState` unless somebody keeps the role without this person, or without this grant."""
    left = list(locked(RoleGrant.objects.filter(role=role, person__is_active=True, until=None)))
    if without is not None:
        if all(grant.person_id != without.pk for grant in left):
            return
        left = [grant for grant in left if grant.person_id != without.pk]
    if without_grant is not None:
        left = [grant for grant in left if grant.pk != without_grant.pk]
    if not left:
        raise WrongState(
            _("至少要留一位{role}。").format(role=policy.ROLES[role]), remedy=_("请先把这个角色授予另一位人员。")
        )


def _may_receive(actor: Actor, person: Person) -> None:
    """Refuse what one would give oneself, and a disabled account; holds the person while the roles are compared."""
    if actor == person:
        raise Refused(_("不能给自己授予角色。"), remedy=_("请由另一位安全管理员办理。"))
    held = locked(Person.objects.filter(pk=person.pk)).first()
    if held is None or not held.is_active:
        raise WrongState(_("账号已停用，不能授予角色。"), found="disabled", expected=["active"])


def _second_person(actor: Actor, proposal: RoleProposal) -> None:
    if actor in (proposal.proposed_by, proposal.person):
        raise Refused(_("提出人和被授权人不能复核。"), remedy=_("请由另一位安全管理员或系统管理员办理。"))


def _decided(actor: Actor, proposal: RoleProposal) -> None:
    proposal.decided_by, proposal.decided_at = _as_person(actor), clock.now()


def _as_person(actor: Actor) -> Person | None:
    return actor if isinstance(actor, Person) else None
