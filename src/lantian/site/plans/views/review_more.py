"""More of the review: its goals, and tasks split and joined."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _

from lantian.site.core.page import room
from lantian.site.core.request import Request
from lantian.site.plans import actions
from lantian.site.plans.review_forms import GoalForm, JoinForm, SplitForm
from lantian.site.plans.views.review import draw_anew, draw_form, reviewed, task_or_404, with_form


@room("plans", "review_goal", policy="plans.import", methods=("GET", "POST"))
def goal_part(request: Request, pk: int, goal: int) -> HttpResponse:
    """The form of one goal."""
    plan_import, draft = reviewed(request, pk)
    if not 0 <= goal < len(draft.plan.goals):
        raise Http404
    form = GoalForm(request.POST or None, initial=GoalForm.start(draft.plan.goals[goal]))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        now = with_form(
            form, lambda: actions.correct_goal(request.person, plan_import, goal, form.values(), reason=reason)
        )
        if now:
            return draw_anew(request, now, cards=False)
    return draw_form(request, plan_import, form, field="goal", heading=_("修改目标"))


@room("plans", "review_goal_add", policy="plans.import", methods=("GET", "POST"))
def goal_add(request: Request, pk: int) -> HttpResponse:
    """The form of a goal that the reader missed."""
    plan_import, _draft = reviewed(request, pk)
    form = GoalForm(request.POST or None, initial=GoalForm.start(None))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        now = with_form(form, lambda: actions.add_goal(request.person, plan_import, form.values(), reason=reason))
        if now:
            return draw_anew(request, now, cards=False)
    return draw_form(request, plan_import, form, field="goal", heading=_("新增目标"))


@room("plans", "review_goal_remove", policy="plans.import", methods=("POST",))
def goal_remove(request: Request, pk: int, goal: int) -> HttpResponse:
    """Take a goal out."""
    plan_import, _draft = reviewed(request, pk)
    return draw_anew(request, actions.remove_goal(request.person, plan_import, goal), cards=False)


@room("plans", "review_split", policy="plans.import", methods=("GET", "POST"))
def split_part(request: Request, pk: int, task: int) -> HttpResponse:
    """Make several tasks of one."""
    plan_import, draft = reviewed(request, pk)
    found = task_or_404(draft, task)
    form = SplitForm(request.POST or None, initial=SplitForm.start(found.task))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        now = with_form(
            form, lambda: actions.split_task(request.person, plan_import, task, form.parts(), reason=reason)
        )
        if now:
            return draw_anew(request, now)
    return draw_form(request, plan_import, form, task=found, field="split")


@room("plans", "review_join", policy="plans.import", methods=("GET", "POST"))
def join_part(request: Request, pk: int, task: int) -> HttpResponse:
    """Make one task of two."""
    plan_import, draft = reviewed(request, pk)
    found = task_or_404(draft, task)
    form = JoinForm(request.POST or None, draft=draft, task=found)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        now = with_form(
            form,
            lambda: actions.join_tasks(request.person, plan_import, task, given["other"], reason=given["reason"]),
        )
        if now:
            return draw_anew(request, now)
    return draw_form(request, plan_import, form, task=found, field="join")
