"""What this room shows on pages of units beside their own facts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.registries import Panel, WorkItems, panels, places, work_items
from lantian.site.org import queries
from lantian.site.org.models import FirmDeclaration, RoleProposal, Unit
from lantian.site.org.suggestions import group_suggestion


def members_of(person: Any, unit: Unit) -> dict[str, Any] | None:
    """Whom a group stands for today, and its exceptions."""
    if unit.kind != Unit.Kind.GROUP:
        return None
    register = person.register
    members = [register.units[pk] for pk in register.members(unit.pk)]
    return {
        "unit": unit,
        "members": members,
        "left_out": [row.unit for row in unit.exceptions.select_related("unit")],
        "suggested": None if members else group_suggestion(unit, register),
    }


def history_of(person: Any, unit: Unit) -> dict[str, Any] | None:
    """Names by date and reorganisations of a unit, and who does its work today."""
    register = person.register
    events = register.history(unit.pk)
    leaves = [register.units[pk] for pk in register.today(unit.pk) if pk != unit.pk]
    before = [register.units[pk] for pk in sorted(register.predecessors({unit.pk}) - {unit.pk})]
    if not (events or leaves or before):
        return None
    return {"unit": unit, "events": events, "today": leaves, "before": before}


def declarations_waiting(person: Any) -> int | QuerySet[Any]:
    """Declared accounts that the person may verify."""
    if not policy.may(person, "org.see_declarations"):
        return 0
    return FirmDeclaration.objects.visible_to(person).filter(state="declared")


def proposals_waiting(person: Any) -> int | QuerySet[Any]:
    """Proposed administrators' roles that the person may confirm."""
    if not policy.may(person, "org.see_proposals"):
        return 0
    return RoleProposal.objects.filter(state="proposed").exclude(proposed_by=person).exclude(person=person)


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    work_items.register(
        "org.declarations",
        WorkItems(_("企业账号待核实"), declarations_waiting, "/declarations", icon="building-factory-2", order=60),
    )
    work_items.register(
        "org.proposals",
        WorkItems(_("管理员授权待复核"), proposals_waiting, "/roles/proposed", icon="user-check", order=70),
    )
    places.register("org.unit", queries.unit)
    places.register("org.area", queries.area)
    panels.register("org.members", Panel("org.unit", _("成员单位"), "org/panels/members.html", members_of, order=1))
    panels.register("org.history", Panel("org.unit", _("沿革"), "org/panels/history.html", history_of, order=5))
