"""Milestones: laid down on a form that proposes templates, marked as done, listed over all tasks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, filters, policy
from lantian.site.core.faults import Fault, Invalid
from lantian.site.core.forms import Form
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.plans import actions, backward, duties
from lantian.site.plans.actions import Step
from lantian.site.plans.models import Milestone, Task
from lantian.site.plans.queries import milestones as queries
from lantian.site.plans.queries import parts

BLANK = 3
MOST = 40
TABLE = Table(
    columns=[
        Column("state", _("状态"), template="plans/milestones/state.html", css="nowrap", exported=lambda m: m.shape),
        Column("name", _("节点"), css="nowrap"),
        Column("date", _("节点日期"), sort="date", css="nowrap"),
        Column("task", _("所属任务"), link=lambda m: m.task.get_absolute_url(), css="wide"),
        Column("due", _("到期日"), value=lambda m: m.task.due, sort="task__due", css="nowrap minor"),
        Column("done_on", _("实际完成日期"), sort="done_on", css="nowrap"),
        Column("note", _("完成说明"), css="wide minor"),
    ],
    sort="date",
    empty=_("还没有节点。"),
    empty_hint=_("牵头单位在任务页面上从到期日倒排节点。"),
    file_name=_("任务节点"),
)  # fmt: skip


class MilestoneFilter(filters.Filter):
    """Late, to come, or done; of one's own units."""

    state = filters.choice(_("状态"), [("late", _("已逾期")), ("waiting", _("未到期")), ("done", _("已完成"))])
    mine = filters.yes(_("只看本单位"))

    def where(self) -> Q:
        asked = self.asked["state"]
        if asked == "done":
            return Q(done_on__isnull=False)
        if asked == "late":
            return Q(done_on=None, date__lt=clock.today())
        return Q(done_on=None, date__gte=clock.today()) if asked else Q()


class StepForm(Form):
    """One step; a row without a name is no step."""

    key = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("节点"), max_length=60, required=False)
    before = forms.IntegerField(label=_("提前天数"), min_value=0, max_value=1000, required=False)
    working = forms.BooleanField(label=_("按工作日"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("name") and cleaned.get("before") is None and "before" not in self.errors:
            self.add_error("before", _("请填 0 到 1000 天。"))
        return cleaned


@room("plans", "milestones", policy="plans.see", menu=_("任务节点"), icon="flag", order=12)
def milestones_page(request: Request) -> HttpResponseBase:
    """Steps of all tasks that the person may see."""
    asked = MilestoneFilter.from_query(request.GET)
    rows = queries.milestones(request.person).filter(asked.where())
    if asked.asked["mine"]:
        units = set(request.person.visible_unit_ids)
        own = duties.roles_of_units(request.person.register, units, "duty").values("task")
        rows = rows.filter(task__in=own)
    return list_page(request, "core/list.html", table=TABLE, rows=rows, asked=asked, title=_("任务节点"))


@room("plans", "task_milestones", policy="plans.milestone.set", methods=("GET", "POST"))
def task_milestones(request: Request, pk: int) -> HttpResponseBase:
    """Lay down the steps of a task, from a template or by hand."""
    task = parts.with_roles(request.person).filter(pk=pk).first()
    if task is None:
        raise Http404
    policy.require(request.person, "plans.milestone.set", task)
    there = list(task.milestones.all())
    offered = backward.templates(task)
    rows, errors = _rows(request, task, there, offered), []
    if request.method == "POST" and all([row.is_valid() for row in rows]):  # noqa: C419 - every row is to tell
        named = [row for row in rows if row.cleaned_data["name"]]
        try:
            actions.set_milestones(request.person, task, [Step(**row.cleaned_data) for row in named])
        except Fault as fault:
            for name, text in (fault.fields if isinstance(fault, Invalid) else {}).items():
                _step, n, field = name.split("-", 2)
                named[int(n)].add_error(field, str(text))
            errors.append(fault)
        else:
            messages.success(request, _("节点已保存。"))
            return see_other(task.get_absolute_url())
    return page(
        request,
        "plans/milestones/edit.html",
        title=_("倒排工期"),
        crumbs=[(task.plan.title, task.plan.get_absolute_url()), (task.name, task.get_absolute_url())],
        task=task,
        rows=rows,
        errors=errors,
        done=[one for one in there if one.done_on],
        templates=[(one.id, backward.named(one)) for one in offered],
        cancel_url=task.get_absolute_url(),
    )


def _rows(request: Request, task: Task, there: list[Milestone], offered: list[Any]) -> list[StepForm]:
    if request.method == "POST":
        asked = request.POST.get("rows", "")
        count = min(int(asked), MOST) if asked.isdecimal() and len(asked) < 4 else 0
        return [StepForm(request.POST, prefix=f"step-{n}") for n in range(count)]
    initial: list[dict[str, Any]] = [
        {"key": one.pk, "name": one.name, "before": one.before, "working": one.working, "date": one.date}
        for one in there
        if one.done_on is None
    ]
    template = next((one for one in offered if one.id == request.GET.get("template")), None)
    if template is None and not there:
        template = offered[0] if offered else None
    if template is not None:
        initial = [
            {"name": backward.named(step), "before": step.before, "working": step.working} for step in template.step
        ]
    for row in initial:
        if task.due is not None:
            row["date"] = backward.day_before(task.due, row["before"], working=row["working"])
    return [StepForm(prefix=f"step-{n}", initial=row) for n, row in enumerate([*initial, *({} for _n in range(BLANK))])]


@room("plans", "milestone_step", policy="plans.milestone.finish", methods=("POST",))
def milestone_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Mark a step as done, or take the mark back: the action asks who may."""
    found = queries.milestones(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    if step == "finish":
        actions.finish_milestone(request.person, found, note=request.POST.get("note", ""))
    elif step == "reopen":
        actions.reopen_milestone(request.person, found, reason=request.POST.get("note", ""))
    else:
        raise Http404
    return see_other(found.task.get_absolute_url())
