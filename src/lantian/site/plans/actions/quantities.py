"""Numbers of tasks: bound to the metric by which they are worked out, unbound; worked out anew every hour."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Text
from lantian.site.core.metrics import Period
from lantian.site.core.policy import Actor
from lantian.site.core.registries import metrics
from lantian.site.core.sheets.problems import both
from lantian.site.org.models import Area
from lantian.site.plans.actions.common import person_of
from lantian.site.plans.actions.reports import refresh_percent
from lantian.site.plans.models import QuantityBinding, TaskQuantity
from lantian.site.plans.quantity_suggesting import fits
from lantian.site.plans.queries.goals import choices_of_areas

LONGEST = 366 * 5


def bind_quantity(
    actor: Actor, quantity: TaskQuantity, *, metric: str, area: Area, first: dt.date, last: dt.date
) -> QuantityBinding:
    """A person confirms by which metric, area and days a number of a task is worked out; it is, at once.

    Raises
    ------
    Refused : the actor may not for this plan
    Invalid : there is no such metric, or it cannot be counted against the number; the days or the area are wrong
    """
    found = QuantityBinding.objects.filter(quantity=quantity).first() or QuantityBinding(quantity=quantity)
    with change(actor, found, "plans.quantity.bind") as current:
        _check(quantity, metric, area, first, last)
        current.metric, current.area, current.first, current.last = metric, area, first, last
        current.decided_by, current.decided_at = person_of(actor), clock.now()
        current.value, current.on = None, None
        current.save()
        _work_out([current])
        refresh_percent(quantity.task)
    return current


def unbind_quantity(actor: Actor, quantity: TaskQuantity) -> None:
    """Undo a binding: what units report counts again."""
    found = QuantityBinding.objects.filter(quantity=quantity).first()
    if found is None:
        return
    with change(actor, found, "plans.quantity.unbind") as current:
        current.delete()
        refresh_percent(quantity.task)


def _check(quantity: TaskQuantity, metric: str, area: Area, first: dt.date, last: dt.date) -> None:
    wrong: dict[str, Text] = {}
    one = metrics.get(metric)
    if one is None:
        wrong["metric"] = _("没有这个度量。")
    elif not fits(quantity, one):
        wrong["metric"] = _("比例只能和比例比，数量只能和数量比。")
    if last < first:
        wrong["last"] = _("终止日期早于起始日期。")
    elif (last - first).days > LONGEST:
        wrong["last"] = _("时段超过五年，请核对。")
    if area.pk not in dict(choices_of_areas(quantity.task.plan)):
        wrong["area"] = _("评价区域不在方案的行政区内。")
    if wrong:
        raise Invalid(_("有的内容填写不正确，没有保存。"), fields=wrong)


# What follows is worked out, not decided: like evaluations of goals it leaves no audit event.


def evaluate_quantities() -> int:
    """Work all bound numbers out anew, and the percent of the tasks of those that moved; how many moved."""
    rows = QuantityBinding.objects.filter(quantity__task__state="open").select_related("quantity__task", "area")
    bindings = list(rows.defer("quantity__task__spans").order_by("pk"))
    with transaction.atomic():
        moved = _work_out(bindings)
        tasks = {one.quantity.task_id: one.quantity.task for one in moved}
        for task in tasks.values():
            refresh_percent(task)
    return len(moved)


def _work_out(bindings: Iterable[QuantityBinding]) -> list[QuantityBinding]:
    """Ask each metric once for a period, for all its areas; those whose value is another now."""
    asked: dict[tuple[str, Period], list[QuantityBinding]] = defaultdict(list)
    today = clock.today()
    for one in bindings:
        if one.first <= today:
            asked[one.metric, Period(one.first, min(one.last, today))].append(one)
    moved = []
    for (name, period), rows in asked.items():
        metric = metrics.get(name)
        if metric is None:  # its ledger's file is gone: the last figure stands
            continue
        readings: Any = metric.work_out([one.area for one in rows], period, "auto")
        for one in rows:
            found = readings[one.area_id]
            if found.value != one.value:
                moved.append(one)
            one.value, one.on, one.because = found.value, period.last, both(found.explanation)
            one.url = found.url[:300]
            one.save(update_fields=["value", "on", "because", "url"])
    return moved
