"""资金: what a task has for its work: budget, allotted, paid."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Text
from lantian.site.core.policy import Actor
from lantian.site.plans.models import Task
from lantian.site.plans.money import shown

LARGEST = Decimal("99999999999.99")


def set_money(
    actor: Actor,
    task: Task,
    *,
    budget: Decimal | None,
    allotted: Decimal | None,
    paid: Decimal | None,
    source: str = "",
    reason: str = "",
) -> Task:
    """Say what a task has, in yuan; every change stays in the audit trail with what was there before.

    Raises
    ------
    Invalid : more is paid than allotted, or allotted than budgeted; the parts of the task have more than the task
    """
    with change(actor, task, "plans.task.fund", note=reason) as current:
        _check(budget, allotted, paid)
        _check_parts(current, budget)
        current.budget, current.allotted, current.paid = budget, allotted, paid
        current.fund_source = source.strip()[:60]
    return current


def _check(budget: Decimal | None, allotted: Decimal | None, paid: Decimal | None) -> None:
    wrong: dict[str, Text] = {}
    for name, value in (("budget", budget), ("allotted", allotted), ("paid", paid)):
        if value is not None and not (value.is_finite() and 0 <= value <= LARGEST):
            wrong[name] = _("请填写不小于 0 的数。")
    if wrong:
        raise Invalid(_("有的内容填写不正确，没有保存。"), fields=wrong)
    if allotted is not None and allotted > (budget or 0):
        text = _("下达 {given} 万元，超过预算 {limit} 万元。")
        wrong["allotted"] = format_lazy(text, given=shown(allotted), limit=shown(budget or Decimal(0)))
    if paid is not None and paid > (allotted or 0):
        text = _("支付 {given} 万元，超过下达 {limit} 万元。")
        wrong["paid"] = format_lazy(text, given=shown(paid), limit=shown(allotted or Decimal(0)))
    if wrong:
        raise Invalid(_("资金超出，没有保存。"), fields=wrong)


def _check_parts(task: Task, budget: Decimal | None) -> None:
    """Parts have no more than the whole, where the whole has a budget."""
    below = task.parts.filter(origin="breakdown").aggregate(sum=Sum("budget"))["sum"]
    if budget is not None and below is not None and below > budget:
        text = _("分解任务的预算合计 {sum} 万元，超过这项任务的预算 {limit} 万元。")
        fault = format_lazy(text, sum=shown(below), limit=shown(budget))
        raise Invalid(_("资金超出，没有保存。"), fields={"budget": fault})
    above = task.parent
    if above is None or above.budget is None or budget is None:
        return
    others = above.parts.filter(origin="breakdown").exclude(pk=task.pk).aggregate(sum=Sum("budget"))["sum"] or 0
    if others + budget > above.budget:
        text = _("加上其他分解任务共 {sum} 万元，超过上级任务的预算 {limit} 万元。")
        fault = format_lazy(text, sum=shown(others + budget), limit=shown(above.budget))
        raise Invalid(_("资金超出，没有保存。"), fields={"budget": fault})
