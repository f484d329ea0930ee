"""Money of tasks: the form of one, and the sums by plan and unit."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.forms import Form, submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page
from lantian.site.plans import actions, money
from lantian.site.plans.models import Task
from lantian.site.plans.queries import parts
from lantian.site.plans.queries.progress import BIG

MOST = Decimal("9999999.999999")


def _amount(name: str) -> Any:
    return lambda row: float(getattr(row, name) / money.WAN)


TABLE = Table(
    columns=[
        Column("plan", _("方案"), css="wide"),
        Column("unit", _("牵头单位"), css="nowrap"),
        Column("tasks", _("任务数"), css="number"),
        Column("budget", _("预算（万元）"), value=_amount("budget"), css="number"),
        Column("allotted", _("下达（万元）"), value=_amount("allotted"), css="number"),
        Column("paid", _("支付（万元）"), value=_amount("paid"), css="number"),
        Column("rest", _("已下达未支付（万元）"), value=_amount("rest"), css="number minor"),
    ],
    empty=_("还没有登记资金。"),
    empty_hint=_("牵头单位在任务页面上登记预算、下达和支付。"),
    file_name=_("任务资金"),
)


def amount_field(label: Any) -> forms.DecimalField:
    """An amount in 万元."""
    return forms.DecimalField(label=label, required=False, min_value=0, max_value=MOST, decimal_places=6)


class MoneyForm(Form):
    """Budget, allotted and paid, in 万元."""

    budget = amount_field(_("预算（万元）"))
    allotted = amount_field(_("下达（万元）"))
    paid = amount_field(_("支付（万元）"))
    source = forms.CharField(label=_("资金来源"), max_length=60, required=False)
    reason = forms.CharField(label=_("依据"), max_length=500, required=False, help_text=_("如文号、合同号、凭证号。"))


@room("plans", "money", policy="plans.see", menu=_("任务资金"), icon="coin", order=14)
def money_page(request: Request) -> HttpResponseBase:
    """Sums by plan and lead unit over whole tasks."""
    rows = Task.objects.visible_to(request.person).exclude(state="withdrawn").exclude(origin="instruction")
    rows = rows.select_related("plan").defer("spans", *BIG).prefetch_related("roles").order_by("plan", "position", "pk")
    loaded = list(rows)
    below: dict[int, list[Task]] = defaultdict(list)
    for row in loaded:
        if row.parent_id is not None:
            below[row.parent_id].append(row)
    found = []
    for task in loaded:
        funds = money.of_task(task, below[task.pk]) if task.parent_id is None else None
        if funds is not None:
            lead = next((role.name for role in task.roles.all() if role.role == "lead"), "—")
            found.append((task.plan.title, lead, funds))
    return list_page(request, "core/list.html", table=TABLE, rows=Listed(money.add(found)), title=_("任务资金"))


@room("plans", "task_money", policy="plans.task.fund", methods=("GET", "POST"))
def task_money(request: Request, pk: int) -> HttpResponseBase:
    """Say what a task has."""
    task = parts.with_roles(request.person).filter(pk=pk).exclude(origin="instruction").first()
    if task is None:
        raise Http404
    policy.require(request.person, "plans.task.fund", task)
    initial = {name: getattr(task, name) and money.shown(getattr(task, name)) for name in money.FIELDS}
    form = MoneyForm(request.POST or None, initial=initial | {"source": task.fund_source})

    def act(**given: Any) -> Task:
        amounts = {name: money.yuan(given[name]) for name in money.FIELDS}
        return actions.set_money(request.person, task, source=given["source"], reason=given["reason"], **amounts)

    if request.method == "POST" and submitted(form, partial(act)):
        messages.success(request, _("资金已登记。"))
        return see_other(task.get_absolute_url())
    return page(
        request,
        "core/form.html",
        title=_("登记资金"),
        crumbs=[(task.plan.title, task.plan.get_absolute_url()), (task.name, task.get_absolute_url())],
        form=form,
        cancel_url=task.get_absolute_url(),
    )
