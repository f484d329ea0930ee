"""What goals show on the pages of a town and its unit, and what waits for the air office."""

from __future__ import annotations

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.registries import Panel, WorkItems, panels, work_items
from lantian.site.plans.queries import goals as queries

SHOWN = 5


def of_area(person: Any, area: Any) -> dict[str, Any] | None:
    """The goals of a town, worst first."""
    rows = queries.of_area(person, area)
    return {"rows": rows} if rows else None


def of_unit(person: Any, unit: Any) -> dict[str, Any] | None:
    """The goals of the town whose office a unit is."""
    if unit.kind != "town" or unit.area is None:
        return None
    return of_area(person, unit.area)


def at_minute(person: Any, _obj: Any) -> dict[str, Any]:
    """The goals of the district that stand worst."""
    rows = [one for one in queries.stood(queries.goals(person)) if one.goal.scope == "district"]
    return {"goals": sorted(rows, key=lambda one: one.standing.urgency)[:SHOWN]}


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    template = "plans/goals/panels/area.html"
    panels.register("plans.unit.goals", Panel("org.unit", _("目标"), template, of_unit, 15, "plans.see", later=True))
    panels.register("plans.area.goals", Panel("org.area", _("目标"), template, of_area, 15, "plans.see"))
    minute = "plans/goals/panels/minute.html"
    panels.register(
        "plans.minute.goals", Panel("plans.minute", _("目标"), minute, at_minute, 5, "plans.see", later=True)
    )
    to: Any = reverse_lazy("plans:goals_to_bind")
    work_items.register("plans.goals_to_bind", WorkItems(_("待绑定的目标"), queries.to_bind, to, "link", 21, "blue"))
