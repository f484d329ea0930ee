"""Pages of roles: who may do what, and administrators' roles that wait for a second person."""

from __future__ import annotations

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from lantian.site.core import page, policy
from lantian.site.core.frame import ROOMS
from lantian.site.core.page import room, see_other
from lantian.site.core.policy_table import table
from lantian.site.core.request import Request
from lantian.site.org import actions, queries
from lantian.site.org.models import RoleProposal
from lantian.site.org.states import PROPOSAL


@room("org", "policy", policy="org.see_policy", menu=_("权限表"), icon="shield-lock", order=40)
def policy_page(request: Request) -> HttpResponseBase:
    """Who may do what: the policy table as it stands, and who holds roles that exclude each other."""
    chosen = request.GET.get("role", "")
    rows = table()
    if chosen in policy.ROLES:
        rows = [row for row in rows if row.cells[chosen]]
    rooms = [
        (ROOMS[name].title if name in ROOMS else name, [row for row in rows if row.room == name])
        for name in dict.fromkeys(row.room for row in rows)
    ]
    return page.page(
        request,
        "org/policy.html",
        title=_("权限表"),
        roles=list(policy.ROLES.items()),
        duties=[(policy.ROLES[role], duty) for role, duty in policy.DUTIES.items()],
        chosen=chosen,
        shown_roles=[(role, name) for role, name in policy.ROLES.items() if chosen in ("", role)],
        rooms=rooms,
        clashes=queries.role_clashes(),
    )


@room("org", "proposals", policy="org.see_proposals", menu=_("授权复核"), icon="user-check", order=42)
def proposals_page(request: Request) -> HttpResponseBase:
    """Administrators' roles that wait for a second person, and what was decided lately."""
    rows = list(queries.proposals()[:100])
    waiting = [
        (row, [] if request.person in (row.person, row.proposed_by) else PROPOSAL.allowed(row, request.person))
        for row in rows
        if row.state == "proposed"
    ]
    return page.page(
        request,
        "org/proposals.html",
        title=_("授权复核"),
        waiting=waiting,
        decided=[row for row in rows if row.state != "proposed"],
    )


@room("org", "proposal_step", policy="org.see_proposals", methods=("POST",))
def proposal_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Confirm, refuse or withdraw a proposed role."""
    proposal = get_object_or_404(RoleProposal, pk=pk)
    if step == "confirm":
        actions.confirm_role(request.person, proposal)
        messages.success(request, _("已复核，角色生效。"))
    elif step == "refuse":
        actions.refuse_role(request.person, proposal, reason=request.POST.get("reason", "")[:500])
        messages.success(request, _("已记为不同意。"))
    else:
        actions.withdraw_role(request.person, proposal)
        messages.success(request, _("已撤回。"))
    return see_other("org:proposals")
