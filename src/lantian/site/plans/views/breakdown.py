"""Breaking a task down: the form with its sums, and the panel on a task's page."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lantian.site.core import policy
from lantian.site.core.faults import Fault, Text
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.org.models import Unit
from lantian.site.org.register import register_of
from lantian.site.plans import actions, money
from lantian.site.plans.breakdown_form import BLANK, BreakdownForm, initial_of
from lantian.site.plans.models import Task
from lantian.site.plans.queries import instructions
from lantian.site.plans.queries import parts as queries


@room("plans", "breakdown", policy="plans.task.break_down", methods=("GET", "POST"))
def breakdown(request: Request, pk: int) -> HttpResponseBase:
    """Give a task out to units; the sums stand beside the rows."""
    task = _task(request, pk)
    form = _form(request, task)
    if request.method == "POST":
        if "more" in request.POST:
            form.add([None] * BLANK)
        elif "towns" in request.POST:
            towns = Unit.objects.current().filter(kind=Unit.Kind.TOWN)
            form.add(list(towns.values_list("pk", flat=True)))
        elif form.is_valid():
            try:
                parts = form.parts()
                actions.break_down(request.person, task, parts, partial=form.partial)
            except Fault as fault:
                form.add_fault(fault)
            else:
                said = ngettext("已分解为 {n} 项。", "已分解为 {n} 项。", len(parts)) if parts else _("分解已取消。")
                messages.success(request, str(said).format(n=len(parts)))
                return see_other(task.get_absolute_url())
    return page(
        request,
        "plans/parts/breakdown.html",
        title=_("分解这项任务"),
        crumbs=[(task.plan.title, task.plan.get_absolute_url()), (task.name, task.get_absolute_url())],
        task=task,
        form=form,
        sums=form.sums(),
        cancel_url=task.get_absolute_url(),
    )


@room("plans", "breakdown_sums", policy="plans.task.break_down", methods=("POST",))
def sums(request: Request, pk: int) -> HttpResponse:
    """The sums of what is typed so far."""
    form = _form(request, _task(request, pk))
    return render(request, "plans/parts/breakdown_sums.html", {"sums": form.sums(), "form": form})


@room("plans", "task_parts", policy="plans.see")
def task_parts(request: Request, pk: int) -> HttpResponse:
    """What a task is broken down into, as its page shows it; a page of its own without script."""
    task = queries.with_roles(request.person).filter(pk=pk).first()
    if task is None:
        raise Http404
    parts = queries.tree(request.person, task)
    ordered = instructions.instructions(request.person)
    context = {
        "task": task,
        "parts": parts,
        "sums": queries.gaps(task, [one.task for one in parts if not one.depth]),
        "instructions": list(ordered.filter(Q(task=task) | Q(task__parent=task))),
        "milestones": list(task.milestones.all()),
        "can_schedule": task.state == "open" and task.due and policy.may(request.person, "plans.milestone.set", task),
        "money": [(label, money.shown(value)) for label, value in _money(task) if value is not None],
        "can_fund": task.origin != "instruction" and policy.may(request.person, "plans.task.fund", task),
        "can_break_down": task.state == "open"
        and task.origin != "instruction"
        and policy.may(request.person, "plans.task.break_down", task),
        "can_instruct": task.origin != "instruction" and policy.may(request.person, "plans.instruction.give"),
    }
    if request.htmx:
        return render(request, "plans/parts/task_parts.html", context)
    crumbs = [(task.name, task.get_absolute_url())]
    return page(request, "plans/parts/task_parts_page.html", title=_("分解、节点和批示"), crumbs=crumbs, **context)


def _money(task: Task) -> list[tuple[Text, Decimal | None]]:
    return [(_("预算"), task.budget), (_("下达"), task.allotted), (_("支付"), task.paid)]


def _form(request: Request, task: Task) -> BreakdownForm:
    parts = queries.direct(task)
    return BreakdownForm(task, request.POST or None, initial_of(task, parts, register_of(request.person)))


def _task(request: Request, pk: int) -> Task:
    task = queries.with_roles(request.person).filter(pk=pk).first()
    if task is None:
        raise Http404
    policy.require(request.person, "plans.task.break_down", task)
    return task
