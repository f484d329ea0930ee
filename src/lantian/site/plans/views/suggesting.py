"""Sub-plans and lists that a plan's text orders: announced and found, to be confirmed by a person."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.plans import actions
from lantian.site.plans.models import Plan
from lantian.site.plans.queries.suggesting import suggestions


@room("plans", "deliverable_suggest", policy="plans.deliverable.add", methods=("GET", "POST"))
def suggest_page(request: Request, pk: int) -> HttpResponseBase:
    """What the plan's text orders; POST orders those that were ticked, all or none."""
    plan = Plan.objects.visible_to(request.person).defer("blocks", "spans").filter(pk=pk).first()
    if plan is None:
        raise Http404
    groups = suggestions(request.person, plan)
    if request.method == "POST":
        picked = set(request.POST.getlist("pick"))
        rows = [row for group in groups for row in group.rows if row.ready and str(row.found.start) in picked]
        with transaction.atomic():
            for row in rows:
                actions.add_deliverable(request.person, area=plan.area, plan=plan, **row.values())
        if rows:
            messages.success(request, _("已下达 {n} 项。").format(n=len(rows)))
        else:
            messages.error(request, _("请先勾选要下达的项目。"))
        return see_other("plans:deliverable_suggest", pk=pk)
    return page(
        request,
        "plans/deliverables/suggest.html",
        title=_("从方案原文提取"),
        crumbs=[(plan.title, plan.get_absolute_url()), (_("分方案和清单"), reverse("plans:deliverables"))],
        plan=plan,
        groups=groups,
    )
