"""Numbers of the demo's plan that ledgers work out: they move when a source is done, and by nothing else."""

from __future__ import annotations

from lantian.site.core.registries import metrics
from lantian.site.org.models import Person
from lantian.site.plans import actions, quantity_suggesting
from lantian.site.plans.models import Plan, QuantityBinding, TaskQuantity

BOUND = {"燃气锅炉完成低氮改造": "sources.gas_boiler.converted"}  # what the number counts → the metric


def load(office: Person) -> None:
    """Bind them. Does nothing a second time."""
    plan = Plan.objects.filter(origin__isnull=False).order_by("pk").first()
    if plan is None or QuantityBinding.objects.exists():
        return
    rows = TaskQuantity.objects.filter(task__plan=plan, task__state="open", what__in=BOUND, town=None)
    for one in rows.select_related("task__plan").order_by("pk"):
        if metrics.get(BOUND[one.what]) is None:
            continue
        first, last = quantity_suggesting.period(one)
        actions.bind_quantity(office, one, metric=BOUND[one.what], area=plan.area, first=first, last=last)
