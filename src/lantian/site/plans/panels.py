"""What this room shows on pages of the rooms below."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.registries import Panel, WorkItems, panels, places, work_items
from lantian.site.org.uses import unit_uses
from lantian.site.plans import duties, lights, queries, standing, words
from lantian.site.plans.models import Finding, Plan, PlanImport, Task
from lantian.site.plans.queries import board, handover

SHOWN = 8


def of_unit(person: Any, unit: Any) -> dict[str, Any] | None:
    """All roles of a unit over all plans: how many tasks, how they stand, those due first, its last reports."""
    lines, last = board.of_unit(person, unit.pk)
    if not lines:
        return None
    by_role = [
        {"role": role, "label": label, "count": len(rows), "tasks": rows[:SHOWN]}
        for role, label in words.ROLES[:3]
        if (rows := [(line, one) for line, own, one in lines if own == role])
    ]
    answers = [one for _line, role, one in lines if role in duties.DUTY]
    return {"unit": unit, "by_role": by_role, "of": standing.roll_up(answers), "levels": standing.LEVELS, "last": last}


def at_home(person: Any, _obj: Any) -> dict[str, Any] | None:
    """All tasks by their dates, for those who have no unit whose work stands above."""
    if person.visible_unit_ids:
        return None
    counts = queries.due_counts(Task.objects.visible_to(person).whole().filter(lights.UNDER_WAY))
    if not sum(counts.values()):
        return None
    return {"lights": lights.tiles(counts)}


def waiting_imports(person: Any) -> QuerySet[PlanImport]:
    """Imports that wait for review by this person."""
    if not policy.may(person, "plans.import"):
        return PlanImport.objects.none()
    return PlanImport.objects.visible_to(person).filter(state="review")


def open_findings(person: Any) -> QuerySet[Finding]:
    """Open findings of plans that this person may decide on."""
    if not policy.may(person, "plans.import"):
        return Finding.objects.none()
    return Finding.objects.filter(state="open", plan__in=Plan.objects.visible_to(person))


def of_reorganisation(person: Any, event: Any) -> dict[str, Any] | None:
    """Open tasks that stand under the units as they were before, to be handed over."""
    if not policy.may(person, "plans.hand_over"):
        return None
    units = {unit.pk: unit for unit in event.before.all()}
    if event.kind not in ("split", "abolish") or not units:
        return None
    counts = Counter(handover.open_roles().filter(unit__in=units).values_list("unit", flat=True))
    return {"rows": [(units[pk], count) for pk, count in counts.items()]}


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    places.register("plans.plan", queries.plan)
    places.register("plans.minute", lambda person, pk: person if person.pk == pk else None)
    panels.register(
        "plans.unit", Panel("org.unit", _("任务"), "plans/panels/unit.html", of_unit, order=10, policy="plans.see")
    )
    panels.register(
        "plans.home", Panel("core.home", _("任务"), "plans/panels/home.html", at_home, order=10, policy="plans.see")
    )
    work_items.register(
        "plans.imports",
        WorkItems(  # the address cannot be resolved before all rooms are loaded
            _("待审核的方案"),
            waiting_imports,
            reverse_lazy("plans:imports"),  # type: ignore[arg-type]
            icon="file-import",
            order=10,
        ),
    )
    work_items.register(
        "plans.findings",
        WorkItems(
            _("待处理疑点"),
            open_findings,
            reverse_lazy("plans:plans"),  # type: ignore[arg-type]
            icon="alert-triangle",
            order=20,
        ),
    )
    panels.register(
        "plans.handover",
        Panel("org.reorganisation", _("移交任务"), "plans/panels/handover.html", of_reorganisation, policy="plans.see"),
    )
    unit_uses.register("plans.tasks", handover.uses)
