"""Panels of a task's page that tell how it is carried out: its parts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.registries import Panel, panels


def parts_of(person: Any, task: Any) -> dict[str, Any] | None:
    """What a task is broken down into; the rows are fetched once the page is drawn."""
    if task.origin == "instruction":
        return None
    return {"task": task, "may": task.state == "open" and policy.may(person, "plans.task.break_down", task)}


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    panels.register(
        "plans.task.parts", Panel("plans.task", _("分解任务"), "plans/panels/parts.html", parts_of, order=20)
    )
