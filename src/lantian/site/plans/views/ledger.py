"""The task ledger and the page of one task."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.plan import Span
from lantian.site.core import clock, policy
from lantian.site.core.faults import Text
from lantian.site.core.page import page, panels, room
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.register import Register, register_of
from lantian.site.plans import queries, source_view, standing, words
from lantian.site.plans.filters import TaskFilter
from lantian.site.plans.models import Task
from lantian.site.plans.states import FINDING, TASK
from lantian.site.plans.templatetags.plans import light

NAMES = 3  # of a role that a cell of the ledger shows
CONTEXT_LINES = 3  # paragraphs or table rows shown around a task


def named(task: Task, role: str, units: Register) -> list[str]:
    """Names of a role in order, as written, with today's unit beside those that are called otherwise now."""
    return [str(units.shown(r.name, r.unit_id)) for r in task.roles.all() if r.role == role]


def role_column(role: str, label: Text, units: Register, css: str = "") -> Column:
    """The column of a role: its first names, each kept whole, and how many more there are."""

    def cell(task: Task) -> SafeString:
        names = named(task, role, units)
        drawn = format_html_join("", '<span class="pl-unit">{}</span>', ((name,) for name in names[:NAMES]))
        if len(names) > NAMES:
            more = format_html('<span class="pl-more" title="{}">+{}</span>', "、".join(names), len(names) - NAMES)
            drawn = format_html("{}{}", drawn, more)
        return format_html('<span class="pl-cell">{}</span>', drawn or "—")

    return Column(role, label, value=cell, css=css, exported=lambda task: named(task, role, units))


def _task_cell(task: Task) -> SafeString:
    """A task's name, the beginning of its text and where it stands in its plan."""
    where = f"{task.plan.title} › {task.clause.section}" if task.clause else task.plan.title
    text = format_html('<span class="pl-task-text">{}</span>', Truncator(task.text).chars(90)) if task.title else ""
    drawn = (
        '<span class="pl-cell"><a class="pl-task-link" href="{}">{}</a>{}<span class="pl-task-where">{}</span></span>'
    )
    return format_html(drawn, task.get_absolute_url(), task.name, text, where)


ON_PAGE = ("light", "number", "task", "lead", "responsible", "assist", "deadline_text", "due")


def tasks_table(today: dt.date, units: Register, *, on_page: bool) -> Table:
    """The ledger's table on a day; a file has more columns than the page."""

    def stands(task: Task) -> standing.Standing:
        return standing.of_task(task, today=today)

    columns = [
        Column(
            "light",
            _("状态"),
            value=lambda t: light(stands(t)),
            css="nowrap",
            exported=lambda t: stands(t).words,
        ),
        Column("number", _("编号"), sort=("plan", "position"), css="nowrap"),
        Column("task", _("任务"), value=_task_cell, css="wide", exported=lambda t: t.name),
        Column("text", _("内容"), css="wide"),
        role_column("lead", _("牵头"), units),
        role_column("responsible", _("责任"), units),
        role_column("assist", _("协办"), units, css="minor"),
        Column("deadline_text", _("时限原文"), css="minor"),
        Column("due", _("到期日"), sort="due", css="nowrap"),
        Column("section", _("章节"), value=lambda t: t.clause.section if t.clause else None),
        Column("plan", _("方案"), value=lambda t: t.plan.title),
    ]
    return Table(
        columns=[c for c in columns if c.name in ON_PAGE] if on_page else columns,
        sort="due",
        empty=_("还没有任务。"),
        empty_hint=_("导入并确认一份方案后，它的任务就列在这里。"),
        file_name=_("任务台账"),
    )


@room("plans", "ledger", policy="plans.see", menu=_("任务台账"), icon="list-details", order=10)
def ledger_page(request: Request) -> HttpResponseBase:
    """All tasks of all plans: filter, lights, export."""
    asked = TaskFilter.for_person(request.person, request.GET)
    return list_page(
        request,
        "plans/ledger.html",
        table=tasks_table(clock.today(), register_of(request.person), on_page="export" not in request.GET),
        rows=queries.ledger(request.person, asked.where()),
        asked=asked,
        title=_("任务台账"),
    )


@room("plans", "task", policy="plans.see")
def task_page(request: Request, pk: int) -> HttpResponse:
    """One task: its clause in context, roles, numbers by town, deadline, findings, trail."""
    task = queries.task(request.person, pk)
    if task is None:
        raise Http404
    events, corrections = queries.trail(task)
    return page(
        request,
        "plans/task.html",
        title=task.name,
        crumbs=[(task.plan.title, task.plan.get_absolute_url())],
        task=task,
        light=standing.of_task(task),
        roles=[(label, [r for r in task.roles.all() if r.role == role]) for role, label in words.ROLES],
        groups=queries.quantity_groups(task.quantities.all()),
        due_rule=words.DUE_RULES.get(task.due_rule, ""),
        context=_context(task),
        finding_states=FINDING.labels,
        events=events,
        corrections=corrections,
        panels=panels("plans.task", request.person, task),
        buttons=_buttons(request.person, task),
        more=_more(request.person, task),
        akin=queries.akin(task),
        ledger_url=reverse("plans:ledger"),
    )


def _context(task: Task) -> list[source_view.ShownBlock]:
    """The paragraphs or rows around the task, its own text and fields marked."""
    spans = {name: Span.model_validate(span) for name, span in task.spans.items()}
    main = spans.get("text") or next(iter(spans.values()), None)
    if main is None:
        return []
    quantities = [Span.model_validate(q.span) for q in task.quantities.all() if q.span]
    # findings are those of the first document
    found = [Span.model_validate(s) for f in task.findings.all() for s in f.spans if not task.version_id]
    marks = {
        "m-task": [main],
        "m-field": [*(s for name, s in spans.items() if name != "text"), *quantities],
        "m-finding": found,
    }
    document = task.version or task.plan
    return source_view.around(document.source, document.blocks, main, marks, lines=CONTEXT_LINES)


def _more(person: Any, task: Task) -> list[tuple[Text, str]]:
    """What is rarely done to a task."""
    if task.state != "open" or task.origin != "plan" or task.parent_id is not None:
        return []
    offered = (
        ("plans.task.split", _("拆分任务"), "task_split"),
        ("plans.task.join", _("与重复的任务合并"), "task_join"),
    )
    return [
        (label, reverse(f"plans:{name}", args=[task.pk]))
        for action, label, name in offered
        if policy.may(person, action, task)
    ]


def _buttons(person: Any, task: Task) -> list[dict[str, Any]]:
    """The steps that a task's own page offers."""
    return [
        {"step": step, "url": reverse("plans:task_restore", args=[task.pk])}
        for step in TASK.allowed(task, person)
        if step.name == "restore"
    ]
