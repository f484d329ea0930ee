"""Panels and counts of work that tell how a task is carried out: its parts, what leaders order on it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.registries import Panel, WorkItems, panels, work_items
from lantian.site.plans.queries import instructions


def parts_of(person: Any, task: Any) -> dict[str, Any] | None:
    """What a task is broken down into; the rows are fetched once the page is drawn."""
    if task.origin == "instruction":
        return None
    return {"task": task, "may": task.state == "open" and policy.may(person, "plans.task.break_down", task)}


def instructions_of_task(person: Any, task: Any) -> dict[str, Any] | None:
    """What leaders ordered on a task; on an instruction's own page the instruction."""
    if task.origin == "instruction":
        return {"rows": list(instructions.instructions(person).filter(task=task)), "may": False}
    return _instructions(person, instructions.of_task(person, task), reverse("plans:instruct", args=[task.pk]))


def instructions_of_plan(person: Any, plan: Any) -> dict[str, Any] | None:
    """What leaders ordered on a plan as a whole."""
    rows = instructions.instructions(person).filter(task__plan=plan, task__parent=None)
    return _instructions(person, rows, reverse("plans:instruct_plan", args=[plan.pk]))


def _instructions(person: Any, rows: Any, url: str) -> dict[str, Any] | None:
    found, may = list(rows), policy.may(person, "plans.instruction.give")
    return {"rows": found, "may": may, "url": url} if found or may else None


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    panels.register(
        "plans.task.parts", Panel("plans.task", _("分解任务"), "plans/panels/parts.html", parts_of, order=20)
    )
    title = _("领导批示")
    for place, build in (("plans.task", instructions_of_task), ("plans.plan", instructions_of_plan)):
        panels.register(f"{place}.instructions", Panel(place, title, "plans/panels/instructions.html", build, order=30))
    to: Any = reverse_lazy("plans:instructions")
    for name, words, count, tone in (
        ("plans.instructions.unit", _("待办的领导批示"), instructions.to_answer, "blue"),
        ("plans.instructions.unit_late", _("已逾期的领导批示"), instructions.late_to_answer, "red"),
        ("plans.instructions", _("待审阅的批示答复"), instructions.to_judge, "blue"),
        ("plans.instructions.own", _("我的批示，未办结"), instructions.of_leader, ""),
        ("plans.instructions.late", _("我的批示，已逾期"), instructions.late_of_leader, "red"),
    ):
        work_items.register(name, WorkItems(words, count, to, "writing", 20, tone))
