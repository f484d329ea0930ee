"""Settings of a plan's cycles: when its units report."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.forms import Form, PickMany, submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.plans import actions, words
from lantian.site.plans.models import Plan, ReportCycle, Task
from lantian.site.plans.queries import progress as queries
from lantian.site.plans.states import CYCLE
from lantian.site.plans.windows import windows

AFTER = [(0, _("当期")), (1, _("次月（周）")), (2, _("再下月（周）"))]


class CycleForm(Form):
    """A cycle's rhythm, its units, its evidence and, where it is not for all of them, its tasks."""

    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("如月调度、季调度、全城清洁日。"))
    every = forms.ChoiceField(label=_("频次"), choices=words.EVERY)
    due_day = forms.IntegerField(
        label=_("截止日"),
        min_value=1,
        max_value=31,
        help_text=_("每月、每季度填几号（31 即月底）；每周填 1–7（周一到周日）。"),
    )
    after = forms.TypedChoiceField(label=_("在哪一期截止"), choices=AFTER, coerce=int)
    shift = forms.ChoiceField(label=_("遇休息日"), choices=words.SHIFTS)
    first = forms.DateField(label=_("开始日期"))
    last = forms.DateField(label=_("结束日期"), required=False)
    reporters = forms.MultipleChoiceField(
        label=_("由谁报送"), choices=words.ROLES[:3], widget=forms.CheckboxSelectMultiple
    )
    needs = forms.MultipleChoiceField(
        label=_("必附材料"), choices=words.EVIDENCE, widget=forms.CheckboxSelectMultiple, required=False
    )
    tasks = forms.ModelMultipleChoiceField(
        Task.objects.none(),
        label=_("只限这些任务"),
        required=False,
        widget=PickMany,
        help_text=_("不选即本方案全部未销号的任务。"),
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Task.objects.whole().filter(plan=plan).only("number", "title", "text", "plan_id")
        self.fields["tasks"].queryset = rows  # type: ignore[attr-defined]


@room("plans", "cycles", policy="plans.see", methods=("GET", "POST"))
def cycles_page(request: Request, pk: int) -> HttpResponseBase:
    """The cycles of a plan, suggested ones first, and a form to add one."""
    plan = Plan.objects.visible_to(request.person).defer("source", "blocks", "spans").filter(pk=pk).first()
    if plan is None:
        raise Http404
    can_add = policy.may(request.person, "plans.cycle.add", ReportCycle(plan=plan))
    initial = {
        "every": "month",
        "due_day": 25,
        "first": clock.today().replace(day=1),
        "last": plan.period_end,
        "reporters": ["lead", "responsible"],
    }
    form = CycleForm(request.POST or None, plan=plan, initial=initial)
    if request.method == "POST" and submitted(form, partial(actions.add_cycle, request.person, plan)):
        return see_other("plans:cycles", pk=pk)
    rows = list(queries.cycles(request.person).filter(plan=plan))
    return page(
        request,
        "plans/progress/cycles.html",
        title=_("调度周期"),
        crumbs=[(plan.title, plan.get_absolute_url())],
        plan=plan,
        form=form if can_add else None,
        cycles=[
            {
                "cycle": cycle,
                "next": next((w for w in windows(cycle, clock.today()) if not w.is_over(clock.today())), None),
                "can_edit": any(s.name == "change" for s in CYCLE.allowed(cycle, request.person)),
                "buttons": [
                    {"step": s, "url": reverse("plans:cycle_step", args=[cycle.pk, s.name])}
                    for s in CYCLE.allowed(cycle, request.person)
                    if s.name != "change"
                ],
            }
            for cycle in rows
        ],
        can_suggest=can_add and not rows,
    )


@room("plans", "cycle_edit", policy="plans.cycle.change", methods=("GET", "POST"))
def cycle_edit(request: Request, pk: int) -> HttpResponseBase:
    """Give a cycle other days, units or tasks."""
    cycle = _cycle(request, pk)
    initial = {name: getattr(cycle, name) for name in CycleForm.base_fields if name != "tasks"}
    form = CycleForm(request.POST or None, plan=cycle.plan, initial=initial | {"tasks": cycle.tasks.all()})
    if request.method == "POST" and submitted(form, partial(actions.change_cycle, request.person, cycle)):
        return see_other("plans:cycles", pk=cycle.plan_id)
    return page(
        request,
        "core/form.html",
        title=_("修改调度周期"),
        crumbs=[(_("调度周期"), reverse("plans:cycles", args=[cycle.plan_id]))],
        form=form,
        cancel_url=reverse("plans:cycles", args=[cycle.plan_id]),
    )


@room("plans", "cycle_suggest", policy="plans.cycle.suggest", methods=("POST",))
def cycle_suggest(request: Request, pk: int) -> HttpResponseBase:
    """Read from the plan's text when reports are due."""
    plan = Plan.objects.visible_to(request.person).filter(pk=pk).first()
    if plan is None:
        raise Http404
    actions.suggest_cycles(request.person, plan)
    return see_other("plans:cycles", pk=pk)


@room("plans", "cycle_step", policy="plans.cycle.change", methods=("POST",))
def cycle_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Confirm, dismiss or stop."""
    cycle = _cycle(request, pk)
    if step == "confirm":
        actions.confirm_cycle(request.person, cycle)
    elif step == "dismiss":
        actions.dismiss_cycle(request.person, cycle)
    elif step == "stop":
        actions.stop_cycle(request.person, cycle, reason=request.POST.get("reason", ""))
    else:
        raise Http404
    return see_other("plans:cycles", pk=cycle.plan_id)


def _cycle(request: Request, pk: int) -> ReportCycle:
    cycle = queries.cycles(request.person).filter(pk=pk).first()
    if cycle is None:
        raise Http404
    return cycle
