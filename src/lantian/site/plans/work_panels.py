"""Panels and counts of work that tell how tasks are carried out: their parts, what leaders order."""

from __future__ import annotations

from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.registries import Panel, WorkItems, panels, work_items
from lantian.site.plans.queries import instructions, milestones


def parts_of(person: Any, task: Any) -> dict[str, Any]:
    """What a task is broken down into and what was ordered on it: fetched by the page once it is drawn."""
    return {"task": task}


def instructions_of_plan(person: Any, plan: Any) -> dict[str, Any] | None:
    """What leaders ordered on a plan as a whole."""
    rows = list(instructions.instructions(person).filter(task__plan=plan, task__parent=None))
    may = policy.may(person, "plans.instruction.give")
    return {"rows": rows, "may": may, "url": reverse("plans:instruct_plan", args=[plan.pk])} if rows or may else None


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    panels.register(
        "plans.task.parts", Panel("plans.task", _("分解、节点和批示"), "plans/panels/parts.html", parts_of, order=20)
    )
    panels.register(
        "plans.plan.instructions",
        Panel(
            "plans.plan", _("领导批示"), "plans/panels/instructions.html", instructions_of_plan, order=30, later=True
        ),
    )
    to: Any = reverse_lazy("plans:instructions")
    for name, words, count, tone in (
        ("plans.instructions.unit", _("待办的领导批示"), instructions.to_answer, "blue"),
        ("plans.instructions.unit_late", _("已逾期的领导批示"), instructions.late_to_answer, "red"),
        ("plans.instructions", _("待审阅的批示答复"), instructions.to_judge, "blue"),
        ("plans.instructions.own", _("我的批示，未办结"), instructions.of_leader, ""),
        ("plans.instructions.late", _("我的批示，已逾期"), instructions.late_of_leader, "red"),
    ):
        work_items.register(name, WorkItems(words, count, to, "writing", 20, tone))
    steps: Any = reverse_lazy("plans:milestones")
    work_items.register(
        "plans.milestones.late", WorkItems(_("已逾期的节点"), milestones.late, steps, "flag", 20, "red")
    )
    work_items.register(
        "plans.milestones.soon", WorkItems(_("7 天内的节点"), milestones.soon, steps, "flag", 20, "amber")
    )
