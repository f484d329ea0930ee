"""Goals of the demo's plan, bound as suggested and evaluated up to today; one is set apart with its reason."""

from __future__ import annotations

from lantian.site.org.models import Person
from lantian.site.plans import actions
from lantian.site.plans.models import GoalBinding, Plan
from lantian.site.plans.queries import goals as queries

LEFT = 2  # that wait to be bound, so that the office sees what that looks like
REASON = "（模拟数据）由市级考核，本区没有监测数据。"


def load(office: Person) -> None:
    """Bind what can be bound. Does nothing a second time."""
    plan = Plan.objects.filter(origin__isnull=False).order_by("pk").first()
    if plan is None or GoalBinding.objects.exists():
        return
    waiting = queries.stood(queries.goals(office).filter(pk__in=queries.to_bind(office).values("pk"), plan=plan))
    ready = [one.goal.pk for one in waiting if one.suggestion.ready]
    if len(ready) > LEFT:
        actions.bind_goals(office, plan, ready[:-LEFT])
    missing = [one for one in queries.stood(queries.of_plan(office, str(plan.pk))) if one.standing.state == "missing"]
    if missing:
        actions.set_goal_apart(office, missing[0].goal, reason=REASON)
