"""Leaders' instructions: their list, giving one, answering it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import filters, policy
from lantian.site.core.forms import Form, submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.models import Unit
from lantian.site.plans import actions
from lantian.site.plans.models import Instruction, Plan, Task
from lantian.site.plans.queries import instructions as queries
from lantian.site.plans.queries.progress import BIG
from lantian.site.plans.states import INSTRUCTION, INSTRUCTION_OPEN

GIVEN_TO = (Unit.Kind.DEPARTMENT, Unit.Kind.TOWN, Unit.Kind.OTHER)
TABLE = Table(
    columns=[
        Column("text", _("批示内容"), value=lambda i: i.task.name, link=lambda i: i.get_absolute_url(), css="wide"),
        Column("leader_name", _("批示领导"), sort="leader_name", css="nowrap"),
        Column("unit", _("承办单位"), sort="unit__name", css="nowrap"),
        Column("due", _("办理期限"), value=lambda i: i.task.due, sort="task__due", css="nowrap"),
        Column("state", _("状态"), sort="state", template="plans/instructions/state.html", css="nowrap",
               exported=lambda i: i.get_state_display()),
        Column("on", _("所批任务"), value=lambda i: i.task.parent or i.task.plan, css="minor"),
        Column("answer", _("办理情况"), css="wide minor"),
        Column("given_at", _("批示时间"), sort="given_at", css="nowrap minor"),
    ],
    sort="-given_at",
    empty=_("还没有批示。"),
    empty_hint=_("领导在任务或方案页面上批示，或由大气办代录纸质批示。"),
    file_name=_("领导批示"),
)  # fmt: skip


class InstructionFilter(filters.Filter):
    """By state, and those that are late."""

    q = filters.text(_("搜索"), placeholder=_("批示内容"))
    state = filters.choice(_("状态"), INSTRUCTION.choices)
    late = filters.yes(_("只看逾期"))

    def where(self) -> Q:
        where = Q()
        if self.asked["q"]:
            where &= Q(task__text__icontains=self.asked["q"])
        if self.asked["state"]:
            where &= Q(state=self.asked["state"])
        return where


class InstructionForm(Form):
    """What is ordered, of whom, until when."""

    text = forms.CharField(label=_("批示内容"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("承办单位"))
    due = forms.DateField(label=_("办理期限"))
    leader_name = forms.CharField(
        label=_("批示领导"), max_length=50, required=False, help_text=_("代录纸质批示时填写领导姓名。")
    )

    def __init__(self, *args: Any, leader: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.current().filter(kind__in=GIVEN_TO).order_by("kind", "name")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if leader:
            self.fields["leader_name"].widget = forms.HiddenInput()


@room(
    "plans",
    "instructions",
    policy="plans.instruction.see",
    menu=_("领导批示"),
    icon="writing",
    order=39,
    section="papers",
)
def instructions_page(request: Request) -> HttpResponseBase:
    """Instructions that the person may see."""
    asked = InstructionFilter.from_query(request.GET)
    rows = queries.instructions(request.person).filter(asked.where())
    rows = queries.late(rows) if asked.asked["late"] else rows
    return list_page(request, "core/list.html", table=TABLE, rows=rows, asked=asked, title=_("领导批示"))


@room("plans", "instruct", policy="plans.instruction.give", methods=("GET", "POST"))
def instruct(request: Request, pk: int) -> HttpResponseBase:
    """Order something on a task."""
    rows = Task.objects.visible_to(request.person).select_related("plan", "clause").defer(*BIG)
    task = rows.filter(pk=pk).exclude(origin="instruction").first()
    if task is None:
        raise Http404
    return _give(request, task, [(task.plan.title, task.plan.get_absolute_url()), (task.name, task.get_absolute_url())])


@room("plans", "instruct_plan", policy="plans.instruction.give", methods=("GET", "POST"))
def instruct_plan(request: Request, pk: int) -> HttpResponseBase:
    """Order something on a plan as a whole."""
    plan = Plan.objects.visible_to(request.person).defer("source", "blocks", "spans").filter(pk=pk).first()
    if plan is None:
        raise Http404
    return _give(request, plan, [(plan.title, plan.get_absolute_url())])


def _give(request: Request, on: Task | Plan, crumbs: list[tuple[str, str]]) -> HttpResponseBase:
    leader = request.person.name if request.person.holds("leader") else ""
    form = InstructionForm(request.POST or None, leader=leader)
    if request.method == "POST" and submitted(form, partial(actions.give_instruction, request.person, on)):
        messages.success(request, _("批示已转承办单位。"))
        return see_other(on.get_absolute_url())
    return page(
        request,
        "plans/instructions/give.html",
        title=_("批示"),
        crumbs=crumbs,
        on=on,
        form=form,
        submit=_("提交批示"),
        cancel_url=on.get_absolute_url(),
    )


@room("plans", "instruction", policy="plans.instruction.see")
def instruction_page(request: Request, pk: int) -> HttpResponseBase:
    """One instruction, its answer, and what can be done with it."""
    found = _found(request, pk)
    steps = [s for s in INSTRUCTION.allowed(found, request.person) if s.name != "answer"]
    return page(
        request,
        "plans/instructions/instruction.html",
        title=_("批示：{text}").format(text=found.task.name),
        crumbs=[(_("领导批示"), reverse("plans:instructions"))],
        instruction=found,
        can_answer=found.state in INSTRUCTION_OPEN and policy.may(request.person, "plans.instruction.answer", found),
        buttons=[{"step": s, "url": reverse("plans:instruction_step", args=[pk, s.name])} for s in steps],
    )


@room("plans", "instruction_step", policy="plans.instruction.see", methods=("POST",))
def instruction_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Answer, settle, return, withdraw, reopen: the action asks who may."""
    found = _found(request, pk)
    reason = request.POST.get("reason", "")
    acts = {
        "settle": actions.settle_instruction,
        "return": actions.return_instruction,
        "withdraw": actions.withdraw_instruction,
        "reopen": actions.reopen_instruction,
    }
    if step == "answer":
        actions.answer_instruction(request.person, found, text=request.POST.get("text", ""))
    elif step in acts:
        acts[step](request.person, found, reason=reason)
    else:
        raise Http404
    return see_other("plans:instruction", pk=pk)


def _found(request: Request, pk: int) -> Instruction:
    rows = queries.instructions(request.person).select_related("given_by", "answered_by", "decided_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
