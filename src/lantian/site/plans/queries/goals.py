"""Reads of goals and how they stand."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery

from lantian.site.core import policy
from lantian.site.core.faults import Text
from lantian.site.core.metrics import Metric
from lantian.site.core.policy import Actor
from lantian.site.core.registries import metrics
from lantian.site.org.models import Area
from lantian.site.plans.goal_standing import UNBOUND, GoalStanding
from lantian.site.plans.goal_suggesting import NOT_FIGURES, RELATIVE, Suggestion, has_figure, offered, suggest
from lantian.site.plans.models import Goal, GoalBinding, GoalEvaluation, Plan

NO_FIGURE = Q(op__in=NOT_FIGURES) | Q(value=None) & ~Q(op__in=RELATIVE)


@dataclass
class Stood:
    """A goal with what it is evaluated by and its last evaluation."""

    goal: Goal
    binding: GoalBinding | None
    last: GoalEvaluation | None

    @classmethod
    def of(cls, goal: Goal) -> Stood:
        """A goal as `goals()` gives it."""
        newest: list[GoalEvaluation] = getattr(goal, "newest", [])
        return cls(goal, getattr(goal, "binding", None), newest[0] if newest else None)

    @property
    def standing(self) -> GoalStanding:
        """How it stands: by its last evaluation, or why there is none."""
        if self.bound:
            return GoalStanding(self.last.state if self.last else "nodata")
        if self.binding is not None and self.binding.state == "apart":
            return GoalStanding("apart")
        if not has_figure(self.goal):
            return GoalStanding("unfit")
        return GoalStanding("waiting" if offered(self.goal) else "missing")

    @property
    def bound(self) -> bool:
        """Whether it evaluates itself."""
        return self.binding is not None and self.binding.state == "bound"

    @property
    def metric(self) -> Metric | None:
        """By which it is evaluated; None where no room offers it any more."""
        if self.binding is None or not self.bound or self.binding.metric not in metrics:
            return None
        return metrics[self.binding.metric]

    @property
    def unit(self) -> Text:
        """Of its figures."""
        return self.metric.unit if self.metric else ""

    @property
    def decimals(self) -> int:
        return self.metric.decimals if self.metric else 1

    @cached_property
    def suggestion(self) -> Suggestion:
        """How it could be bound."""
        return suggest(self.goal)

    @property
    def why_not(self) -> Text:
        """What stands in the way of an evaluation: a reason given, or what is missing."""
        if self.binding is not None and self.binding.state == "apart":
            return self.binding.reason
        return self.suggestion.problem if self.standing.state in UNBOUND else ""

    @property
    def derived(self) -> bool:
        """Whether its limit has to be worked out: of an earlier figure, of a tolerance."""
        return self.goal.op in (*RELATIVE, "~")

    @property
    def until(self) -> dt.date | None:
        """The last day of its period: as it is bound, else as the plan says."""
        if self.bound and self.binding is not None:
            return self.binding.last
        return self.goal.period_end or self.goal.plan.period_end

    @property
    def where(self) -> str:
        """The area as the register or the plan names it; '' for the district."""
        if self.goal.scope == "district":
            return ""
        return self.goal.town.name if self.goal.town else self.goal.scope


@dataclass
class Group:
    """A goal of the district with its splits over towns; `of` None where the plan has the splits alone."""

    of: Stood | None
    splits: list[Stood] = field(default_factory=list)


def goals(person: Actor) -> QuerySet[Goal]:
    """Goals of the plans that a person may see."""
    rows = Goal.objects.filter(plan__in=Plan.objects.visible_to(person)).select_related("town", "plan", "binding")
    newest = GoalEvaluation.objects.filter(goal=OuterRef("goal")).order_by("-on").values("pk")[:1]
    last = Prefetch("evaluations", GoalEvaluation.objects.filter(pk=Subquery(newest)), to_attr="newest")
    return rows.defer("plan__source", "plan__blocks", "plan__spans").prefetch_related(last)


def of_plan(person: Actor, plan: str = "") -> QuerySet[Goal]:
    """Goals of one plan, or of all."""
    return goals(person).filter(plan=int(plan)) if plan.isdecimal() else goals(person)


def stood(rows: Iterable[Goal]) -> list[Stood]:
    """Goals of `goals()` with how they stand."""
    return [Stood.of(one) for one in rows]


def grouped(rows: Iterable[Stood]) -> list[Group]:
    """Goals of the district, each with the splits of the same indicator and plan."""
    all_rows = list(rows)
    parts: dict[tuple[int, str], list[Stood]] = defaultdict(list)
    for one in all_rows:
        if one.goal.scope != "district":
            parts[one.goal.plan_id, one.goal.indicator].append(one)
    whole = [one for one in all_rows if one.goal.scope == "district"]
    groups = [Group(one, parts.pop((one.goal.plan_id, one.goal.indicator), [])) for one in whole]
    return [*groups, *(Group(None, splits) for splits in parts.values())]


def of_area(person: Actor, area: Area) -> list[Stood]:
    """Goals that an area has of its own, those that stand worst first."""
    own = goals(person).filter(Q(town=area) | Q(binding__area=area, binding__state="bound") & ~Q(scope="district"))
    return sorted(stood(own), key=lambda one: one.standing.urgency)


def to_bind(person: Any) -> QuerySet[Goal]:
    """Goals that a metric answers and that wait for this person to bind them."""
    if not policy.may(person, "plans.goal.bind"):
        return Goal.objects.none()
    known = {code for _name, metric in metrics.registered() for code in metric.indicators}
    rows = Goal.objects.filter(plan__in=Plan.objects.visible_to(person), indicator__in=known).exclude(NO_FIGURE)
    return rows.exclude(binding__state__in=("bound", "apart"))


def history(goal: Goal) -> QuerySet[GoalEvaluation]:
    """Evaluations of a goal, the latest first."""
    return GoalEvaluation.objects.filter(goal=goal).order_by("-on")


def choices_of_areas(plan: Plan) -> Sequence[tuple[int, str]]:
    """The plan's area and those below it: one SQL query."""
    below = Q(pk=plan.area_id)
    for depth in ("parent", "parent__parent", "parent__parent__parent"):
        below |= Q(**{depth: plan.area_id})
    return list(
        Area.objects.filter(below).order_by(F("parent").asc(nulls_first=True), "code", "pk").values_list("pk", "name")
    )


def area_names(keys: Iterable[int | None]) -> dict[int, str]:
    """Names of areas: one SQL query."""
    return dict(Area.objects.filter(pk__in={key for key in keys if key}).values_list("pk", "name"))
