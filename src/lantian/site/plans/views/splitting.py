"""Splitting a task of a confirmed plan, and joining those that say the same."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lantian.site.core import policy
from lantian.site.core.faults import Fault
from lantian.site.core.forms import submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.plans import actions
from lantian.site.plans.actions import splitting
from lantian.site.plans.models import Task
from lantian.site.plans.queries import parts
from lantian.site.plans.queries import splitting as queries
from lantian.site.plans.splitting_form import JoinForm, SplitForm, number_choices, role_choices


@room("plans", "task_split", policy="plans.task.split", methods=("GET", "POST"))
def task_split(request: Request, pk: int) -> HttpResponseBase:
    """Split a task: what stays, and what becomes a task of its own."""
    task = _task(request, pk, "plans.task.split")
    form = SplitForm(task, request.POST or None, queries.fixed(task))
    if request.method == "POST" and "more" not in request.POST and form.is_valid():
        try:
            made = actions.divide_task(request.person, task, **form.values())
        except Fault as fault:
            form.add_fault(fault)
        else:
            said = ngettext("已拆出 {n} 项任务。", "已拆出 {n} 项任务。", len(made))
            messages.success(request, said.format(n=len(made)))
            return see_other(task.get_absolute_url())
    return page(
        request,
        "plans/split.html",
        title=_("拆分任务"),
        crumbs=_crumbs(task),
        task=task,
        form=form,
        cancel_url=task.get_absolute_url(),
    )


@room("plans", "task_join", policy="plans.task.join", methods=("GET", "POST"))
def task_join(request: Request, pk: int) -> HttpResponseBase:
    """Join tasks: choose them; then see what will happen, and confirm."""
    task = _task(request, pk, "plans.task.join")
    given = request.POST if request.method == "POST" else request.GET
    keys = [int(one) for one in given.getlist("with") if one.isdecimal() and len(one) < 16]
    gone = queries.leaving(request.person, task, keys[: splitting.MOST]) if keys else []
    if not gone:
        q = given.get("q", "")[:100]
        found = queries.candidates(request.person, task, q)
        context: dict[str, Any] = {"task": task, "found": found, "q": q, "asked": bool(q)}
        return page(request, "plans/join.html", title=_("合并任务"), crumbs=_crumbs(task), **context)
    others = [one.task for one in gone]
    form = JoinForm(
        request.POST or None,
        roles=role_choices(queries.lacking_roles(task, others)),
        numbers=number_choices(queries.lacking_numbers(task, others)),
    )

    def act(reason: str, roles: Any = (), numbers: Any = ()) -> Task:
        return actions.merge_tasks(request.person, task, others, roles=roles, numbers=numbers, reason=reason)

    if request.method == "POST" and submitted(form, act):
        said = ngettext("已并入 {n} 项任务。", "已并入 {n} 项任务。", len(others))
        messages.success(request, said.format(n=len(others)))
        return see_other(task.get_absolute_url())
    return page(
        request,
        "plans/join_confirm.html",
        title=_("合并任务"),
        crumbs=_crumbs(task),
        task=task,
        gone=gone,
        unsettled=splitting.unsettled(queries.family(others)),
        form=form,
        swap=f"{reverse('plans:task_join', args=[others[0].pk])}?with={task.pk}" if len(others) == 1 else "",
        submit=_("合并任务"),
        cancel_url=task.get_absolute_url(),
    )


def _crumbs(task: Task) -> list[tuple[Any, str]]:
    return [(task.plan.title, task.plan.get_absolute_url()), (task.name, task.get_absolute_url())]


def _task(request: Request, pk: int, action: str) -> Task:
    """An open task of a plan, which the person may split or join."""
    task: Task | None = parts.with_roles(request.person).filter(pk=pk).first()
    if task is None:
        raise Http404
    policy.require(request.person, action, task)
    splitting.ensure_whole(task)
    return task
