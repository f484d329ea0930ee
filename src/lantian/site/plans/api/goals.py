"""Goals over the HTTP API: how they stand, day by day, and the metric they are bound to."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.plandoc import plan as contract
from lantian.site.core.api import In, Key, Line, Moment, Out, Page, Paged, Word, orders, paged
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.org.models import Area
from lantian.site.plans import actions, goal_words
from lantian.site.plans.api import room
from lantian.site.plans.models import Goal, GoalEvaluation
from lantian.site.plans.queries import goals as queries
from lantian.site.plans.queries.goals import Stood

State = Literal[
    "missed", "lost", "unlikely", "unsure", "likely", "kept", "met", "early", "nobase", "nodata",
    "waiting", "missing", "unfit", "apart",
]  # fmt: skip
_WRITE: dict[str, Any] = {"scope": "plans:write", "conflicts": True}


class EvaluationOut(Out):
    """评价: what the metric gave for the period up to a day, and what followed."""

    on: dt.date
    made_at: Moment
    state: State
    value: float | None
    before: float | None = Field(description="the same days a year earlier, in the state of concentrations of now")
    base: float | None = Field(description="the whole period a year earlier, or as the plan names it")
    change: float | None = Field(description="per 100 of the same days a year earlier")
    sign: str
    limit: float | None
    rest: float | None = Field(description="what the days left may average, or how many of them may or must count")
    days: int = Field(description="days left")
    chance: float | None = Field(description="0 to 1; null with fewer years than the rule asks for")
    years: int
    valid: int
    expected: int | None
    explanation: str

    @classmethod
    def of(cls, one: GoalEvaluation) -> EvaluationOut:
        names = ("on", "made_at", "state", "value", "before", "base", "change", "sign", "limit", "rest", "days")
        more = ("chance", "years", "valid", "expected", "explanation")
        return cls(**{name: getattr(one, name) for name in (*names, *more)})


class BasisOut(Out):
    """绑定: by what a goal is evaluated."""

    metric: str
    unit: str
    area: int | None
    first: dt.date | None
    last: dt.date | None
    edition: str
    about: float | None
    base: float | None


class GoalOut(Out):
    """目标: what a plan is to reach, for the district or for one town, and how it stands."""

    id: int
    plan: int
    text: str
    indicator: contract.Indicator
    op: contract.Comparison
    value: float | None
    unit: str
    baseline: str
    scope: str = Field(description="'district' or the name as written")
    town: int | None
    period_start: dt.date | None
    period_end: dt.date | None
    state: State
    why_not: str = Field(description="why it is not evaluated; empty where it is")
    binding: BasisOut | None
    evaluation: EvaluationOut | None = Field(description="the last one")
    still_allowed: str

    @classmethod
    def of(cls, goal: Goal) -> GoalOut:
        one = Stood.of(goal)
        names = ("plan", "town")
        same = ("text", "indicator", "op", "value", "unit", "baseline", "scope", "period_start", "period_end")
        return cls(
            id=goal.pk,
            **{name: getattr(goal, f"{name}_id") for name in names},
            **{name: getattr(goal, name) for name in same},
            state=one.standing.state,  # type: ignore[arg-type]
            why_not=str(one.why_not),
            binding=_basis(one),
            evaluation=EvaluationOut.of(one.last) if one.last else None,
            still_allowed=str(goal_words.allowed(one)),
        )


def _basis(one: Stood) -> BasisOut | None:
    if not one.bound or one.binding is None:
        return None
    names = ("metric", "first", "last", "edition", "about", "base")
    return BasisOut(
        unit=str(one.unit), area=one.binding.area_id, **{name: getattr(one.binding, name) for name in names}
    )


class GoalQuery(Paged):
    plan: Key | None = None
    indicator: contract.Indicator | None = None


@room.get("/goals", "goals", policy="plans.see", scope="plans:read", summary=_("目标"), returns=Page[GoalOut])
def goal_list(request: Request, asked: Query[GoalQuery]) -> Page[GoalOut]:
    """Goals of all plans that one may see."""
    rows = queries.of_plan(request.person, str(asked.plan or ""))
    if asked.indicator:
        rows = rows.filter(indicator=asked.indicator)
    return paged(rows, asked, orders("-plan_id", "position", "pk"), GoalOut.of)


def _found(request: Request, pk: int) -> Goal:
    goal = queries.goals(request.person).filter(pk=pk).first()
    if goal is None:
        raise Http404
    return goal


@room.get("/goals/{int:pk}", "goal", policy="plans.see", scope="plans:read", summary=_("一个目标"), returns=GoalOut)
def goal(request: Request, pk: int) -> GoalOut:
    """One goal, with what it is bound to and its last evaluation."""
    return GoalOut.of(_found(request, pk))


@room.get(
    "/goals/{int:pk}/evaluations",
    "goal_evaluations",
    policy="plans.see",
    scope="plans:read",
    summary=_("目标的逐日评价"),
    returns=Page[EvaluationOut],
)
def goal_evaluations(request: Request, pk: int, asked: Query[Paged]) -> Page[EvaluationOut]:
    """What a goal's metric gave, day by day, the latest first."""
    return paged(queries.history(_found(request, pk)), asked, orders("-on", "-pk"), EvaluationOut.of)


class BindIn(In):
    metric: Word = Field(max_length=80)
    area: Key
    first: dt.date
    last: dt.date
    edition: Word = Field("auto", max_length=10, description="of the standards; auto: the one in force on each day")
    about: float | None = Field(None, ge=0, le=1, description="of 左右, how far off, as a share")
    base: float | None = Field(None, ge=0, description="the earlier figure as the plan names it, in the metric's unit")


@room.put(
    "/goals/{int:pk}/binding",
    "goal_bind",
    policy="plans.goal.bind",
    summary=_("绑定目标的度量"),
    returns=GoalOut,
    **_WRITE,
)
def goal_bind(request: Request, pk: int, payload: BindIn) -> GoalOut:
    """Confirm by which metric, area and period a goal is evaluated."""
    goal = _found(request, pk)
    area = Area.objects.visible_to(request.person).filter(pk=payload.area).first()
    if area is None:
        raise Invalid(_("有的内容填写不正确，没有保存。"), fields={"area": _("没有这个行政区。")})
    given = payload.model_dump(exclude={"area"})
    actions.bind_goal(request.person, goal, actions.Basis(area=area, **given))
    return GoalOut.of(_found(request, pk))


@room.post(
    "/goals/{int:pk}/unbind",
    "goal_unbind",
    policy="plans.goal.unbind",
    summary=_("解除绑定"),
    returns=GoalOut,
    **_WRITE,
)
def goal_unbind(request: Request, pk: int) -> GoalOut:
    """Undo a binding, or that a goal is set apart."""
    actions.unbind_goal(request.person, _found(request, pk))
    return GoalOut.of(_found(request, pk))


class ApartIn(In):
    reason: Line = Field(min_length=1, max_length=300)


@room.post(
    "/goals/{int:pk}/set-apart",
    "goal_apart",
    policy="plans.goal.set_apart",
    summary=_("不自动评价"),
    returns=GoalOut,
    **_WRITE,
)
def goal_apart(request: Request, pk: int, payload: ApartIn) -> GoalOut:
    """Say that a goal is not evaluated by a metric, and why."""
    actions.set_goal_apart(request.person, _found(request, pk), reason=payload.reason)
    return GoalOut.of(_found(request, pk))
