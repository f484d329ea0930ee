"""Goals: all of them with how they stand, one with its history, and how it is bound to its metric."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.chart import asked_file
from lantian.site.core.faults import Fault
from lantian.site.core.forms import submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page
from lantian.site.plans import actions, goal_chart, goal_words, queries
from lantian.site.plans.goal_forms import ApartForm, BindForm, GoalFilter
from lantian.site.plans.goal_suggesting import outlook
from lantian.site.plans.models import Goal
from lantian.site.plans.queries import goals as goal_queries
from lantian.site.plans.queries.goals import Stood

# What the page draws in groups goes out as one list: the district's goals and their splits.
GOALS = Table(
    columns=[
        Column("plan", _("方案"), value=lambda s: s.goal.plan, css="wide"),
        Column("indicator", _("指标"), value=lambda s: s.goal.get_indicator_display()),
        Column("scope", _("范围"), value=lambda s: s.where or _("全区")),
        Column("op", _("关系"), value=lambda s: s.goal.get_op_display()),
        Column("target", _("数值"), value=lambda s: s.goal.value),
        Column("target_unit", _("单位"), value=lambda s: s.goal.unit),
        Column("baseline", _("基准"), value=lambda s: s.goal.baseline),
        Column("standing", _("展望"), value=lambda s: s.standing.words),
        Column("value", _("现值"), value=lambda s: s.last and s.last.value),
        Column("unit", _("现值单位"), value=lambda s: s.unit),
        Column("before", _("上年同期"), value=lambda s: s.last and s.last.before),
        Column("change", _("同比（%）"), value=lambda s: s.last and s.last.change),
        Column("limit", _("目标限值"), value=goal_words.limit_of),
        Column("rest", _("余下允许"), value=goal_words.allowed),
        Column("chance", _("达成把握"), value=goal_words.chance_of),
        Column("valid", _("有效数"), value=goal_words.valid_of),
        Column("on", _("截至"), value=lambda s: s.last and s.last.on),
        Column("why_not", _("未评价的原因"), value=lambda s: s.why_not),
        Column("text", _("原文"), value=lambda s: s.goal.text, css="wide"),
    ],
    file_name=_("目标"),
)


@room("plans", "goals", policy="plans.see", menu=_("目标"), icon="target", order=30, section="overview")
def goals_page(request: Request) -> HttpResponseBase:
    """Goals of all plans, each with its split over towns and how it stands."""
    asked = GoalFilter.from_query(request.GET)
    asked.fields["plan"].choices = [("", _("全部")), *queries.plan_choices(request.person)]  # type: ignore[attr-defined]
    asked.full_clean()
    found = goal_queries.stood(goal_queries.of_plan(request.person, asked.asked["plan"] or ""))
    if level := asked.asked["level"]:
        found = [one for one in found if one.standing.level == level]
    return list_page(
        request,
        "plans/goals.html",
        title=_("目标"),
        table=GOALS,
        rows=Listed(found),
        groups=goal_queries.grouped(found),
        to_bind=goal_queries.to_bind(request.person).count(),
        asked=asked,
    )


def goal_or_404(request: Request, pk: int) -> Stood:
    """A goal that the person may see."""
    rows = goal_queries.goals(request.person).select_related(
        "town", "plan__area", "binding__area", "binding__decided_by"
    )
    goal = rows.filter(pk=pk).first()
    if goal is None:
        raise Http404
    return Stood.of(goal)


def _history(one: Stood) -> Table:
    """Columns of a goal's evaluations."""

    def of(name: str) -> Any:
        return lambda row: goal_words.figure(getattr(row, name), one.decimals)

    def worded(words: Any) -> Any:
        return lambda row: words(Stood(one.goal, one.binding, row))

    return Table(
        columns=[
            Column("on", _("截至"), sort="on", css="nowrap"),
            Column(
                "standing",
                _("展望"),
                template="plans/board/parts/standing.html",
                css="nowrap",
                exported=lambda row: row.standing.words,
            ),
            Column("value", _("现值"), value=of("value"), css="number", exported=lambda row: row.value),
            Column("before", _("上年同期"), value=of("before"), css="number", exported=lambda row: row.before),
            Column("limit", _("目标限值"), value=worded(goal_words.limit_of), css="number nowrap"),
            Column("rest", _("余下允许"), value=worded(goal_words.allowed)),
            Column("chance", _("达成把握"), value=worded(goal_words.chance_of), css="nowrap"),
            Column("valid", _("有效数"), value=worded(goal_words.valid_of), css="number"),
            Column("made_at", _("评价时间"), css="nowrap minor"),
        ],
        sort="-on",
        empty=_("还没有评价。"),
        empty_hint=_("绑定度量以后每天评价一次。"),
        file_name=_("目标评价"),
    )


