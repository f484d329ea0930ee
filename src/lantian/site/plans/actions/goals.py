"""Goals: bound to the metric by which they evaluate themselves, unbound, set apart; evaluated day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, jobs
from lantian.site.core.change import change, change_many
from lantian.site.core.faults import Invalid, Text
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.core.registries import data_changes, metrics
from lantian.site.org.models import Area
from lantian.site.plans.actions.common import person_of
from lantian.site.plans.goal_evaluating import evaluate
from lantian.site.plans.goal_suggesting import factor, has_figure, outlook, suggest
from lantian.site.plans.models import Goal, GoalBinding, GoalEvaluation, Plan
from lantian.site.plans.models.goals import EDITIONS
from lantian.site.plans.queries.goals import choices_of_areas
from lantian.site.plans.states import GOAL
from lantian.site.series.models import Correction, Delivery

JOB = "plans.goal_history"
POINTS = 30  # of a history that is filled in afterwards
STEP = 7  # days between them at least
LATE = dt.timedelta(days=400)  # so long after its period a goal is evaluated anew when data change
BASIS = ("metric", "area_id", "first", "last", "edition", "about", "base")


@dataclass(frozen=True)
class Basis:
    """What a goal is evaluated by."""

    metric: str
    area: Area
    first: dt.date
    last: dt.date
    edition: str = "auto"
    about: float | None = None
    base: float | None = None


def bind_goal(actor: Actor, goal: Goal, basis: Basis) -> GoalBinding:
    """A person confirms by which metric, area and period a goal is evaluated; it is evaluated at once, its past
    days by a job."""
    found = _bind(actor, goal, basis)
    _begin(actor, [found])
    return found


def bind_goals(actor: Actor, plan: Plan, keys: Iterable[int]) -> list[GoalBinding]:
    """Bind several goals of a plan as suggested: one audit event. One that cannot be bound refuses them all."""
    wanted = list(dict.fromkeys(keys))
    with change_many(actor, plan, "plans.goal.bind_many"):
        goals = list(Goal.objects.filter(plan=plan, pk__in=wanted).select_related("plan", "town"))
        if len(goals) != len(wanted) or not goals:
            raise Invalid(_("没有选择目标，或有的目标不属于这个方案。"), remedy=_("请刷新页面后重新勾选。"))
        areas = Area.objects.in_bulk({one.town_id or plan.area_id for one in goals})
        found = [_bind(actor, one, _suggested(one, areas)) for one in goals]
    _begin(actor, found)
    return found


def _suggested(goal: Goal, areas: dict[int, Area]) -> Basis:
    one = suggest(goal)
    if not one.ready or one.area is None or one.first is None or one.last is None:
        raise Invalid(f"{goal.text[:40]}：{one.problem}")
    return Basis(one.metric, areas[one.area], one.first, one.last, about=one.about, base=one.base)


def _bind(actor: Actor, goal: Goal, basis: Basis) -> GoalBinding:
    with change(actor, _binding(goal), "plans.goal.bind") as current:
        _check(goal, basis)
        GOAL.step(current, "bind")
        before = [getattr(current, name) for name in BASIS]
        current.metric, current.area, current.edition = basis.metric, basis.area, basis.edition
        current.first, current.last, current.about, current.base = basis.first, basis.last, basis.about, basis.base
        current.reason, current.decided_by, current.decided_at = "", person_of(actor), clock.now()
        if before != [getattr(current, name) for name in BASIS]:
            GoalEvaluation.objects.filter(goal=goal).delete()
    return current


def _binding(goal: Goal) -> GoalBinding:
    found = GoalBinding.objects.filter(goal=goal).select_related("goal__plan").first()
    return found or GoalBinding(goal=goal)


def _check(goal: Goal, basis: Basis) -> None:
    wrong: dict[str, Text] = {}
    if not has_figure(goal):
        raise Invalid(_("这个目标没有可比较的数值，不能自动评价。"), remedy=_("可以选择“不自动评价”。"))
    if basis.metric not in metrics:
        wrong["metric"] = _("没有这个度量。")
    elif not metrics[basis.metric].answers(goal.op):
        wrong["metric"] = _("这个度量不回答目标的要求：“不列末位”要用倒数名次，其他要求不能用。")
    elif factor(goal, metrics[basis.metric], outlook()) is None:
        wrong["metric"] = _("目标的单位不能换算为这个度量的单位。")
    if basis.edition not in dict(EDITIONS):
        wrong["edition"] = _("没有这个标准版本。")
    if basis.last < basis.first:
        wrong["last"] = _("终止日期早于起始日期。")
    elif (basis.last - basis.first).days > 366 * 5:
        wrong["last"] = _("时段超过五年，请核对。")
    if basis.area.pk not in dict(choices_of_areas(goal.plan)):
        wrong["area"] = _("评价区域不在方案的行政区内。")
    if basis.about is not None and not 0 <= basis.about <= 1:
        wrong["about"] = _("请填 0 到 100%。")
    if basis.base is not None and not 0 <= basis.base < 1e9:
        wrong["base"] = _("请填不小于 0 的数。")
    if wrong:
        raise Invalid(_("有的内容填写不正确，没有保存。"), fields=wrong)


def unbind_goal(actor: Actor, goal: Goal) -> GoalBinding:
    """Undo a binding, or that a goal is not evaluated: it waits again, and what was worked out goes."""
    return _leave(actor, goal, "unbind", "")


def set_goal_apart(actor: Actor, goal: Goal, *, reason: str) -> GoalBinding:
    """Say that a goal is not evaluated by a metric, and why."""
    return _leave(actor, goal, "set_apart", reason.strip())


def _leave(actor: Actor, goal: Goal, step: str, reason: str) -> GoalBinding:
    with change(actor, _binding(goal), f"plans.goal.{step}", note=reason) as current:
        GOAL.step(current, step, reason=reason)
        current.reason, current.decided_by, current.decided_at = reason[:300], person_of(actor), clock.now()
        GoalEvaluation.objects.filter(goal=goal).delete()
    return current


def _begin(actor: Actor, found: Sequence[GoalBinding]) -> None:
    keys = [one.goal_id for one in found]
    evaluate_goals(bound().filter(goal__in=keys))
    jobs.enqueue(JOB, actor, goals=keys)


def bound() -> QuerySet[GoalBinding]:
    """Bindings that hold, with what an evaluation needs."""
    rows = GoalBinding.objects.filter(state="bound").select_related("goal__plan", "area")
    return rows.defer("goal__plan__source", "goal__plan__blocks", "goal__plan__spans").order_by("pk")


# What follows is worked out, not decided: like roll-ups of series it leaves no audit event.


def evaluate_goals(rows: Iterable[GoalBinding], *, on: dt.date | None = None) -> int:
    """Evaluate bound goals up to a day, yesterday without it, and keep what was found; how many."""
    bindings = list(rows)
    made = evaluate(bindings, on or clock.today() - dt.timedelta(days=1))
    stood = {one.goal_id: (one.pk, one.decided_at) for one in bindings}
    with transaction.atomic():
        now = locked(GoalBinding.objects.filter(goal__in=stood, state="bound"))
        still = {goal for goal, *rest in now.values_list("goal", "pk", "decided_at") if stood[goal] == tuple(rest)}
        kept = [one for one in made if one.goal_id in still]
        GoalEvaluation.objects.bulk_create(
            kept, update_conflicts=True, unique_fields=["goal", "on"], update_fields=_changing()
        )
    return len(kept)


def _changing() -> list[str]:
    return [field.name for field in GoalEvaluation._meta.concrete_fields if field.name not in ("id", "goal", "on")]


def evaluate_due() -> int:
    """Evaluate the goals that are not yet up to yesterday, and all that may have changed since: data that come late, or
    are corrected, count at the next full hour."""
    yesterday = clock.today() - dt.timedelta(days=1)
    changed = _data_changed()
    rows = (
        bound()
        .filter(last__gte=yesterday - LATE)
        .annotate(reached=Max("goal__evaluations__on"), made=Max("goal__evaluations__made_at"))
    )
    due = [
        one
        for one in rows
        if one.last is not None
        and (one.reached is None or one.reached < min(yesterday, one.last) or (changed and one.made < changed))
    ]
    return evaluate_goals(due)


def _data_changed() -> dt.datetime | None:
    """When measured values, or others that metrics rest on, last changed."""
    last = [
        rows.order_by("-pk").values_list("at", flat=True).first() for rows in (Delivery.objects, Correction.objects)
    ]
    last += [changed() for changed in data_changes]
    return max((at for at in last if at is not None), default=None)


def fill_history(goals: Iterable[int], progress: Callable[[float, Text], Any]) -> int:
    """Evaluate goals on days of their past, a week apart at least, as the data are now; what a day has it
    keeps."""
    rows = list(bound().filter(goal__in=list(goals)))
    yesterday = clock.today() - dt.timedelta(days=1)
    there = set(GoalEvaluation.objects.filter(goal__in=[one.goal_id for one in rows]).values_list("goal", "on"))
    by_day: dict[dt.date, list[GoalBinding]] = {}
    for one in rows:
        for day in _points(one, yesterday):
            if (one.goal_id, day) not in there:
                by_day.setdefault(day, []).append(one)
    filled = 0
    for done, (day, some) in enumerate(sorted(by_day.items())):
        progress(done / len(by_day), _("评价 {day}").format(day=day))
        filled += evaluate_goals(some, on=day)
    return filled


def _points(one: GoalBinding, until: dt.date) -> list[dt.date]:
    assert one.first is not None
    assert one.last is not None
    end = min(until, one.last)
    step = max(STEP, (end - one.first).days // POINTS + 1)
    days = range(step - 1, (end - one.first).days + 1, step)
    return [one.first + dt.timedelta(days=n) for n in days]
