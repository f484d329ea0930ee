"""What progress shows on the pages of a task and a plan, and what waits for whom."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.registries import Panel, WorkItems, panels, work_items
from lantian.site.org.register import register_of
from lantian.site.plans import standing
from lantian.site.plans.models import Closing, ExtensionRequest, ProgressReport, ReportCycle
from lantian.site.plans.queries import counted
from lantian.site.plans.queries import progress as queries


def of_task(person: Any, task: Any) -> dict[str, Any]:
    """How the task stands; the rest is fetched by the page once it is drawn (`task_progress`)."""
    return {"task": task, "standing": standing.of_task(task)}


def task_progress(person: Any, task: Any) -> dict[str, Any]:
    """Numbers, what was reported, requests, closing of a task whose roles and quantities are loaded."""
    register = register_of(person)
    doing = register.expand(r.unit_id for r in task.roles.all() if r.unit_id and r.role in ("lead", "responsible"))
    timeline, counting = queries.timeline(person, task)
    own = task.state == "open" and any(unit in person.visible_unit_ids for unit in doing)
    return {
        "task": task,
        "standings": [n for n in counted.number_standings(task, register, counting) if n.wanted.counts],
        "bindings": counted.bindings(task),
        "can_bind": task.state == "open" and policy.may(person, "plans.quantity.bind", task.plan),
        "timeline": timeline,
        "extensions": list(queries.extensions(person).filter(task=task)),
        "closings": list(queries.closings(person).filter(task=task)),
        "can_ask": own and policy.may(person, "plans.extension.ask"),
    }


def of_plan(person: Any, plan: Any) -> dict[str, Any]:
    """The cycles of a plan."""
    return {"plan": plan, "cycles": list(queries.cycles(person).filter(plan=plan).exclude(state="dismissed"))}


def to_review(person: Any) -> QuerySet[ProgressReport]:
    """Reports that wait for the air office."""
    return queries.waiting(person) if policy.may(person, "plans.report.review") else ProgressReport.objects.none()


def extensions_waiting(person: Any) -> QuerySet[ExtensionRequest]:
    """Requests that wait for the person: the air office's, or the leader's to consent to."""
    states = [
        state
        for action, wanted in (("grant", ("asked", "consented")), ("consent", ("consenting",)))
        for state in wanted
        if policy.may(person, f"plans.extension.{action}")
    ]
    return queries.extensions(person).filter(state__in=states) if states else ExtensionRequest.objects.none()


def closings_waiting(person: Any) -> QuerySet[Closing]:
    """Requests to close a task that wait for the air office."""
    if not policy.may(person, "plans.task.close"):
        return Closing.objects.none()
    return queries.closings(person).filter(outcome="asked")


def cycles_waiting(person: Any) -> QuerySet[ReportCycle]:
    """Cycles read from a plan that wait to be confirmed."""
    if not policy.may(person, "plans.cycle.confirm"):
        return ReportCycle.objects.none()
    return ReportCycle.objects.visible_to(person).filter(state="suggested")


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    panels.register(
        "plans.task.progress", Panel("plans.task", _("进展"), "plans/progress/panels/task.html", of_task, order=10)
    )
    panels.register(
        "plans.plan.cycles", Panel("plans.plan", _("调度周期"), "plans/progress/panels/plan.html", of_plan, order=20)
    )
    waiting: list[tuple[str, Any, Any, str, str, str]] = [
        ("plans.to_review", _("待审核的进展"), to_review, "plans:desk", "checklist", "blue"),
        ("plans.extensions", _("待办理的延期免报"), extensions_waiting, "plans:extensions", "calendar-plus", "blue"),
        ("plans.closings", _("待核查的销号"), closings_waiting, "plans:closings", "circle-check", "blue"),
        ("plans.cycles", _("待确认的调度周期"), cycles_waiting, "plans:plans", "calendar-check", ""),
    ]
    for name, title, count, url, icon, tone in waiting:
        address: Any = reverse_lazy(url)
        work_items.register(name, WorkItems(title, count, address, icon=icon, order=20, tone=tone))