@room("plans", "goal", policy="plans.see")
def goal_page(request: Request, pk: int) -> HttpResponseBase:
    """One goal: how it stands, what that rests on, and day by day how it came there."""
    one = goal_or_404(request, pk)
    rows = goal_queries.history(one.goal)
    chart = goal_chart.history(one, rows.reverse()) if one.bound else None
    if chart and (file := asked_file(request, [chart])):
        return file
    return list_page(
        request,
        "plans/goals/goal.html",
        title=one.goal.get_indicator_display(),
        crumbs=[(_("目标"), reverse("plans:goals")), (one.goal.plan.title, one.goal.plan.get_absolute_url())],
        table=_history(one),
        rows=rows,
        one=one,
        chart=chart,
        fewest=outlook().fewest_years,
        can_bind=policy.may(request.person, "plans.goal.bind", one.goal.plan),
    )


@room("plans", "goal_bind", policy="plans.goal.bind", methods=("GET", "POST"))
def goal_bind(request: Request, pk: int) -> HttpResponseBase:
    """Confirm by which metric, area and period a goal is evaluated."""
    one = goal_or_404(request, pk)
    policy.require(request.person, "plans.goal.bind", one.goal.plan)
    form = BindForm(request.POST or None, initial=BindForm.start(one.goal, one.binding), goal=one.goal)

    def act(**_data: Any) -> Goal:
        return actions.bind_goal(request.person, one.goal, form.basis()).goal

    if request.method == "POST" and submitted(form, act):
        messages.success(request, _("已绑定，目标从现在起自动评价。"))
        return see_other(one.goal.get_absolute_url())
    return _form(request, one, form, "plans/goals/bind.html", _("绑定度量"))


@room("plans", "goal_apart", policy="plans.goal.set_apart", methods=("GET", "POST"))
def goal_apart(request: Request, pk: int) -> HttpResponseBase:
    """Say why a goal is not evaluated by a metric."""
    one = goal_or_404(request, pk)
    form = ApartForm(request.POST or None)
    if request.method == "POST" and submitted(form, partial(actions.set_goal_apart, request.person, one.goal)):
        messages.success(request, _("已登记：这个目标不自动评价。"))
        return see_other(one.goal.get_absolute_url())
    return _form(request, one, form, "core/form.html", _("不自动评价"))


def _form(request: Request, one: Stood, form: Any, template: str, title: Any) -> HttpResponseBase:
    goal = one.goal
    return page(
        request,
        template,
        title=title,
        crumbs=[(_("目标"), reverse("plans:goals")), (goal.get_indicator_display(), goal.get_absolute_url())],
        one=one,
        form=form,
        cancel_url=goal.get_absolute_url(),
    )


@room("plans", "goal_unbind", policy="plans.goal.unbind", methods=("POST",))
def goal_unbind(request: Request, pk: int) -> HttpResponseBase:
    """Undo a binding, or that a goal is set apart."""
    one = goal_or_404(request, pk)
    actions.unbind_goal(request.person, one.goal)
    messages.success(request, _("已解除，目标等待重新绑定。"))
    return see_other(one.goal.get_absolute_url())


@room("plans", "goals_to_bind", policy="plans.goal.bind_many", methods=("GET", "POST"))
def goals_to_bind(request: Request) -> HttpResponseBase:
    """Goals that wait, with what is suggested for each; those that are ticked are bound so, plan by plan."""
    if request.method == "POST":
        return _bind_many(request)
    waiting = goal_queries.to_bind(request.person).values("pk")
    rows = goal_queries.stood(goal_queries.goals(request.person).select_related("town", "plan").filter(pk__in=waiting))
    names = goal_queries.area_names(one.suggestion.area for one in rows)
    plans: dict[int, list[tuple[Stood, str]]] = {}
    for one in rows:
        plans.setdefault(one.goal.plan_id, []).append((one, names.get(one.suggestion.area or 0, "")))
    return page(
        request,
        "plans/goals/to_bind.html",
        title=_("待绑定的目标"),
        crumbs=[(_("目标"), reverse("plans:goals"))],
        plans=[(some[0][0].goal.plan, some) for some in plans.values()],
    )


def _bind_many(request: Request) -> HttpResponseBase:
    keys = [_key(text) for text in request.POST.getlist("goal")]
    plan = queries.plan(request.person, _key(request.POST.get("plan", "")))
    if plan is None:
        raise Http404
    try:
        found = actions.bind_goals(request.person, plan, keys)
    except Fault as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, _("已绑定 {n} 个目标。").format(n=len(found)))
    return see_other("plans:goals_to_bind")


def _key(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
